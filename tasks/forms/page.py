"""One sheet of a form, drawn from the top down: fields, tables, live sums, lists and notes on entering."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache, cached_property

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.rules.declaration_guide import codes
from tasks.forms.layout import Cell, FieldCell, SheetLayout, Table
from tasks.forms.shape import Form, Found, Row, Sheet, Value, cell_name

FEN_PER_WAN = 1_000_000
ABOUT = "表内编号："
NUMBER = "表单编号："
TOTAL = "合计"
WIDE = re.compile("[\u2e80-\U0010ffff]+")
BASE: dict[str, object] = {
    "font_name": "宋体",
    "font_size": 10,
    "border": 1,
    "text_wrap": True,
    "valign": "vcenter",
    "align": "center",
}
WORDY = 50  # from this width a column is for sentences


class Pen:
    """What is written with: the workbook, its formats (each once), and which cells have findings."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form) -> None:
        self.book, self.form = book, form
        self.marked: dict[tuple[str, tuple[str, ...]], list[Found]] = {}
        self.formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def style(self, **changes: object) -> Format:
        wanted = tuple(sorted(changes.items()))
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format({**BASE, **changes})
        return self.formats[wanted]

    @cached_property
    def label(self) -> Format:
        return self.style(bg_color="#F2F2F2", bold=True)

    @cached_property
    def wrong(self) -> Format:
        """Over a sum that is not what it has to be."""
        return self.book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})


