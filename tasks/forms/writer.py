"""Workbooks out: a cover with what is asked, a sheet a project; what is known is filled in and locked.

A department's text is always written as text: it never becomes a formula.
"""

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.settings import settings
from tasks.forms.layout import Cell, FieldCell, Layout, SheetLayout, Table, layout_of
from tasks.forms.shape import Form, Found, Row, Sheet, Value, cell_name

FEN_PER_WAN = 1_000_000
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
ABOUT = "表内编号："
NUMBER = "表单编号："
TOTAL = "合计"


def write(form: Form, findings: Sequence[Found] = ()) -> bytes:
    """The workbook as bytes. With findings it is the returned one: they are listed on the cover and marked."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = datetime(form.fiscal_year, 1, 1)  # noqa: DTZ001  the same form is the same bytes
    book.set_properties(
        {"title": layout_of(form.kind, form.variant).title, "comments": form.form_number, "created": made}
    )
    book.set_custom_property("form_number", form.form_number)
    _Writer(book, form, findings).write()
    book.close()
    return buffer.getvalue()


def tab_names(sheets: Sequence[Sheet]) -> list[str]:
    """A tab name for each sheet: its number and what fits of its title; unique, without forbidden marks."""
    return [
        f"{number}.{sheet.title.translate(FORBIDDEN)}"[:28].strip() for number, sheet in enumerate(sheets, 1)
    ]


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, form: Form, findings: Sequence[Found]) -> None:
        self.book, self.form, self.findings = book, form, findings
        self.layout: Layout = layout_of(form.kind, form.variant)
        self.marked: dict[tuple[str, tuple[str, ...]], list[Found]] = defaultdict(list)
        self.moved: dict[tuple[str, str], tuple[Sheet, tuple[str, ...]]] = {}
        for sheet in form.sheets:
            self.moved |= {(sheet.name, cell): (sheet, key) for key, cell in sheet.places.items()}
        for one in findings:
            if (one.sheet, one.cell) in self.moved:
                sheet, key = self.moved[one.sheet, one.cell]
                self.marked[sheet.about, key].append(one)
        self.formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def style(self, **changes: object) -> Format:
        base: dict[str, object] = {
            "font_name": "宋体",
            "font_size": 10,
            "border": 1,
            "text_wrap": True,
            "valign": "vcenter",
            "align": "center",
        }
        wanted = tuple(sorted({**base, **changes}.items()))
        if wanted not in self.formats:
            self.formats[wanted] = self.book.add_format(dict(wanted))
        return self.formats[wanted]

    @cached_property
    def label(self) -> Format:
        return self.style(bg_color="#F2F2F2", bold=True)

    def write(self) -> None:
        page = self.book.add_worksheet("封面")
        for sheet, name in zip(self.form.sheets, tab_names(self.form.sheets), strict=True):
            sheet.name, sheet.places = name, {}
            self.sheet(sheet)
        self.cover(page)  # last, because the list of findings names the cells of the sheets as drawn

    def cover(self, page: Worksheet) -> None:
        page.hide_gridlines(2)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.8, right=0.8, top=0.9, bottom=0.9)
        for place, width in enumerate((13, 8, 14, 26, 22, 12)):
            page.set_column(place, place, width)
        plain = self.style(border=0, align="left", font_size=11)
        title = self.style(border=0, font_size=20, font_name="黑体")
        page.merge_range(0, 0, 0, 5, self.form.cover.get("title") or self.layout.title, title)
        page.set_row(0, 42)
        lines = [
            ("填报单位", self.form.cover.get("addressee_name") or self.form.addressee),
            ("预算年度", f"{self.form.fiscal_year}年"),
            ("填报要求", self.form.cover.get("asks") or self.layout.asks),
            ("截止日期", self.form.cover.get("due", "")),
            ("填好后", f"请直接回复本邮件并附上本文件{_reply()}，不需打印、盖章或扫描。"),
            ("咨询电话", self.form.cover.get("call", "")),
            ("填写说明", "白色格为填写项，灰色格已由财政局填好，无需改动；各工作表逐一填写，带 * 的为必填。"),
            ("本次说明", self.form.reason),
        ]
        row = 1
        for name, text in lines:
            if not text:
                continue
            page.write_string(row, 0, name, self.label)
            page.merge_range(row, 1, row, 5, text, self.style(align="left", font_size=11))
            page.set_row(row, 22 + 15 * (len(text) // 38))
            row += 1
        page.merge_range(row, 0, row, 5, f"{NUMBER}{self.form.form_number}（请勿改动）", plain)
        page.set_row(row, 22)
        if self.findings:
            self.finding_list(page, row + 2)
        page.protect("", {"select_unlocked_cells": True, "format_columns": True, "format_rows": True})

    def finding_list(self, page: Worksheet, row: int) -> None:
        red = self.style(border=0, align="left", bold=True, font_color="#C00000", font_size=12)
        page.merge_range(row, 0, row, 5, f"共发现{len(self.findings)}个问题，请逐项改正后将本文件发回：", red)
        for place, name in enumerate(("工作表", "单元格", "读到的内容", "问题", "怎样改", "依据")):
            page.write_string(row + 1, place, name, self.label)
        text = self.style(align="left", valign="top")
        for number, one in enumerate(self.findings, row + 2):
            tab, cell = self.now(one)
            cells = (
                tab,
                cell,
                one.read,
                f"【{one.severity.value}】{one.says}",
                one.remedy,
                one.basis,
            )
            for place, value in enumerate(cells):
                page.write_string(number, place, value, text)
            page.set_row(number, 15 * max(2, *(len(value) // 11 + 1 for value in cells)))
            if tab and cell:
                page.write_url(number, 1, f"internal:'{tab}'!{cell}", text, cell)

    def now(self, one: Found) -> tuple[str, str]:
        """Where a finding's cell stands in this workbook: tab and cell."""
        if (one.sheet, one.cell) not in self.moved:
            return one.sheet, ""
        sheet, key = self.moved[one.sheet, one.cell]
        return sheet.name, sheet.places.get(key, "")

    def sheet(self, sheet: Sheet) -> None:
        layout = self.layout.sheet[sheet.layout or "project"]
        page = self.book.add_worksheet(sheet.name)
        _Page(self, page, sheet, layout).draw()


