"""Figures of self-evaluations and key evaluations: which are counted, which are only listed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.projects import Project
from models.vocabulary import DecisionKind, EvaluationKind, Grade, ProjectKind
from tasks.reports.figures.figure import Figure, count

OVERALL = ProjectKind.OVERALL


class Listed(NamedTuple):
    """An evaluation as figures need it."""

    key: str
    kind: EvaluationKind
    project_key: str
    grade: Grade | None
    total_micro: int | None
    reported_micro: int | None
    fiscal_year: int
    code: str
    project_kind: ProjectKind


def _newest(session: Session, fiscal_year: int, kinds: Sequence[EvaluationKind]) -> list[Listed]:
    """The newest version of each, as columns: rows are not needed to count."""
    columns: list[Any] = [getattr(Evaluation, name) for name in Listed._fields[:6]]
    query = (
        sql_select(*columns, col(Project.fiscal_year), col(Project.code), col(Project.kind))
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(col(Project.fiscal_year) == fiscal_year, col(Evaluation.kind).in_(kinds))
        .order_by(col(Evaluation.project_key), col(Evaluation.version))
    )
    rows = [Listed(*row) for row in session.execute(query)]
    return list({(row.kind, row.project_key): row for row in rows}.values())


def self_evaluation_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Self-evaluations and how they compute."""
    rows = _newest(session, year.evaluated_year, [EvaluationKind.SELF])
    query = f"{year.evaluated_year}年度单位自评最近一次"
    single = [one.key for one in rows if one.project_kind != OVERALL]
    whole = [one.key for one in rows if one.project_kind == OVERALL]
    open_ = [one.key for one in rows if one.total_micro is None]
    differ = [
        one.key
        for one in rows
        if one.total_micro is not None
        and one.reported_micro is not None
        and abs(one.total_micro - one.reported_micro) >= 10_000
    ]
    return [
        count("self_evaluated", "项目支出自评", "个", query, single),
        count("self_evaluated_overall", "部门整体支出自评", "个", query, whole),
        count("self_undecided", "核算总分未定", "个", query, open_),
        count("self_differ", "填报总分与核算不一致", "个", query, differ),
    ]


def counted(session: Session, year: WorkYear) -> list[Listed]:
    """Fiscal evaluations of the evaluated year, confirmed, in the order of their codes."""
    return _confirmed(session, _newest(session, year.evaluated_year, [EvaluationKind.FISCAL]))


def listed(session: Session, year: WorkYear) -> list[Listed]:
    """Listed but not counted: department evaluations, and evaluations of other budget years."""
    rows = _newest(session, year.evaluated_year, [EvaluationKind.DEPARTMENT])
    rows += _newest(session, year.target_year, [EvaluationKind.DEPARTMENT, EvaluationKind.FISCAL])
    return _confirmed(session, rows)


def with_texts(session: Session, keys: Sequence[str]) -> list[tuple[Evaluation, Project]]:
    """Evaluations by their keys, with their texts and projects, in the order given."""
    found = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(col(Evaluation.key).in_(keys))
    ).all()
    by_key = {evaluation.key: (evaluation, project) for evaluation, project in found}
    return [by_key[key] for key in keys]


def _confirmed(session: Session, rows: list[Listed]) -> list[Listed]:
    keys = set(session.exec(select(Decision.about).where(Decision.kind == DecisionKind.CONFIRM_GRADE)).all())
    return sorted((row for row in rows if row.key in keys), key=lambda row: row.code)


def key_evaluation_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Key evaluations, their grades and problems."""
    rows = counted(session, year)
    query = f"{year.evaluated_year}年度财政评价中等级已确认的"
    grades = [
        count(
            f"grade_{grade.name.lower()}",
            f"评价为“{grade.value}”",
            "个",
            query,
            [one.key for one in rows if one.grade == grade],
        )
        for grade in Grade
    ]
    problems = session.exec(
        select(Problem.key)
        .where(col(Problem.evaluation_key).in_([one.key for one in rows]))
        .order_by(Problem.key)
    ).all()
    return [
        count("key_evaluations", "重点项目绩效评价", "个", query, [one.key for one in rows]),
        count(
            "key_overall", "含部门整体", "个", query, [one.key for one in rows if one.project_kind == OVERALL]
        ),
        *grades,
        count(
            "other_evaluations",
            "另有部门评价",
            "个",
            "部门评价或其他年度评价中等级已确认的",
            [one.key for one in listed(session, year)],
        ),
        count("problems", "评价发现问题", "个", query, problems),
    ]
