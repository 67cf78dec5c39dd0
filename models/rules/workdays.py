"""Working days by the State Council's calendar, make-up days included (library chinesecalendar).

A year whose notice is not yet in the library is counted by weekdays without the fixed statutory days and
is *provisional*: whoever prints a date of such a year says so (暂按).
"""

from datetime import date, timedelta
from functools import cache
from typing import Protocol

import chinese_calendar
from chinese_calendar import is_workday as _published

# Fixed by date in the State Council's regulation on public holidays; the moving ones are unknown beforehand.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@cache
def provisional(year: int) -> bool:
    """Whether the year's notice is not known, so that its dates are assumed."""
    years = {day.year for day in chinese_calendar.holidays}
    return not min(years) <= year <= max(years)


@cache
def is_workday(day: date) -> bool:
    """Whether offices work on the day."""
    if provisional(day.year):
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS
    return bool(_published(day))


def add_workdays(day: date, count: int) -> date:
    """The day `count` working days after (before, if negative) the day; 0 gives the day itself."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day)
    return day


class Deadline(Protocol):
    """So many days, working or calendar; None is undecided."""

    @property
    def days(self) -> int | None: ...
    @property
    def working(self) -> bool: ...


def due_day(start: date, deadline: Deadline) -> date | None:
    """The last day of a deadline that starts on a day; None while nobody has decided the number of days."""
    if deadline.days is None:
        return None
    return (
        add_workdays(start, deadline.days)
        if deadline.working
        else on_or_after(start + timedelta(deadline.days))
    )


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def on_or_after(day: date) -> date:
    """The day itself, or the next working day."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day
