"""What a department's public pages say: self-evaluations with their official tables, key evaluations, what is withheld.

Names of persons, telephones and addresses are never read from the database for a public page; numbers of persons
in free texts are hidden.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.amounts import percent, points, wan, yuan
from models.calendar import WorkYear
from models.evaluation import Evaluation, IndicatorScore, newest
from models.people import Department
from models.projects import Project, same_code
from models.registers import Withholding
from models.rules.disclosure import without_personal
from models.target_review import AnnualTask, Target
from models.vocabulary import DecisionKind, EvaluationKind, ProjectKind
from tasks.ledger import decided
from tasks.targets import tasks_in_words, tasks_of


class PublicIndicator(NamedTuple):
    """A row of the official self-evaluation table."""

    level_1: str
    level_2: str
    level_3: str
    target: str
    actual: str
    full: str
    points: str
    reason: str


@dataclass(frozen=True)
class PublicProject:
    """One project of a department in the evaluated year."""

    code: str
    name: str
    agency: str
    kind: str
    goal: str
    tasks: str
    """Of a whole department: what it was to do, for how much."""
    budget_yuan: str
    spent_yuan: str
    budget_wan: str
    spent_wan: str
    rate: str
    execution_points: str
    total: str
    grade: str
    reason: str
    measures: str
    key_total: str
    key_grade: str
    indicators: list[PublicIndicator]


@dataclass
class PublicDepartment:
    """Everything that one department discloses."""

    code: str
    name: str
    fiscal_year: int
    projects: list[PublicProject] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    """The reasons of what is left out, one a project."""
    missing: int = 0
    """Projects without a self-evaluation."""


def public_departments(session: Session, year: WorkYear) -> list[PublicDepartment]:
    """Every department in use, with the projects of the evaluated year."""
    fiscal = year.evaluated_year
    departments = session.exec(
        select(Department).where(col(Department.active)).order_by(Department.code)
    ).all()
    found = {one.code: PublicDepartment(one.code, one.name, fiscal) for one in departments}
    projects = session.exec(select(Project).where(Project.fiscal_year == fiscal).order_by(Project.code)).all()
    reasons = {  # a project is withheld in all years: what is secret in one is no less so in the other
        same_code(key.partition(":")[2], fiscal): reason
        for key, reason in session.exec(select(Withholding.project_key, Withholding.reason)).all()
    }
    own = _newest(session, fiscal, EvaluationKind.SELF)
    key = _newest(session, fiscal, EvaluationKind.FISCAL, confirmed=True)
    rows = _indicators(session, fiscal)
    goals = _goals(session, fiscal)
    duties = tasks_of(session, [key for key, _ in goals.values()])
    for project in projects:
        department = found.get(project.department_code)
        if department is None:
            continue
        if project.code in reasons:
            department.withheld.append(without_personal(reasons[project.code]))
        elif project.key in own or project.key in key:
            evaluation = own.get(project.key)
            department.projects.append(
                _project(
                    project,
                    evaluation,
                    key.get(project.key),
                    rows.get(evaluation.key, []) if evaluation else [],
                    *_promised(goals.get(project.key), duties),
                )
            )
        else:
            department.missing += 1
    return list(found.values())


def _newest(
    session: Session, fiscal: int, kind: EvaluationKind, *, confirmed: bool = False
) -> dict[str, Evaluation]:
    query = (
        select(Evaluation)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(Project.fiscal_year == fiscal, Evaluation.kind == kind, newest())
    )
    if confirmed:
        query = query.where(decided(DecisionKind.CONFIRM_GRADE, Evaluation.key))
    return {one.project_key: one for one in session.exec(query).all()}


def _indicators(session: Session, fiscal: int) -> dict[str, list[PublicIndicator]]:
    """Evaluation → its indicators, as columns: a district has thousands."""
    names = ("level_1", "level_2", "level_3", "target", "actual", "full_micro", "points_micro", "reason")
    columns: list[Any] = [getattr(IndicatorScore, name) for name in names]
    query = (
        sql_select(col(IndicatorScore.evaluation_key), *columns)
        .join(Evaluation, col(Evaluation.key) == IndicatorScore.evaluation_key)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(col(Project.fiscal_year) == fiscal, col(Evaluation.kind) == EvaluationKind.SELF)
        .order_by(col(IndicatorScore.evaluation_key), col(IndicatorScore.sequence))
    )
    found: dict[str, list[PublicIndicator]] = defaultdict(list)
    for key, first, second, third, target, actual, full, given, reason in session.execute(query):
        third, target, actual, reason = map(without_personal, (third, target, actual, reason))
        points_ = (_points(full), _points(given))
        found[key].append(PublicIndicator(first, second, third, target, actual, *points_, reason))
    return found


def _promised(target: tuple[str, str] | None, duties: dict[str, list[AnnualTask]]) -> tuple[str, str]:
    """The goal of a target and, of a whole department, its tasks."""
    key, goal = target or ("", "")
    return goal, tasks_in_words(duties.get(key, []))


def _goals(session: Session, fiscal: int) -> dict[str, tuple[str, str]]:
    """Project → (newest target, its goal)."""
    rows = session.exec(
        select(Target.project_key, Target.key, Target.annual_goal)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == fiscal)
        .order_by(Target.project_key, col(Target.version))
    ).all()
    return {project: (key, goal) for project, key, goal in rows}


def _project(
    project: Project,
    own: Evaluation | None,
    key: Evaluation | None,
    rows: list[PublicIndicator],
    goal: str,
    tasks: str,
) -> PublicProject:
    money = own or key
    budget, spent = (money.budget_fen, money.spent_fen) if money else (None, None)
    return PublicProject(
        code=project.code,
        name=without_personal(project.name),
        agency=project.agency_name,
        kind=ProjectKind(project.kind).value,
        goal=without_personal(goal),
        tasks=without_personal(tasks),
        budget_yuan="" if budget is None else yuan(budget).replace(",", ""),
        spent_yuan="" if spent is None else yuan(spent).replace(",", ""),
        budget_wan="—" if budget is None else wan(budget),
        spent_wan="—" if spent is None else wan(spent),
        rate="—" if budget is None or spent is None else percent(spent, budget),
        execution_points=_points(own.execution_micro if own else None),
        total=_points(own.total_micro if own else None),
        grade=own.grade.value if own and own.grade else "",
        reason=without_personal(own.reason if own else ""),
        measures=without_personal(own.measures if own else ""),
        key_total=_points(key.total_micro if key else None),
        key_grade=key.grade.value if key and key.grade else "",
        indicators=rows,
    )


@lru_cache(maxsize=4096)
def _points(micro: int | None) -> str:
    return "" if micro is None else points(micro)
