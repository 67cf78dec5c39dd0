"""Reminders: who has not answered, on which rung of the ladder. Silent where nothing is open."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, func, select

from models.calendar import FormIssue, Round
from models.intake import Submission
from models.registers import GrantedException
from models.rules.rhythm import rhythm, rung_of
from models.rules.workdays import add_workdays, workdays_between
from models.vocabulary import Verdict
from notifications.owed import Owed

EXTENSION, WAIVER = "延期", "免报"


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item for each open form that has reached a rung; an unchanged backlog stays silent between rungs."""
    exceptions = _exceptions(session, work_year, day)
    for issue, round_ in open_forms(session, work_year):
        granted = exceptions.get((round_.key, issue.addressee))
        if granted is not None and granted.kind == WAIVER:
            continue
        due = granted.expires_on if granted is not None else due_of(issue, round_)
        rung = rung_of(due, day)
        if rung is None or issue.issued_at.date() >= rung.day(due):
            continue  # a form that came after the rung's day is its own reminder
        facts = {
            "matter": round_.kind.value,
            "fiscal_year": round_.fiscal_year,
            "due": due,
            "left": workdays_between(day, due),
            "rung": rung.name,
            "number": issue.form_number,
        }
        key = f"reminder/{issue.form_number}/{rung.days}"
        yield Owed(
            key, "reminder", issue.form_number, work_year, issue.addressee, facts, copy_roles=rung.copy_roles
        )


def due_of(issue: FormIssue, round_: Round) -> date:
    """The round's due day; a form sent again leaves at least a few working days."""
    if issue.version == 1:
        return round_.due_on
    return max(round_.due_on, add_workdays(issue.issued_at.date(), rhythm().again_workdays))


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
