"""Target declarations as they are printed and published: titles inside, one project a table, long-term beside annual."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd

from models.rules.values import NUMBER, parse_cell
from tasks.exchange.cells import read_sheets
from tasks.exchange.declaration import COLUMNS, Declarations
from tasks.exchange.errors import ExchangeError
from tasks.exchange.printed import letters
from tasks.exchange.printed_money import (
    Cells,
    Unbalanced,
    amount_of,
    budget_of,
    is_title,
    scale,
    sources_off,
    tasks_off,
)
from tasks.exchange.reader import even

# Titles of a table of results, not of promises; what was done last year may stand in a declaration.
REPORTED = "(?![上前往近历]).*(执行情况|执行数|完成情况|完成值|完成目标可能性|全年预计)"
TEXTS = ("level_1", "level_2", "level_3", "sign", "value", "unit", "weight")
TITLE = re.compile(r"[\u4e00-\u9fff()]{0,10}(?:目标|指标)\d?:?")  # a cell that bears a title, not a goal
HEADS = ("name", "code", "annual", "budget")


@dataclass
class PrintedDeclarations:
    """declared: as of national tables, `row` being the row of the sheet. places: (project, row, column) → (sheet, cell)."""

    declared: Declarations
    places: dict[tuple[str, int, str], tuple[str, str]]
    unbalanced: list[Unbalanced]


@dataclass
class _Found:
    rows: list[dict[str, object]] = field(default_factory=list)
    projects: dict[str, dict[str, object]] = field(default_factory=dict)
    places: dict[tuple[str, int, str], tuple[str, str]] = field(default_factory=dict)
    goal_rows: dict[str, int] = field(default_factory=dict)
    unbalanced: list[Unbalanced] = field(default_factory=list)


def read_printed_declarations(path: Path) -> PrintedDeclarations:
    """All printed declarations of a workbook or CSV. Raises ExchangeError where there is none."""
    found = _Found()
    for sheet, grid in read_sheets(path).items():
        rows = [[cell.strip() for cell in row] for row in grid]
        starts = [place for place, row in enumerate(rows) if any(is_title(cell, "name") for cell in row)] or [
            0
        ]
        for start, end in pairwise([*starts, len(rows)]):
            _table(found, sheet, rows[: starts[0]], rows[start:end], start + 1)
    if not found.rows:
        raise ExchangeError(f"文件{path.name}中没有可识别的绩效目标申报表（项目名称、三级指标、指标值）。")
    names = list(found.projects)
    projects = pd.DataFrame(found.projects.values(), index=pd.Index(names, dtype="object"))
    projects["budget_fen"] = pd.array(list(projects["budget_fen"]), dtype="Int64")
    frame = pd.DataFrame(found.rows, columns=COLUMNS).astype({"weight_micro": "Int64"})
    return PrintedDeclarations(Declarations(frame, projects, found.goal_rows), found.places, found.unbalanced)


def _table(found: _Found, sheet: str, top: list[Cells], rows: list[Cells], first: int) -> None:
    """One project's table, or a list that bears each project's name beside its indicators; top: what stands above."""
    headers = [(place, groups) for place, row in enumerate(rows) if (groups := _groups(row))]
    if not headers:
        return
    overall = any("整体" in cell for row in [*top, *rows[:2]] for cell in row)
    heads = {
        part: column
        for part in HEADS
        for column, cell in enumerate(rows[headers[0][0]])
        if is_title(cell, part)
    }
    if "name" in heads and heads["name"] < headers[0][1][0]["level_3"]:
        place, (columns, *_) = headers[0]
        _listed(
            found, sheet, rows[place + 1 :], first + place + 1, heads, columns, overall, scale([*top, *rows])
        )
        return
    name = _beside(rows, "name") or (overall and _beside(rows, "department")) or sheet
    goal, goal_row = _goal(rows)
    budget, cell = budget_of(rows, first)
    code = _project(
        found, sheet, _beside(rows, "code") or name, name, goal, first + goal_row, overall, budget
    )
    found.unbalanced += [
        one._replace(project=code) for one in [*sources_off(rows, budget, cell), *tasks_off(rows, first)]
    ]
    ends = [*(place for place, _ in headers[1:]), len(rows)]
    for number, ((place, groups), end) in enumerate(zip(headers, ends, strict=True)):
        for side, columns in enumerate(groups):
            start, columns = _subhead(rows, place, columns)
            _indicators(found, sheet, code, rows[start:end], first + start, columns, f"{number}/{side}")


def _project(
    found: _Found,
    sheet: str,
    code: str,
    name: str,
    goal: str | None,
    row: int,
    overall: bool,
    budget: int | None,
) -> str:
    """The key under which a project is kept."""
    code = code if code not in found.projects else f"{code}#{len(found.projects) + 1}"
    found.projects[code] = {
        "name": name,
        "goal": goal,
        "last_goal": "",
        "overall": overall,
        "budget_fen": budget,
    }
    found.goal_rows[code] = row
    found.places[code, 0, "annual_goal"] = (sheet, "")
    return code


def _listed(
    found: _Found, sheet: str, rows: list[Cells], first: int, heads: dict[str, int], columns: dict[str, int],
    overall: bool, unit: str,
) -> None:  # fmt: skip
    """A list of projects: each begins where another name stands; a line with nothing but a name is a unit's."""

    def of(row: Cells, part: str) -> str:
        return row[heads[part]] if part in heads and heads[part] < len(row) else ""

    starts: list[int] = []
    for place, row in enumerate(rows):
        name = of(row, "name")
        if name and not _numbered(row) and not (starts and name == of(rows[starts[-1]], "name")):
            starts.append(place)
    for start, end in pairwise([*starts, len(rows)]):
        block = rows[start:end]
        if not any(len(row) > columns["level_3"] and row[columns["level_3"]] for row in block):
            continue
        goal = next((text for row in block if (text := of(row, "annual"))), "" if "annual" in heads else None)
        name = of(block[0], "name")
        code = _project(
            found, sheet, of(block[0], "code") or name, name, goal, first + start, overall,
            amount_of(of(block[0], "budget"), unit),
        )  # fmt: skip
        _indicators(found, sheet, code, block, first + start, columns, "")


