"""The shape in which a form's content goes out and comes in: the same on both ways.

A form has a cover and sheets; a sheet is about one thing (a project key, a third party's list…), has single
fields and tables. Values are text, `date`, `Decimal` (points, quantities) or `int` fen for money, exactly as the
form's TOML says; `None` is an empty cell.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from models.vocabulary import OwnList, RoundKind, Severity

Value = str | int | Decimal | date | None
Row = dict[str, Value]


@dataclass
class Sheet:
    """One sheet: `about` is the identity it speaks of, `title` what people read on the tab."""

    about: str
    title: str
    fields: Row = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    layout: str = ""  # a form may have several sheet layouts, e.g. "project" and "overall"
    name: str = ""  # the tab's name in the workbook, known after reading or writing
    places: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Where a value stands: ("field",) or ("table", "row from 0", "column") -> "C7"."""
    lists: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """What may be chosen in single cells, where the layout's column does not say it for all."""


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
