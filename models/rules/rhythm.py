"""The rhythm of letters: ladder, quiet days, limits, pauses between tries, whose name stands on them. Numbers in rhythm.toml.

A bureau lays its own rhythm.toml into its rules folder; a section that it does not write is the shipped one.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.rules.workdays import add_workdays, is_workday, on_or_after, workdays_between
from models.settings import settings

SHIPPED = Path(__file__).with_name("rhythm.toml")


class RhythmError(ValueError):
    """The bureau's own rhythm.toml cannot be used; the message says where and why."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Frozen):
    """One step of the ladder: `days` working days after (before, if negative) the due day; who gets a copy."""

    name: str
    days: int
    copy_roles: tuple[str, ...] = Field(alias="copy")

    def day(self, due: date) -> date:
        """The day of this rung for a due day."""
        return add_workdays(due, self.days) if self.days else on_or_after(due)


class Meta(_Frozen):
    """From when, from where, and whether that was read."""

    in_force: date
    source: str
    verified: bool


class Letters(_Frozen):
    """Kinds answered at once; days left for a form sent again; how near reminders share a letter."""

    prompt: tuple[str, ...]
    prompt_daily: int = Field(ge=1)
    again_workdays: int = Field(ge=0)
    after_issue_workdays: int = Field(ge=0)
    together_workdays: int = Field(ge=0)


class Quiet(_Frozen):
    """Days on which nobody is written to."""

    non_working: bool
    days: tuple[str, ...]


class Sender(_Frozen):
    """Whose name stands on a letter, and who is the last step of the ladder."""

    name: str
    receipts: bool
    chief_post: str


class ContactRules(_Frozen):
    """When contacts are asked whether they are still there, and when an address is given up."""

    ask_on: tuple[str, ...]
    ask_within_workdays: int = Field(ge=0)
    heard_within_days: int = Field(ge=0)
    suspend_after: int = Field(ge=1)
    away_workdays: int = Field(ge=0)


class Desk(_Frozen):
    """After how many working days the bureau's own reviewers are reminded."""

    slow_workdays: tuple[int, ...]


class Limits(_Frozen):
    """How much is sent, and over how many lines."""

    daily: int = Field(ge=1)
    per_minute: int = Field(ge=0)
    connections: int = Field(ge=1)
    timeout_seconds: float = Field(gt=0)


class Retry(_Frozen):
    """Pauses between tries and their end."""

    lease_minutes: int = Field(ge=1)
    pauses_minutes: tuple[int, ...]
    shut_minutes: int = Field(ge=1)
    order_tries: int = Field(ge=0)
    expire_days: int = Field(ge=1)


class Rhythm(_Frozen):
    """Everything about when, how often and in whose name."""

    meta: Meta
    rung: tuple[Rung, ...]
    letters: Letters
    quiet: Quiet
    sender: Sender
    contact: ContactRules
    desk: Desk
    limits: Limits
    retry: Retry


def rhythm() -> Rhythm:
    """The bureau's rhythm. Raises RhythmError."""
    return _read(settings().rules_folder)


@cache
def _read(folder: Path | None) -> Rhythm:
    own = folder / "rhythm.toml" if folder else None
    sections = _table(SHIPPED) | (_table(own) if own is not None and own.exists() else {})
    try:
        return Rhythm.model_validate(sections)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise RhythmError(f"函件节奏文件{own}的“{where}”不正确：{error.errors()[0]['msg']}。") from None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RhythmError(f"函件节奏文件{path}无法读取：{error}。") from None


def rung_of(due: date, day: date) -> Rung | None:
    """The newest rung reached on a day, or None before the first; older ones that were missed are not made up."""
    reached = [rung for rung in rhythm().rung if rung.day(due) <= day]
    return max(reached, key=lambda rung: rung.days, default=None)


def next_rung(due: date, day: date) -> Rung | None:
    """The first rung after a day, or None behind the last."""
    ahead = [rung for rung in rhythm().rung if rung.day(due) > day]
    return min(ahead, key=lambda rung: rung.days, default=None)


def is_quiet(day: date) -> bool:
    """Whether nobody is written to on the day (answers to mail excepted)."""
    quiet = rhythm().quiet
    named = day.isoformat() in quiet.days or f"{day:%m-%d}" in quiet.days
    return named or (quiet.non_working and not is_workday(day))


def asking_day(day: date) -> date | None:
    """The day of the round of 联系人核实 that a day belongs to, or None outside."""
    rules = rhythm().contact
    days = (on_or_after(date.fromisoformat(f"{day.year}-{one}")) for one in rules.ask_on)
    return next((one for one in days if 0 <= workdays_between(one, day) <= rules.ask_within_workdays), None)
