"""Letters: what is owed becomes one letter an addressee and day; letters in the outbox are sent."""

import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr

from sqlmodel import Session, col, func, select

from models.database import transaction
from models.letters import Letter, LetterItem
from models.rules.rhythm import is_quiet, rhythm
from models.vocabulary import LetterState
from notifications.address_book import Address, AddressBook
from notifications.message import message_id
from notifications.outbox import Outcome, claim, one_at_a_time, put, settle
from notifications.owed import Owed, owed
from notifications.post_office import deliver
from notifications.render import Rendered, Section, Unrenderable, letter, one_line, page, section
from tasks.digest import digest
from tasks.postmaster import note_refusal, withdraw_answered
from tasks.rounds import the_year

MIXED = "综合"
log = logging.getLogger("jixiao")


@dataclass(frozen=True)
class Draft:
    """A letter as it would be written."""

    to: Address
    told: list[Owed]
    rendered: Rendered

    @property
    def copies(self) -> list[str]:
        """Addresses in copy: those of the rungs reached, and who stands in for one who is away."""
        roles = dict.fromkeys(role for one in self.told for role in one.copy_roles)
        found = [self.to.copies[role] for role in roles if self.to.copies.get(role)]
        return [one for one in dict.fromkeys([*found, *self.to.also]) if one != self.to.recipient]

    @property
    def attachments(self) -> list[tuple[str, str]]:
        """Files: (path below the home folder, name shown)."""
        return [file for one in self.told for file in one.attachments]


def letters_owed(session: Session, work_year: int, day: date) -> list[Owed]:
    """What must be written today. On quiet days, and to whoever has had his letter today, only answers to his mail."""
    book = AddressBook(session, day)
    return _today(session, _due(session, book, work_year, day), book, day) + _today(
        session, digest(session, book, work_year, day), book, day
    )


def anything_owed(session: Session, work_year: int, day: date) -> bool:
    """Whether any letter must be written today; asks the officers' desk only where nobody else is owed one."""
    book = AddressBook(session, day)
    if _today(session, _due(session, book, work_year, day), book, day):
        return True
    return bool(_today(session, digest(session, book, work_year, day), book, day))


def _due(session: Session, book: AddressBook, work_year: int, day: date) -> list[Owed]:
    """What the rooms say is owed; an answer to a sender who is a department's clerk belongs into its letter."""
    the_year(session, work_year)
    return [_to_its_department(book, one) for one in owed(session, work_year, day)]


def _to_its_department(book: AddressBook, one: Owed) -> Owed:
    address = parseaddr(one.address)[1].lower()
    code = book.owner.get(address, "")
    usual = book.find(code) if code else None
    mine = usual is not None and usual.recipient.lower() == address
    return replace(one, addressee=code, address="") if mine else one


def _today(session: Session, items: Sequence[Owed], book: AddressBook, day: date) -> list[Owed]:
    written: dict[str, int] = defaultdict(int)
    for name, count in session.exec(
        select(Letter.addressee, func.count())
        .where(Letter.written_on == day, Letter.redirected_from == "", Letter.copy_of == "")
        .group_by(Letter.addressee)
    ).all():
        written[name] = count
    rules, quiet = rhythm().letters, is_quiet(day)

    def may(one: Owed) -> bool:
        had = written[_name(book, one)]
        if one.kind in rules.prompt:
            return had < rules.prompt_daily  # two machines that answer each other come to an end
        return had == 0 and not quiet

    return [one for one in items if may(one)]


def _name(book: AddressBook, one: Owed) -> str:
    address = book.find(one.addressee) or _own_address(one)
    return address.name if address else one.addressee


def _own_address(one: Owed) -> Address | None:
    name, address = parseaddr(one.address)
    return (
        Address(name or one.addressee.partition("<")[0].strip() or address, None, address)
        if address
        else None
    )


def drafts(session: Session, work_year: int, day: date, *, inside: bool = False) -> list[Draft]:
    """Today's letters, nothing stored. What could not be written stays owed and is told in the officers' digest.

    inside: only those to the officers.
    """
    book = AddressBook(session, day)
    names = {officer.name for officer in book.officers}
    items = _today(session, _due(session, book, work_year, day), book, day)
    others = [] if inside else [one for one in items if one.addressee not in names]
    made, troubles = _drafted(others, book, day, book.desk)
    for one in troubles:
        log.warning(one)
    morning = _today(session, digest(session, book, work_year, day, troubles), book, day)
    own = morning + [one for one in items if one.addressee in names]
    return made + _drafted(own, book, day, "")[0]


