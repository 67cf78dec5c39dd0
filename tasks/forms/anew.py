"""Sheets of a returned form: as they were sent out, with what the department typed."""

import copy
from collections.abc import Sequence

from tasks.forms.layout import Layout, Table
from tasks.forms.pairing import paired
from tasks.forms.shape import Form, Found, Row, Sheet


def sheets_anew(form: Form, sent: Form, layout: Layout, found: Sequence[Found]) -> list[Sheet]:
    """All that was sent out stands there again; text that could not be understood stays as typed."""
    typed = {sheet.about: sheet for sheet in form.sheets}
    raw = {(one.sheet, one.cell): one.read for one in found if one.code == "F-TYPE"}
    return [_anew(copy.deepcopy(typed.get(was.about, was)), was, layout, raw) for was in sent.sheets]


def _anew(sheet: Sheet, was: Sheet, layout: Layout, raw: dict[tuple[str, str], str]) -> Sheet:
    for key, cell in sheet.places.items():
        if (sheet.name, cell) in raw:
            row = sheet.fields if len(key) == 1 else sheet.tables[key[0]][int(key[1])]
            row[key[-1]] = raw[sheet.name, cell]
    rules = layout.sheet[was.layout]
    sheet.layout, sheet.title = was.layout, was.title.partition(".")[2] or was.title
    locked = {one.name for one in rules.field if one.locked}
    kept = {name: value for name, value in sheet.fields.items() if name not in locked}
    sheet.fields = was.fields | kept
    for table in rules.table:
        _rows_anew(sheet, was.tables.get(table.name, []), table)
    return sheet


def _rows_anew(sheet: Sheet, was: list[Row], table: Table) -> None:
    """Rows that were deleted come back; those added to a table that is not for adding go."""
    rows = sheet.tables.get(table.name, [])
    if not rows and table.name not in sheet.places.rows:  # nobody found the table
        sheet.tables[table.name] = copy.deepcopy(was)
        return
    locked = [one.name for one in table.column if one.locked]
    pairs = [pair for pair in paired(table, was, rows) if pair[0] is not None or table.input or not locked]
    sheet.arrange(table.name, [place for _, place in pairs])
    for row, (number, place) in zip(sheet.tables[table.name], pairs, strict=True):
        if number is not None:
            row |= was[number] if place is None else {name: was[number].get(name) for name in locked}
