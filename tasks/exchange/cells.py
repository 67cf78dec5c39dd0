"""Files as rows of text: CSV in the encodings in use, workbooks bounded and never evaluated."""

from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.exchange.errors import ExchangeError
from tasks.exchange.percents import with_percents
from tasks.reports.reading import read_form_in_word
from tasks.workbook import EXPORT, Unreadable, read_workbook

Rows = list[list[str]]


def read_rows(path: Path) -> Rows:
    """All rows of a .csv or of the first sheet of a workbook, every cell as text. Raises ExchangeError."""
    return next(iter(read_sheets(path).values()), [])


def read_sheets(path: Path) -> dict[str, Rows]:
    """All sheets of a .csv or a workbook, every cell as the text that a reader sees. Raises ExchangeError."""
    try:
        stat = path.stat()
        sheets = _sheets(path.resolve(), stat.st_mtime_ns, stat.st_size)
    except Unreadable as error:
        raise ExchangeError(str(error)) from None
    except OSError as error:
        raise unopened(path) from error
    return {sheet: [list(row) for row in rows] for sheet, rows in sheets.items()}


@lru_cache(maxsize=1)
def _sheets(path: Path, changed: int, size: int) -> dict[str, Rows]:
    """The last file read: a check asks one kind of table after another of the same file."""
    if path.suffix.lower() == ".docx":
        return {"Word表格": read_form_in_word(path)}
    data = path.read_bytes()
    grids = with_percents(data, read_workbook(data, path.name, EXPORT))
    return {sheet: [[text_of(cell) for cell in row] for row in grid] for sheet, grid in grids.items()}


def unopened(path: Path) -> ExchangeError:
    """A file or folder that the machine does not let us read."""
    return ExchangeError(f"“{path.name}”无法打开（没有读取权限，或已被移走、占用）。请核对后重试。")


def text_of(cell: Any) -> str:
    """A cell as a person reads it; whole floats lose their ".0"."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
