"""Figures of self-evaluations and key evaluations: which are counted, which are only listed."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.evaluation import Evaluation, Problem
from models.projects import Project
from models.vocabulary import DecisionKind, EvaluationKind, Grade, ProjectKind
from tasks.ledger import decided
from tasks.reports.figures.figure import Figure, count

OVERALL = ProjectKind.OVERALL


def _newest(
    session: Session, fiscal_year: int, kinds: Sequence[EvaluationKind]
) -> list[tuple[Evaluation, Project]]:
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(Project.fiscal_year == fiscal_year, col(Evaluation.kind).in_(kinds))
        .order_by(Evaluation.project_key, col(Evaluation.version))
    ).all()
    return list({(row[0].kind, row[1].key): row for row in rows}.values())


def self_evaluation_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Self-evaluations and how they compute."""
    rows = _newest(session, year.evaluated_year, [EvaluationKind.SELF])
    query = f"{year.evaluated_year}年度单位自评最近一次"
    single = [e.key for e, p in rows if p.kind != OVERALL]
    whole = [e.key for e, p in rows if p.kind == OVERALL]
    open_ = [e.key for e, _ in rows if e.total_micro is None]
    differ = [
        e.key
        for e, _ in rows
        if e.total_micro is not None
        and e.reported_micro is not None
        and abs(e.total_micro - e.reported_micro) >= 10_000
    ]
    return [
        count("self_evaluated", "项目支出自评", "个", query, single),
        count("self_evaluated_overall", "部门整体支出自评", "个", query, whole),
        count("self_undecided", "核算总分未定", "个", query, open_),
        count("self_differ", "填报总分与核算不一致", "个", query, differ),
    ]


def key_evaluations(session: Session, year: WorkYear) -> list[tuple[Evaluation, Project]]:
    """The counted ones: fiscal evaluations of the evaluated year, confirmed, in the order of the approved list."""
    return _confirmed(session, _newest(session, year.evaluated_year, [EvaluationKind.FISCAL]))


def other_evaluations(session: Session, year: WorkYear) -> list[tuple[Evaluation, Project]]:
    """Listed but not counted: department evaluations, and evaluations of other budget years."""
    rows = _newest(session, year.evaluated_year, [EvaluationKind.DEPARTMENT])
    rows += _newest(session, year.target_year, [EvaluationKind.DEPARTMENT, EvaluationKind.FISCAL])
    return _confirmed(session, rows)


def _confirmed(session: Session, rows: list[tuple[Evaluation, Project]]) -> list[tuple[Evaluation, Project]]:
    keys = set(
        session.exec(select(Evaluation.key).where(decided(DecisionKind.CONFIRM_GRADE, Evaluation.key))).all()
    )
    return sorted((row for row in rows if row[0].key in keys), key=lambda row: row[1].code)


def key_evaluation_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Key evaluations, their grades and problems."""
    rows = key_evaluations(session, year)
    query = f"{year.evaluated_year}年度财政评价中等级已确认的"
    grades = [
        count(
            f"grade_{grade.name.lower()}",
            f"评价为“{grade.value}”",
            "个",
            query,
            [e.key for e, _ in rows if e.grade == grade],
        )
        for grade in Grade
    ]
    problems = session.exec(
        select(Problem.key)
        .where(col(Problem.evaluation_key).in_([e.key for e, _ in rows]))
        .order_by(Problem.key)
    ).all()
    return [
        count("key_evaluations", "重点项目绩效评价", "个", query, [e.key for e, _ in rows]),
        count("key_overall", "含部门整体", "个", query, [e.key for e, p in rows if p.kind == OVERALL]),
        *grades,
        count(
            "other_evaluations",
            "另有部门评价",
            "个",
            "部门评价或其他年度评价中等级已确认的",
            [e.key for e, _ in other_evaluations(session, year)],
        ),
        count("problems", "评价发现问题", "个", query, problems),
    ]
