"""Every point, light and yuan of one project, back to the cell it came from and the rule that made it."""

from pathlib import Path

from sqlmodel import Session, col, select

from models.amounts import points, yuan
from models.database import transaction
from models.evaluation import Evaluation, IndicatorScore
from models.intake import Submission
from models.ledger import Decision
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport, MonitoringResult
from models.prior_assessment import AssessmentResult
from models.projects import BudgetLine, Project, project_key
from models.result_application import BudgetProposal
from models.rules.finding import wan
from models.target_review import IndicatorTarget, Target, TargetReview
from tasks.scoring import document, read_self_evaluations, rules_for, score

Line = dict[str, str]
UNKNOWN = "未定"


class ExplanationError(ValueError):
    """The project is not there; one clear sentence."""


def line(what: str, value: str, origin: str, basis: str = "") -> Line:
    """One fact: what, its value, the cell or record it came from, the rule."""
    return {"what": what, "value": value, "from": origin, "basis": basis or "—"}


def explain_folder(folder: Path, code: str, year: int, profile: str, own: Path | None = None) -> list[Line]:
    """From the tables of a folder, computed now."""
    given = read_self_evaluations(folder, year)
    found = [
        one
        for one in document(score(given, rules_for(profile, given, own)))["projects"]
        if one["pro_code"] == code
    ]
    if not found:
        raise ExplanationError(f"{folder.name}中没有{year}年度的项目{code}。请核对项目代码和年度。")
    one = found[0]
    money = one["execution"]
    lines = [
        line("全年预算数", f"{money['budget'] or UNKNOWN}元", "PM_PERF_SELF_BGT 变动后预算数"),
        line("全年执行数", f"{money['spent'] or UNKNOWN}元", "PM_PERF_SELF_BGT 全年执行数"),
        line(
            "预算执行得分",
            money["points"] or UNKNOWN,
            f"执行率{money['rate'] or UNKNOWN}，满分{money['full']}",
            money["basis"],
        ),
    ]
    for row in one["indicators"]:
        origin = f"PM_SELF_EVAL_INDICATOR 第{row['row']}行，填报{row['reported'] or '—'}，分值{row['full'] or UNKNOWN}"
        lines.append(line(row["lv3"], row["points"] or UNKNOWN, origin, row["basis"]))
    lines.append(line("总分", one["total"] or UNKNOWN, "；".join(one["undecided"]) or "以上各项相加"))
    lines.append(line("等级", one["grade"] or UNKNOWN, "总分", rules_for(profile, given, own).grades.basis))
    return lines


def explain_project(code: str, year: int) -> list[Line]:
    """From the database: money, assessment, targets, monitoring, evaluation, proposals and decisions."""
    with transaction() as session:
        project = session.get(Project, project_key(year, code))
        if project is None:
            raise ExplanationError(
                f"数据库中没有{year}年度的项目{code}。请核对项目代码和年度，或先导入数据。"
            )
        rooms = (_money, _assessment, _targets, _monitoring, _evaluations, _proposals, _decisions)
        return [one for room in rooms for one in room(session, project.key)]


def _file(session: Session, sha256: str | None) -> str:
    """The name of the file that a fact came in with."""
    submission = session.get(Submission, sha256) if sha256 else None
    return f"报送件{submission.file_name}（{submission.sha256[:12]}）" if submission else "导入数据"


def _money(session: Session, key: str) -> list[Line]:
    rows = session.exec(
        select(BudgetLine).where(BudgetLine.project_key == key).order_by(col(BudgetLine.as_of))
    ).all()
    return [
        line(
            f"{row.moment.value}数（{row.source}）",
            f"{yuan(row.amount_fen)}元",
            f"截至{row.as_of}",
            row.document,
        )
        for row in rows
    ]


def _assessment(session: Session, key: str) -> list[Line]:
    rows = session.exec(select(AssessmentResult).where(AssessmentResult.project_key == key)).all()
    return [
        line(
            "事前绩效评估",
            f"{points(row.total_micro)}分，{row.conclusion.value}",
            _file(session, row.submission),
            row.basis,
        )
        for row in rows
    ]


