"""Rounds that failed are told to the officers, each once."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import Session, col, select

from models.desk import FailedRound
from models.people import Officer
from notifications.owed import Owed

DAYS = timedelta(days=7)
"""What failed longer ago and was never told is history."""


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """One item a failed round and officer."""
    recent = select(FailedRound).where(
        col(FailedRound.failed_on) > day - DAYS, col(FailedRound.failed_on) <= day
    )
    failed = session.exec(recent.order_by(FailedRound.run_id)).all()
    officers = session.exec(select(Officer).order_by(Officer.name)).all() if failed else []
    for officer in officers:
        for row in failed:
            facts = {"title": row.title, "failed_on": row.failed_on, "says": row.says}
            key = f"trouble/{row.run_id}/{officer.name}"
            yield Owed(key, "trouble", row.run_id, work_year, officer.name, facts, address=officer.email)
