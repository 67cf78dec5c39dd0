"""The short way of writing cells against XlsxWriter's own worksheet: the same parts, byte for byte."""

import io
import zipfile
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from models.vocabulary import Severity
from tasks.forms.layout import FILES, Cell, FormKind, SheetLayout, layout_of
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Form, Found, Sheet, Value
from tasks.forms.writer import _Writer, write


class Plain(xlsxwriter.Workbook):
    """Hands out the library's own worksheets, whatever is asked for."""

    def add_worksheet(self, name: str | None = None, worksheet_class: object = None) -> Worksheet:
        return super().add_worksheet(name)


def plainly(form: Form, found: list[Found]) -> bytes:
    buffer = io.BytesIO()
    book = Plain(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _Writer(book, form, found).write()
    book.close()
    return buffer.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        wanted = ("xl/worksheets", "xl/sharedStrings", "xl/styles", "xl/comments")
        return {name: archive.read(name) for name in archive.namelist() if name.startswith(wanted)}


def value(one: Cell) -> Value:
    values: dict[str, Value] = {"wan": 123_456_700, "points": Decimal("7.5"), "date": date(2024, 7, 1)}
    return values.get(one.type, f" =1+1 <“{one.title}”> & \x07\n")


def filled(name: str, layout: SheetLayout) -> Sheet:
    fields = {one.name: value(one) for one in layout.field}
    tables = {
        table.name: [
            {},
            {one.name: value(one) for one in table.column},
            {one.name: "" for one in table.column},
        ]
        for table in layout.table
    }
    return Sheet("2024:P1", "道路/[整治]", fields, tables, layout=name)


@pytest.mark.parametrize("kind", FILES)
def test_the_same_bytes(kind: FormKind) -> None:
    sheets = [filled(name, layout) for name, layout in layout_of(kind).sheet.items()]
    form = Form(kind, "203001", 2024, sheets, form_number="JX2024-SB-203001-1-0123456789AB")
    assert parts(write(form)) == parts(plainly(form, []))
    back = read_form(open_book(write(form), "表.xlsx"), kind)[0]
    found = [
        Found("F-VALUE", Severity.ERROR, "写错了。", "请改正。", sheet=sheet.name, cell=cell)
        for sheet in back.sheets
        for cell in list(sheet.places.values())[::3]
    ]
    back.fiscal_year = 2024
    returned = parts(write(deepcopy(back), found))
    assert any("comments" in name for name in returned)
    assert returned == parts(plainly(deepcopy(back), found))