def _targets(session: Session, key: str) -> list[Line]:
    lines = []
    for target in session.exec(
        select(Target).where(Target.project_key == key).order_by(col(Target.version))
    ).all():
        where = f"{_file(session, target.submission)}第{target.version}版"
        rows = session.exec(
            select(IndicatorTarget)
            .where(IndicatorTarget.target_key == target.key)
            .order_by(col(IndicatorTarget.sequence))
        ).all()
        for row in rows:
            weight = "" if row.weight_micro is None else f"，分值{points(row.weight_micro)}"
            lines.append(
                line(
                    row.level_3, f"{row.operator}{row.value}{row.unit}{weight}", f"{where}第{row.sequence}行"
                )
            )
        for review in session.exec(select(TargetReview).where(TargetReview.target_key == target.key)).all():
            value = f"{points(review.total_micro)}分，{review.grade.value}"
            lines.append(
                line(
                    f"绩效目标审核（{review.reviewer}）",
                    value,
                    _file(session, review.submission),
                    review.basis,
                )
            )
    return lines


def _monitoring(session: Session, key: str) -> list[Line]:
    lines = []
    rows = session.exec(
        select(MonitoringReport, MonitoringResult)
        .join(MonitoringResult, col(MonitoringResult.report_key) == MonitoringReport.key)
        .where(MonitoringReport.project_key == key)
    ).all()
    for report, result in rows:
        where = f"{_file(session, report.submission)}，执行{wan(report.spent_fen)}万元÷预算{wan(report.budget_fen)}万元"
        for word, light in (
            ("资金灯", result.money_light),
            ("目标灯", result.target_light),
            ("综合灯", result.overall_light),
        ):
            lines.append(
                line(f"1-{report.month}月{word}", light.value if light else UNKNOWN, where, result.basis)
            )
        progress = session.exec(
            select(IndicatorProgress).where(IndicatorProgress.report_key == report.key)
        ).all()
        for row in progress:
            value = f"完成{row.actual or '—'}，{row.light.value if row.light else UNKNOWN}灯"
            lines.append(line(row.indicator_key, value, _file(session, report.submission), result.basis))
    return lines


def _evaluations(session: Session, key: str) -> list[Line]:
    lines = []
    for one in session.exec(
        select(Evaluation).where(Evaluation.project_key == key).order_by(col(Evaluation.key))
    ).all():
        where = _file(session, one.submission)
        if one.execution_micro is not None:
            lines.append(
                line(f"{one.kind.value}预算执行得分", points(one.execution_micro, 6), where, one.basis)
            )
        rows = session.exec(
            select(IndicatorScore)
            .where(IndicatorScore.evaluation_key == one.key)
            .order_by(col(IndicatorScore.sequence))
        ).all()
        for row in rows:
            value = UNKNOWN if row.points_micro is None else points(row.points_micro, 6)
            origin = f"{where}第{row.sequence}行，目标{row.target or '—'}，实际{row.actual or '—'}"
            lines.append(line(row.level_3, value, origin, row.basis))
        total = UNKNOWN if one.total_micro is None else points(one.total_micro, 6)
        lines.append(line(f"{one.kind.value}总分", total, one.undecided or where, one.basis))
        lines.append(
            line(f"{one.kind.value}等级", one.grade.value if one.grade else UNKNOWN, "总分", one.basis)
        )
    return lines


def _proposals(session: Session, key: str) -> list[Line]:
    rows = session.exec(select(BudgetProposal).where(BudgetProposal.project_key == key)).all()
    return [
        line(
            f"{row.applied_year}年预算建议",
            UNKNOWN if row.proposed_fen is None else f"{yuan(row.proposed_fen)}元",
            f"{row.ground}{row.grade.value if row.grade else UNKNOWN}，{row.treatment}，基数{yuan(row.base_fen)}元"
            + (f"；{row.undecided}" if row.undecided else ""),
            row.basis,
        )
        for row in rows
    ]


def _decisions(session: Session, key: str) -> list[Line]:
    """Decisions whose object is the project or something of it."""
    rows = session.exec(
        select(Decision)
        .where(col(Decision.about).contains(key, autoescape=True))
        .order_by(col(Decision.recorded_at))
    ).all()
    return [
        line(
            row.kind.value,
            row.decided,
            f"{row.officer}，{row.decided_on}" + (f"，{row.reason}" if row.reason else ""),
            row.basis,
        )
        for row in rows
    ]
