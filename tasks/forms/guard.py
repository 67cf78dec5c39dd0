"""What is looked at before any reader opens a workbook: size, inflated size, parts, far cells, DTDs.

A 4 KB file with one far cell can exhaust memory inside a reader, without any exception. So the archive is
unpacked here, bounded, and looked through first.
"""

import io
import re
import zipfile
import zlib

MAX_BYTES = 20_000_000
MAX_INFLATED = 200_000_000
MAX_RATIO = 200
MAX_PARTS = 2_000
MAX_ROWS = 20_000
MAX_COLUMNS = 500
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]*?\br="([A-Z]*)(\d+)"')


class Unreadable(ValueError):
    """A file cannot be read as a workbook; the message is one sentence for the sender."""


def guard(data: bytes, file_name: str) -> None:
    """Raise Unreadable unless the bytes are a workbook (.xlsx) that is safe to read."""
    name = file_name or "文件"
    if not data:
        raise Unreadable(f"“{name}”是空文件。请重新附上填好的表格。")
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"“{name}”有{len(data) // 1_000_000}MB，超过{MAX_BYTES // 1_000_000}MB。请删去图片等无关内容后重发。"
        )
    if data.startswith(OLE):
        raise Unreadable(
            f"“{name}”是旧版（.xls）或加了密码的表格。请去掉密码，用Excel或WPS“另存为”.xlsx后重发。"
        )
    if data.startswith(b"%PDF"):
        raise Unreadable(f"“{name}”是PDF文件。请发送可编辑的表格原件（.xlsx），不需要打印盖章扫描。")
    if not data.startswith(b"PK"):
        raise Unreadable(f"“{name}”不是Excel表格（.xlsx）。请在收到的表格上直接填写后发回。")
    try:
        _look_through(data, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"“{name}”已损坏或不完整，无法打开。请重新保存后再发一次。") from error


def _look_through(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise Unreadable(f"“{name}”的内部结构异常（部件过多），未予读取。请在收到的表格上重新填写。")
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            raise Unreadable(f"“{name}”不是Excel表格（.xlsx）。请在收到的表格上直接填写后发回。")
        if sum(part.file_size for part in parts) > MAX_INFLATED:
            raise Unreadable(f"“{name}”解压后过大，未予读取。请在收到的表格上重新填写。")
        left = MAX_INFLATED
        for part in parts:
            text = _inflate(archive, part, left, name)
            left -= len(text)
            if part.filename.endswith((".xml", ".rels", ".vml")):
                _look_at(text, part.filename, name)


def _inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, name: str) -> bytes:
    """The part's bytes; what its directory says about its size is not believed."""
    with archive.open(part) as stream:
        text = stream.read(left + 1)
    packed = max(part.compress_size, 1)
    if len(text) > left or (len(text) > 1_000_000 and len(text) / packed > MAX_RATIO):
        raise Unreadable(f"“{name}”解压后过大，未予读取。请在收到的表格上重新填写。")
    return text


def _look_at(text: bytes, part: str, name: str) -> None:
    head = text[:4096]
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00D\x00" in head:
        raise Unreadable(f"“{name}”含有不允许的文档定义，未予读取。请在收到的表格上重新填写。")
    if not part.startswith("xl/worksheets/"):
        return
    for letters, digits in CELL.findall(text):
        if len(digits) > 6 or int(digits) > MAX_ROWS or _column(letters) > MAX_COLUMNS:
            raise Unreadable(
                f"“{name}”在很远的位置（{letters.decode()}{digits.decode()[:9]}）有内容，超出表格范围。请删除多余的行列后重发。"
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number
