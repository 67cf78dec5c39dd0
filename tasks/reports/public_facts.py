"""What a department's public pages say: self-evaluations with their official tables, key evaluations, what is withheld.

Names of persons, telephones and addresses are never read from the database for a public page; numbers of persons
in free texts are hidden.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from models.amounts import percent, points, wan, yuan
from models.calendar import WorkYear
from models.evaluation import Evaluation, IndicatorScore, newest
from models.people import Department
from models.projects import Project
from models.registers import Withholding
from models.rules.disclosure import without_personal
from models.target_review import Target
from models.vocabulary import DecisionKind, EvaluationKind, ProjectKind
from tasks.ledger import decided


@dataclass(frozen=True)
class PublicIndicator:
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
    reasons = dict(session.exec(select(Withholding.project_key, Withholding.reason)).all())
    own = _newest(session, fiscal, EvaluationKind.SELF)
    key = _newest(session, fiscal, EvaluationKind.FISCAL, confirmed=True)
    rows = _indicators(session, (one.key for one in own.values()))
    goals = _goals(session, fiscal)
    for project in projects:
        department = found.get(project.department_code)
        if department is None:
            continue
        if project.key in reasons:
            department.withheld.append(without_personal(reasons[project.key]))
        elif project.key in own or project.key in key:
            evaluation = own.get(project.key)
            department.projects.append(
                _project(
                    project,
                    evaluation,
                    key.get(project.key),
                    rows.get(evaluation.key, []) if evaluation else [],
                    goals.get(project.key, ""),
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


def _indicators(session: Session, keys: Iterable[str]) -> dict[str, list[IndicatorScore]]:
    wanted = set(keys)
    found: dict[str, list[IndicatorScore]] = defaultdict(list)
    for one in session.exec(
        select(IndicatorScore).order_by(IndicatorScore.evaluation_key, col(IndicatorScore.sequence))
    ).all():
        if one.evaluation_key in wanted:
            found[one.evaluation_key].append(one)
    return found


def _goals(session: Session, fiscal: int) -> dict[str, str]:
    rows = session.exec(
        select(Target.project_key, Target.annual_goal)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == fiscal)
        .order_by(Target.project_key, col(Target.version))
    ).all()
    return dict(rows)


def _project(
    project: Project,
    own: Evaluation | None,
    key: Evaluation | None,
    rows: list[IndicatorScore],
    goal: str,
) -> PublicProject:
    money = own or key
    budget, spent = (money.budget_fen, money.spent_fen) if money else (None, None)
    return PublicProject(
        code=project.code,
        name=without_personal(project.name),
        agency=project.agency_name,
        kind=ProjectKind(project.kind).value,
        goal=without_personal(goal),
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
        indicators=[_indicator(one) for one in rows],
    )


def _indicator(row: IndicatorScore) -> PublicIndicator:
    return PublicIndicator(
        row.level_1,
        row.level_2,
        without_personal(row.level_3),
        without_personal(row.target),
        without_personal(row.actual),
        _points(row.full_micro),
        _points(row.points_micro),
        without_personal(row.reason),
    )


def _points(micro: int | None) -> str:
    return "" if micro is None else points(micro)
