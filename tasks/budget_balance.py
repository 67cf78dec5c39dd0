"""Next year's budget as a whole: before and after of each project, what is freed, what it could serve, what-if."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd
from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.evaluation import Evaluation
from models.projects import Project, same_code
from models.result_application import BudgetDecision, BudgetProposal
from models.rules.budget_balance import GROUNDS, balance, served, what_if
from models.rules.calendar import plan
from models.vocabulary import BudgetMoment, EvaluationKind, Grade
from tasks.money import totals
from tasks.result_application import confirmed
from tasks.rulebook import rules_of

PERCENTS = tuple(Decimal(one) for one in (5, 10, 15, 20, 30))
GOOD = (Grade.EXCELLENT, Grade.GOOD)


@dataclass(frozen=True)
class Balanced:
    """One project: `before_fen` = `after_fen` + `freed_fen`; `open_fen` where a rule is undecided."""

    code: str
    name: str
    department_code: str
    grounds: str
    before_fen: int
    after_fen: int
    freed_fen: int
    open_fen: int


@dataclass(frozen=True)
class Balance:
    """All projects with a proposal, and their sums."""

    projects: tuple[Balanced, ...]
    decided: tuple[str, ...]

    @property
    def before_fen(self) -> int:
        """Sum of the bases."""
        return sum(one.before_fen for one in self.projects)

    @property
    def after_fen(self) -> int:
        """Sum of what is decided, proposed or unchanged."""
        return sum(one.after_fen for one in self.projects)

    @property
    def freed_fen(self) -> int:
        """What that frees."""
        return sum(one.freed_fen for one in self.projects)

    @property
    def open_fen(self) -> int:
        """At stake where nobody decided."""
        return sum(one.open_fen for one in self.projects)


@dataclass(frozen=True)
class Trial:
    """One line of the what-if table: `rule` is a grade, or the words of another ground."""

    rule: str
    count: int
    base_fen: int
    percent: str
    cut_fen: int


@dataclass(frozen=True)
class Priority:
    """A well graded project that asked for more than it got."""

    name: str
    department_code: str
    grade: str
    gap_fen: int
    served_fen: int


def balanced(session: Session, year: WorkYear) -> Balance:
    """The balanced table of a work year's proposals and decisions."""
    rows = session.exec(
        select(BudgetProposal, Project, BudgetDecision)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .join(BudgetDecision, col(BudgetDecision.proposal_key) == BudgetProposal.key, isouter=True)
        .where(BudgetProposal.work_year == year.year)
        .order_by(Project.code, BudgetProposal.key)
    ).all()
    codes = [same_code(project.code, year.target_year) for _, project, _ in rows]
    frame = balance(
        pd.DataFrame(
            {
                "project": pd.Series(codes, dtype="string"),
                "base_fen": _fen(one.base_fen for one, _, _ in rows),
                "proposed_fen": _fen(one.proposed_fen for one, _, _ in rows),
                "decided_fen": _fen(None if one is None else one.decided_fen for _, _, one in rows),
            }
        )
    )
    about: dict[str, Project] = {}
    grounds: dict[str, list[str]] = {}
    for code, (proposal, project, _) in zip(codes, rows, strict=True):
        about[code] = project
        grounds.setdefault(code, []).append(
            f"{proposal.ground}{proposal.grade.value if proposal.grade else ''}"
        )
    projects = tuple(
        Balanced(
            code, about[code].name, about[code].department_code, "；".join(grounds[code]), *map(int, row)
        )
        for code, *row in frame.itertuples()
    )
    return Balance(projects, tuple(one.proposal_key for _, _, one in rows if one is not None))


def trials(session: Session, year: WorkYear, percents: Sequence[Decimal] = PERCENTS) -> list[Trial]:
    """What several percentages would free for rules whose cut the bureau has not decided, grades first."""
    rules = rules_of(year.rules, plan(year.year).moments["report"])
    effects = rules.budget_effect.effects
    cuts: dict[str, Decimal | None] = {
        grade.value: effects[grade.value].cut_percent for grade in Grade if grade.value in effects
    }
    cuts |= {words: getattr(rules.budget_grounds, ground).cut_percent for ground, words in GROUNDS.items()}
    undecided = [name for name, cut in cuts.items() if cut is None]
    rows = session.exec(select(BudgetProposal).where(BudgetProposal.work_year == year.year)).all()
    if not rows:
        return []
    names = [one.grade.value if one.grade else one.key.rpartition("/")[2] for one in rows]
    found = what_if(pd.Series(names, dtype="string"), _fen(one.base_fen for one in rows), undecided, percents)
    return [Trial(*row) for row in found.itertuples(index=False)]


def priorities(session: Session, year: WorkYear) -> list[Priority]:
    """Projects graded 优 or 良 that asked for more this year than was arranged, best first, and the freed money."""
    graded = [
        (evaluation, project)
        for evaluation, project in confirmed(session, year.year)
        if evaluation.kind == EvaluationKind.FISCAL and evaluation.grade in GOOD
    ]
    graded.sort(key=lambda row: (-(row[0].total_micro or 0), row[1].code))
    asked = totals(session, BudgetMoment.REQUESTED, date.max)
    given = totals(session, BudgetMoment.INITIAL, date.max)
    rows: list[tuple[Evaluation, Project, int]] = []
    for evaluation, project in graded:
        key = f"{year.target_year}:{same_code(project.code, year.target_year)}"
        gap = asked.get(key, 0) - given.get(key, asked.get(key, 0))
        if gap > 0:
            rows.append((evaluation, project, gap))
    if not rows:
        return []
    money = served(_fen(gap for _, _, gap in rows), balanced(session, year).freed_fen)
    return [
        Priority(project.name, project.department_code, evaluation.grade.value, gap, int(given_))
        for (evaluation, project, gap), given_ in zip(rows, money, strict=True)
        if evaluation.grade
    ]


def _fen(values: Iterable[int | None]) -> pd.Series:
    return pd.Series(list(values), dtype="Int64")
