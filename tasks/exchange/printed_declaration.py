"""Target declarations as they are printed and published: titles inside, one project a table, long-term beside annual."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from models.rules.values import NUMBER, parse_cell, scale_of
from tasks.exchange.cells import read_sheets
from tasks.exchange.declaration import COLUMNS, Declarations
from tasks.exchange.errors import ExchangeError
from tasks.exchange.printed import letters
from tasks.exchange.reader import even

Cells = list[str]
# Titles of a table of results, not of promises; what was done last year may stand in a declaration.
REPORTED = "(?![上前往近历]).*(执行情况|执行数|完成情况|完成值|完成目标可能性|全年预计)"
TEXTS = ("level_1", "level_2", "level_3", "sign", "value", "unit", "weight")


@dataclass
class PrintedDeclarations:
    """declared: as of national tables, `row` being the row of the sheet. places: (project, row, column) → (sheet, cell)."""

    declared: Declarations
    places: dict[tuple[str, int, str], tuple[str, str]]
    unbalanced: list[tuple[str, int, int, str]]  # (project, total 分, sum of sources 分, cell of the total)


@dataclass
class _Found:
    rows: list[dict[str, object]] = field(default_factory=list)
    projects: dict[str, dict[str, object]] = field(default_factory=dict)
    places: dict[tuple[str, int, str], tuple[str, str]] = field(default_factory=dict)
    goal_rows: dict[str, int] = field(default_factory=dict)
    unbalanced: list[tuple[str, int, int, str]] = field(default_factory=list)


@cache
def _titles() -> dict[str, set[str]]:
    text = Path(__file__).with_name("printed_declaration.toml").read_text(encoding="utf-8")
    return {part: {even(word) for word in words} for part, words in tomllib.loads(text).items()}


def read_printed_declarations(path: Path) -> PrintedDeclarations:
    """All printed declarations of a workbook or CSV. Raises ExchangeError where there is none."""
    found = _Found()
    for sheet, grid in read_sheets(path).items():
        rows = [[cell.strip() for cell in row] for row in grid]
        starts = [place for place, row in enumerate(rows) if any(_is(cell, "name") for cell in row)] or [0]
        for start, end in pairwise([*starts, len(rows)]):
            _table(found, sheet, rows[start:end], start + 1)
    if not found.rows:
        raise ExchangeError(f"文件{path.name}中没有可识别的绩效目标申报表（项目名称、三级指标、指标值）。")
    names = list(found.projects)
    projects = pd.DataFrame(found.projects.values(), index=pd.Index(names, dtype="object"))
    projects["budget_fen"] = pd.array(list(projects["budget_fen"]), dtype="Int64")
    frame = pd.DataFrame(found.rows, columns=COLUMNS).astype({"weight_micro": "Int64"})
    return PrintedDeclarations(Declarations(frame, projects, found.goal_rows), found.places, found.unbalanced)


def _is(cell: str, part: str) -> bool:
    """Whether a cell bears a title of a part, whole or without its brackets."""
    whole = even(cell).rstrip(":：")
    return bool(whole) and bool({whole, re.sub(r"[(（].*", "", whole)} & _titles()[part])


def _table(found: _Found, sheet: str, rows: list[Cells], first: int) -> None:
    headers = [(place, groups) for place, row in enumerate(rows) if (groups := _groups(row))]
    if not headers:
        return
    name = _beside(rows, "name") or sheet
    code = _beside(rows, "code") or name
    code = code if code not in found.projects else f"{code}#{len(found.projects) + 1}"
    goal, goal_row = _goal(rows)
    budget, cell = _budget(rows, first)
    found.projects[code] = {
        "name": name,
        "goal": goal,
        "last_goal": "",
        "overall": any("整体" in cell for row in rows[:2] for cell in row),
        "budget_fen": budget,
    }
    found.goal_rows[code] = first + goal_row
    found.places[code, 0, "annual_goal"] = (sheet, "")
    parts = _sources(rows)
    if budget is not None and len(parts) > 1 and sum(parts) != budget:
        found.unbalanced.append((code, budget, sum(parts), cell))
    ends = [*(place for place, _ in headers[1:]), len(rows)]
    for number, ((place, groups), end) in enumerate(zip(headers, ends, strict=True)):
        for side, columns in enumerate(groups):
            _indicators(
                found, sheet, code, rows[place + 1 : end], first + place + 1, columns, f"{number}/{side}"
            )


def _groups(row: Cells) -> list[dict[str, int]]:
    """Columns of each set of indicators in a header (long-term may stand beside annual); [] if it is none."""
    if any(_is(cell, "done") or re.match(REPORTED, even(cell)) for cell in row):
        return []
    groups: list[dict[str, int]] = [{}]
    for column, cell in enumerate(row):
        part = next((one for one in TEXTS if _is(cell, one)), None)
        if part is None:
            continue
        if part in groups[-1]:
            groups.append(
                {name: groups[0][name] for name in ("level_1",) if name in groups[0]}
                if part != "level_1"
                else {}
            )
        groups[-1][part] = column
    whole = [one for one in groups if {"level_3", "value"} <= set(one)]
    return whole if "level_1" in groups[0] or "level_2" in groups[0] else []


def _indicators(
    found: _Found, sheet: str, code: str, rows: list[Cells], first: int, columns: dict[str, int], group: str
) -> None:
    above = {"level_1": "", "level_2": ""}
    for place, row in enumerate(rows):
        lead = next((cell for cell in row if cell), "")
        if _is(lead, "stop"):
            return
        cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        above |= {name: cells[name] for name in above if cells.get(name)}
        if not (cells["level_3"] or cells["value"]):
            continue
        number = first + place
        weight = parse_cell(cells.pop("weight", "").rstrip("分"))
        found.rows.append(
            {"row": number, "project": code, "sign": "", "unit": "", "group": group, **cells, **above,
             "weight_micro": weight.micro if weight.form == NUMBER else None}
        )  # fmt: skip
        for name, column in columns.items():
            found.places[code, number, name] = (sheet, f"{letters(column)}{number}")


def _beside(rows: list[Cells], part: str) -> str:
    """The first filled cell after the title, in its row."""
    for row in rows[:12]:
        for place, cell in enumerate(row):
            if _is(cell, part):
                return next((one for one in row[place + 1 :] if one), "")
    return ""


def _goal(rows: list[Cells]) -> tuple[str | None, int]:
    """The annual goal (else the long-term one) beside its title or below it, and its row; None where no title is."""
    for part in ("annual", "long"):
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if not _is(cell, part):
                    continue
                beside = next((one for one in row[column + 1 :] if one), "")
                if beside and not any(_is(beside, one) for one in ("annual", "long")):
                    return beside, place
                below = (
                    rows[place + 1][column] if place + 1 < len(rows) and column < len(rows[place + 1]) else ""
                )
                if below or not beside:
                    return below, place + 1
    return None, 0


def amount_of(text: str, unit: str) -> int | None:
    """分 of a cell; `unit` where it names none itself."""
    value = parse_cell(text)
    if value.form != NUMBER or value.micro is None or value.unit == "%":
        return None
    word, factor = scale_of(value.unit or unit)
    return value.micro * factor // 10_000 if word == "元" else None


def scale(rows: list[Cells]) -> str:
    """万元 unless the table says 元."""
    yuan = any(re.search(r"(?:单位:|\()元\)?$", even(cell)) for row in rows[:12] for cell in row)
    return "元" if yuan else "万元"


def _budget(rows: list[Cells], first: int) -> tuple[int | None, str]:
    """(分, cell) of the year's money."""
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if _is(cell, "budget"):
                for right in range(column + 1, len(row)):
                    amount = amount_of(row[right], scale(rows))
                    if amount is not None:
                        return amount, f"{letters(right)}{first + place}"
    return None, ""


def _sources(rows: list[Cells]) -> list[int]:
    """分 of each source of money: what stands beside 财政拨款, 自有资金, 其他资金…, each title once."""
    found: dict[str, int] = {}
    for row in rows:
        for column, cell in enumerate(row):
            if _is(cell, "sources"):
                amount = next(
                    (a for one in row[column + 1 :] if (a := amount_of(one, scale(rows))) is not None), None
                )
                if amount is not None:
                    found.setdefault(even(cell).removeprefix("其中:"), amount)
    return list(found.values())
