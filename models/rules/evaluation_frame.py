"""The frame of a fiscal evaluation: names from the national frame, points of a class split by share."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

CENT = Decimal("0.01")


@dataclass(frozen=True)
class FrameRow:
    """One third-level indicator with its full points."""

    level_1: str
    level_2: str
    level_3: str
    full: Decimal


@cache
def _shares() -> tuple[dict[str, object], ...]:
    path = Path(__file__).with_name("evaluation_frame.toml")
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["row"])


def frame(classes: dict[str, Decimal]) -> list[FrameRow]:
    """The rows with points to two decimals; the last row of a class takes what rounding leaves over."""
    rows: list[FrameRow] = []
    for name, points in classes.items():
        members = [row for row in _shares() if row["level_1"] == name]
        whole = sum(Decimal(str(row["share"])) for row in members)
        left = points
        for place, row in enumerate(members):
            last = place == len(members) - 1
            full = left if last else (points * Decimal(str(row["share"])) / whole).quantize(CENT)
            left -= full
            rows.append(FrameRow(name, str(row["level_2"]), str(row["level_3"]), full))
    return rows
