"""Reminders: who has not answered, on which rung of the ladder. Silent where nothing is open."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from models.calendar import FormIssue, Round
from models.intake import Submission
from models.letters import LetterItem
from models.registers import GrantedException
from models.rules.rhythm import Rung, next_rung, rhythm, rung_of
from models.rules.workdays import add_workdays, workdays_between
from models.vocabulary import Verdict
from notifications.owed import Owed

EXTENSION, WAIVER = "延期", "免报"


@dataclass(frozen=True)
class Asked:
    """An open form with the rung that it has reached, and the one that it reaches next."""

    issue: FormIssue
    round: Round
    due: date
    rung: Rung | None
    soon: Rung | None


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item for each open form that has reached a rung; an unchanged backlog stays silent between rungs.

    Where an addressee is reminded today, what he would be reminded of in the next days comes with it.
    """
    told = set(session.exec(select(LetterItem.key).where(LetterItem.kind == "reminder")).all())
    by_addressee: dict[str, list[Asked]] = defaultdict(list)
    for one in _asked(session, work_year, day):
        by_addressee[one.issue.addressee].append(one)
    for asked in by_addressee.values():
        now = [one for one in asked if one.rung is not None and _key(one.issue, one.rung) not in told]
        if not now:
            continue
        yield from (_item(one, one.rung, work_year, day) for one in now if one.rung is not None)
        for one in asked:
            if (
                one not in now
                and one.soon is not None
                and _near(one, day)
                and _key(one.issue, one.soon) not in told
            ):
                yield _item(one, one.soon, work_year, day)


def _asked(session: Session, work_year: int, day: date) -> Iterator[Asked]:
    exceptions = _exceptions(session, work_year, day)
    for issue, round_ in open_forms(session, work_year):
        granted = exceptions.get((round_.key, issue.addressee))
        if granted is not None and granted.kind == WAIVER:
            continue
        due = granted.expires_on if granted is not None else due_of(issue, round_)
        rung, soon = rung_of(due, day), next_rung(due, day)
        if rung is not None and _fresh(issue, rung.day(due)):
            rung = None
        if soon is not None and _fresh(issue, soon.day(due)):
            soon = None
        yield Asked(issue, round_, due, rung, soon)


def _fresh(issue: FormIssue, on: date) -> bool:
    """A form that came on the day of the rung or shortly before is its own reminder."""
    return workdays_between(issue.issued_at.date(), on) <= rhythm().letters.after_issue_workdays


def _near(one: Asked, day: date) -> bool:
    """Whether the next rung comes so soon that it shares today's letter; one with copies is told on its own day."""
    if one.soon is None or one.soon.copy_roles:
        return False
    return workdays_between(day, one.soon.day(one.due)) <= rhythm().letters.together_workdays


def _key(issue: FormIssue, rung: Rung) -> str:
    return f"reminder/{issue.form_number}/{rung.days}"


def _item(one: Asked, rung: Rung, work_year: int, day: date) -> Owed:
    facts = {
        "matter": one.round.kind.value,
        "fiscal_year": one.round.fiscal_year,
        "due": one.due,
        "left": workdays_between(day, one.due),
        "rung": rung.name,
        "number": one.issue.form_number,
    }
    return Owed(
        _key(one.issue, rung),
        "reminder",
        one.issue.form_number,
        work_year,
        one.issue.addressee,
        facts,
        (form_file(one.issue, one.round),),
        copy_roles=rung.copy_roles,
    )


def form_file(issue: FormIssue, round_: Round) -> tuple[str, str]:
    """The workbook of a form as an attachment: where it lies, and its name for people."""
    return issue.path, f"{round_.fiscal_year}年度{round_.kind.value}-{issue.form_number}.xlsx"


def due_of(issue: FormIssue, round_: Round) -> date:
    """The round's due day; a form sent again leaves at least a few working days."""
    if issue.version == 1:
        return round_.due_on
    return max(round_.due_on, add_workdays(issue.issued_at.date(), rhythm().letters.again_workdays))


def open_forms(session: Session, work_year: int) -> list[tuple[FormIssue, Round]]:
    """The newest form of each round and addressee that has no accepted answer since it was sent."""
    newest = (
        select(FormIssue.round_key, FormIssue.addressee, func.max(FormIssue.version).label("version"))
        .group_by(FormIssue.round_key, FormIssue.addressee)
        .subquery()
    )
    answered = (
        select(Submission.sha256)
        .where(
            Submission.round_key == FormIssue.round_key,
            Submission.addressee == FormIssue.addressee,
            Submission.verdict == Verdict.ACCEPTED,
            col(Submission.received_at) >= FormIssue.issued_at,
        )
        .exists()
    )
    rows = session.exec(
        select(FormIssue, Round)
        .join(Round, col(Round.key) == FormIssue.round_key)
        .join(
            newest,
            (newest.c.round_key == FormIssue.round_key)
            & (newest.c.addressee == FormIssue.addressee)
            & (newest.c.version == FormIssue.version),
        )
        .where(Round.work_year == work_year, ~answered)
        .order_by(FormIssue.form_number)
    ).all()
    return list(rows)


def _exceptions(session: Session, work_year: int, day: date) -> dict[tuple[str, str], GrantedException]:
    rows = session.exec(
        select(GrantedException).where(
            GrantedException.work_year == work_year,
            col(GrantedException.kind).in_((EXTENSION, WAIVER)),
            GrantedException.expires_on >= day,
        )
    ).all()
    return {(row.round_key or "", row.about): row for row in rows}
