"""The only place that asks which day it is. The bureau lives in Asia/Shanghai."""

from datetime import date, datetime, time

from models.base import SHANGHAI

OFFICE_OPENS = time(9, 0)


def now() -> datetime:
    """This moment, in the bureau's time zone."""
    return datetime.now(SHANGHAI)


def office_morning(day: date) -> datetime:
    """Nine in the morning of a day: the moment of a round that is rehearsed or made up for."""
    return datetime.combine(day, OFFICE_OPENS, SHANGHAI)


def moment_of(day: date | None) -> datetime:
    """Now if the day is today or not given; else the morning of that day."""
    present = now()
    return present if day is None or day == present.date() else office_morning(day)
