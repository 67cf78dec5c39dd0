"""The bureau's guide as data: its rules by finding code, its words and limits; what a fault is."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

GUIDE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("declaration.toml").read_text(encoding="utf-8")
)
LIMITS, TERMS = GUIDE["limits"], GUIDE["words"]
Record = dict[Any, Any]


@dataclass(frozen=True)
class Code:
    """One rule of the guide: `clause` is its number there; `model` a phrase to write instead."""

    clause: str
    title: str
    severity: str
    remedy: str
    model: str
    bad: str
    good: str

    @property
    def basis(self) -> str:
        """The printed basis: the bureau's own guide and the clause in it."""
        return f"{GUIDE['source']}{self.clause}"


@dataclass(frozen=True)
class Fault:
    """`row` as in the indicators frame, None for the whole project; `column` names the field that is wrong."""

    project: str
    row: int | None
    column: str
    code: str
    read: str
    says: str


@cache
def codes() -> dict[str, Code]:
    """Every rule of the guide by its finding code."""
    return {name: Code(**row) for name, row in GUIDE["code"].items()}


@cache
def any_of(words: str) -> str:
    """A pattern of the words in one list of the guide, the longest first."""
    return "|".join(map(re.escape, sorted(TERMS[words], key=len, reverse=True)))


def shown(row: Record) -> str:
    """A value as a person would write it: 120%, 12个."""
    value, unit = str(row["value"]), str(row["unit"])
    return value if value.endswith(unit) else f"{value}{unit}"


def fault(row: Record, column: str, code: str, says: str, read: str | None = None) -> Fault:
    """A fault in one row's column."""
    return Fault(
        str(row["project"]), int(row["row"]), column, code, str(row[column]) if read is None else read, says
    )


def faults(
    rows: pd.DataFrame, hit: "pd.Series[bool]", column: str, code: str, says: Callable[[Record], str]
) -> list[Fault]:
    """A fault for each row that is hit; NA is not."""
    flags = hit.fillna(False).to_numpy(dtype=bool)
    if not flags.any():
        return []
    return [fault(one, column, code, says(one)) for one in records(rows[flags])]


def records(rows: pd.DataFrame) -> list[Record]:
    """Rows as plain Python values; ten times as fast as `to_dict` where columns know NA."""
    names = list(rows.columns)
    columns = [rows[name].to_numpy(dtype=object).tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
