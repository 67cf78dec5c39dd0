"""公开提醒: departments whose performance results must be public by a day and are not yet."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.registers import Publication
from models.rules.rhythm import rhythm, rung_of
from models.rules.workdays import workdays_between
from notifications.owed import Owed

KIND = "disclosure"


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item when the final accounts are approved, then one a rung of the ladder, until it is published."""
    rows = session.exec(
        select(Publication, WorkYear)
        .join(WorkYear, col(WorkYear.year) == Publication.work_year)
        .where(
            Publication.work_year == work_year,
            col(Publication.published_on).is_(None),
            Publication.approved_on <= day,
        )
        .order_by(Publication.department_code, Publication.key)
    ).all()
    for row, year in rows:
        rung = rung_of(row.due_on, day)
        if rung is not None and _fresh(row, rung.day(row.due_on)):
            rung = None
        facts = {
            "fiscal_year": year.evaluated_year,
            "approved_on": row.approved_on,
            "due": row.due_on,
            "left": workdays_between(day, row.due_on),
        }
        yield Owed(
            f"{KIND}/{row.key}/{rung.days if rung else 'first'}",
            KIND,
            row.key,
            work_year,
            row.department_code,
            facts,
            copy_roles=rung.copy_roles if rung else (),
        )


def _fresh(row: Publication, on: date) -> bool:
    return workdays_between(row.approved_on, on) <= rhythm().letters.after_issue_workdays
