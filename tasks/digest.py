"""The officers' morning page: what waits for a decision, what is late, what failed, what is undecided.

It is written when there is something new, or when something has waited so long that the bureau's own reviewers
are to be reminded; an unchanged backlog is not repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from models.intake import Submission
from models.letters import ContactReply, Letter, LetterItem, MailReport
from models.people import Contact, Department
from models.rules.rhythm import rhythm
from models.rules.workdays import workdays_between
from models.vocabulary import DecisionKind, LetterState, ReportKind
from notifications.address_book import AddressBook
from notifications.message import is_address
from notifications.outbox import UNSETTLED
from notifications.owed import Owed
from notifications.reminders import due_of, open_forms
from tasks.decisions import waiting
from tasks.intake import FAILED
from tasks.log_in import guessed
from tasks.mailbox import trouble

KIND = "digest"
SHOWN = 10
LONGEST = 120
LASTING = ("letter/", "suspended/", "nobody/", "file/")
"""What stays wrong until somebody mends it; told once in words, then counted."""


@dataclass(frozen=True)
class Line:
    """One thing of the page, with its identity (short enough for a key of the database)."""

    key: str
    says: str

    def __post_init__(self) -> None:
        """A long identity is told apart by its hash."""
        if len(self.key) > LONGEST:
            object.__setattr__(self, "key", f"{self.key[:60]}~{_mark(self.key)}")


def digest(
    session: Session, book: AddressBook, work_year: int, day: date, troubles: Sequence[str] = ()
) -> list[Owed]:
    """One item an officer, where there is something new to tell him."""
    decisions = waiting(session, work_year, day)
    asked = [(one.kind.value, Line(f"waiting/{one.kind.value}/{one.about}", one.says)) for one in decisions]
    undecided = sum(one.kind == DecisionKind.NEXT_BUDGET and not one.proposed for one in decisions)
    late = _late(session, book, work_year, day)
    failed = [Line(f"trouble/{_mark(one)}", one) for one in troubles] + _failed(session, book, work_year, day)
    told = _told(session)
    found = []
    for officer in (one for one in book.officers if is_address(one.email)):
        mine = told.get(officer.name, {})
        slow = _slow(asked, mine, day)
        keys = [line.key for _, line in asked] + [line.key for line in (*late, *failed)]
        new = [key for key in (*keys, *(key for key, _ in slow)) if key not in mine]
        if not new:
            continue
        facts = {
            "waiting": _by_kind(asked, mine, day),
            "count": len(asked),
            "slow": [says for key, says in slow if key not in mine],
            "late": [line.says for line in late],
            "failed": [line.says for line in failed if line.key not in mine],
            "known": sum(line.key in mine and line.key.startswith(LASTING) for line in failed),
            "undecided": undecided,
        }
        tells = tuple(f"{KIND}/{officer.name}/{key}" for key in new)
        key = f"{KIND}/{officer.name}/{day.isoformat()}"
        found.append(
            Owed(
                key, KIND, day.isoformat(), work_year, officer.name, facts, tells=tells, address=officer.email
            )
        )
    return found


def _mark(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _told(session: Session) -> dict[str, dict[str, date]]:
    """Officer → what he was told, and when first."""
    rows = session.exec(
        select(col(LetterItem.key), col(Letter.written_on))
        .join(Letter, col(Letter.key) == LetterItem.letter_key)
        .where(LetterItem.kind == KIND)
    ).all()
    told: dict[str, dict[str, date]] = {}
    for key, on in rows:
        _, officer, what = key.split("/", 2)
        told.setdefault(officer, {})[what] = on
    return told


def _slow(asked: Sequence[tuple[str, Line]], mine: dict[str, date], day: date) -> list[tuple[str, str]]:
    """What has waited past a rung of the desk since it was first told: (identity with the rung, sentence)."""
    found = []
    for kind, line in asked:
        if line.key not in mine:
            continue
        days = workdays_between(mine[line.key], day)
        rung = max((one for one in rhythm().desk.slow_workdays if one <= days), default=None)
        if rung is not None:
            found.append((f"slow/{line.key}/{rung}", f"{kind}：{line.says}（已等待{days}个工作日）"))
    return found


def _by_kind(asked: Sequence[tuple[str, Line]], mine: dict[str, date], day: date) -> list[dict[str, Any]]:
    """A group a kind of decision: how many, how many of them new, how long the oldest waits, the new ones in words."""
    groups: dict[str, list[Line]] = {}
    for kind, line in asked:
        groups.setdefault(kind, []).append(line)
    found = []
    for kind, lines in groups.items():
        new = [line for line in lines if line.key not in mine]
        oldest = max((workdays_between(mine[line.key], day) for line in lines if line.key in mine), default=0)
        found.append(
            {
                "kind": kind,
                "count": len(lines),
                "new": len(new),
                "oldest": oldest,
                "lines": [line.says for line in new[:SHOWN]],
                "more": max(0, len(new) - SHOWN),
            }
        )
    return found


def _late(session: Session, book: AddressBook, work_year: int, day: date) -> list[Line]:
    return [
        Line(
            f"late/{issue.form_number}",
            f"{book.name_of(issue.addressee)}　{round_.kind.value}表，逾期{workdays_between(due_of(issue, round_), day)}个工作日",
        )
        for issue, round_ in open_forms(session, work_year)
        if due_of(issue, round_) < day
    ]


def _failed(session: Session, book: AddressBook, work_year: int, day: date) -> list[Line]:
    """What did not work, each with what to do; answers of people that no program can act on."""
    return [
        *_letters(session, work_year),
        *_stuck(session, day),
        *_contacts(session, book),
        *_answers(session),
        *_files(session, book),
        *(Line(key, says) for key, says in guessed(session, day)),
        *([Line(f"mailbox/{day.isoformat()}", trouble())] if trouble() else []),
    ]


def _letters(session: Session, work_year: int) -> list[Line]:
    moved = set(session.exec(select(Letter.redirected_from).where(Letter.redirected_from != "")).all())
    rows = session.exec(
        select(Letter)
        .where(
            Letter.work_year == work_year,
            col(Letter.state).in_((LetterState.REFUSED, LetterState.EXPIRED)),
        )
        .order_by(Letter.key)
    ).all()
    return [
        Line(f"letter/{row.key}", f"{row.addressee}的函件《{row.subject}》未送达：{row.outcome}")
        for row in rows
        if row.key not in moved
    ]


def _stuck(session: Session, day: date) -> list[Line]:
    """Letters of earlier days that have not gone out: a post office that is shut, or the daily limit."""
    rows = session.exec(
        select(col(Letter.written_on), col(Letter.outcome))
        .where(col(Letter.state).in_(UNSETTLED), Letter.written_on < day)
        .order_by(col(Letter.written_on))
    ).all()
    if not rows:
        return []
    why = next((f"：{outcome}" for _, outcome in rows if outcome), "")
    return [
        Line(
            f"stuck/{day}",
            f"有{len(rows)}封以前拟好的函件尚未发出，最早为{rows[0][0]}{why}。请检查邮件服务器（jixiao doctor）。",
        )
    ]


def _contacts(session: Session, book: AddressBook) -> list[Line]:
    suspended = session.exec(
        select(Contact).where(Contact.suspended_reason != "").order_by(Contact.key)
    ).all()
    lines = [
        Line(
            f"suspended/{one.key}/{_mark(one.suspended_reason)}",
            f"{book.name_of(one.department_code)}{one.role.value}{one.name}（{one.email}）已停用：{one.suspended_reason}"
            "，函件改发下一联系人。请核实后更新联系人。",
        )
        for one in suspended
    ]
    active = session.exec(select(Department).where(Department.active).order_by(Department.code)).all()
    lines += [
        Line(f"nobody/{one.code}", f"{one.name}没有可用的联系人，请补充。")
        for one in active
        if not book.in_line(one.code)
    ]
    away = session.exec(
        select(MailReport).where(MailReport.kind == ReportKind.AWAY).order_by(MailReport.key)
    ).all()
    return lines + [
        Line(f"away/{one.key}", f"{one.address}自动答复：{one.says[:80]}（函件同时抄送下一联系人）")
        for one in away
    ]


def _answers(session: Session) -> list[Line]:
    rows = session.exec(
        select(ContactReply, Letter)
        .join(Letter, col(Letter.key) == ContactReply.letter_key)
        .where(~col(ContactReply.confirmed))
        .order_by(col(ContactReply.received_at), ContactReply.key)
    ).all()
    return [
        Line(f"reply/{reply.key}", f"{about.addressee}来信（回复《{about.subject}》）：{reply.text[:120]}")
        for reply, about in rows
    ]


def _files(session: Session, book: AddressBook) -> list[Line]:
    rows = session.exec(
        select(Submission).where(col(Submission.says).startswith(FAILED)).order_by(Submission.sha256)
    ).all()
    return [
        Line(f"file/{row.sha256}", f"{book.name_of(row.addressee)}报送的“{row.file_name}”：{row.says}")
        for row in rows
    ]
