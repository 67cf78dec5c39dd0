"""The rhythm of letters: ladder of reminders, what is answered at once, pauses between tries. Numbers in rhythm.toml."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from models.rules.workdays import add_workdays


class Rung(BaseModel):
    """One step of the ladder: `days` working days after (before, if negative) the due day; who gets a copy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    days: int
    copy_roles: tuple[str, ...]

    def day(self, due: date) -> date:
        """The day of this rung for a due day."""
        return add_workdays(due, self.days)


class Rhythm(BaseModel):
    """Everything about when and how often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rungs: tuple[Rung, ...]
    prompt: tuple[str, ...]
    again_workdays: int
    daily_limit: int
    lease_minutes: int
    pauses_minutes: tuple[int, ...]


@cache
def rhythm() -> Rhythm:
    """The bureau's rhythm."""
    raw = tomllib.loads(Path(__file__).with_name("rhythm.toml").read_text(encoding="utf-8"))
    rungs = tuple(Rung(name=row["name"], days=row["days"], copy_roles=row["copy"]) for row in raw["rung"])
    letters, retry = raw["letters"], raw["retry"]
    return Rhythm(rungs=rungs, **letters, **retry)


def rung_of(due: date, day: date) -> Rung | None:
    """The newest rung reached on a day, or None before the first; older ones that were missed are not made up."""
    reached = [rung for rung in rhythm().rungs if rung.day(due) <= day]
    return max(reached, key=lambda rung: rung.days, default=None)
