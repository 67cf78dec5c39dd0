"""结果应用: grades, low execution, open rectifications and missing targets to next year's budget.

The machine proposes from decided rules only; an undecided rule gives a blank that says why and what is at stake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from models.amounts import percent, wan, yuan
from models.calendar import WorkYear
from models.database import insert_new
from models.evaluation import Evaluation, Problem, newest
from models.ledger import Decision
from models.projects import Project, project_key, same_code
from models.result_application import BudgetDecision, BudgetProposal, Rectification
from models.rules.budget_balance import GROUNDS, ground_effects, low_execution
from models.rules.calendar import plan
from models.rules.profiles import Rules
from models.rules.result_application import budget_effects
from models.target_review import Target, TargetApproval
from models.vocabulary import DecisionKind, EvaluationKind, Grade, ProjectKind
from tasks.ledger import Waiting, decided
from tasks.money import in_force
from tasks.rectification_ledger import ACCEPT
from tasks.result_application import confirmed
from tasks.rounds import the_year
from tasks.rulebook import rules_of
from tasks.step import step

BY_GRADE = "财政评价等级"


@dataclass(frozen=True)
class Fact:
    """What speaks for a change of one project's budget: the ground, and the words of its evidence."""

    project: Project
    ground: str
    grade: Grade | None = None
    evidence: str = ""


def _owed(session: Session, work_year: int, at: datetime) -> list[tuple[Fact, int]]:
    """Facts from which no proposal was drawn yet, each with this year's budget of its project."""
    if at.date() < plan(work_year).moments["budget_proposals"]:
        return []
    year = the_year(session, work_year)
    rules = rules_of(year.rules, at.date())
    known = set(session.exec(select(BudgetProposal.key).where(BudgetProposal.work_year == work_year)).all())
    return [row for row in facts(session, year, rules, at.date()) if _key(year, row[0]) not in known]


def facts(session: Session, year: WorkYear, rules: Rules, day: date) -> list[tuple[Fact, int]]:
    """What speaks for a change of next year's budgets on a day, each with this year's budget of its project."""
    budgets = in_force(session, day)
    graded = [
        (one, budgets.get(_this_year(one.project, year), budgets.get(one.project.key, 0)))
        for one in _grades(session, year)
    ]
    others = [*_unrectified(session, year, day), *_without_target(session, year)]
    return [*graded, *low_execution_facts(session, year, rules, day), *_with_budget(year, others, budgets)]


def low_execution_facts(session: Session, year: WorkYear, rules: Rules, day: date) -> list[tuple[Fact, int]]:
    """The projects under a profile's line of execution, each with this year's budget."""
    return _with_budget(year, _low_execution(session, year, rules), in_force(session, day))


def _with_budget(year: WorkYear, found: list[Fact], budgets: dict[str, int]) -> list[tuple[Fact, int]]:
    rows = [(one, budgets.get(_this_year(one.project, year), 0)) for one in found]
    return [row for row in rows if row[1]]


def _key(year: WorkYear, fact: Fact) -> str:
    ground = BY_GRADE if fact.ground == BY_GRADE else GROUNDS[fact.ground]
    return f"{year.applied_year}/{fact.project.code}/{ground}"


def _this_year(project: Project, year: WorkYear) -> str:
    return project_key(year.target_year, same_code(project.code, year.target_year))


def _grades(session: Session, year: WorkYear) -> list[Fact]:
    """Confirmed finance evaluations of the evaluated year."""
    return [
        Fact(project, BY_GRADE, evaluation.grade)
        for evaluation, project in confirmed(session, year.year)
        if project.fiscal_year == year.evaluated_year and evaluation.kind == EvaluationKind.FISCAL
    ]


def _low_execution(session: Session, year: WorkYear, rules: Rules) -> list[Fact]:
    """Projects whose self-evaluation shows execution under the rule's line."""
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(
            Project.fiscal_year == year.evaluated_year,
            Project.kind != ProjectKind.OVERALL,
            Evaluation.kind == EvaluationKind.SELF,
            newest(),
        )
        .order_by(Project.code)
    ).all()
    low = low_execution(
        pd.Series([one.budget_fen for one, _ in rows], dtype="Int64"),
        pd.Series([one.spent_fen for one, _ in rows], dtype="Int64"),
        rules,
    )
    return [
        Fact(project, "low_execution", None, f"执行率{percent(one.spent_fen or 0, one.budget_fen or 0)}")
        for (one, project), hit in zip(rows, low, strict=True)
        if hit
    ]


