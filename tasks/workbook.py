"""Foreign workbooks in: any spreadsheet or CSV as plain grids of cells, bounded in bytes, cells, seconds and memory.

.xlsx (also as WPS makes it) is looked through by the guard and read here. What the guard cannot look into (.xls and
.et, .xlsb, .ods) is read by a short-lived child process that may use limited memory and time. Every failure is
one error with one sentence.
"""

import csv
import io
import pickle
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from tasks.workbook_guard import EXPORT, FORM, Limits, Unreadable, guard_archive

__all__ = ["EXPORT", "FORM", "Grid", "Limits", "Unreadable", "read_workbook"]

Grid = list[list[Any]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ENCODINGS = ("utf-8-sig", "gb18030")  # in the order in which they are tried
TOO_LARGE = 3  # exit code of the child
HOUSE = Path(__file__).resolve().parents[1]
SAVE_AS = "请用Excel或WPS“另存为”.xlsx后重发。"


def read_workbook(data: bytes, file_name: str, limits: Limits = FORM) -> dict[str, Grid]:
    """Sheet name → rows of cells (text, float, bool, date or datetime; "" where empty).

    A CSV is one sheet of text named after its file. Raises Unreadable with one sentence for whatever goes wrong.
    """
    name = file_name or "文件"
    _refuse_others(data, name, limits)
    if data.startswith(b"PK"):
        parts, seen = guard_archive(data, name, limits)
        return _here(seen, name, limits) if "xl/workbook.xml" in parts else _in_child(data, name, limits)
    if data.startswith(OLE):
        return _in_child(data, name, limits)
    if Path(name).suffix.lower() in {".csv", ".txt", ".tsv"}:
        return _csv(data, name, limits)
    raise Unreadable(f"“{name}”不是Excel表格（.xlsx）。{limits.again}")


def _refuse_others(data: bytes, name: str, limits: Limits) -> None:
    """What is plainly something else, said by its name."""
    if not data:
        raise Unreadable(f"“{name}”是空文件。请重新附上填好的表格。")
    if len(data) > limits.data:
        raise Unreadable(
            f"“{name}”有{len(data) // 1_000_000}MB，超过{limits.data // 1_000_000}MB。请删去图片等无关内容后重发。"
        )
    if data.startswith(OLE) and ENCRYPTED in data:
        raise Unreadable(f"“{name}”加了密码，无法读取。请去掉密码后重发。")
    if data.startswith(b"%PDF"):
        raise Unreadable(f"“{name}”是PDF文件。请发送可编辑的表格原件（.xlsx），不需要打印盖章扫描。")
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        raise Unreadable(f"“{name}”是图片。请发送可编辑的表格原件（.xlsx），不需要打印盖章扫描。")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable(f"“{name}”是压缩包，不是Excel表格。请解压后直接附上填好的表格。")
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable(f"“{name}”其实是网页或XML文件，只是用了表格的文件名。{SAVE_AS}")


def _here(data: bytes, name: str, limits: Limits) -> dict[str, Grid]:
    try:
        return _grids(data, limits)
    except _TooLarge as error:
        raise _wide(name) from error
    except _NoSheet as error:
        raise Unreadable(f"“{name}”里没有工作表（只有图表或宏）。{limits.again}") from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        # The reader has many error types, and its panics are no Exceptions.
        raise _broken(name) from error


class _TooLarge(Exception):
    """More rows, columns or cells than the limits allow."""


class _NoSheet(Exception):
    """Charts and macros only."""


def _grids(data: bytes, limits: Limits) -> dict[str, Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids: dict[str, Grid] = {}
    area = 0
    for sheet in book.sheets_metadata:
        if sheet.typ is not SheetTypeEnum.WorkSheet:
            continue
        page = book.get_sheet_by_name(sheet.name)
        area += page.total_height * page.total_width
        if page.total_height > limits.rows or page.total_width > limits.columns or area > limits.area:
            raise _TooLarge
        grids[sheet.name] = page.to_python(skip_empty_area=False)
    if not grids:
        raise _NoSheet
    return grids


def _in_child(data: bytes, name: str, limits: Limits) -> dict[str, Grid]:
    """Read in a process of its own, so that a file that exhausts the reader exhausts only that process."""
    command = [
        sys.executable,
        "-m",
        "tasks.workbook",
        *map(str, (limits.memory, limits.rows, limits.columns)),
    ]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=limits.seconds, check=False, cwd=HOUSE
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"“{name}”读取超过{limits.seconds}秒，已放弃。{SAVE_AS}") from error
    if done.returncode:
        raise _wide(name) if done.returncode == TOO_LARGE else _broken(name)
    grids: dict[str, Grid] = pickle.loads(done.stdout)
    return grids


def _child(memory: int, rows: int, columns: int) -> int:
    """The child's work: a workbook from stdin, its grids to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = Limits(data=memory, inflated=memory, rows=rows, columns=columns, area=FORM.area)
    try:
        sys.stdout.buffer.write(pickle.dumps(_grids(sys.stdin.buffer.read(), limits)))
    except _TooLarge:
        return TOO_LARGE
    return 0


def _broken(name: str) -> Unreadable:
    return Unreadable(f"“{name}”已损坏、加密或不是标准的Excel表格，无法读取。{SAVE_AS}")


def _wide(name: str) -> Unreadable:
    return Unreadable(f"“{name}”的行列过多，超出表格范围。请删除多余的行列后重发。")


def _csv(data: bytes, name: str, limits: Limits) -> dict[str, Grid]:
    text = _decoded(data, name)
    first = text.split("\n", 1)[0]
    mark = max(",\t;", key=first.count)
    csv.field_size_limit(10_000_000)
    try:
        grid: Grid = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False))
    except csv.Error as error:
        raise Unreadable(f"“{name}”不是正确的CSV。请重新导出后再发一次。") from error
    if len(grid) > limits.rows or max(map(len, grid), default=0) > limits.columns:
        raise _wide(name)
    return {Path(name).stem: grid}


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"“{name}”既不是UTF-8也不是GB18030编码。请另存为UTF-8编码的CSV。")


if __name__ == "__main__":
    sys.exit(_child(*(int(word) for word in sys.argv[1:])))
