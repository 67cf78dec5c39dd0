"""Monitoring tables as they are printed and published: one project a table, Huangshi's half year or the ministry's 1-7月."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from models.rules.values import month_of
from tasks.exchange.cells import read_sheets
from tasks.exchange.errors import ExchangeError
from tasks.exchange.monitoring import TEXTS, Monitorings
from tasks.exchange.printed import letters
from tasks.exchange.printed_money import amount_of, scale
from tasks.exchange.reader import even

Cells = list[str]
NEEDED = {"level_3", "target", "actual"}
MONEY = ("budget", "revised", "spent", "spent_forecast")
MARKS = "√✓✔☑■☒▣●"
BOXES = f"{MARKS}□☐○"


@dataclass
class Money:
    """The line of the project's whole money: 分, or None where the cell holds no amount; cells by name."""

    project: str
    month: int | None
    budget: int | None
    spent: int | None
    texts: dict[str, str]
    cells: dict[str, str]


@dataclass
class PrintedMonitorings:
    """monitored: `row` is the row of the sheet. places: (project, row, column) → (sheet, cell); row 0: the whole table."""

    monitored: Monitorings
    places: dict[tuple[str, int, str], tuple[str, str]]
    money: list[Money]


@dataclass
class _Found:
    words: frozenset[str]
    rows: list[dict[str, object]] = field(default_factory=list)
    places: dict[tuple[str, int, str], tuple[str, str]] = field(default_factory=dict)
    money: list[Money] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)


@cache
def _titles() -> dict[str, set[str]]:
    text = Path(__file__).with_name("printed_monitoring.toml").read_text(encoding="utf-8")
    return {part: {even(word) for word in words} for part, words in tomllib.loads(text).items()}


def read_printed_monitoring(path: Path, words: frozenset[str]) -> PrintedMonitorings:
    """All printed monitoring tables of a workbook or CSV. Raises ExchangeError where there is none.

    words: what may stand under 完成目标可能性, in one column or as columns to be ticked.
    """
    found = _Found(words)
    for sheet, grid in read_sheets(path).items():
        width = max(map(len, grid), default=0)
        rows = [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in grid]
        starts = [place for place, row in enumerate(rows) if any(_is(cell, "name") for cell in row)] or [0]
        for start, end in pairwise([*starts, len(rows)]):
            _table(found, sheet, rows[start:end], start + 1)
    if not found.rows:
        raise ExchangeError(f"文件{path.name}中没有可识别的绩效监控表（指标名称、指标值、执行情况）。")
    frame = pd.DataFrame(found.rows, columns=["project", "row", "month", *TEXTS]).astype({"month": "Int64"})
    money = pd.DataFrame(
        {"budget_fen": [one.budget for one in found.money], "spent_fen": [one.spent for one in found.money]},
        index=pd.Index([one.project for one in found.money], dtype="object"),
        dtype="Int64",
    )
    absent = frozenset(set(TEXTS) - found.columns)
    return PrintedMonitorings(Monitorings(frame, money, absent), found.places, found.money)


def _is(cell: str, part: str) -> bool:
    """Whether a cell bears a title of a part, whole or without its brackets, whatever months it names."""
    if cell.isascii():  # titles are Chinese; most cells of a large table are figures
        return False
    whole = re.sub(r"\d{1,2}月?[-—–~至到]+\d{1,2}月", "月", even(cell)).rstrip(":")
    return bool(whole) and bool({whole, re.sub(r"\(.*", "", whole).rstrip(":")} & _titles()[part])


def _table(found: _Found, sheet: str, rows: list[Cells], first: int) -> None:
    """One project's table, its first row being row `first` of the sheet."""
    place = next((place for place, row in enumerate(rows) if _watched(row)), None)
    if place is None:
        return
    name = _beside(rows[:place], "name")[0] or sheet
    code = _beside(rows[:place], "code")[0] or name
    taken = {key[0] for key in found.places}
    code = code if code not in taken else f"{code}#{first}"
    columns = _columns(rows[place])
    below = rows[place + 1] if place + 1 < len(rows) else []
    if any(below[columns[part]] for part in NEEDED if columns[part] < len(below)):
        below = []  # an indicator already: the titles stand in one row
    ticks = {
        even(cell): column
        for column, cell in enumerate(below)
        if even(cell) in found.words or _is(cell, "causes")
    }
    if ticks or any(_is(cell, "reason") for cell in below):
        columns |= _columns(below)
        place += 1
    month = next((m for cell in (*rows[place], *rows[place - 1]) if (m := _month(cell))), None)
    money = _money(rows[:place], code, first)
    month = month or (money.month if money else None)
    whole = {part: _beside(rows[place:], f"whole_{part}") for part in ("reason", "measure")}
    found.places[code, 0, ""] = (sheet, "")
    for part, (_, row, column) in whole.items():
        if row is not None:
            found.columns.add(part)
            found.places[code, 0, part] = (sheet, f"{letters(column)}{first + place + row}")
    found.columns |= {part for part in columns if part in TEXTS}
    if money:
        found.money.append(money)
    shared = {part: text for part, (text, _, _) in whole.items()}
    _indicators(found, sheet, code, rows[place + 1 :], first + place + 1, columns, ticks, shared, month)


