"""Rectifications accepted or sent back, and next year's budget as decided."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.evaluation import Problem
from models.ledger import Decision
from models.projects import Project
from models.result_application import BudgetDecision, BudgetProposal, RectificationReply
from models.vocabulary import DecisionKind
from notifications.owed import Owed, not_told


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item a verdict on a rectification, one a budget decision."""
    yield from _verdicts(session, work_year)
    yield from _budgets(session, work_year)


def _verdicts(session: Session, work_year: int) -> Iterator[Owed]:
    rows = session.exec(
        select(RectificationReply, Problem, Project, Decision)
        .join(Problem, col(Problem.key) == RectificationReply.problem_key)
        .join(Project, col(Project.key) == Problem.project_key)
        .join(
            Decision,
            (col(Decision.about) == RectificationReply.key)
            & (col(Decision.kind) == DecisionKind.ACCEPT_RECTIFICATION),
        )
        .where(Decision.work_year == work_year, not_told("rectified/", RectificationReply.key))
        .order_by(RectificationReply.key)
    ).all()
    for reply, problem, project, decision in rows:
        facts = {
            "project": project.name,
            "problem": problem.text,
            "verdict": decision.decided,
            "reason": decision.reason,
        }
        yield Owed(
            f"rectified/{reply.key}", "rectified", reply.key, work_year, project.department_code, facts
        )


def _budgets(session: Session, work_year: int) -> Iterator[Owed]:
    rows = session.exec(
        select(BudgetDecision, BudgetProposal, Project)
        .join(BudgetProposal, col(BudgetProposal.key) == BudgetDecision.proposal_key)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .where(BudgetProposal.work_year == work_year, not_told("budget/", BudgetProposal.key))
        .order_by(BudgetProposal.key)
    ).all()
    for decision, proposal, project in rows:
        facts = {
            "project": project.name,
            "applied_year": proposal.applied_year,
            "ground": proposal.ground,
            "grade": proposal.grade.value if proposal.grade else "",
            "treatment": proposal.treatment,
            "base_fen": proposal.base_fen,
            "decided_fen": decision.decided_fen,
            "reason": decision.reason,
        }
        yield Owed(
            f"budget/{proposal.key}", "budget", proposal.key, work_year, project.department_code, facts
        )
