"""整改台账: where each problem stands on a day, up to its closure; what is carried into next year's work."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.evaluation import Problem
from models.ledger import Decision
from models.projects import Project, yearless
from models.result_application import Rectification, RectificationReply
from models.rules.calendar import plan
from models.rules.rectification import same_problem
from models.vocabulary import DecisionKind
from tasks.ledger import Waiting

ACCEPT, SEND_BACK = "通过", "退回"
PROJECT = re.compile(r"(\d{4}):([0-9A-Z]{21})")
FOLLOWED = (DecisionKind.APPROVE_TARGET, DecisionKind.WARNING_MONEY, DecisionKind.CONFIRM_GRADE)
"""Target review, monitoring and evaluation look first at what was wrong before."""


class State(StrEnum):
    """Where a rectification stands."""

    ASKED = "待回复"
    REPLIED = "待验收"
    SENT_BACK = "退回补充"
    CLOSED = "验收通过"


@dataclass(frozen=True)
class Entry:
    """One problem with its rectification, newest reply and verdict; `reopens` is the earlier problem's key."""

    problem: Problem
    project: Project
    row: Rectification
    reply: RectificationReply | None
    decision: Decision | None
    state: State
    late: bool
    overdue: bool

    @property
    def owner(self) -> str:
        """Who has to put it right: a body without account too."""
        return self.row.owner or self.project.agency_name

    @property
    def reopens(self) -> str:
        """The key of last year's problem that returned."""
        return self.row.reopens


def states(session: Session, year: WorkYear, day: date | None = None) -> list[Entry]:
    """Every rectification of the work year as it stands on a day (the report's day where none is given)."""
    on = day or plan(year.year).moments["report"]
    rows = session.exec(
        select(Rectification, Problem, Project)
        .join(Problem, col(Problem.key) == Rectification.problem_key)
        .join(Project, col(Project.key) == Problem.project_key)
        .where(
            Rectification.asked_on >= date(year.year, 1, 1), Rectification.asked_on <= date(year.year, 12, 31)
        )
        .order_by(Rectification.problem_key)
    ).all()
    answers = _answers(session, (row.problem_key for row, _, _ in rows))
    return [_entry(row, problem, project, answers.get(row.problem_key), on) for row, problem, project in rows]


def carried(session: Session, codes: Iterable[str], fiscal_year: int) -> dict[str, list[str]]:
    """Project code without its year → problems of earlier years of the same project, with how they ended.

    For target review, monitoring and evaluation of `fiscal_year`: the bureau looks first at what was wrong before.
    """
    wanted = {yearless(code) for code in codes}
    rows = session.exec(
        select(Problem, Project, Rectification)
        .join(Project, col(Project.key) == Problem.project_key)
        .join(Rectification, col(Rectification.problem_key) == Problem.key)
        .where(Project.fiscal_year < fiscal_year)
        .order_by(col(Project.fiscal_year), Problem.key)
    ).all()
    mine = [one for one in rows if yearless(one[1].code) in wanted]
    answers = _answers(session, (problem.key for problem, _, _ in mine))
    found: dict[str, list[str]] = {}
    for problem, project, row in mine:
        entry = _entry(row, problem, project, answers.get(problem.key), row.due_on)
        found.setdefault(yearless(project.code), []).append(
            f"{project.fiscal_year}年度“{problem.text.rstrip('。')}”（{entry.state.value}）"
        )
    return found


def returned(session: Session, problem: Problem, project: Project) -> str:
    """The key of the accepted problem of an earlier year that this one repeats; empty for none."""
    rows = session.exec(
        select(Problem, Project)
        .join(Project, col(Project.key) == Problem.project_key)
        .where(Project.fiscal_year < project.fiscal_year, Project.department_code == project.department_code)
    ).all()
    mine = {one.key: one.text for one, other in rows if yearless(other.code) == yearless(project.code)}
    answers = _answers(session, mine)
    closed = {
        key: text
        for key, text in mine.items()
        if (answer := answers.get(key)) and answer[1] is not None and answer[1].decided == ACCEPT
    }
    return same_problem(problem.text, closed)


def assign(session: Session, problem: str, owner: str, email: str) -> None:
    """Name the body that has to put a problem right. Raises LookupError for a problem that was not asked for."""
    row = session.get(Rectification, problem)
    if row is None:
        raise LookupError(
            f"没有下达过整改要求“{problem}”。请从 jixiao rectification status 的末列复制问题标识。"
        )
    row.owner, row.owner_email = owner.strip(), email.strip()
    session.add(row)


def with_history(session: Session, items: Sequence[Waiting]) -> list[Waiting]:
    """What waits for a decision about a project, with the problems that earlier years found in it."""
    found = [(item, PROJECT.search(item.about) if item.kind in FOLLOWED else None) for item in items]
    codes = {(int(key[1]), key[2]) for _, key in found if key}
    history: dict[tuple[int, str], list[str]] = {}
    for year in {year for year, _ in codes}:
        mine = [code for fiscal, code in codes if fiscal == year]
        history |= {(year, code): said for code, said in carried(session, mine, year).items()}
    return [
        replace(item, says=f"{item.says}。往年问题：{'；'.join(said)}")
        if key and (said := history.get((int(key[1]), yearless(key[2]))))
        else item
        for item, key in found
    ]


def _answers(
    session: Session, problems: Iterable[str]
) -> dict[str, tuple[RectificationReply, Decision | None]]:
    """Problem → newest reply and its verdict."""
    rows = session.exec(
        select(RectificationReply, Decision)
        .join(
            Decision,
            (col(Decision.about) == RectificationReply.key)
            & (col(Decision.kind) == DecisionKind.ACCEPT_RECTIFICATION),
            isouter=True,
        )
        .where(col(RectificationReply.problem_key).in_(list(problems)))
        .order_by(RectificationReply.problem_key, col(RectificationReply.version))
    ).all()
    return {reply.problem_key: (reply, decision) for reply, decision in rows}


def _entry(
    row: Rectification,
    problem: Problem,
    project: Project,
    answer: tuple[RectificationReply, Decision | None] | None,
    day: date,
) -> Entry:
    reply, decision = answer or (None, None)
    if reply is None:
        state = State.ASKED
    elif decision is None:
        state = State.REPLIED
    else:
        state = State.CLOSED if decision.decided == ACCEPT else State.SENT_BACK
    late = reply is not None and reply.replied_on > row.due_on
    overdue = state != State.CLOSED and day > row.due_on
    return Entry(problem, project, row, reply, decision, state, late, overdue)
