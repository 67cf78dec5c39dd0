"""来信说已公开: a department's answer to the disclosure reminder is entered, or shown to an officer with a filled-in form."""

from collections.abc import Sequence
from datetime import date
from email.utils import parseaddr

from sqlmodel import Session, col, select

from models.letters import ContactReply, Letter, LetterItem
from models.people import Department
from models.registers import Publication
from models.rules.announced import announced, own_words
from notifications.disclosure import KIND

LONGEST = 120


def take_word(session: Session, letters: Sequence[Letter], text: str, sender: str, on: date) -> str:
    """An answer that plainly says when and where is entered as it stands; "" where a person must read it."""
    told = select(LetterItem.about).where(
        LetterItem.kind == KIND, col(LetterItem.letter_key).in_([one.key for one in letters])
    )
    rows = [session.get(Publication, key) for key in sorted(set(session.exec(told).all()))]
    row = rows[0] if len(rows) == 1 else None
    found = announced(text, row.approved_on, on) if row and row.published_on is None else None
    if row is None or found is None:
        return ""
    row.published_on, row.link = found
    row.officer = f"{parseaddr(sender)[1]}来信"
    session.add(row)
    return f"已登记公开：{row.published_on}，{row.link}。"


def unpublished(session: Session, work_year: int, day: date) -> list[tuple[Publication, str, str, str]]:
    """Departments that wrote about it or are late: (the entry that waits, name, the day and how late, words)."""
    rows = session.exec(
        select(Publication, Department.name)
        .join(Department, col(Department.code) == Publication.department_code)
        .where(
            Publication.work_year == work_year,
            col(Publication.published_on).is_(None),
            Publication.approved_on <= day,
        )
        .order_by(col(Publication.due_on), Publication.key)
    ).all()
    said = session.exec(
        select(LetterItem.about, ContactReply.text)
        .join(ContactReply, col(ContactReply.letter_key) == LetterItem.letter_key)
        .where(LetterItem.kind == KIND, ~col(ContactReply.confirmed))
        .order_by(col(ContactReply.received_at))
    ).all()
    words = {about: own_words(text).strip()[:LONGEST] for about, text in said}
    return [
        (row, name, f"{row.due_on:%m月%d日}{_late(row, day)}", words.get(row.key, ""))
        for row, name in rows
        if row.key in words or row.due_on < day
    ]


def _late(row: Publication, day: date) -> str:
    return f"，逾期{(day - row.due_on).days}天" if row.due_on < day else ""