def _numbered(row: Cells) -> bool:
    """Whether a row only numbers the columns: 1 2 3 4."""
    filled = [cell for cell in row if cell]
    return len(filled) >= 4 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _subhead(rows: list[Cells], place: int, columns: dict[str, int]) -> tuple[int, dict[str, int]]:
    """Where the indicators begin, and their columns: 指标值 may be parted below into 前年, 上年, 预计当年实现."""
    below = rows[place + 1] if place + 1 < len(rows) else []
    year = next((column for column, cell in enumerate(below) if is_title(cell, "this_year")), None)
    return (place + 1, columns) if year is None else (place + 2, columns | {"value": year})


def _groups(row: Cells) -> list[dict[str, int]]:
    """Columns of each set of indicators in a header (long-term may stand beside annual); [] if it is none."""
    if any(is_title(cell, "done") or re.match(REPORTED, even(cell)) for cell in row):
        return []
    groups: list[dict[str, int]] = [{}]
    for column, cell in enumerate(row):
        part = next((one for one in TEXTS if is_title(cell, one)), None)
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
        if is_title(lead, "stop"):
            return
        if _numbered(row):
            continue
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
            if is_title(cell, part):
                return next((one for one in row[place + 1 :] if one), "")
    return ""


def _goal(rows: list[Cells]) -> tuple[str | None, int]:
    """The annual goals (else the long-term one) beside their titles or below, and the row of the first; None without title."""
    for part in ("annual", "long"):
        told: dict[str, int] = {}
        titled = None
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if not is_title(cell, part):
                    continue
                titled = place if titled is None else titled
                beside = next((one for one in row[column + 1 :] if one), "")
                below = rows[place + 1][column : column + 1] if place + 1 < len(rows) else []
                text = beside if beside and not TITLE.fullmatch(even(beside)) else "".join(below)
                if text and not TITLE.fullmatch(even(text)):
                    told.setdefault(text, place if text == beside else place + 1)
        if told or titled is not None:
            return "；".join(told), next(iter(told.values()), titled or 0)
    return None, 0
