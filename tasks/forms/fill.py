"""What a person does in Excel: opens the workbook received and types into its cells."""

import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tasks.archives import steady
from tasks.forms.layout import Cell, FormKind, SheetLayout, layout_of
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Row, Sheet, Value, cell_name


def fill(data: bytes, kind: FormKind, answers: Iterable[Sheet], *, also_locked: bool = False) -> bytes:
    """The workbook with the answers typed in; a text is typed as it is, right or wrong.

    `also_locked` is a person who lifts the protection first. Answers name sheets by `about`; rows of a table answer by position, rows beyond the given ones use the spare ones.
    """
    form, _ = read_form(open_book(data, "表单"), kind)
    sheets = {sheet.about: sheet for sheet in form.sheets}
    book = load_workbook(io.BytesIO(data))
    for answer in answers:
        sheet = sheets.get(answer.about)
        if sheet is not None:
            _Typist(
                book[sheet.name], sheet, layout_of(kind, form.variant).sheet[sheet.layout], also_locked
            ).type(answer)
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


class _Typist:
    def __init__(self, page: Worksheet, sheet: Sheet, layout: SheetLayout, also_locked: bool) -> None:
        self.page, self.sheet, self.layout, self.also_locked = page, sheet, layout, also_locked

    def type(self, answer: Sheet) -> None:
        for one in self.layout.field:
            if one.name in answer.fields and (self.also_locked or not one.locked):
                self.cell(self.sheet.places[one.name,], answer.fields[one.name], one)
        for table in self.layout.table:
            for number, row in enumerate(answer.tables.get(table.name, [])):
                self.row(
                    table.name,
                    number,
                    row,
                    [one for one in table.column if self.also_locked or not one.locked],
                )

    def row(self, table: str, number: int, row: Row, columns: Iterable[Cell]) -> None:
        for one in columns:
            if one.name in row:
                self.cell(self.place(table, number, one.name), row[one.name], one)

    def place(self, table: str, number: int, column: str) -> str:
        """The cell of a row; a spare row lies below the rows read so far."""
        known = self.sheet.places.get((table, str(number), column))
        if known:
            return known
        columns = next(one for one in self.layout.table if one.name == table).column
        titles = [one.title for one in columns]
        for line, cells in enumerate(self.page.iter_rows(max_col=len(titles), values_only=True)):
            if [str(cell or "").removesuffix("*").strip() for cell in cells] == titles:
                return cell_name(line + 1 + number, [one.name for one in columns].index(column))
        raise LookupError(f"no table {table} on sheet {self.page.title}")

    def cell(self, place: str, value: Value, one: Cell) -> None:
        if isinstance(value, int) and one.type == "wan":
            value = Decimal(value) / 1_000_000
        if isinstance(value, Decimal):
            self.page[place] = float(value)
        elif isinstance(value, date):
            self.page[place] = value
        else:
            self.page[place].value = value
            if isinstance(value, str) and value.startswith("="):
                self.page[place].data_type = "s"
