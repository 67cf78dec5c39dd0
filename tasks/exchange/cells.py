"""Files as rows of text: CSV in the encodings in use, workbooks bounded and never evaluated."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tasks.exchange.errors import ExchangeError
from tasks.workbook import EXPORT, Unreadable, read_workbook

Rows = list[list[str]]


def read_rows(path: Path) -> Rows:
    """All rows of a .csv or of the first sheet of a workbook, every cell as text. Raises ExchangeError."""
    try:
        grids = read_workbook(path.read_bytes(), path.name, EXPORT)
    except Unreadable as error:
        raise ExchangeError(str(error)) from None
    except OSError as error:
        raise unopened(path) from error
    first = next(iter(grids.values()), [])
    return [[_text(cell) for cell in row] for row in first]


def unopened(path: Path) -> ExchangeError:
    """A file or folder that the machine does not let us read."""
    return ExchangeError(f"“{path.name}”无法打开（没有读取权限，或已被移走、占用）。请核对后重试。")


def _text(cell: Any) -> str:
    """A cell as a person reads it; whole floats lose their ".0"."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
