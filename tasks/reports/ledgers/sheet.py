"""Ledgers as Excel: one workbook, a sheet a ledger. Foreign text stays text; amounts in 万元, exact in 分 beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from models.amounts import MICRO

FEN_PER_WAN = 1_000_000
Cells = Sequence[Any]


@dataclass(frozen=True)
class Ledger:
    """A sheet: name, column titles with widths, rows. A title ending in （万元） takes 分, one ending in 分 millionths."""

    name: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Cells]
    sums: Sequence[str] = ()


def workbook(ledgers: Sequence[Ledger]) -> bytes:
    """The ledgers as one workbook."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter"}
    head = book.add_format(
        {**base, "bold": True, "bg_color": "#D9E2F3", "align": "center", "text_wrap": True}
    )
    text = book.add_format({**base, "text_wrap": True})
    money = book.add_format({**base, "num_format": "#,##0.00####"})
    score = book.add_format({**base, "num_format": "0.00"})
    total = book.add_format({**base, "bold": True, "num_format": "#,##0.00####", "bg_color": "#F2F2F2"})
    for ledger in ledgers:
        page = book.add_worksheet(ledger.name)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        titles = [title for title, _ in ledger.columns]
        for place, (title, width) in enumerate(ledger.columns):
            page.set_column(place, place, width)
            page.write_string(0, place, title, head)
        for number, row in enumerate(ledger.rows, 1):
            for place, (title, value) in enumerate(zip(titles, row, strict=True)):
                if value is None or value == "":
                    page.write_blank(number, place, None, text)
                elif isinstance(value, int) and title.endswith("（万元）"):
                    page.write_number(number, place, value / FEN_PER_WAN, money)
                elif isinstance(value, int) and title.endswith("分"):
                    page.write_number(number, place, value / MICRO, score)
                elif isinstance(value, int):
                    page.write_number(number, place, value, text)
                else:
                    page.write_string(number, place, str(value), text)
        if ledger.sums and ledger.rows:
            last = len(ledger.rows) + 1
            page.write_string(last, 0, "合计", total)
            for place, title in enumerate(titles[1:], 1):
                if title in ledger.sums:
                    value = sum(row[place] for row in ledger.rows if isinstance(row[place], int))
                    page.write_number(last, place, value / FEN_PER_WAN, total)
                else:
                    page.write_blank(last, place, None, total)
        if ledger.rows:
            page.autofilter(0, 0, len(ledger.rows), len(titles) - 1)
    book.close()
    return out.getvalue()
