"""The plan of a work year: which round opens and falls due when. Numbers in calendar.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from models.rules.workdays import on_or_after, provisional

SHIPPED = Path(__file__).with_name("calendar.toml")


@dataclass(frozen=True)
class PlannedRound:
    """A round of the year: kind, stage, the budget year it is about, opening and due day."""

    kind: str
    stage: str
    fiscal_year: int
    opens_on: date
    due_on: date
    provisional: bool


@dataclass(frozen=True)
class Plan:
    """A whole work year. `moments` are days on which the bureau itself has something to do."""

    work_year: int
    target_year: int
    evaluated_year: int
    applied_year: int
    rounds: tuple[PlannedRound, ...]
    moments: dict[str, date]


@cache
def _numbers(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _day(work_year: int, month_day: str) -> date:
    return on_or_after(date.fromisoformat(f"{work_year}-{month_day}"))


def plan(work_year: int, path: Path = SHIPPED) -> Plan:
    """The plan of a work year: dates moved to working days, budget years by the offsets."""
    numbers = _numbers(path)
    years = {name: work_year + offset for name, offset in numbers["offset"].items()}
    rounds = tuple(
        PlannedRound(
            kind=kind,
            stage=row["stage"],
            fiscal_year=years[row["year"]],
            opens_on=_day(work_year, row["opens"]),
            due_on=_day(work_year, row["due"]),
            provisional=provisional(work_year),
        )
        for kind, row in numbers["round"].items()
    )
    moments = {name: _day(work_year, day) for name, day in numbers["moment"].items()}
    return Plan(work_year, years["targets"], years["evaluated"], years["applied"], rounds, moments)
