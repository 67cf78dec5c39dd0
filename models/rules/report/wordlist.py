"""The words, limits and codes of the report checker, read once from report.toml and codes.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).parent


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Frozen):
    """Where a heading ends and text begins; how like a title and its text must be."""

    heading: int
    likeness: float
    shared_words: float
    table_rows: int


class Words(_Frozen):
    """Word lists, each explained in report.toml."""

    results: tuple[str, ...]
    not_results: tuple[str, ...]
    problem_parts: tuple[str, ...]
    not_project: tuple[str, ...]
    project: tuple[str, ...]
    overall: tuple[str, ...]
    not_key: tuple[str, ...]
    plan: tuple[str, ...]
    key: tuple[str, ...]
    other_year: tuple[str, ...]
    plain: tuple[str, ...]


class Family(_Frozen):
    """Parts that make a whole as soon as one of `closing` is named, or a part that is called one of `alone`."""

    name: str
    members: tuple[str, ...]
    closing: tuple[str, ...]
    alone: tuple[str, ...] = ()


class NamedFigure(_Frozen):
    """A figure that must be the same wherever the report names it, in sentences with `word`."""

    name: str
    word: str
    pattern: str


class Residue(_Frozen):
    """What must not stand in a finished report; with `title`, only in its title."""

    pattern: str
    says: str
    title: bool = False
    severity: str = "提醒"

    def compiled(self) -> "re.Pattern[str]":
        """The pattern."""
        return re.compile(self.pattern)


class Doubled(_Frozen):
    """Repetitions that are right."""

    allowed: tuple[str, ...]
    before: tuple[str, ...]
    joined: tuple[str, ...]


class Wordlist(_Frozen):
    """Everything in report.toml."""

    in_force: object
    source: str
    verified: bool
    limits: Limits
    words: Words
    family: tuple[Family, ...]
    figure: tuple[NamedFigure, ...]
    residue: tuple[Residue, ...]
    doubled: Doubled


class Code(_Frozen):
    """One kind of contradiction."""

    title: str
    severity: str
    remedy: str
    example: str


@cache
def wordlist() -> Wordlist:
    """The words and limits."""
    return Wordlist.model_validate(tomllib.loads((HERE / "report.toml").read_text(encoding="utf-8")))


@cache
def codes() -> dict[str, Code]:
    """Code → what it means."""
    raw = tomllib.loads((HERE / "codes.toml").read_text(encoding="utf-8"))
    return {name: Code.model_validate(one) for name, one in raw.items()}