class _Page:
    """One sheet being drawn, from the top down."""

    def __init__(self, writer: _Writer, page: Worksheet, sheet: Sheet, layout: SheetLayout) -> None:
        self.writer, self.page, self.sheet, self.layout = writer, page, sheet, layout
        self.last = layout.columns - 1
        self.row = 0
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
        place = cell_name(self.row, start + 1)
        self.sheet.places[one.name,] = place
        align = "left" if one.wide else "center"
        style = self.cell_style(one, place, (one.name,), align)
        if end > start + 1:
            self.page.merge_range(self.row, start + 1, self.row, end, "", style)
        self.put(self.row, start + 1, value, one, style)
        self.guide(self.row, start + 1, one)
        if one.wide:
            width = sum(self.widths[start + 1 : end + 1])
            lines = max(1 if one.locked else 3, int(_display(str(value or "")) / max(width, 1)) + 1)
            self.page.set_row(self.row, min(15 * lines + 6, 300))
        elif self.row:
            self.page.set_row(self.row, 24)

    def table(self, table: Table) -> None:
        style = self.writer.style
        wide = len(table.column) - 1
        self.page.merge_range(
            self.row, 0, self.row, self.last, table.title, style(bold=True, bg_color="#D9E2F3")
        )
        header = self.row + 1
        for place, column in enumerate(table.column):
            self.page.write_string(header, place, _title(column), self.writer.label)
        self.page.set_row(header, 32)
        rows = self.sheet.tables.get(table.name, [])
        count = len(rows) + table.blank_rows
        styles = [self.cell_style(column, "", ("", "", column.name)) for column in table.column]
        for number in range(count):
            row = rows[number] if number < len(rows) else {}
            self.table_row(table, header + 1 + number, row, number, styles)
        for place, column in enumerate(table.column):
            self.guide(header + 1, place, column, header + count)
        self.row = header + 1 + count
        if table.sums:
            self.sums(table, header + 1, self.row - 1)
            self.row += 1
        assert wide <= self.last

    def table_row(self, table: Table, row: int, values: Row, number: int, styles: Sequence[Format]) -> None:
        longest = 1
        places, at = self.sheet.places, str(number)
        for place, column in enumerate(table.column):
            key = (table.name, at, column.name)
            places[key] = cell = cell_name(row, place)
            style = styles[place]
            if self.writer.marked and (self.sheet.about, key) in self.writer.marked:
                style = self.cell_style(column, cell, key)
            value = values.get(column.name)
            if value is None or value == "":
                self.page.write_blank(row, place, None, style)
                continue
            self.put(row, place, value, column, style)
            if not column.name.endswith("_key"):
                longest = max(longest, int(_display(str(value)) / self.widths[place]) + 1)
        self.page.set_row(row, min(13 * longest + 7, 200))

    def sums(self, table: Table, first: int, last: int) -> None:
        grey = self.writer.style(bold=True, bg_color="#F2F2F2", num_format="#,##0.00####")
        self.page.write_string(self.row, 0, TOTAL, grey)
        for place, column in enumerate(table.column[1:], 1):
            if column.name not in table.sums:
                self.page.write_blank(self.row, place, None, grey)
                continue
            span = f"{cell_name(first, place)}:{cell_name(max(first, last), place)}"
            total = sum(
                (_number(row.get(column.name), column) for row in self.sheet.tables.get(table.name, [])),
                Decimal(0),
            )
            self.page.write_formula(self.row, place, f"=SUM({span})", grey, float(total))

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
        if one.locked or not (one.choices or one.help) or last < row:
            return
        rule: dict[str, object] = {"validate": "any"}
        if one.choices:
            rule = {
                "validate": "list",
                "source": list(one.choices),
                "error_title": "请从列表中选择",
                "error_message": "可选：" + "、".join(one.choices)[:200],
            }
        if one.help:
            rule |= {"input_title": one.title[:32], "input_message": one.help[:250]}
        self.page.data_validation(row, place, last, place, rule)


def _number(value: Value, one: Cell) -> Decimal:
    if not isinstance(value, int | Decimal):
        return Decimal(0)
    return Decimal(value) / FEN_PER_WAN if one.type == "wan" else Decimal(value)


def _title(one: Cell) -> str:
    return f"{one.title}*" if one.required and not one.locked else one.title


def _display(text: str) -> int:
    """Width in Latin characters: a Chinese one takes two."""
    return sum(2 if ord(mark) > 0x2E7F else 1 for mark in text)


def _widths(layout: SheetLayout) -> list[float]:
    """The widest table decides; the others wrap their titles."""
    if not layout.table:
        return [13.0] * layout.columns
    widest = max(layout.table, key=lambda table: len(table.column))
    widths = [column.width for column in widest.column]
    return widths + [12.0] * (layout.columns - len(widths))


def _reply() -> str:
    address = settings().reply_to or settings().sender
    return f"（或发送至 {address}）" if "@localhost" not in address else ""
