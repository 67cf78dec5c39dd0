"""Workbooks out: a cover with what is asked, a sheet a project; what is known is filled in and locked.

A department's text is always written as text: it never becomes a formula.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from models.settings import settings
from tasks.forms.layout import Layout, layout_of
from tasks.forms.page import NUMBER, Page, Pen, display
from tasks.forms.paper import Paper
from tasks.forms.shape import Form, Found, Places, Sheet

WIDTHS = (15, 8, 14, 32, 34, 16)  # of the cover, wide enough for its list of findings
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


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


class _Writer(Pen):
    def __init__(self, book: xlsxwriter.Workbook, form: Form, findings: Sequence[Found]) -> None:
        super().__init__(book, form)
        self.findings = findings
        self.layout: Layout = layout_of(form.kind, form.variant)
        self.moved: dict[tuple[str, str], tuple[Sheet, tuple[str, ...]]] = {}
        for sheet in form.sheets if findings else ():
            self.moved |= {(sheet.name, cell): (sheet, key) for key, cell in sheet.places.items()}
        for one in findings:
            if (one.sheet, one.cell) in self.moved:
                sheet, key = self.moved[one.sheet, one.cell]
                self.marked.setdefault((sheet.about, key), []).append(one)

    def write(self) -> None:
        page = self.book.add_worksheet("封面", Paper)
        for sheet, name in zip(self.form.sheets, tab_names(self.form.sheets), strict=True):
            sheet.name, sheet.places = name, Places()
            self.sheet(sheet)
        self.cover(page)  # last, because the list of findings names the cells of the sheets as drawn

    def cover(self, page: Worksheet) -> None:
        page.hide_gridlines(2)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.8, right=0.8, top=0.9, bottom=0.9)
        for place, width in enumerate(WIDTHS):
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
            page.set_row(row, 22 + 15 * (len(text) // 50))
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
        look = self.style(align="left", valign="top")
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
                page.write_string(number, place, value, look)
            lines = (int(display(text) / (width - 1)) + 1 for text, width in zip(cells, WIDTHS, strict=True))
            page.set_row(number, min(14 * max(2, *lines) + 4, 400))
            if tab and cell:
                page.write_url(number, 1, f"internal:'{tab}'!{cell}", look, cell)

    def now(self, one: Found) -> tuple[str, str]:
        """Where a finding's cell stands in this workbook: tab and cell."""
        if (one.sheet, one.cell) not in self.moved:
            return one.sheet, ""
        sheet, key = self.moved[one.sheet, one.cell]
        return sheet.name, sheet.places.get(key, "")

    def sheet(self, sheet: Sheet) -> None:
        layout = self.layout.sheet[sheet.layout or "project"]
        page = self.book.add_worksheet(sheet.name, Paper)
        Page(self, page, sheet, layout).draw()


def _reply() -> str:
    address = settings().reply_to or settings().sender
    return f"（或发送至 {address}）" if "@localhost" not in address else ""
