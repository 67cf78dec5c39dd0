"""What all stage flows share: their two parameters, a name for people, the steps taken one after another."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from flows.clock import moment_of, now
from models.calendar import WorkYear as OpenedYear
from models.database import transaction
from tasks.rounds import year_at
from tasks.step import Step, in_flow_run


def asked(title: str, help: str = "", **rules: Any) -> Any:
    """A field of a form: its title and help in Chinese. Prefect itself would show the parameter's name instead."""
    return Field(json_schema_extra={"title": title, "description": help}, **rules)


WorkYear = Annotated[int, asked("工作年度", "如 2024；填 0 为办理日期所在年度", ge=0, le=2100)]
Day = Annotated[
    date | None,
    asked("办理日期", "不填为今天；补办时填当日日期"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""Without a schema of its own the form would offer "date" and "None" as two tabs and ignore what a link fills in."""


def run_name(title: str) -> Callable[[], str]:
    """A run's name for people: 绩效运行监控 2024年度 7月1日."""

    def name() -> str:
        from prefect.runtime import flow_run

        given: dict[str, Any] = flow_run.parameters or {}
        day = given.get("day")
        on = moment_of(date.fromisoformat(day) if isinstance(day, str) else day).date()
        return f"{title} {given.get('work_year') or on.year}年度 {on.month}月{on.day}日"

    return name


def year_of(work_year: int, at: datetime) -> int:
    """The year asked for; with 0 the one that runs: last year's while this one is not open yet, 0 before the first."""
    if work_year:
        return work_year
    with transaction() as session:
        return year_at(session, at.date()) or 0


class DayRefused(ValueError):
    """What an officer filled in cannot be meant: nothing was done, and nobody is alarmed."""


def asked_for(work_year: int, day: date | None) -> tuple[int, datetime]:
    """(year, moment) of a round; what an officer asks for must be a year that is open and no day to come.

    A rehearsal and the command line go where they like. Raises DayRefused.
    """
    at = moment_of(day)
    if not on_its_own():
        return year_of(work_year, at), at
    if at.date() > now().date():
        raise DayRefused(
            f"办理日期{at.date()}还没有到，提前办理会提前发函、催报。请填今天或以前的日期。未作任何改动。"
        )
    year = year_of(work_year, at)
    if year and at.year < year - 1:
        raise DayRefused(f"办理日期{at.date()}早于{year}工作年度。请核对日期和年度。未作任何改动。")
    if year:
        with transaction() as session:
            if session.get(OpenedYear, year) is None:
                raise DayRefused(f"工作年度{year}尚未开启。请先办理“开启工作年度”。未作任何改动。")
    return year, at


async def take_steps(steps: Iterable[Step], work_year: int, day: date | None) -> int:
    """Each step in turn; what is not owed costs one query. Returns how many things were done."""
    year, at = asked_for(work_year, day)
    done = sum([await one(year, at) for one in steps]) if year else 0
    if on_its_own():
        from flows.waiting_page import renew_page

        await renew_page(work_year, day, done)
    return done


def on_its_own() -> bool:
    """Whether a run of its own goes on here: not a plain call, not a part of the daily round or of a rehearsal."""
    if not in_flow_run():
        return False
    from prefect.runtime import flow_run

    return flow_run.parent_flow_run_id is None
