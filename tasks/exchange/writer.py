"""National tables out, as UTF-8 CSV: text of departments never becomes a formula in whoever opens it."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path

from models.files import write_whole

FORMULA = re.compile(r"^[=+\-@\t\r]")
NUMBER = re.compile(r"^[+-]?\d[\d,]*(\.\d+)?%?$")
Rows = Iterable[Sequence[object]]


def write_tables(folder: Path, tables: Mapping[str, tuple[Sequence[str], Rows]]) -> dict[str, int]:
    """One file a table in a folder; returns how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name, (columns, rows) in tables.items():
        text = StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(columns)
        lines = [[safe(cell) for cell in row] for row in rows]
        writer.writerows(lines)
        write_whole(folder / f"{name}.csv", text.getvalue().encode("utf-8-sig"))
        counts[name] = len(lines)
    return counts


def safe(cell: object) -> str:
    """A cell as text; what a spreadsheet would take for a formula stands behind an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


def plain(text: str) -> str:
    """Text as it was before `safe`."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
