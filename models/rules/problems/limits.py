"""problems.toml as frozen data: kinds of problems, limits, word lists."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_TEXT: dict[str, Any] = tomllib.loads(
    Path(__file__).parent.with_name("problems.toml").read_text(encoding="utf-8")
)
# Groups in word patterns never capture: pandas warns of those that do.
WORDS: dict[str, list[str]] = {
    name: [re.sub(r"\((?!\?)", "(?:", word) for word in words] for name, words in _TEXT["words"].items()
}
LIMITS: dict[str, Any] = {name: row["value"] for name, row in _TEXT["limit"].items()}
SOURCE: str = _TEXT["source"]
TITLES: dict[str, str] = _TEXT["title"]


@dataclass(frozen=True)
class Kind:
    """One way in which a problem shows. `needs`: tables or TABLE.COLUMN that must be there; "|" separates choices.

    `habit`: where most projects of a folder do it, it is a habit of the place and told once, not of each project.
    """

    code: str
    name: str
    title: str
    certainty: str
    needs: tuple[str, ...]
    habit: bool = False


@dataclass(frozen=True)
class Problem:
    """One problem type: what it means in a sentence, how it is put right, where the rule stands, how it shows."""

    code: str
    title: str
    means: str
    remedy: str
    place: str
    stage: str
    kinds: dict[str, Kind]


@cache
def problem_types() -> dict[str, Problem]:
    """Every problem type by code, in the order of the report."""
    found = {}
    for code, row in _TEXT["problem"].items():
        kinds = {
            name: Kind(
                code,
                name,
                one["title"],
                one["certainty"],
                tuple(one.get("needs", ())),
                one.get("habit", False),
            )
            for name, one in row["kind"].items()
        }
        found[code] = Problem(
            code, row["title"], row["means"], row["remedy"], row["place"], row["stage"], kinds
        )
    return found


@cache
def limit_rows() -> dict[str, dict[str, Any]]:
    """Every limit with value, meaning and the day from which it holds."""
    return dict(_TEXT["limit"])
