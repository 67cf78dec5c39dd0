"""Workbooks in: bounded, by the layout, every value typed, every mistake told with its cell."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any, NamedTuple

from models.amounts import fen_of_wan
from models.vocabulary import Severity
from tasks.forms.layout import Cell, FormKind, Layout, SheetLayout, Table, layout_of, variants
from tasks.forms.number import looks_like
from tasks.forms.page import ABOUT, TOTAL
from tasks.forms.shape import Form, Found, Row, Sheet, Value, cell_name
from tasks.workbook import FORM, Grid, Limits, read_workbook

LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "，": ",", "。": ".", "％": "%"})
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\xa0"  # come along when a number is pasted from a page or a chat
FULLWIDTH = str.maketrans("０１２３４５６７８９．－", "0123456789.-", UNSEEN)
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
BLANKS = frozenset(filter(str.isspace, map(chr, range(0x3001))))
ODD = BLANKS | {"#"}  # what a plain text does not begin with
ERROR_MARKS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


@dataclass(frozen=True)
class Book:
    """A workbook as plain grids of cells, and the form number found in it."""

    grids: dict[str, Grid]
    number: str | None


def open_book(data: bytes, file_name: str, limits: Limits = FORM) -> Book:
    """All sheets as grids. Raises Unreadable with one sentence for whatever goes wrong."""
    grids = read_workbook(data, file_name, limits)
    return Book(grids, _number(grids) or _number_in_properties(data))


def _number(grids: dict[str, Grid]) -> str | None:
    cells = (cell for grid in grids.values() for row in grid[:30] for cell in row if isinstance(cell, str))
    return next((found for cell in cells if "JX" in cell and (found := looks_like(cell))), None)


def _number_in_properties(data: bytes) -> str | None:
    """The number as a document property, for a cover that was deleted."""
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "docProps/custom.xml" not in archive.namelist():
            return None
        return looks_like(archive.read("docProps/custom.xml").decode("utf-8", "replace"))


def read_form(book: Book, kind: FormKind) -> tuple[Form, list[Found]]:
    """The sheets that carry an identity, typed; findings for cells that are not what they should be."""
    variant = _variant(book, kind)
    layout = layout_of(kind, variant)
    found: list[Found] = []
    sheets = []
    for name, grid in book.grids.items():
        about = _about(grid)
        if about is None:
            continue
        which = _layout_for(layout, grid, about)
        if which is None:
            continue
        reader = _Reader(name, grid, layout.sheet[which], about, found)
        sheets.append(reader.sheet(which))
    return Form(kind, "", 0, sheets, variant, form_number=book.number or ""), found


def _variant(book: Book, kind: FormKind) -> str:
    """The layout with most of its titles in the workbook; the bureau's own where several have as many."""
    names = variants(kind)
    if len(names) == 1:
        return ""
    words = {_clean(cell) for grid in book.grids.values() for row in grid for cell in row}
    return max(names, key=lambda name: (_shared(layout_of(kind, name), words), name == ""))


def _shared(layout: Layout, words: set[str]) -> float:
    """Which share of its titles stands there."""
    titles = {one.title for sheet in layout.sheet.values() for one in sheet.field}
    titles |= {one.title for sheet in layout.sheet.values() for table in sheet.table for one in table.column}
    return len(titles & words) / len(titles)


def _about(grid: Grid) -> str | None:
    for row in grid[:6]:
        for cell in row:
            if isinstance(cell, str) and cell.startswith(ABOUT):
                return cell.removeprefix(ABOUT).partition("　")[0].strip()
    return None


def _layout_for(layout: Layout, grid: Grid, about: str) -> str | None:
    """The kind of sheet by its heading."""
    top = "".join(str(cell) for row in grid[:2] for cell in row)
    for name, one in layout.sheet.items():
        if one.title in top:
            return name
    return next(iter(layout.sheet)) if about else None


