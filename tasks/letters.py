"""Letters: what is owed becomes one letter an addressee and day; letters in the outbox are sent."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.calendar import FormIssue
from models.database import transaction
from models.intake import Submission
from models.letters import Letter, LetterItem
from models.people import Officer
from models.rules.rhythm import rhythm
from models.vocabulary import LetterState
from notifications.message import message_id
from notifications.outbox import Outcome, claim, put, settle
from notifications.owed import Address, AddressBook, Owed, owed, untold
from notifications.post_office import deliver
from notifications.reminders import due_of, open_forms
from notifications.render import Section, Unrenderable, letter, page, section
from tasks.decisions import waiting
from tasks.intake import FAILED
from tasks.mailbox import trouble
from tasks.rounds import the_year

MIXED = "综合"


def letters_owed(session: Session, work_year: int, day: date) -> list[Owed]:
    """What must be written today; an addressee who has had his letter today waits, answers to his mail excepted."""
    the_year(session, work_year)
    items = owed(session, work_year, day) + untold(session, digest(session, work_year, day))
    written = set(session.exec(select(Letter.addressee).where(Letter.written_on == day)).all())
    book = _book(session)
    return [one for one in items if one.kind in rhythm().prompt or _name(book, one) not in written]


def _book(session: Session) -> AddressBook:
    chief = session.exec(select(Officer).order_by(Officer.name)).first()
    return AddressBook(session, chief.email if chief else "")


def _name(book: AddressBook, one: Owed) -> str:
    address = book.find(one.addressee)
    return address.name if address else one.addressee


def digest(session: Session, work_year: int, day: date) -> list[Owed]:
    """The officers' morning page: what waits, what is late, what failed; silent while nothing has changed."""
    lines = [f"{item.kind.value}：{item.says}" for item in waiting(session, work_year, day)]
    names = _book(session).departments
    late = [
        f"{names.get(issue.addressee, issue.addressee)} {round_.kind.value}表"
        for issue, round_ in open_forms(session, work_year)
        if due_of(issue, round_) < day
    ]
    bad = (LetterState.REFUSED, LetterState.EXPIRED)
    failed = [
        f"{addressee}的函件未送达：{outcome}"
        for addressee, outcome in session.exec(
            select(Letter.addressee, Letter.outcome).where(col(Letter.state).in_(bad)).order_by(Letter.key)
        ).all()
    ]
    failed += [
        f"{names.get(row.addressee, row.addressee)}报送的“{row.file_name}”：{row.says}"
        for row in session.exec(
            select(Submission).where(col(Submission.says).startswith(FAILED)).order_by(Submission.sha256)
        ).all()
    ]
    failed += [one for one in (trouble(),) if one]
    if not (lines or late or failed):
        return []
    facts = {"waiting": lines, "late": late, "failed": failed}
    mark = hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
    officers = session.exec(select(Officer).order_by(Officer.name)).all()
    return [
        Owed(f"digest/{one.name}/{mark}", "digest", mark, work_year, one.name, facts, address=one.email)
        for one in officers
    ]


def write_owed_letters(work_year: int, day: date, at: datetime) -> int:
    """Write what is owed into the outbox, all in one transaction; returns the number of letters."""
    with transaction() as session:
        groups: dict[str, list[Owed]] = defaultdict(list)
        for one in letters_owed(session, work_year, day):
            groups[one.addressee].append(one)
        book = _book(session)
        chief = session.exec(select(Officer).order_by(Officer.name)).first()
        officer = f"{chief.name} {chief.phone}".strip() if chief else ""
        count = 0
        for addressee, items in groups.items():
            address = book.find(addressee) or _own_address(items[0])
            if address is not None:
                count += _write(session, address, items, officer, work_year, day)
        return count


def _own_address(one: Owed) -> Address | None:
    return (
        Address(one.addressee.partition("<")[0].strip() or one.address, None, one.address, {})
        if one.address
        else None
    )


