"""Self-evaluation tables as they are printed (one project a table, titles inside) as the national tables' frames."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.exchange.cells import read_sheets
from tasks.exchange.errors import ExchangeError
from tasks.exchange.reader import Exchange, even

MONEY, INDICATORS, HEAD = "PM_PERF_SELF_BGT", "PM_SELF_EVAL_INDICATOR", "PM_PERF_SELF_EVAL"
NEEDED = {"money": {"CUR_AMT", "YEAR_EXE_AMT"}, "indicators": {"LV3_PERF_IND_NAME", "KPI_VAL", "IND_COMP"}}
MARKED = {"LV3_PERF_IND_NAME", "MARKS", "EVAL_SCORE"}  # a form of marking schemes: no targets, no results
AMOUNTS = ("REPLY_AMT", "CUR_AMT", "YEAR_EXE_AMT")
Cells = list[str]


@dataclass
class Printed:
    """The tables of a file, and where each of its projects stands (code → sheet)."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {MONEY: [], INDICATORS: [], HEAD: []}
    )
    sheets: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, int], str] = field(default_factory=dict)  # (project, row) of an indicator → "D12"

    def exchange(self, path: Path) -> Exchange:
        """As if they had come as national tables; `row` is the row of the sheet."""
        tables = {name: pd.DataFrame(rows) for name, rows in self.rows.items() if rows}
        for frame in tables.values():
            for column in frame.columns.drop("row"):
                frame[column] = frame[column].fillna("").astype("string")
        return Exchange(path.parent, tables)


def letters(column: int) -> str:
    """ "A" of column 0, "AB" of 27."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


@cache
def _layout() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("printed.toml").read_text(encoding="utf-8"))


def read_printed(path: Path) -> Printed:
    """All printed tables of a workbook or CSV. Raises ExchangeError where there is none."""
    found = Printed()
    for sheet, grid in read_sheets(path).items():
        rows = [[cell.strip() for cell in row] for row in grid]
        about = "name" if any(_beside(row, "name") is not None for row in rows) else "department"
        starts = [place for place, row in enumerate(rows) if _beside(row, about) is not None]
        # What stands above the first name (the title with its year) belongs to every table of the sheet.
        for start, end in pairwise([*starts, len(rows)]):
            _table(found, sheet, rows[: starts[0]], rows[start:end], start + 1)
    if not found.rows[INDICATORS]:
        raise ExchangeError(
            f"文件{path.name}中没有可识别的自评表（项目名称、一级至三级指标、指标值、完成值）。"
        )
    return found


def _table(found: Printed, sheet: str, above: list[Cells], rows: list[Cells], first: int) -> None:
    """One project's table, its first row being row `first` of the sheet."""
    name = _beside(rows[0], "name") or _beside(rows[0], "department") or ""
    own = next((code for row in rows[:6] if (code := _beside(row, "code"))), "")
    code = own or (
        match[0] if (match := re.match(r"\d{6}\d{2}[A-Z]\d{12}", name)) else name or f"第{first}行"
    )
    if code in found.sheets:
        code = f"{code}#{len(found.sheets) + 1}"
    year = next((match[1] for row in [*above, *rows[:3]] for cell in row if (match := YEAR.search(cell))), "")
    keys = {"PRO_CODE": code, "FISCAL_YEAR": year}
    found.sheets[code] = sheet
    scale = (
        "元"
        if any(re.search(r"[(:](单位)?:?元\)?$", even(cell)) for row in rows[:8] for cell in row)
        else "万元"
    )
    money = _money(rows, scale)
    indicators = _shared(_part(rows, "indicators"))
    found.rows[MONEY] += [keys | row | {"row": row["row"] + first} for row in money]
    for row in indicators:
        row["row"] += first
        found.cells[code, row["row"]] = f"{letters(row.pop('column'))}{row['row']}"
    found.rows[INDICATORS] += [keys | row for row in indicators]
    found.rows[HEAD].append(keys | {"PRO_NAME": name, "row": first} | _whole(rows))


YEAR = re.compile(r"(20\d{2})年")


def _named(cell: str) -> set[str]:
    """The ways in which a title may be compared: whole, and without its brackets. Titles are Chinese."""
    if cell.isascii():
        return set()
    whole = even(cell)
    return {whole, re.sub(r"[(（].*", "", whole).rstrip(":")} if whole else set()


def _beside(row: Cells, part: str) -> str | None:
    """The first filled cell after one that bears a title of the part; None where no cell bears one."""
    for place, cell in enumerate(row):
        if _named(cell) & set(_layout()[part]["titles"]):
            return next((one for one in row[place + 1 :] if one), "")
    return None


def _header(rows: list[Cells], place: int, part: str) -> dict[str, int]:
    """Column of each title of a part in a row, or in the row above it where titles are printed in two rows."""
    columns: dict[str, int] = {}
    for row in (rows[place], rows[place - 1] if place and part == "indicators" else []):
        for column, cell in enumerate(row):
            for name, titles in _layout()[part].items():
                if _named(cell) & set(titles) and name not in columns and column not in columns.values():
                    columns[name] = column
    return (
        _of_marks(columns, rows[place])
        if part == "indicators" and not NEEDED[part] <= set(columns)
        else columns
    )


