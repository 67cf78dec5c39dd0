"""Forms sent out and answers that came in."""

from collections.abc import Iterator
from datetime import date
from email.utils import parseaddr

from sqlmodel import Session, col, func, select

from models.calendar import FormCover, FormIssue, Round
from models.intake import Finding, Submission
from models.people import ThirdParty
from models.vocabulary import Severity, Verdict
from notifications.message import is_address
from notifications.owed import Owed, not_told
from notifications.reminders import form_file

SHOWN = 8
RETURNED = "退回修改"


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """Forms to send, receipts, and answers that could not be read."""
    yield from _forms(session, work_year)
    yield from _answers(session, work_year)


def _forms(session: Session, work_year: int) -> Iterator[Owed]:
    rows = session.exec(
        select(FormIssue, Round)
        .join(Round, col(Round.key) == FormIssue.round_key)
        .where(Round.work_year == work_year, not_told("form/", FormIssue.form_number))
        .order_by(FormIssue.form_number)
    ).all()
    if not rows:
        return
    parties = set(session.exec(select(ThirdParty.name)).all())
    counts = dict(
        session.exec(select(FormCover.form_number, func.count()).group_by(col(FormCover.form_number))).all()
    )
    mistakes = _mistakes(session)
    for issue, round_ in rows:
        kind = "returned" if issue.reason == RETURNED else "again" if issue.version > 1 else "opened"
        if kind == "opened" and issue.addressee in parties:
            kind = "commissioned"
        found = mistakes.get((issue.round_key, issue.addressee), []) if kind == "returned" else []
        facts = {
            "matter": round_.kind.value,
            "fiscal_year": round_.fiscal_year,
            "due": round_.due_on,
            "provisional": round_.provisional,
            "number": issue.form_number,
            "count": counts.get(issue.form_number, 0),
            "reason": issue.reason,
            "errors": len(found),
            "findings": found[:SHOWN],
        }
        key = f"form/{issue.form_number}"
        yield Owed(
            key, kind, issue.form_number, work_year, issue.addressee, facts, (form_file(issue, round_),)
        )


def _mistakes(session: Session) -> dict[tuple[str, str], list[Finding]]:
    """(round, addressee) → errors of its newest returned submission."""
    rows = session.exec(
        select(Finding, Submission)
        .join(Submission, col(Submission.sha256) == Finding.submission)
        .where(Submission.verdict == Verdict.RETURNED, Finding.severity == Severity.ERROR)
        .order_by(col(Submission.received_at), col(Finding.sequence))
    ).all()
    found: dict[tuple[str, str], list[Finding]] = {}
    newest: dict[tuple[str, str], str] = {}
    for finding, submission in rows:
        place = (submission.round_key or "", submission.addressee)
        if newest.get(place) != submission.sha256:
            newest[place], found[place] = submission.sha256, []
        found[place].append(finding)
    return found


def _answers(session: Session, work_year: int) -> Iterator[Owed]:
    rows = session.exec(
        select(Submission, Round)
        .join(Round, col(Round.key) == Submission.round_key, isouter=True)
        .where(
            Submission.verdict != Verdict.RETURNED,
            not_told("accepted/", Submission.sha256),
            not_told("unreadable/", Submission.sha256),
        )
        .order_by(col(Submission.received_at), Submission.sha256)
    ).all()
    warned = dict(
        session.exec(
            select(Finding.submission, func.count())
            .where(Finding.severity == Severity.WARNING)
            .group_by(col(Finding.submission))
        ).all()
    )
    for submission, round_ in rows:
        if submission.verdict == Verdict.ACCEPTED and round_ is not None and round_.work_year == work_year:
            facts = {
                "matter": round_.kind.value,
                "fiscal_year": round_.fiscal_year,
                "received_at": submission.received_at,
                "file_name": submission.file_name,
                "number": submission.form_number,
                "late": submission.received_at.date() > round_.due_on,
                "warnings": warned.get(submission.sha256, 0),
            }
            key = f"accepted/{submission.sha256}"
            yield Owed(key, "accepted", submission.sha256, work_year, submission.addressee, facts)
        elif submission.verdict in (Verdict.UNREADABLE, Verdict.NOT_OURS) and is_address(
            parseaddr(submission.sender)[1]
        ):
            facts = {"file_name": submission.file_name, "says": submission.says}
            key = f"unreadable/{submission.sha256}"
            yield Owed(
                key,
                "unreadable",
                submission.sha256,
                work_year,
                submission.sender,
                facts,
                address=submission.sender,
            )
