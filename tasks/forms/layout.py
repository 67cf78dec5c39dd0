"""How a form looks: one TOML a kind in `layouts/`, read once. Writer, reader and filler all go by it."""

import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.vocabulary import OwnList, RoundKind

FOLDER = Path(__file__).with_name("layouts")
FormKind = RoundKind | OwnList
FILES: dict[FormKind, str] = {
    RoundKind.ASSESSMENT_APPLICATION: "assessment_application",
    RoundKind.ASSESSMENT_CONCLUSION: "assessment_conclusion",
    RoundKind.TARGET_DECLARATION: "target_declaration",
    RoundKind.EXPERT_REVIEW: "expert_review",
    RoundKind.TARGET_ADJUSTMENT: "target_adjustment",
    RoundKind.MONITORING: "monitoring",
    RoundKind.SELF_EVALUATION: "self_evaluation",
    RoundKind.FISCAL_EVALUATION: "fiscal_evaluation",
    RoundKind.RECTIFICATION: "rectification",
    OwnList.DECISIONS: "decision_list",
}
CellType = Literal["text", "wan", "points", "date"]


class Cell(BaseModel):
    """What belongs into a cell: a field's value, or one column of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    type: CellType = "text"
    locked: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    rule: str = ""
    """The finding code of the guide's rule about this cell: its clause and model phrase are shown on entering."""


class FieldCell(Cell):
    """A single field; a wide one takes a whole line, one `below` stands under the tables."""

    wide: bool = False
    below: bool = False


class Column(Cell):
    """A column of a table."""

    width: float


class Table(BaseModel):
    """A table: its columns, spare rows for input, columns with a live sum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    blank_rows: int = 0
    sums: tuple[str, ...] = ()
    must: dict[str, Decimal] = {}
    """What a sum has to be; shown red while it is not."""
    column: tuple[Column, ...]

    @property
    def input(self) -> bool:
        """Whether people may add rows."""
        return self.blank_rows > 0


class SheetLayout(BaseModel):
    """One kind of sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    read_only: bool = False
    field: tuple[FieldCell, ...] = ()
    table: tuple[Table, ...] = ()

    @cached_property
    def columns(self) -> int:
        """How many columns the sheet uses."""
        return max([8, *(len(one.column) for one in self.table)])

    @cached_property
    def landmarks(self) -> frozenset[str]:
        """The words by which a reader finds its way: labels, headings of tables, titles of their first columns."""
        tables = (title for one in self.table for title in (one.title, one.column[0].title))
        return frozenset((*(one.title for one in self.field), *tables))


class Layout(BaseModel):
    """A form: title, what the cover asks, its kinds of sheets. `profiles`: the rule profiles that use this layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    in_force: date
    source: str
    verified: bool
    asks: str
    profiles: tuple[str, ...] = ()
    sheet: dict[str, SheetLayout] = Field(min_length=1)


@cache
def layout_of(kind: FormKind, variant: str = "") -> Layout:
    """The layout of a kind of form: the bureau's own, or another place's or year's variant by its name."""
    name = FILES[kind] + (f".{variant}" if variant else "")
    return Layout.model_validate(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


@cache
def variants(kind: FormKind) -> tuple[str, ...]:
    """Names of all layouts of a kind, the bureau's own ("") first."""
    return ("", *sorted(path.stem.partition(".")[2] for path in FOLDER.glob(f"{FILES[kind]}.*.toml")))


def variant_for(kind: FormKind, profiles: Sequence[str], fiscal_year: int) -> str:
    """Which layout a rule profile uses in a year; `profiles`: the profile and all that it is based on, nearest first."""
    for profile in profiles:
        held = [
            (layout_of(kind, name).in_force, name)
            for name in variants(kind)
            if profile in layout_of(kind, name).profiles
            and layout_of(kind, name).in_force.year <= fiscal_year
        ]
        if held:
            return max(held)[1]
    return ""