class Page:
    """One sheet being drawn, from the top down."""

    def __init__(self, writer: Pen, page: Worksheet, sheet: Sheet, layout: SheetLayout) -> None:
        self.writer, self.page, self.sheet, self.layout = writer, page, sheet, layout
        self.last = layout.columns - 1
        self.row = 0
        self.tall: dict[int, int] = {}  # heights of lines with two fields
        self.widths = _widths(layout)

    def draw(self) -> None:
        page, style = self.page, self.writer.style
        page.hide_gridlines(2)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.set_footer("&C第 &P 页 共 &N 页")
        for place, width in enumerate(self.widths):
            page.set_column(place, place, width)
        if sum(self.widths) > 110:
            page.set_landscape()
        title = f"{self.layout.title}（{self.writer.form.fiscal_year}年度）"
        page.merge_range(0, 0, 0, self.last, title, style(border=0, font_name="黑体", font_size=16))
        page.set_row(0, 30)
        small = style(border=0, align="left", font_size=8, font_color="#808080")
        page.merge_range(
            1, 0, 1, self.last, f"{ABOUT}{self.sheet.about}　{NUMBER}{self.writer.form.form_number}", small
        )
        self.row = 2
        self.fields([one for one in self.layout.field if not one.below])
        for table in self.layout.table:
            self.table(table)
        self.fields([one for one in self.layout.field if one.below])
        options = {"format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True}
        page.protect("", options)

    def fields(self, cells: Sequence[FieldCell]) -> None:
        half = (self.last + 1) // 2
        left = True
        for one in cells:
            if one.wide:
                self.row += 0 if left else 1
                self.field(one, 0, self.last)
                self.row += 1
                left = True
            elif left:
                self.field(one, 0, half - 1)
                left = False
            else:
                self.field(one, half, self.last)
                self.row += 1
                left = True
        if not left:
            self.page.merge_range(self.row, half, self.row, self.last, "", self.writer.style())
            self.row += 1

    def field(self, one: FieldCell, start: int, end: int) -> None:
        value = self.sheet.fields.get(one.name)
        self.page.write_string(self.row, start, _title(one), self.writer.label)
        self.sheet.places.fields[one.name,] = (self.row, start + 1)
        align = "left" if one.wide else "center"
        style = self.cell_style(one, cell_name(self.row, start + 1), (one.name,), align)
        if end > start + 1:
            self.page.merge_range(self.row, start + 1, self.row, end, "", style)
        self.put(self.row, start + 1, value, one, style)
        self.guide(self.row, start + 1, one)
        if one.wide:
            width = sum(self.widths[start + 1 : end + 1])
            lines = max(1 if one.locked else 3, int(display(str(value or "")) / max(width, 1)) + 1)
            lines = max(lines, int(display(_title(one)) / self.widths[start]) + 1)
            self.page.set_row(self.row, min(15 * lines + 6, 300))
        else:
            narrow = display(_title(one)) > self.widths[start]  # a label that wraps
            self.tall[self.row] = 34 if narrow else self.tall.get(self.row, 24)
            self.page.set_row(self.row, self.tall[self.row])

    def table(self, table: Table) -> None:
        style = self.writer.style
        wide = len(table.column) - 1
        self.page.merge_range(
            self.row, 0, self.row, self.last, table.title, style(bold=True, bg_color="#D9E2F3")
        )
        header = self.row + 1
        for place, column in enumerate(table.column):
            self.page.write_string(header, place, _title(column), self.writer.label)
        if self.stretched(table) is not None:
            place = len(table.column) - 1
            self.page.merge_range(
                header, place, header, self.last, _title(table.column[place]), self.writer.label
            )
        self.page.set_row(header, 32)
        if table is self.layout.table[-1]:
            self.page.repeat_rows(
                header
            )  # only the last runs over the page; others would stand under its titles
        rows = self.sheet.tables.get(table.name, [])
        count = len(rows) + table.blank_rows
        styles = [self.cell_style(column, "", ("", "", column.name)) for column in table.column]
        self.sheet.places.table(
            table.name,
            range(header + 1, header + 1 + count),
            {one.name: place for place, one in enumerate(table.column)},
        )
        for number in range(count):
            row = rows[number] if number < len(rows) else {}
            self.table_row(table, header + 1 + number, row, number, styles)
        own = {key[2] for key in self.sheet.lists if key[0] == table.name}
        for place, column in enumerate(table.column):
            if column.name not in own:
                self.guide(header + 1, place, column, header + count)
        if table.input and any(one.type == "text" and one.width >= WORDY for one in table.column):
            for number in range(len(rows), count):  # room for sentences: Excel leaves a set height alone
                self.page.set_row(header + 1 + number, 46)
        self.row = header + 1 + count
        if table.sums:
            self.sums(table, header + 1, self.row - 1)
            self.row += 1
        assert wide <= self.last

    def stretched(self, table: Table) -> int | None:
        """The last column of a narrow table for people's words takes what is left of the line."""
        last = len(table.column) - 1
        return last if table.input and last < self.last and table.column[last].type == "text" else None

    def table_row(self, table: Table, row: int, values: Row, number: int, styles: Sequence[Format]) -> None:
        longest = 1
        stretched = self.stretched(table)
        special = self.writer.marked or self.sheet.lists
        for place, (column, style) in enumerate(zip(table.column, styles, strict=True)):
            if special:
                style = self.special(row, place, column, (table.name, str(number), column.name), style)
            if place == stretched:
                self.page.merge_range(row, place, row, self.last, "", style)
            value = values.get(column.name)
            if value is None:
                self.page.write_blank(row, place, None, style)
                continue
            self.put(row, place, value, column, style)
            text, width = str(value), self.widths[place]
            if 2 * len(text) >= width and not column.name.endswith("_key"):  # may need more than one line
                longest = max(longest, int(display(text) / width) + 1)
        self.page.set_row(row, min(13 * longest + 7, 200))

    def special(self, row: int, place: int, one: Cell, key: tuple[str, ...], style: Format) -> Format:
        """A cell with a list of its own or with findings; its format."""
        if key in self.sheet.lists:
            self.guide(row, place, one.model_copy(update={"choices": self.sheet.lists[key]}))
        if (self.sheet.about, key) in self.writer.marked:
            return self.cell_style(one, cell_name(row, place), key)
        return style

    def sums(self, table: Table, first: int, last: int) -> None:
        grey = self.writer.style(bold=True, bg_color="#F2F2F2", num_format="#,##0.00####")
        due = [f"{one.title}应为{table.must[one.name]:f}" for one in table.column if one.name in table.must]
        self.page.write_string(self.row, 0, TOTAL, grey)
        for place, column in enumerate(table.column[1:], 1):
            if column.name not in table.sums:
                if due and place == 2:
                    self.page.write_string(self.row, place, due.pop(), grey)
                else:
                    self.page.write_blank(self.row, place, None, grey)
                continue
            span = f"{cell_name(first, place)}:{cell_name(max(first, last), place)}"
            total = sum(
                (_number(row.get(column.name), column) for row in self.sheet.tables.get(table.name, [])),
                Decimal(0),
            )
            self.page.write_formula(self.row, place, f"=SUM({span})", grey, float(total))
            if column.name in table.must:
                rule = {
                    "type": "cell",
                    "criteria": "!=",
                    "value": float(table.must[column.name]),
                    "format": self.writer.wrong,
                }
                self.page.conditional_format(self.row, place, self.row, place, rule)

    def cell_style(self, one: Cell, place: str, key: tuple[str, ...], align: str = "center") -> Format:
        looks: dict[str, object] = {"align": align, "locked": one.locked}
        if one.locked:
            looks["bg_color"] = "#F2F2F2"
        if one.type in {"wan", "points"}:
            looks["num_format"] = "#,##0.00####" if one.type == "wan" else "0.######"
        if one.type == "date":
            looks["num_format"] = "yyyy-mm-dd"
        if one.type == "text":
            looks["num_format"] = "@"
        if one.name.endswith("_key"):
            looks |= {"font_size": 6, "font_color": "#808080"}
        found = self.writer.marked.get((self.sheet.about, key))
        if found:
            looks["bg_color"] = "#FFC7CE"
            self.page.write_comment(
                place, "\n".join(f"{f.says}{f.remedy}" for f in found)[:1000], {"x_scale": 2.5}
            )
        return self.writer.style(**looks)

    def put(self, row: int, place: int, value: Value, one: Cell, style: Format) -> None:
        if value is None or value == "":
            self.page.write_blank(row, place, None, style)
        elif isinstance(value, date):
            self.page.write_datetime(row, place, value, style)
        elif isinstance(value, int | Decimal):
            self.page.write_number(row, place, float(_number(value, one)), style)
        else:
            self.page.write_string(row, place, value, style)

    def guide(self, row: int, place: int, one: Cell, last: int = -1) -> None:
        """The drop-down list, or the help shown when the cell is entered; down to the last row of a table."""
        last = row if last < 0 else last
        note = _note(one)
        if one.locked or not (one.choices or note) or last < row:
            return
        rule: dict[str, object] = {"validate": "any"}
        if one.choices:
            rule = {
                "validate": "list",
                "source": list(one.choices),
                "error_title": "请从列表中选择",
                "error_message": "可选：" + "、".join(one.choices)[:200],
            }
        if note:
            rule |= {"input_title": one.title[:32], "input_message": note}
        self.page.data_validation(row, place, last, place, rule)


@cache
def _note(one: Cell) -> str:
    """What is shown on entering a cell: its help, the clause of the guide, a model phrase."""
    if not one.rule:
        return one.help[:250]
    code = codes()[one.rule]
    return f"{one.help or code.remedy}\n编审指南{code.clause}。示范：{code.model}"[:250]


def _number(value: Value, one: Cell) -> Decimal:
    if not isinstance(value, int | Decimal):
        return Decimal(0)
    return Decimal(value) / FEN_PER_WAN if one.type == "wan" else Decimal(value)


def _title(one: Cell) -> str:
    return f"{one.title}*" if one.required and not one.locked else one.title


def display(text: str) -> int:
    """Width in Latin characters: a Chinese one takes two."""
    return len(text) + sum(map(len, WIDE.findall(text)))


def _widths(layout: SheetLayout) -> list[float]:
    """The widest table decides; the others wrap their titles."""
    if not layout.table:
        return [13.0] * layout.columns
    widest = max(layout.table, key=lambda table: len(table.column))
    widths = [column.width for column in widest.column]
    return widths + [12.0] * (layout.columns - len(widths))
