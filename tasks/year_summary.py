"""A year in ten lines: what was made, and where it lies."""

from datetime import date

from sqlmodel import Session, col, func, select

from models.amounts import wan, yi
from models.calendar import FormIssue, WorkYear
from models.database import transaction
from models.evaluation import Evaluation, Problem
from models.intake import Submission
from models.ledger import Decision
from models.letters import Letter
from models.mid_year_monitoring import MonitoringResult
from models.projects import Project
from models.registers import Publication
from models.result_application import BudgetProposal
from models.settings import settings
from models.target_review import Target, TargetAdjustment, TargetApproval
from models.vocabulary import BudgetMoment, EvaluationKind, Grade, LetterState, Light, ProjectKind, Verdict
from tasks.money import in_force, totals
from tasks.rounds import the_year

LATE = col(Publication.published_on) > col(Publication.due_on)


def summary(work_year: int) -> str:
    """The year in words, every number counted from the database."""
    with transaction() as session:
        year = the_year(session, work_year)
        lines = [_targets(session, year), _forms(session), _monitoring(session), _evaluations(session, year)]
        lines += [_results(session, year), _disclosure(session, year), _letters(session)]
    results = settings().results / str(work_year)
    return "\n".join([f"{work_year}工作年度办理完毕。", *lines, f"结果目录：{results}", *_files(work_year)])


def _count(session: Session, table: type, *where: object) -> int:
    return session.exec(select(func.count()).select_from(table).where(*where)).one()  # type: ignore[arg-type]


def _targets(session: Session, year: WorkYear) -> str:
    approved = session.exec(
        select(TargetApproval, Project)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == year.target_year, Project.kind != ProjectKind.OVERALL)
    ).all()
    keys = {project.key for _, project in approved}
    last_day = max(approval.approved_on for approval, _ in approved) if approved else year.opened_on
    money = in_force(session, last_day, keys)
    formal = sum(approval.formal for approval, _ in approved)
    adjusted = _count(session, TargetAdjustment, col(TargetAdjustment.to_target).is_not(None))
    return (
        f"绩效目标：审核批复{len(keys)}个项目，年初预算{yi(sum(_initial(session, keys).values()))}亿元"
        f"（现预算{yi(sum(money.values()))}亿元），正式行文批复{formal}件，调整目标{adjusted}项。"
    )


def _initial(session: Session, keys: set[str]) -> dict[str, int]:
    return totals(session, BudgetMoment.INITIAL, date.max, keys)


def _forms(session: Session) -> str:
    taken = _count(session, Submission, Submission.verdict == Verdict.ACCEPTED)
    returned = _count(session, Submission, Submission.verdict == Verdict.RETURNED)
    words = _count(session, Submission, Submission.verdict == Verdict.KEPT)
    other = _count(session, Submission) - taken - returned - words
    return f"表单：发出{_count(session, FormIssue)}份，受理{taken}件，退回{returned}件，无法读取或识别{other}件。"


def _monitoring(session: Session) -> str:
    rows = session.exec(
        select(MonitoringResult.overall_light, func.count()).group_by(col(MonitoringResult.overall_light))
    ).all()
    lights = "、".join(f"{Light(light).value if light else '未亮'}灯{count}个" for light, count in rows)
    warned = _count(session, MonitoringResult, MonitoringResult.warning != "")
    return f"双监控：{lights or '无'}；预警{warned}个。"


def _evaluations(session: Session, year: WorkYear) -> str:
    done = _count(session, Evaluation, Evaluation.kind == EvaluationKind.SELF)
    rows = dict(
        session.exec(
            select(Evaluation.grade, func.count())
            .join(Project, col(Project.key) == Evaluation.project_key)
            .where(Evaluation.kind == EvaluationKind.FISCAL, Project.fiscal_year == year.evaluated_year)
            .group_by(col(Evaluation.grade))
        ).all()
    )
    grades = " ".join(f"{rows.get(grade, 0)}{grade.value}" for grade in Grade)
    other = _count(session, Evaluation, Evaluation.kind == EvaluationKind.DEPARTMENT)
    return (
        f"评价：单位自评{done}份；财政评价{sum(rows.values())}个（{grades}）"
        f"{f'，另有部门评价{other}个' if other else ''}；发现问题{_count(session, Problem)}个。"
    )


def _results(session: Session, year: WorkYear) -> str:
    rows = session.exec(select(BudgetProposal).where(BudgetProposal.work_year == year.year)).all()
    blank = [row for row in rows if row.proposed_fen is None]
    stake = wan(sum(row.base_fen for row in blank))
    decisions = _count(session, Decision)
    return f"结果应用：{year.applied_year}年预算建议{len(rows)}项，其中规则未定{len(blank)}项（涉及{stake}万元）；决定台账{decisions}条。"


def _disclosure(session: Session, year: WorkYear) -> str:
    due = _count(session, Publication, Publication.work_year == year.year)
    public = (Publication.work_year == year.year, col(Publication.published_on).is_not(None))
    done, late = _count(session, Publication, *public), _count(session, Publication, *public, LATE)
    return f"信息公开：决算已批复{due}个部门，已公开{done}个（其中逾期{late}个），尚未公开{due - done}个。"


def _letters(session: Session) -> str:
    sent = _count(session, Letter, Letter.state == LetterState.SENT, Letter.copy_of == "")
    return f"函件：{_count(session, Letter, Letter.copy_of == '')}封，已发{sent}封，存于{settings().post}。"


def _files(work_year: int) -> list[str]:
    folder = settings().results / str(work_year)
    if not folder.exists():
        return []
    loose = sorted(path for path in folder.iterdir() if path.is_file())
    groups = sorted(path for path in folder.iterdir() if path.is_dir())
    return [f"　{path.name}" for path in loose] + [
        f"　{path.name}/（{sum(1 for _ in path.iterdir())}个文件）" for path in groups
    ]
