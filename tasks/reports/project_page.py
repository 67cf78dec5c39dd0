"""一项目一页: everything about one project on one page, year beside year, every fact with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.amounts import percent, points, wan
from models.calendar import WorkYear
from models.database import transaction
from models.evaluation import Evaluation, newest
from models.mid_year_monitoring import MonitoringReport, MonitoringResult
from models.people import Department
from models.projects import Project, yearless
from models.result_application import BudgetDecision, BudgetProposal
from models.settings import settings
from models.target_review import IndicatorTarget, Target, TargetApproval
from models.vocabulary import EvaluationKind
from tasks.explanation import ExplanationError, explain_project
from tasks.money import in_force
from tasks.rectification_ledger import Entry, states
from tasks.reports.disclosure import environment
from tasks.targets import tasks_in_words, tasks_of

UNKNOWN = "—"


@dataclass(frozen=True)
class Compared:
    """One line of the comparison: what, and its value in each year."""

    what: str
    values: list[str]


def project_page(code: str, year: int, day: date) -> str:
    """The page as HTML. Raises ExplanationError where the project is not in the database."""
    with transaction() as session:
        years = _years(session, code)
        if not any(one.fiscal_year == year for one in years):
            raise ExplanationError(
                f"数据库中没有{year}年度的项目{code}。请核对项目代码和年度，或先导入数据。"
            )
        shown = next(one for one in years if one.fiscal_year == year)
        department = session.get_one(Department, shown.department_code)
        about = {
            "bureau": settings().bureau,
            "day": day,
            "project": shown,
            "department": department.name,
            "years": [one.fiscal_year for one in years],
            "compared": _compared(session, years, day),
            "entries": _entries(session, years, day),
        }
        codes = [(one.fiscal_year, one.code) for one in years]
    lines = [(fiscal, explain_project(own, fiscal)) for fiscal, own in sorted(codes, reverse=True)]
    return environment().get_template("project.html").render(about, lines=lines)


def _years(session: Session, code: str) -> list[Project]:
    """The project in every year that the database knows, oldest first."""
    rows = session.exec(
        select(Project).where(col(Project.code).startswith(code[:6])).order_by(col(Project.fiscal_year))
    ).all()
    return [one for one in rows if yearless(one.code) == yearless(code)]


def _compared(session: Session, years: Sequence[Project], day: date) -> list[Compared]:
    facts = [_facts(session, one, day) for one in years]
    names = list(dict.fromkeys(name for one in facts for name in one))
    return [Compared(name, [one.get(name, UNKNOWN) for one in facts]) for name in names]


def _facts(session: Session, project: Project, day: date) -> dict[str, str]:
    """What is compared from year to year."""
    budget = in_force(session, day, [project.key]).get(project.key)
    found = {"项目名称": project.name, "全年预算（万元）": UNKNOWN if budget is None else wan(budget)}
    found |= _target(session, project.key) | _lights(session, project.key)
    for kind in EvaluationKind:
        one = session.exec(
            select(Evaluation).where(Evaluation.project_key == project.key, Evaluation.kind == kind, newest())
        ).first()
        if one is None:
            continue
        if one.budget_fen is not None and one.spent_fen is not None:
            found[f"{kind.value}执行率"] = percent(one.spent_fen, one.budget_fen)
        total = "未定" if one.total_micro is None else f"{points(one.total_micro)}分"
        found[f"{kind.value}结果"] = f"{total}，{one.grade.value if one.grade else '等级未定'}"
    return found | _money(session, project.key)


def _target(session: Session, key: str) -> dict[str, str]:
    target = session.exec(
        select(Target).where(Target.project_key == key).order_by(col(Target.version).desc())
    ).first()
    if target is None:
        return {}
    rows = session.exec(select(IndicatorTarget.key).where(IndicatorTarget.target_key == target.key)).all()
    words = tasks_in_words(tasks_of(session, [target.key]).get(target.key, []))
    approval = session.get(TargetApproval, target.key)
    number = "未批复" if approval is None else approval.number if approval.formal else "随预算批复"
    return {
        "年度绩效目标": target.annual_goal,
        **({"年度主要任务": words} if words else {}),
        "目标版次": f"第{target.version}版（{target.origin}）",
        "绩效指标": f"{len(rows)}个",
        "目标批复": number,
    }


def _lights(session: Session, key: str) -> dict[str, str]:
    row = session.exec(
        select(MonitoringReport, MonitoringResult)
        .join(MonitoringResult, col(MonitoringResult.report_key) == MonitoringReport.key)
        .where(MonitoringReport.project_key == key)
        .order_by(col(MonitoringReport.version).desc())
    ).first()
    if row is None:
        return {}
    report, result = row
    words = (("资金", result.money_light), ("目标", result.target_light), ("综合", result.overall_light))
    said = "、".join(f"{name}{light.value}灯" for name, light in words if light)
    return {f"1-{report.month}月监控": said or "未亮灯", "预警": result.warning or "无"}


def _money(session: Session, key: str) -> dict[str, str]:
    found = {}
    rows = session.exec(
        select(BudgetProposal, BudgetDecision)
        .join(BudgetDecision, col(BudgetDecision.proposal_key) == BudgetProposal.key, isouter=True)
        .where(BudgetProposal.project_key == key)
        .order_by(BudgetProposal.key)
    ).all()
    for one, decision in rows:
        proposed = one.undecided if one.proposed_fen is None else f"建议{wan(one.proposed_fen)}万元"
        settled = (
            "未核定" if decision is None else f"核定{wan(decision.decided_fen)}万元（{decision.officer}）"
        )
        found[f"{one.applied_year}年预算（{one.ground}）"] = (
            f"基数{wan(one.base_fen)}万元，{proposed}，{settled}"
        )
    return found


def _entries(session: Session, years: Sequence[Project], day: date) -> list[Entry]:
    """The project's problems in all work years."""
    mine = {one.key for one in years}
    known = session.exec(select(WorkYear).order_by(col(WorkYear.year))).all()
    return [one for year in known for one in states(session, year, day) if one.project.key in mine]
