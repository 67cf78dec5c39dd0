"""What is owed: recomputed from facts each time. A letter is owed because a fact exists that no letter has told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, literal
from sqlmodel import Session, col, select

from models.letters import LetterItem
from models.people import Contact, Department, ThirdParty
from models.vocabulary import Role


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
        desk,
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
        desk,
    )
    return [item for room in rooms for item in untold(session, room.owed(session, work_year, day))]


@dataclass(frozen=True)
class Address:
    """To whom a letter goes."""

    name: str
    department_code: str | None
    recipient: str
    copies: dict[str, str]


class AddressBook:
    """Everybody's addresses, read once: departments by role, third parties."""

    def __init__(self, session: Session, chief: str) -> None:
        self.departments = dict(session.exec(select(Department.code, Department.name)).all())
        self.parties = dict(session.exec(select(ThirdParty.name, ThirdParty.email)).all())
        self.roles: dict[str, dict[str, str]] = {}
        for contact in session.exec(select(Contact).where(Contact.suspended_reason == "")).all():
            self.roles.setdefault(contact.department_code, {})[contact.role.value] = contact.email
        self.chief = chief

    def find(self, addressee: str) -> Address | None:
        """The clerk, or whoever stands next in line; None where nobody can be reached."""
        if addressee in self.parties:
            return Address(addressee, None, self.parties[addressee], {})
        roles = self.roles.get(addressee, {})
        order = [role.value for role in Role]
        recipient = next((roles[role] for role in order if role in roles), None)
        if recipient is None:
            return None
        return Address(
            self.departments[addressee], addressee, recipient, {**roles, "财政分管科长": self.chief}
        )