def _watched(row: Cells) -> bool:
    """Whether a row is the header of monitored indicators: a part of the year or a likelihood, and no points yet."""
    columns = _columns(row)
    partly = bool({"likelihood", "forecast"} & set(columns)) or any(map(_month, row))
    return set(columns) >= NEEDED and partly and not any("得分" in even(cell) for cell in row)


def _month(cell: str) -> int | None:
    """The month that a title names, or the half year's; None of other cells."""
    text = even(cell)
    if text.startswith("半年"):
        return 6
    return month_of(match[0]) if (match := re.match(r"\d{1,2}月?[-—–~至到]+\d{1,2}月", text)) else None


def _columns(row: Cells) -> dict[str, int]:
    """Column of each title of the indicators in a row; an untitled one beside 一级指标 holds the second level."""
    columns: dict[str, int] = {}
    for column, cell in enumerate(row):
        for part in TEXTS:
            if part not in columns and _is(cell, part):
                columns[part] = column
    if "level_1" in columns and "level_2" not in columns:
        beside = columns["level_1"] + 1
        if beside < columns.get("level_3", 0) and not row[beside]:
            columns["level_2"] = beside
    return columns


def _indicators(
    found: _Found,
    sheet: str,
    code: str,
    rows: list[Cells],
    first: int,
    columns: dict[str, int],
    ticks: dict[str, int],
    shared: dict[str, str],
    month: int | None,
) -> None:
    above = {"level_1": "", "level_2": ""}
    for place, row in enumerate(rows):
        lead = next((cell for cell in row if cell), "")
        if any(_is(lead, part) for part in ("stop", "whole_reason", "whole_measure")):
            return
        cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        if not any(cells.values()):
            continue
        if cells.get("level_1"):
            above["level_2"] = ""
        above |= {name: cells[name] for name in above if cells.get(name)}
        ticked = {title: row[column] for title, column in ticks.items() if column < len(row) and row[column]}
        told = dict.fromkeys(TEXTS, "") | cells | above
        told["likelihood"] = next(
            (title for title in ticked if title in found.words), chosen(told["likelihood"], found.words)
        )
        causes = "、".join(title for title in ticked if title not in found.words)
        told["reason"] = told["reason"] or causes
        told |= {part: told[part] or text for part, text in shared.items()}
        number = first + place
        found.rows.append({"project": code, "row": number, "month": month, **told})
        options = {title: column for title, column in ticks.items() if title in found.words}
        if options:
            found.columns.add("likelihood")
            columns.setdefault("likelihood", min(options.values()))
        for name, column in columns.items():
            found.places[code, number, name] = (sheet, f"{letters(column)}{number}")


def chosen(cell: str, words: frozenset[str]) -> str:
    """The word that is ticked in a cell that prints all of them; else what the cell says, without marks."""
    text = even(cell)
    ways = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    marked = rf"([{BOXES}]?)({ways})" if text[:1] in BOXES else rf"({ways})([{BOXES}]?)"
    options = re.findall(marked, text) if text else []
    if len(options) < 2:
        return re.sub(f"[{BOXES}]", "", text)
    return next((word for pair in options if set(pair) & set(MARKS) for word in pair if word in words), "")


def _beside(rows: list[Cells], part: str) -> tuple[str, int | None, int]:
    """(text, row, column) of the cell after a title of the part, or below it where nothing stands beside."""
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if not _is(cell, part):
                continue
            for right in range(column + 1, len(row)):
                if row[right]:
                    return row[right], place, right
            return "", place, min(column + 1, len(row) - 1)
    return "", None, 0


def _money(rows: list[Cells], code: str, first: int) -> Money | None:
    """The first line under the titles of money, which is the total; None where there are no such titles."""
    for place, row in enumerate(rows[:-1]):
        columns = {
            part: column for part in MONEY for column, cell in reversed([*enumerate(row)]) if _is(cell, part)
        }
        if not {"budget", "spent"} <= set(columns):
            continue
        lines = [row for row in rows[place + 1 : place + 3] if any(row[one] for one in columns.values())]
        line = lines[0] if lines else rows[place + 1]
        number = first + place + 1 + rows[place + 1 :].index(line)
        texts = {part: line[column] for part, column in columns.items() if column < len(line)}
        amounts = {part: amount_of(text, scale(rows)) for part, text in texts.items()}
        cells = {part: f"{letters(column)}{number}" for part, column in columns.items()}
        month = next((m for cell in row if (m := _month(cell))), None)
        budget = amounts.get("revised")
        budget = amounts.get("budget") if budget is None else budget
        return Money(code, month, budget, amounts.get("spent"), texts, cells)
    return None