@cache
def _wanted(landmarks: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The titles to look for, and what they may begin with: most cells are told by their first letter."""
    return landmarks | {TOTAL}, BLANKS.union((TOTAL[:1], *(title[:1] for title in landmarks)))


class Head(NamedTuple):
    """A table's head: its row, and where each column stands; None is a column that is gone."""

    row: int
    columns: Sequence[int | None]

    @property
    def known(self) -> int:
        """How many columns stand there."""
        return len(self.columns) - self.columns.count(None)


class _Reader:
    def __init__(self, name: str, grid: Grid, layout: SheetLayout, about: str, found: list[Found]) -> None:
        self.name, self.grid, self.layout, self.about, self.found = name, grid, layout, about, found
        self.result = Sheet(about, name, name=name)
        self.project = about if about[:4].isdigit() and ":" in about else None
        self.line = 0  # which of a table's filled rows is being read, counted from 1 as the checks count them
        self.places: dict[str, list[tuple[int, int]]] = {}  # a label or title → where it stands
        self.titled: set[tuple[int, int]] = set()  # where any of them stands
        wanted, begins = _wanted(layout.landmarks)
        for number, row in enumerate(grid):
            for place, cell in enumerate(row):
                if (
                    cell
                    and cell.__class__ is str
                    and cell[0] in begins
                    and (title := cell.strip().removesuffix("*").strip()) in wanted
                ):
                    self.places.setdefault(title, []).append((number, place))
                    self.titled.add((number, place))

    def sheet(self, which: str) -> Sheet:
        self.result.layout = which
        heads: dict[str, Head] = {}
        for table in self.layout.table:
            head = self.head(table, {one.row for one in heads.values()})
            if head is not None:
                heads[table.name] = head
        ends = {name: self.end(head) for name, head in heads.items()}
        inside = {row for name, head in heads.items() for row in range(head.row, ends[name])}
        for one in self.layout.field:
            place = self.label(one.title, inside)
            if place is None:
                self.missing(f"工作表中找不到“{one.title}”这一栏。", "请勿删除表中的栏目")
                continue
            row, column = self.beside(*place)
            self.result.places.fields[one.name,] = (row, column)
            raw = self.grid[row][column] if column < len(self.grid[row]) else ""
            self.result.fields[one.name] = self.typed(raw, row, column, one)
        for table in self.layout.table:
            head = heads.get(table.name)
            self.result.tables[table.name] = [] if head is None else self.rows(table, head, ends[table.name])
        return self.result

    def head(self, table: Table, taken: set[int]) -> Head | None:
        """The row that bears the table's column titles in order; or most of them, where columns were put in or taken out."""
        titles = [column.title for column in table.column]
        for number, place in self.places.get(titles[0], ()):
            if place == 0 and [_clean(cell) for cell in self.grid[number][: len(titles)]] == titles:
                return Head(number, range(len(titles)))
        near = [
            Head(number, _places(titles, self.grid[number]))
            for number, _ in self.places.get(titles[0], ())
            if number not in taken
        ]
        best = max(near, key=lambda one: one.known, default=None)
        if best is None or best.known < 2 or 2 * best.known < len(titles):
            self.missing(f"工作表中找不到“{table.title}”表的表头。", "请勿改动表头")
            return None
        for title, column in zip(titles, best.columns, strict=True):
            if column is None:
                self.missing(f"“{table.title}”表中找不到“{title}”这一列。", "请勿删除列、改动表头")
        return best

    def end(self, head: Head) -> int:
        """The row after the table's last: its sum, the next heading, or the next label."""
        tables, fields = self.layout.table, self.layout.field
        stops = (TOTAL, *(one.title for one in tables), *(one.title for one in fields))
        first = head.columns[0] or 0
        below = [
            n for stop in stops for n, place in self.places.get(stop, ()) if place <= first and n > head.row
        ]
        return min(below, default=len(self.grid))

    def beside(self, row: int, label: int) -> tuple[int, int]:
        """Where a label's value stands: next to it, or beyond empty cells where columns were put in between."""
        cells, first = self.grid[row], label + 1
        if first >= len(cells) or _filled(cells[first]):
            return row, first
        filled = next((place for place in range(first, len(cells)) if _filled(cells[place])), first)
        return (row, first) if (row, filled) in self.titled else (row, filled)

    def label(self, title: str, inside: set[int]) -> tuple[int, int] | None:
        """Where a field's label stands: below the heading, outside of tables."""
        for number, place in self.places.get(title, ()):
            if number >= 2 and number not in inside:
                return number, place
        return None

    def rows(self, table: Table, head: Head, end: int) -> list[Row]:
        found: list[Row] = []
        known = [
            (place, one) for place, one in zip(head.columns, table.column, strict=True) if place is not None
        ]
        width, lines = 1 + max(place for place, _ in known), list[int]()
        columns = [(place, one.name, one, one.type == "text") for place, one in known]
        self.result.places.table(table.name, lines, {one.name: place for place, one in known})
        missing: Row = {one.name: None for one in table.column} if len(known) < len(table.column) else {}
        for number in range(head.row + 1, end):
            cells = self.grid[number][:width]
            if cells.count("") == len(cells) or not any(map(_filled, cells)):
                continue
            lines.append(number)
            self.line = len(lines)
            cells.extend("" for _ in range(width - len(cells)))
            values = missing.copy()
            for place, name, one, plain in columns:
                raw = cells[place]
                if plain and raw.__class__ is str and raw[:1] not in ODD:
                    values[name] = raw.rstrip() or None
                else:
                    values[name] = self.typed(raw, number, place, one)
            found.append(values)
        self.line = 0
        return found

    def typed(self, raw: Any, row: int, column: int, one: Cell) -> Value:
        """The cell as its type wants it; a finding and None when it is something else."""
        text = raw.strip() if type(raw) is str else _text(raw)
        if not text:
            return None
        if text[0] == "#" and text in ERROR_MARKS:
            return self.refuse(row, column, one, text, "是公式错误", "请直接填写数值")
        if one.type == "text":
            return text
        if one.type == "date":
            return self.day(row, column, one, raw, text)
        return self.number(row, column, one, text)

    def number(self, row: int, column: int, one: Cell, text: str) -> Value:
        value, why, remedy = _amount(text, one.type == "wan")
        return self.refuse(row, column, one, text, why, remedy) if why else value

    def day(self, row: int, column: int, one: Cell, raw: Any, text: str) -> Value:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if isinstance(raw, float) and 20_000 < raw < 80_000:
            return date(1899, 12, 30) + timedelta(days=int(raw))
        match = DATE.fullmatch(text.strip())
        try:
            if match:
                return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
        return self.refuse(row, column, one, text, "不是日期", "请填成 2024-07-01 的样子")

    def refuse(self, row: int, column: int, one: Cell, text: str, why: str, remedy: str) -> Value:
        """Note a finding; the value is unknown."""
        self.found.append(
            Found(
                "F-TYPE",
                Severity.ERROR,
                f"{f'第{self.line}行' if self.line else ''}“{one.title}”为“{text[:40]}”，{why}。",
                f"{remedy}。",
                sheet=self.name,
                cell=cell_name(row, column),
                read=text[:200],
                project_key=self.project,
            )
        )
        return None

    def missing(self, says: str, remedy: str) -> None:
        """A part of the sheet that nobody finds."""
        remedy = f"{remedy}；请在收到的表格上重新填写。"
        self.found.append(
            Found("F-MISSING", Severity.ERROR, says, remedy, sheet=self.name, project_key=self.project)
        )


@lru_cache(maxsize=10_000)
def _amount(text: str, in_wan: bool) -> tuple[Value, str, str]:
    """A number as people write it, in fen where it is in 万元; or None, what is wrong, and the remedy."""
    plain = text
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        plain = text.translate(FULLWIDTH).replace(",", "").replace("，", "").strip()
        for unit in ("万元",) if in_wan else ("万元", "分", "元"):
            plain = plain.removesuffix(unit)
    try:
        value = Decimal(plain)
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        return None, "不是数字" + _lookalike(text), "请只填阿拉伯数字"
    if abs(value) > 10**9:
        return None, "数值过大", "请核对单位"
    if not in_wan:
        return value, "", ""
    try:
        return fen_of_wan(value), "", ""
    except ValueError:
        return None, "精确到了分以下", "万元最多保留六位小数"


def _lookalike(text: str) -> str:
    mended = text.translate(LOOKALIKES).replace(",", "")
    try:
        Decimal(mended)
    except InvalidOperation:
        return ""
    if re.search("[Oo]", text):
        return "（是否把字母O当作0？）"
    return "（是否把字母l或I当作1？）" if re.search("[lI]", text) else ""


def _places(titles: Sequence[str], cells: Sequence[Any]) -> list[int | None]:
    words = [_clean(cell) for cell in cells]
    return [words.index(title) if title in words else None for title in titles]


def _clean(cell: Any) -> str:
    return cell.strip().removesuffix("*").strip() if isinstance(cell, str) else ""


def _filled(cell: Any) -> bool:
    return cell != "" and cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return raw.date().isoformat() if not (raw.hour or raw.minute) else raw.isoformat(" ")
    return str(raw).strip()
