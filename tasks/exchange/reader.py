"""A folder of national tables as frames of text: headers by national name or Chinese title, mixed."""

import os
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.exchange.cells import Rows, read_rows, unopened
from tasks.exchange.errors import ExchangeError
from tasks.exchange.writer import plain

SUFFIXES = (".csv", ".xlsx")
JOINS = re.compile(r"[\s_\ufeff]+")
HEADER_WITHIN = 10  # a title or a note may stand above the header


@dataclass(frozen=True)
class Exchange:
    """What a folder holds. Frames are text, "" where empty; `row` is the number of the data row, from 1.

    `extra`: columns of each table that are not ours, kept in the frame under their own name.
    """

    folder: Path
    tables: dict[str, pd.DataFrame]
    extra: dict[str, list[str]] = field(default_factory=dict)

    def get(self, name: str) -> pd.DataFrame | None:
        """A table, or None if the folder has none of that name."""
        return self.tables.get(name)

    def column(self, name: str, column: str) -> bool:
        """Whether a table came with a column."""
        return name in self.tables and column in self.tables[name]


@cache
def layouts() -> dict[str, Any]:
    """Tables with their columns and titles."""
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def read_folder(folder: Path, wanted: tuple[str, ...] = ()) -> Exchange:
    """All known tables of a folder (or the wanted ones). Raises ExchangeError in one sentence."""
    if not folder.is_dir():
        raise ExchangeError(f"没有文件夹“{folder}”。请核对路径。")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise unopened(folder)
    tables, extra = {}, {}
    for name in layouts():
        if wanted and name not in wanted:
            continue
        path = _file(folder, name)
        if path is not None:
            tables[name], extra[name] = read_table(path, name)
    if not tables:
        names = "、".join(wanted or layouts())
        raise ExchangeError(f"文件夹“{folder}”中没有可识别的表（{names}，.csv或.xlsx）。请核对文件名。")
    return Exchange(folder, tables, {name: columns for name, columns in extra.items() if columns})


def read_file(path: Path) -> Exchange:
    """One national table by itself, told by its file name or else by its header. Raises ExchangeError."""
    name = path.stem.upper() if path.stem.upper() in layouts() else _recognised(path)
    frame, extra = read_table(path, name)
    return Exchange(path.parent, {name: frame}, {name: extra} if extra else {})


def _recognised(path: Path) -> str:
    """The table whose required columns all stand in the header; the one with most columns, if several."""
    rows = read_rows(path)
    known: dict[str, int] = {}
    for name, layout in layouts().items():
        titles = _titles(name)
        heads = [{titles.get(even(cell)) for cell in row} for row in rows[:HEADER_WITHIN]]
        whole = [len(head) for head in heads if set(layout["required"]) <= head]
        if whole:
            known[name] = max(whole)
    if not known:
        raise ExchangeError(
            f"文件{path.name}的表头不是预算管理一体化的任何一张表。请核对列名，或按表名命名文件（如PM_SELF_EVAL_INDICATOR.csv）。"
        )
    return max(known, key=lambda name: known[name])


def _file(folder: Path, name: str) -> Path | None:
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.stem.upper() == name and path.suffix.lower() in SUFFIXES and path.is_file()
    ]
    if len(found) > 1:
        files = "、".join(path.name for path in found)
        raise ExchangeError(f"表{name}有多个文件（{files}）。请只保留一个。")
    return found[0] if found else None


def read_table(path: Path, name: str) -> tuple[pd.DataFrame, list[str]]:
    """(frame of text with column `row`, names of extra columns) of one file."""
    rows = read_rows(path)
    place, header = _header(path, name, rows)
    width = len(header)
    data: Rows = []
    numbers: list[int] = []
    for number, row in enumerate(rows[place + 1 :], 1):
        cells = [plain(cell.strip()) for cell in (*row, *[""] * width)][:width]
        if any(cells):
            data.append(cells)
            numbers.append(number)
    frame = pd.DataFrame(data, columns=header, dtype="string")
    frame["row"] = pd.array(numbers, dtype="int64")
    known = _titles(name)
    if "IS_DELETED" in frame:
        frame = frame[frame["IS_DELETED"] != "1"].reset_index(drop=True)
    return frame, [column for column in header if column not in set(known.values())]


def _header(path: Path, name: str, rows: Rows) -> tuple[int, list[str]]:
    """(row, column names) of the header: the row near the top that names most of our columns."""
    titles = _titles(name)
    best: list[str] = []
    place = -1
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        named = [titles.get(even(cell), cell.strip()) for cell in row]
        if sum(cell in titles.values() for cell in named) > sum(cell in titles.values() for cell in best):
            best, place = named, number
    missing = [column for column in layouts()[name]["required"] if column not in best]
    if missing:
        also = "、".join(f"{column}（{layouts()[name]['required'][column][0]}）" for column in missing)
        raise ExchangeError(f"文件{path.name}缺少必需的列：{also}。请补上后重新导入。")
    return place, _distinct(best)


def _distinct(names: list[str]) -> list[str]:
    """Column names, each once: a repeated or empty one is told apart by its place."""
    seen: set[str] = set()
    distinct = []
    for place, name in enumerate(names, 1):
        one = name if name and name not in seen else f"{name or '列'}#{place}"
        seen.add(one)
        distinct.append(one)
    return distinct


@cache
def _titles(name: str) -> dict[str, str]:
    """Every way of writing a column → its national name."""
    layout = layouts()[name]
    titles: dict[str, str] = {}
    for column, ways in (layout["optional"] | layout["required"]).items():
        titles |= {even(way): column for way in (column, *ways)}
    for title, column in list(titles.items()):  # 验收时间 is as good as 验收日期
        if title.endswith("日期"):
            titles.setdefault(f"{title.removesuffix('日期')}时间", column)
    return titles


@lru_cache(maxsize=10_000)
def even(title: str) -> str:
    """A title without blanks and joining strokes, in half-width capitals, without the byte order mark."""
    return JOINS.sub("", unicodedata.normalize("NFKC", title)).upper()
