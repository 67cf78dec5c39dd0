"""The guide's rules for declarations, over all sheets of all forms at once; each fault at its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from models.amounts import micro_of
from models.rules.declaration import check_declarations, codes
from models.vocabulary import Severity
from tasks.forms.look import Look
from tasks.forms.shape import Found, Row, Value

NAMES = ("level_1", "level_2", "level_3", "value", "unit")


def declared(looks: Sequence[Look], last_goals: Mapping[str, str]) -> dict[int, list[Found]]:
    """Place of a look → its findings. All looks go by the rules of the first."""
    found: dict[int, list[Found]] = {}
    if not looks:
        return found
    indicators, projects = _columns(looks, last_goals)
    for fault in check_declarations(indicators, projects, looks[0].rules):
        code, look = codes()[fault.code], looks[int(fault.project)]
        where = (fault.column,) if fault.row is None else ("indicators", str(fault.row - 1), fault.column)
        row = "" if fault.row is None else f"第{fault.row}行"
        remedy = f"{code.remedy}示范：{code.model}"
        one = look.found(fault.code, Severity(code.severity), row + fault.says, remedy, where, fault.read)
        found.setdefault(int(fault.project), []).append(replace(one, basis=code.basis))
    return found


def _columns(looks: Sequence[Look], last_goals: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sheets as the frames of `models.rules.declaration`; a project is its place, rows are numbered from 1."""
    tables = [look.sheet.tables.get("indicators", []) for look in looks]
    rows = [row for table in tables for row in table]
    sheets = [look.sheet for look in looks]
    budgets = [sheet.fields.get("budget", sheet.fields.get("after")) for sheet in sheets]
    projects = pd.DataFrame(
        {
            "name": [sheet.title for sheet in sheets],
            "goal": _words([sheet.fields for sheet in sheets], "annual_goal"),
            "last_goal": [last_goals.get(sheet.about, "") for sheet in sheets],
            "overall": [sheet.layout == "overall" for sheet in sheets],
            "budget_fen": pd.array([one if isinstance(one, int) else None for one in budgets], dtype="Int64"),
        },
        index=pd.Index([str(place) for place in range(len(sheets))], dtype="object"),
    )
    indicators = pd.DataFrame(
        {
            "row": [number for table in tables for number in range(1, len(table) + 1)],
            "project": [str(place) for place, table in enumerate(tables) for _ in table],
            "sign": _words(rows, "operator"),
            "group": "",
            "weight_micro": pd.array([_micro(row.get("weight")) for row in rows], dtype="Int64"),
            **{name: _words(rows, name) for name in NAMES},
        }
    )
    return indicators, projects


@lru_cache(maxsize=1_000)
def _micro(weight: Value) -> int | None:
    return None if weight is None else micro_of(str(weight))


def _words(rows: Sequence[Row], name: str) -> list[str]:
    return ["" if (value := row.get(name)) is None else str(value) for row in rows]
