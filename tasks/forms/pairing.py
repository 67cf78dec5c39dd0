"""Which row of a returned table is which of the rows sent out: people sort, insert and delete rows."""

from collections import deque
from collections.abc import Sequence

from tasks.forms.layout import Layout, Table
from tasks.forms.shape import Form, Row, Value

Pair = tuple[int | None, int | None]


def paired(table: Table, sent: Sequence[Row], given: Sequence[Row]) -> list[Pair]:
    """(place as sent, place as given) of each row: first all rows sent, in their order, then those that people added.

    A row is known by its key, else by all that was locked in it. Rows that are not known any more are taken in
    their order; a row with nothing in its locked cells is a new one. A table without locked cells has only new rows.
    """
    locked = [one.name for one in table.column if one.locked]
    names = [name for name in locked if name.endswith("_key")] or locked
    if not names:
        return [(None, number) for number in range(len(given))]
    free: dict[tuple[Value, ...], deque[int]] = {}
    for number, row in enumerate(given):
        free.setdefault(_cells(row, names), deque()).append(number)
    known = {
        number: places.popleft()
        for number, row in enumerate(sent)
        if (places := free.get(_cells(row, names)))
    }
    left = sorted(number for places in free.values() for number in places)
    unknown = deque(
        number for number in left if any(cell is not None for cell in _cells(given[number], locked))
    )
    for number in range(len(sent)):
        if number not in known and unknown:
            known[number] = unknown.popleft()
    added = sorted(set(left) - set(known.values()))
    return [
        *((number, known.get(number)) for number in range(len(sent))),
        *((None, number) for number in added),
    ]


def in_order(form: Form, sent: Form, layout: Layout) -> None:
    """The rows of a form put back into the order in which they were sent; each keeps the cells where it was read."""
    as_sent = {sheet.about: sheet for sheet in sent.sheets}
    for sheet in form.sheets:
        was = as_sent.get(sheet.about)
        if was is None:
            continue
        for table in layout.sheet[was.layout].table:
            rows = sheet.tables.get(table.name, [])
            pairs = paired(table, was.tables.get(table.name, []), rows)
            order = [place for _, place in pairs if place is not None]
            if order != list(range(len(rows))):
                sheet.arrange(table.name, order)


def _cells(row: Row, names: Sequence[str]) -> tuple[Value, ...]:
    return tuple(row.get(name) for name in names)