def _drafted(items: Sequence[Owed], book: AddressBook, day: date, desk: str) -> tuple[list[Draft], list[str]]:
    groups: dict[str, list[Owed]] = defaultdict(list)
    for one in items:
        groups[one.addressee].append(one)
    made: list[Draft] = []
    troubles: dict[str, None] = {}
    for addressee, group in groups.items():
        to = book.find(addressee) or _own_address(group[0])
        if to is None:
            troubles[f"{book.name_of(addressee)}没有可用的联系人，函件无法发出。请补充联系人。"] = None
            continue
        try:
            sections, told = _sections(group, troubles)
            if sections:
                made.append(Draft(to, told, letter(to.name, sections, desk, day)))
        except Unrenderable as error:
            troubles[str(error)] = None
    return made, list(troubles)


def _sections(items: Sequence[Owed], troubles: dict[str, None]) -> tuple[list[Section], list[Owed]]:
    """A section a kind, in order; a kind whose text cannot be made stops no other."""
    by_kind: dict[str, list[Owed]] = defaultdict(list)
    for one in items:
        by_kind[one.kind].append(one)
    sections: list[Section] = []
    told: list[Owed] = []
    for kind, group in by_kind.items():
        try:
            sections.append(section(kind, [one.facts for one in group]))
        except Unrenderable as error:
            troubles[str(error)] = None
            continue
        told += group
    return sections, told


def write_owed_letters(work_year: int, day: date, at: datetime, *, inside: bool = False) -> int:
    """Write what is owed (inside: to the officers) into the outbox, in one transaction; returns how many letters."""
    with transaction() as session:
        one_at_a_time(session)
        made = drafts(session, work_year, day, inside=inside)
        return sum(_write(session, one, work_year, at) for one in made)


def _write(session: Session, draft: Draft, work_year: int, at: datetime) -> int:
    to, told, day = draft.to, draft.told, at.date()
    before = session.exec(
        select(func.count()).select_from(Letter).where(Letter.written_on == day, Letter.addressee == to.name)
    ).one()
    key = f"{day.isoformat()}/{to.name[:150]}" + (f"/{before + 1}" if before else "")
    kinds = list(dict.fromkeys(one.kind for one in told))
    simple = len(kinds) == 1 or all(kind in rhythm().letters.prompt for kind in kinds)
    row = Letter(
        key=key,
        kind=kinds[0] if simple else MIXED,
        about=told[0].about if len(told) == 1 else "",
        work_year=work_year,
        written_on=day,
        written_at=at,
        sequence=before + 1,
        department_code=to.department_code,
        addressee=to.name,
        recipient=to.recipient,
        copy_to=", ".join(draft.copies),
        subject=draft.rendered.subject,
        text=draft.rendered.text,
        html=draft.rendered.html,
        attachments="\n".join(f"{path}|{one_line(name)}" for path, name in draft.attachments),
        message_id=message_id(key),
    )
    rows = [
        LetterItem(key=item, letter_key=key, kind=one.kind, about=one.about)
        for one in told
        for item in (one.key, *one.tells)
    ]
    return int(put(session, row, rows))


def send_letters(day: date, at: datetime) -> int:
    """Send what may be sent, batch by batch; returns how many went out."""
    sent = 0
    me = f"{os.uname().nodename}/{os.getpid()}"
    with transaction() as session:
        withdraw_answered(session)

    def done(one: Letter, outcome: Outcome) -> None:
        nonlocal sent
        settle(one, outcome, at)
        if outcome.bad:
            note_refusal(one, outcome, at)
        sent += outcome.state == LetterState.SENT

    while batch := claim(at, me):
        deliver(batch, at, done)
    return sent


def preview(work_year: int, day: date) -> tuple[str, int]:
    """Today's letters as one page, nothing stored; returns the page and how many letters."""
    with transaction() as session:
        shown = drafts(session, work_year, day)
        waiting = session.exec(
            select(func.count())
            .select_from(Letter)
            .where(col(Letter.state).in_((LetterState.QUEUED, LetterState.DEFERRED, LetterState.IN_DOUBT)))
        ).one()
    return page("preview/page.html", letters=shown, day=day, waiting=waiting), len(shown)