def _write(
    session: Session, to: Address, items: Sequence[Owed], officer: str, work_year: int, day: date
) -> int:
    sections, told = _sections(items)
    if not sections:
        return 0
    rendered = letter(to.name, sections, officer, day)
    before = session.exec(
        select(func.count()).select_from(Letter).where(Letter.written_on == day, Letter.addressee == to.name)
    ).one()
    key = f"{day.isoformat()}/{to.name}" + (f"/{before + 1}" if before else "")
    kinds = list(dict.fromkeys(one.kind for one in told))
    roles = dict.fromkeys(role for one in told for role in one.copy_roles)
    copies = dict.fromkeys(to.copies[role] for role in roles if to.copies.get(role))
    row = Letter(
        key=key,
        kind=kinds[0] if len(kinds) == 1 else MIXED,
        about=told[0].about if len(told) == 1 else "",
        work_year=work_year,
        written_on=day,
        department_code=to.department_code,
        addressee=to.name,
        recipient=to.recipient,
        copy_to=", ".join(copies),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        attachments="\n".join(f"{path}|{name}" for one in told for path, name in one.attachments),
        message_id=message_id(key),
    )
    rows = [LetterItem(key=one.key, letter_key=key, kind=one.kind, about=one.about) for one in told]
    return int(put(session, row, rows))


def _sections(items: Sequence[Owed]) -> tuple[list[Section], list[Owed]]:
    """A section a kind, in order; a kind whose text cannot be made stays owed and stops no other."""
    by_kind: dict[str, list[Owed]] = defaultdict(list)
    for one in items:
        by_kind[one.kind].append(one)
    sections: list[Section] = []
    told: list[Owed] = []
    for kind, group in by_kind.items():
        try:
            sections.append(section(kind, [one.facts for one in group]))
        except Unrenderable:
            continue
        told += group
    return sections, told


def send_letters(day: date, at: datetime) -> int:
    """Send what may be sent, batch by batch; returns how many went out."""
    sent = 0
    me = f"{os.uname().nodename}/{os.getpid()}"
    while batch := claim(at, me):

        def done(one: Letter, outcome: Outcome) -> None:
            nonlocal sent
            settle(one, outcome, at)
            sent += outcome.state == LetterState.SENT

        deliver(batch, at, done)
    return sent


def preview(work_year: int, day: date) -> tuple[str, int]:
    """Today's letters as one page, nothing stored; returns the page and how many letters."""
    with transaction() as session:
        groups: dict[str, list[Owed]] = defaultdict(list)
        for one in letters_owed(session, work_year, day):
            groups[one.addressee].append(one)
        book = _book(session)
        shown = []
        for addressee, items in groups.items():
            to = book.find(addressee) or _own_address(items[0])
            sections, told = _sections(items)
            if to is not None and sections:
                files = [name for one in told for _, name in one.attachments]
                shown.append({"to": to, "letter": letter(to.name, sections, "", day), "files": files})
    return page("preview/page.html", letters=shown, day=day), len(shown)


def delivery(work_year: int, addressee: str = "") -> list[str]:
    """A line a letter: day, addressee, subject, what became of it; of one addressee or of all."""
    with transaction() as session:
        query = select(Letter).where(Letter.work_year == work_year)
        if addressee:
            query = query.where(Letter.addressee == addressee)
        rows = session.exec(query.order_by(col(Letter.written_on), Letter.key)).all()
    if not rows:
        return [f"没有发给“{addressee}”的函件。" if addressee else "还没有函件。"]
    return [
        f"{row.written_on}　{row.addressee}　{row.recipient}　{row.subject}　{row.state.value}"
        f"{f'（{row.sent_at:%m-%d %H:%M}，第{row.attempts}次）' if row.sent_at else f'　{row.outcome}'}"
        for row in rows
    ]


def doubtful_contacts(work_year: int) -> list[str]:
    """Departments that cannot be reached, or that were asked and never answered anything."""
    with transaction() as session:
        book = _book(session)
        unreachable = [
            f"{name}：没有可用的联系人，请补充。"
            for code, name in book.departments.items()
            if not book.find(code)
        ]
        asked = set(session.exec(select(FormIssue.addressee)).all())
        answered = set(session.exec(select(Submission.addressee)).all())
        silent = [
            f"{book.departments[code]}：发过表格但从未收到回复，请电话核实联系人{book.roles.get(code, {}).get('经办人', '')}是否仍在岗。"
            for code in sorted(asked - answered)
            if code in book.departments
        ]
    return unreachable + silent
