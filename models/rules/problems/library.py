"""The library of indicators: general and by sector; the nearest good ones for a weak one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from models.rules.problems.facts import Facts
from models.rules.problems.wording import terms

GENERAL = "共性"
MOST = 2
CALLED_ALIKE = 80


@dataclass(frozen=True)
class Model:
    """A good indicator: class, name, sign, an example of a value, unit, where it is taken from."""

    sector: str
    level: str
    name: str
    sign: str
    value: str
    unit: str

    @property
    def says(self) -> str:
        """As one would write it."""
        return f"{self.name}{self.sign}{self.value}{self.unit}"


@dataclass(frozen=True)
class Suggestion:
    """A weak indicator and better ones of its class."""

    weak: str
    better: tuple[str, ...]
    sector: str


@cache
def models() -> tuple[Model, ...]:
    """Every indicator of the library."""
    return tuple(
        Model(sector, level, *row)
        for sector, levels in _library().items()
        for level, rows in levels.items()
        if level != "项目"
        for row in rows
    )


@cache
def _library() -> dict[str, dict[str, list[list[str]]]]:
    path = Path(__file__).parent.with_name("library.toml")
    sectors: dict[str, dict[str, list[list[str]]]] = tomllib.loads(path.read_text(encoding="utf-8"))["sector"]
    return sectors


def sector_of(name: str, goal: str) -> str:
    """The sector with a project called alike, else the one whose indicators share most words with the goal; general
    where neither says enough."""
    projects = {row[0]: sector for sector, levels in _library().items() for row in levels.get("项目", [])}
    alike = process.extractOne(name, list(projects), scorer=fuzz.partial_ratio, score_cutoff=CALLED_ALIKE)
    if alike is not None:
        return projects[alike[0]]
    mine, score = terms(f"{name}{goal}"), dict.fromkeys(_library(), 0)
    for one in models():
        if one.sector != GENERAL:
            score[one.sector] += len(terms(one.name) & mine)
    best = max(score, key=lambda sector: score[sector])
    return best if score[best] > 1 else GENERAL


def nearest(name: str, level: str, sector: str) -> tuple[Model, ...]:
    """Indicators of the class, of the sector first and else general, whose names are most alike."""
    for where in (sector, GENERAL):
        known = [one for one in models() if one.sector == where and one.level in level]
        if known:
            alike = process.extract(name, [one.name for one in known], scorer=fuzz.WRatio, limit=MOST)
            return tuple(known[place] for _, _, place in alike)
    return ()


def suggestions(facts: Facts, project: str) -> list[Suggestion]:
    """Better wordings for a project's indicators that name no figure."""
    rows = facts.table("PM_PERF_INDICATOR")
    if rows.empty:
        return []
    mine = rows[(rows["PRO_CODE"] == project) & ~rows["form"].isin(["number", "date", "period"])]
    sector = sector_of(str(facts.register["PRO_NAME"].get(project, "")), str(facts.goals.get(project, "")))
    return [_suggestion(row, sector) for row in mine.to_dict("records")]


def _suggestion(row: dict[Any, Any], sector: str) -> Suggestion:
    better = nearest(row["LV3_PERF_IND_NAME"], row["LV2_PERF_IND_NAME"], sector)
    weak = f"{row['LV3_PERF_IND_NAME']}：{row['KPI_VAL']}"
    return Suggestion(weak, tuple(one.says for one in better), better[0].sector if better else GENERAL)