def _of_marks(columns: dict[str, int], row: Cells) -> dict[str, int]:
    """Columns of a form of marking schemes: the scheme stands for the target; 分值 is that of the indicator itself."""
    if not set(columns) >= MARKED:
        return columns
    found = {key: at for key, at in columns.items() if key != "MARKS"}
    found |= {"KPI_VAL": columns["MARKS"], "IND_COMP": len(row)}
    titles = set(_layout()["indicators"]["IND_WEIGHT"])
    for place in range(columns["LV3_PERF_IND_NAME"] + 1, len(row)):
        if _named(row[place]) & titles:
            return found | {"IND_WEIGHT": place}
    return found


def _part(rows: list[Cells], part: str) -> list[dict[str, Any]]:
    """Rows under every header of a part, up to a title that ends it; `row` counts from 0."""
    found: list[dict[str, Any]] = []
    columns: dict[str, int] = {}
    for place, row in enumerate(rows):
        own = _header(rows, place, part) if _begins(row, part) else {}
        if NEEDED[part] <= set(own):
            columns = own
        elif columns and _ends(row, part):
            columns = {}
        elif columns and any(row):
            cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
            first = min(columns[name] for name in columns if name in AMOUNTS) if part == "money" else 0
            label = next((cell for cell in reversed(row[:first]) if cell), "")
            extra = {"label": label} if part == "money" else {"column": columns["LV3_PERF_IND_NAME"]}
            found.append(cells | extra | {"row": place})
    return found


def _begins(row: Cells, part: str) -> bool:
    """Whether a row may be the part's header: its own titles stand in it."""
    title = "三级指标" if part == "indicators" else "执行"
    return any(title in even(cell) for cell in row)


def _ends(row: Cells, part: str) -> bool:
    """Whether a row belongs to the part no more: its first words are a title of what comes next."""
    first = next((cell for cell in row if cell), "")
    ending = {*_layout()["stop"]["titles"], *_layout()["reason"]["titles"]}
    if part == "indicators":
        ending |= set(_layout()["total"]["titles"])
    elif _begins(row, "indicators"):
        return True
    return bool({re.sub(r"\d+$", "", title) for title in _named(first)} & ending)


def _money(rows: list[Cells], scale: str) -> list[dict[str, Any]]:
    """Rows of money with their source; amounts bear the table's unit, the points of execution its heading's."""
    full = next((m[1] for row in rows for cell in row if (m := FULL.search(even(cell)))), "")
    found: list[dict[str, Any]] = []
    for row in _part(rows, "money"):
        if not row["label"] and not any(row.get(name) for name in AMOUNTS):
            continue
        amounts = {name: row[name] + scale for name in AMOUNTS if re.fullmatch(r"[\d.,]+", row.get(name, ""))}
        row = row | amounts | {"FOUND_TYPE_NAME": row.pop("label")}
        if not found and full and not row.get("EXE_WEIGHT"):
            row["EXE_WEIGHT"] = full
        found.append(row)
    return found


FULL = re.compile(r"^预算执行情况.*\((\d+)分\)")


def _shared(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose score cell is merged with the one above (both blank below a filled one) share its group."""
    scored = any(row.get("EVAL_SCORE") for row in rows)
    leader: dict[str, Any] | None = None
    for row in rows:
        row["SCORE_GROUP"] = ""
        alone = bool(row.get("EVAL_SCORE") or row.get("IND_WEIGHT")) or not scored
        if (
            alone
            or not row["LV3_PERF_IND_NAME"]
            or not row["IND_COMP"]
            or leader is None
            or row.get("LV1_PERF_IND_NAME")
        ):
            leader = row
            continue
        leader["SCORE_GROUP"] = row["SCORE_GROUP"] = f"G{leader['row']}"
    return rows


def _whole(rows: list[Cells]) -> dict[str, str]:
    """Total, grade and reason of the whole table."""
    found: dict[str, str] = {}
    columns: dict[str, int] = {}
    for place, row in enumerate(rows):
        own = _header(rows, place, "indicators") if _begins(row, "indicators") else {}
        columns = own if NEEDED["indicators"] <= set(own) else columns
        if _beside(row, "total") is not None and columns:
            found["TOTAL_EVAL_VALUE"] = _total(row, columns)
            found["GRADE"] = next((cell for cell in row if cell in GRADES), "")
        for part, name in (("grade", "GRADE"), ("reason", "DEVI_ANALY")):
            if (said := _beside(row, part)) is not None and not found.get(name):
                found[name] = said
    return found


GRADES = {"优", "良", "中", "差", "优秀", "良好", "中等", "较差"}


def _total(row: Cells, columns: dict[str, int]) -> str:
    """The total of a row that may hold the sum of the weights too: the last number, if it is not the only one under 分值."""
    numbers = [(place, cell) for place, cell in enumerate(row) if re.fullmatch(r"\d+(\.\d+)?分?", cell)]
    if len(numbers) == 1 and "IND_WEIGHT" in columns and numbers[0][0] == columns["IND_WEIGHT"]:
        return ""
    return numbers[-1][1] if numbers else ""
