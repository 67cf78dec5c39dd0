"""评价结果 sent to the evaluated department once an officer has confirmed the grade."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.projects import Project
from models.vocabulary import DecisionKind
from notifications.owed import Owed, not_told


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item a confirmed evaluation, with its problems."""
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .join(
            Decision,
            (col(Decision.about) == Evaluation.key) & (col(Decision.kind) == DecisionKind.CONFIRM_GRADE),
        )
        .where(Decision.work_year == work_year, not_told("result/", Evaluation.key))
        .order_by(Evaluation.key)
    ).all()
    if not rows:
        return
    problems: dict[str, list[str]] = defaultdict(list)
    for evaluation_key, text in session.exec(
        select(Problem.evaluation_key, Problem.text).order_by(Problem.evaluation_key, col(Problem.sequence))
    ).all():
        problems[evaluation_key].append(text)
    for evaluation, project in rows:
        facts = {
            "project": project.name,
            "fiscal_year": project.fiscal_year,
            "kind": evaluation.kind.value,
            "total_micro": evaluation.total_micro,
            "grade": evaluation.grade.value if evaluation.grade else "未定",
            "problems": problems[evaluation.key],
        }
        yield Owed(
            f"result/{evaluation.key}", "result", evaluation.key, work_year, project.department_code, facts
        )
