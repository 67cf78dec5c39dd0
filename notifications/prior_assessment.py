"""What a prior assessment came to, told to the department once an officer has arranged the budget."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.amounts import fen_of_yuan
from models.ledger import Decision
from models.prior_assessment import AssessmentResult
from models.projects import Project
from models.vocabulary import DecisionKind
from notifications.owed import Owed, not_told


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item a decided assessment."""
    rows = session.exec(
        select(AssessmentResult, Project, Decision)
        .join(Project, col(Project.key) == AssessmentResult.project_key)
        .join(
            Decision,
            (col(Decision.about) == AssessmentResult.project_key)
            & (col(Decision.kind) == DecisionKind.ARRANGE_BY_ASSESSMENT),
        )
        .where(Decision.work_year == work_year, not_told("assessed/", Project.key))
        .order_by(Project.code)
    ).all()
    for result, project, decision in rows:
        facts = {
            "project": project.name,
            "total_micro": result.total_micro,
            "conclusion": result.conclusion.value,
            "arranged_fen": fen_of_yuan(decision.decided.replace(",", "")),
            "opinion": result.opinion,
        }
        yield Owed(
            f"assessed/{project.key}", "assessed", project.key, work_year, project.department_code, facts
        )
