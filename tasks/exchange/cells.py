"""Files as rows of text: CSV in the encodings in use, XLSX bounded and never evaluated."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tasks.exchange.errors import ExchangeError

MOST_BYTES = 400_000_000
MOST_CELLS = 40_000_000
MOST_COLUMNS = 1_000
Rows = list[list[str]]
# An official export of the budget system is one sheet; the encodings are tried in this order.
ENCODINGS = ("utf-8-sig", "gb18030")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def read_rows(path: Path) -> Rows:
    """All rows of a .csv or of the first sheet of an .xlsx, every cell as text. Raises ExchangeError."""
    if path.stat().st_size > MOST_BYTES:
        raise ExchangeError(
            f"文件{path.name}超过{MOST_BYTES // 1_000_000}MB，未读取。请按年度或单位拆分后再导入。"
        )
    return _csv(path) if path.suffix.lower() == ".csv" else _xlsx(path)


def _csv(path: Path) -> Rows:
    text = _decoded(path)
    first = text.split("\n", 1)[0]
    mark = max(",\t;", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False))
    except csv.Error as error:
        raise ExchangeError(f"文件{path.name}不是正确的CSV（{error}）。请重新导出。") from None


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExchangeError(f"文件{path.name}既不是UTF-8也不是GB18030编码。请另存为UTF-8编码的CSV。")


def _xlsx(path: Path) -> Rows:
    import python_calamine

    _guard(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheet = book.get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    # The boundary at which a reader's many error types become ours.
    except Exception as error:  # noqa: BLE001
        raise ExchangeError(
            f"文件{path.name}无法作为XLSX读取（{type(error).__name__}）。请用Excel另存后再导入。"
        ) from None


def _guard(path: Path) -> None:
    """Refuses what would exhaust memory, before any reader sees it."""
    try:
        with zipfile.ZipFile(path) as parcel:
            parts = parcel.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES or len(parts) > 2_000:
                raise ExchangeError(f"文件{path.name}解压后过大，未读取。请重新导出。")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _guard_sheet(path, parcel, part)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise ExchangeError(f"文件{path.name}不是完整的XLSX文件。请重新导出。") from None


def _guard_sheet(path: Path, parcel: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The farthest cell decides how much a reader allocates."""
    rows = columns = 0
    tail, read = b"", 0
    with parcel.open(part) as stream:
        while chunk := stream.read(1 << 20):
            read += len(chunk)
            for letters, number in _PLACE.findall(tail + chunk):
                columns = max(columns, _column(letters))
                rows = max(rows, int(number))
            tail = chunk[-32:]
            if read > MOST_BYTES or columns > MOST_COLUMNS or rows * max(columns, 1) > MOST_CELLS:
                raise ExchangeError(
                    f"文件{path.name}的表格范围过大（{rows}行{columns}列），未读取。请删去表外的单元格。"
                )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(cell: Any) -> str:
    """A cell as a person reads it; whole floats lose their ".0"."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("是" if cell else "否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
