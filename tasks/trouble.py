"""办理未成: rounds that failed, written down once and told to the officers by letter."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.database import insert_new, transaction
from models.desk import FailedRound
from tasks.letters import send_letters, write_owed_letters


def note_failures(rows: Iterable[FailedRound]) -> int:
    """Write down what failed; returns how many were not known yet."""
    with transaction() as session:
        return insert_new(session, list(rows))


def tell_failures(work_year: int, at: datetime) -> int:
    """Letters to the officers go out at once, and to nobody else; nothing where the year is not open yet."""
    with transaction() as session:
        opened = session.get(WorkYear, work_year) is not None
    if not opened:
        return 0
    write_owed_letters(work_year, at.date(), at, inside=True)
    return send_letters(at.date(), at)


def failed_lately(session: Session, at: datetime, days: int = 7) -> list[FailedRound]:
    """What failed in the last days, newest first."""
    rows = session.exec(
        select(FailedRound).order_by(col(FailedRound.failed_on).desc(), FailedRound.run_id)
    ).all()
    return [row for row in rows if (at.date() - row.failed_on).days < days]
