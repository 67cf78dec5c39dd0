"""Working days with make-up days; the plan of a year."""

from datetime import date, timedelta

import pytest

from models.rules.calendar import plan
from models.rules.workdays import add_workdays, is_workday, on_or_after, provisional, workdays_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 4), True),  # a Sunday made up for the Spring Festival
        (date(2024, 2, 12), False),  # a Monday within it
        (date(2024, 10, 12), True),  # a Saturday made up for the National Day
        (date(2024, 7, 1), True),
        (date(2024, 7, 6), False),
    ],
)
def test_make_up_days_are_working_days(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_a_year_without_notice_is_provisional_and_still_counts_weekdays() -> None:
    assert provisional(2024) is False
    assert provisional(2030) is True
    assert is_workday(date(2030, 1, 1)) is False
    assert is_workday(date(2030, 1, 2)) is True


def test_adding_and_counting_working_days_agree() -> None:
    start = date(2024, 9, 27)
    for count in range(40):
        assert workdays_between(start, add_workdays(start, count)) == count
        assert add_workdays(add_workdays(start, count), -count) in {start, on_or_after(start)}


@pytest.mark.parametrize("year", range(2023, 2032))
def test_every_round_of_every_year_opens_before_it_is_due_on_working_days(year: int) -> None:
    made = plan(year)
    assert (made.target_year, made.evaluated_year, made.applied_year) == (year, year - 1, year + 1)
    for row in made.rounds:
        assert row.opens_on < row.due_on
        assert is_workday(row.opens_on)
        assert is_workday(row.due_on)
        assert row.due_on - row.opens_on < timedelta(days=80)
