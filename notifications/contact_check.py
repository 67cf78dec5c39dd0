"""联系人核实（还是您吗？）: asked now and then of departments that were not heard from for long."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from models.base import SHANGHAI
from models.intake import Submission
from models.letters import ContactReply, Letter
from models.people import Contact, Department
from models.rules.rhythm import asking_day, rhythm
from models.vocabulary import Role
from notifications.owed import Owed

KIND = "contact_check"


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item a department whose contacts nobody has heard from; who answered with a form is still there."""
    asked_on = asking_day(day)
    if asked_on is None:
        return
    since = asked_on - timedelta(days=rhythm().contact.heard_within_days)
    people: dict[str, list[Contact]] = defaultdict(list)
    order = [role.value for role in Role]
    for contact in session.exec(select(Contact).where(Contact.suspended_reason == "")).all():
        people[contact.department_code].append(contact)
    heard = _heard(session)
    departments = select(Department).where(Department.active).order_by(Department.code)
    for department in session.exec(departments).all():
        last = heard.get(department.code)
        if not people[department.code] or (last is not None and last >= since):
            continue
        listed = sorted(people[department.code], key=lambda one: (order.index(one.role.value), one.key))
        facts = {"contacts": [{"role": p.role.value, **p.model_dump(include=SHOWN)} for p in listed]}
        key = f"{KIND}/{department.code}/{asked_on.isoformat()}"
        yield Owed(key, KIND, department.code, work_year, department.code, facts)


SHOWN = {"name", "email", "phone"}


def _heard(session: Session) -> dict[str, date]:
    """Department → the day on which it was last heard from."""
    rows = session.exec(
        select(Submission.addressee, func.max(Submission.received_at)).group_by(Submission.addressee)
    ).all()
    replies = session.exec(
        select(Letter.department_code, func.max(ContactReply.received_at))
        .join(Letter, col(Letter.key) == ContactReply.letter_key)
        .group_by(col(Letter.department_code))
    ).all()
    heard: dict[str, date] = {}
    for code, at in (*rows, *replies):
        if code and at is not None:
            heard[code] = max(heard.get(code, date.min), at.astimezone(SHANGHAI).date())
    return heard
