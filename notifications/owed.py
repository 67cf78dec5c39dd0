"""What is owed: recomputed from facts each time. A letter is owed because a fact exists that no letter has told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, literal
from sqlmodel import Session, col, select

from models.letters import LetterItem


@dataclass(frozen=True)
class Owed:
    """One thing to tell one addressee. `key` is its identity: told once, it is never told again."""

    key: str
    kind: str
    about: str
    work_year: int
    addressee: str
    facts: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[tuple[str, str], ...] = ()
    """Files: (path below the home folder, name shown to the reader)."""
    copy_roles: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """More identities that are told with it."""
    address: str = ""
    """An address of its own, where the addressee is not registered (an unknown sender)."""


def not_told(prefix: str, identity: Any) -> ColumnElement[bool]:
    """SQL: no letter has told the item `prefix` + identity, so that rooms read only what is still owed."""
    return ~exists().where(col(LetterItem.key) == literal(prefix).concat(identity))


def untold(session: Session, items: Iterable[Owed]) -> list[Owed]:
    """Those that no letter has told yet, in order."""
    found = list(items)
    kinds = {item.kind for item in found}
    told = (
        set(session.exec(select(LetterItem.key).where(col(LetterItem.kind).in_(kinds))).all())
        if kinds
        else set()
    )
    return [item for item in found if item.key not in told]


def owed(session: Session, work_year: int, day: date) -> list[Owed]:
    """Everything owed on a day, room by room in the order in which people should read it."""
    from notifications import (
        contact_check,
        desk,
        disclosure,
        evaluation,
        intake,
        mid_year_monitoring,
        prior_assessment,
        reminders,
        result_application,
        target_review,
    )

    rooms = (
        intake,
        prior_assessment,
        target_review,
        mid_year_monitoring,
        evaluation,
        result_application,
        reminders,
        disclosure,
        contact_check,
        desk,
    )
    return [item for room in rooms for item in untold(session, room.owed(session, work_year, day))]