def _unrectified(session: Session, year: WorkYear, day: date) -> list[Fact]:
    """Projects with a rectification that is past its day and not accepted."""
    accepted = set(
        session.exec(
            select(Decision.about).where(
                Decision.kind == DecisionKind.ACCEPT_RECTIFICATION, Decision.decided == ACCEPT
            )
        ).all()
    )
    closed = {about.rpartition("/")[0] for about in accepted}
    rows = session.exec(
        select(Rectification, Project)
        .join(Problem, col(Problem.key) == Rectification.problem_key)
        .join(Project, col(Project.key) == Problem.project_key)
        .where(Rectification.due_on < day, Project.kind != ProjectKind.OVERALL)
        .order_by(Project.code, Rectification.problem_key)
    ).all()
    open_: dict[str, list[Project]] = {}
    for row, project in rows:
        if row.problem_key not in closed:
            open_.setdefault(project.key, []).append(project)
    return [Fact(found[0], "unrectified", None, f"逾期未完成整改{len(found)}项") for found in open_.values()]


def _without_target(session: Session, year: WorkYear) -> list[Fact]:
    """This year's projects without an approved target."""
    approved = select(Target.project_key).join(TargetApproval, col(TargetApproval.target_key) == Target.key)
    rows = session.exec(
        select(Project)
        .where(
            Project.fiscal_year == year.target_year,
            Project.kind != ProjectKind.OVERALL,
            col(Project.key).not_in(approved),
        )
        .order_by(Project.code)
    ).all()
    return [Fact(project, "no_target", None, f"{year.target_year}年度绩效目标未批复") for project in rows]


@step("提出下年预算安排建议", owed=_owed)
def propose_budgets(session: Session, work_year: int, at: datetime) -> int:
    """A proposal from each fact by its rule; where the rule is undecided the amount stays blank and says why."""
    year = the_year(session, work_year)
    rules = rules_of(year.rules, at.date())
    owed = _owed(session, work_year, at)
    graded = [row for row in owed if row[0].ground == BY_GRADE]
    others = [row for row in owed if row[0].ground != BY_GRADE]
    grades = pd.Series([fact.grade.value if fact.grade else None for fact, _ in graded], dtype="string")
    by_grade = budget_effects(grades, _bases(graded), rules)
    names = pd.Series([fact.ground for fact, _ in others], dtype="string")
    by_ground = ground_effects(names, _bases(others), rules)
    effects: list[Any] = [*by_grade.itertuples(index=False), *by_ground.itertuples(index=False)]
    rows = [
        _proposal(year, fact, base, effect, at.date())
        for (fact, base), effect in zip([*graded, *others], effects, strict=True)
    ]
    return insert_new(session, rows)


def _bases(rows: Sequence[tuple[Fact, int]]) -> pd.Series:
    return pd.Series([base for _, base in rows], dtype="Int64")


def _proposal(year: WorkYear, fact: Fact, base: int, effect: Any, day: date) -> BudgetProposal:
    ground = fact.ground if fact.ground == BY_GRADE else f"{GROUNDS[fact.ground]}（{fact.evidence}）"
    return BudgetProposal(
        key=_key(year, fact),
        project_key=fact.project.key,
        work_year=year.year,
        applied_year=year.applied_year,
        ground=ground,
        grade=fact.grade,
        treatment=str(effect.treatment),
        base_fen=base,
        proposed_fen=None if pd.isna(effect.proposed_fen) else int(effect.proposed_fen),
        undecided="" if pd.isna(effect.undecided) else str(effect.undecided),
        basis=str(effect.basis),
        proposed_on=day,
    )


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Proposals to decide, undecided ones included: an officer may set an amount."""
    rows = session.exec(
        select(BudgetProposal, Project)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .where(BudgetProposal.work_year == work_year, ~decided(DecisionKind.NEXT_BUDGET, BudgetProposal.key))
        .order_by(BudgetProposal.key)
    ).all()
    return [
        Waiting(
            DecisionKind.NEXT_BUDGET,
            one.key,
            "" if one.proposed_fen is None else yuan(one.proposed_fen),
            one.basis,
            f"“{project.name}”（{one.ground}{one.grade.value if one.grade else ''}）{one.treatment}，"
            + (f"建议{wan(one.proposed_fen)}万元" if one.proposed_fen is not None else one.undecided),
        )
        for one, project in rows
    ]


def decide_budget(
    session: Session, proposal: str, amount_fen: int, officer: str, reason: str, day: date
) -> None:
    """The officer's amount beside the proposal."""
    row = BudgetDecision(
        proposal_key=proposal, decided_fen=amount_fen, officer=officer, reason=reason, decided_on=day
    )
    insert_new(session, [row])
