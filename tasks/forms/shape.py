"""The shape in which a form's content goes out and comes in: the same on both ways.

A form has a cover and sheets; a sheet is about one thing (a project key, a third party's list…), has single
fields and tables. Values are text, `date`, `Decimal` (points, quantities) or `int` fen for money, exactly as the
form's TOML says; `None` is an empty cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from models.vocabulary import OwnList, RoundKind, Severity

Value = str | int | Decimal | date | None
Row = dict[str, Value]
NOWHERE = 9_999_999
"""A line that no workbook has."""


class Places(Mapping[tuple[str, ...], str]):
    """Where values stand: ("field",) or ("table", "row from 0", "column") -> "C7". Named only when asked for."""

    def __init__(self) -> None:
        self.fields: dict[tuple[str, ...], tuple[int, int]] = {}
        self.rows: dict[str, Sequence[int]] = {}
        self.columns: dict[str, Mapping[str, int]] = {}

    def table(self, name: str, rows: Sequence[int], columns: Mapping[str, int]) -> None:
        """Note a table: on which line each of its rows stands, and each column's place from the left."""
        self.rows[name], self.columns[name] = rows, columns

    def __getitem__(self, key: tuple[str, ...]) -> str:
        if len(key) != 3:
            return cell_name(*self.fields[key])
        table, row, column = key
        rows, number = self.rows[table], int(row)
        if not 0 <= number < len(rows):
            raise KeyError(key)
        return cell_name(rows[number], self.columns[table][column])

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        yield from self.fields
        for table, rows in self.rows.items():
            yield from ((table, str(row), one) for row in range(len(rows)) for one in self.columns[table])

    def __len__(self) -> int:
        tables = (len(rows) * len(self.columns[name]) for name, rows in self.rows.items())
        return len(self.fields) + sum(tables)


@dataclass
class Sheet:
    """One sheet: `about` is the identity it speaks of, `title` what people read on the tab."""

    about: str
    title: str
    fields: Row = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    layout: str = ""  # a form may have several sheet layouts, e.g. "project" and "overall"
    name: str = ""  # the tab's name in the workbook, known after reading or writing
    places: Places = field(default_factory=Places)
    lists: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """What may be chosen in single cells, where the layout's column does not say it for all."""

    def arrange(self, table: str, order: Sequence[int | None]) -> None:
        """A table's rows in another order, each with the places of its cells; None is a new row that stands nowhere yet."""
        rows, lines = self.tables.get(table, []), self.places.rows.get(table, ())
        self.tables[table] = [{} if place is None else rows[place] for place in order]
        if lines:
            self.places.rows[table] = [NOWHERE if place is None else lines[place] for place in order]


@dataclass
class Form:
    """A whole workbook of one round for one addressee."""

    kind: RoundKind | OwnList
    addressee: str
    fiscal_year: int
    sheets: list[Sheet]
    variant: str = ""
    """Which layout of its kind: "" is the bureau's own."""
    form_number: str = ""
    round_key: str = ""
    version: int = 1
    reason: str = ""
    """Why it is sent again (FormIssue.reason); empty for the first one."""
    covers: tuple[str, ...] = ()
    """What is asked for by this form (project, target, problem or adjustment keys); one FormCover row each."""
    cover: dict[str, str] = field(default_factory=dict)
    """What the cover says: title, asked, due, call (whom to telephone), reply_to, addressee_name."""


@dataclass(frozen=True)
class Found:
    """A finding before it is stored. `says` names what was read and why it is wrong; `remedy` how to put it right."""

    code: str
    severity: Severity
    says: str
    remedy: str = ""
    basis: str = ""
    sheet: str = ""
    cell: str = ""
    read: str = ""
    project_key: str | None = None


@cache
def cell_name(row: int, column: int) -> str:
    """ "C7" of zero-based row and column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
