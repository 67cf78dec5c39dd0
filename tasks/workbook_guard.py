"""What is looked at before any reader opens a foreign workbook: size, inflated size, parts, far cells, DTDs.

A 4 KB file with one far cell can exhaust memory inside a reader, without any exception. So the archive is
unpacked here, bounded, and looked through first.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from tasks.archives import UTF8, Part, archive_of, own_name


class Unreadable(ValueError):
    """A file cannot be read as a workbook; the message is one sentence for the sender."""


@dataclass(frozen=True)
class Limits:
    """How large a file may be. `area` bounds rows × columns of all sheets together."""

    data: int
    inflated: int
    rows: int
    columns: int
    area: int
    parts: int = 2_000
    ratio: int = 200
    seconds: int = 10
    memory: int = 512_000_000
    again: str = "请在收到的表格上重新填写后发回。"
    """What to do when the file cannot be used at all."""


FORM = Limits(data=20_000_000, inflated=100_000_000, rows=9_999, columns=256, area=4_000_000)
EXPORT = Limits(
    data=400_000_000,
    inflated=2_000_000_000,
    rows=1_048_576,
    columns=702,
    area=60_000_000,
    seconds=600,
    again="请重新导出。",
)
FAR_COLUMN = rb"[A-Z]{3,}|[J-Z][A-Z]|I[W-Z]"


def _far(place: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\br\s*=\s*[\"']\s*(?:" + place + rb")", re.IGNORECASE)


FAR = _far(rb"(?:" + FAR_COLUMN + rb")\d+|[A-Z]*\d{5,}")
FAR_IN_EXPORT = _far(rb"[A-Z]{3,}\d+|[A-Z]*\d{8,}")
NOT_NEAR = re.compile(
    rb' r="(?![A-Z]?\d{1,4}"|(?:[A-H][A-Z]|I[A-V])\d{1,4}")'
)  # quick: asks for a closer look
ODD_CELL, ODD_ROW, PREFIXED = (
    re.compile(rb'<c(?! r=")'),
    re.compile(rb'<row(?! r=")'),
    re.compile(rb":(?:c|row)"),
)
# A reader reserves as many entries as count="…" and uniqueCount="…" promise.
BOAST = re.compile(rb"ount\s*=\s*[\"']?\s*[+-]?\d{7,}")
ROW = re.compile(rb"<(?:\w+:)?row\b")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
LOCAL = struct.Struct(
    "<4s2xH18xHH"
)  # of a part's own header: mark, flags, lengths of its name and extra field
HANDY = 10_000_000  # bytes that may be held unpacked
HARMLESS = UTF8 | 0x0E  # how well it was packed, and sizes that follow it
PLACED = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=")


def guard_archive(data: bytes, name: str, limits: Limits = FORM) -> tuple[set[str], bytes]:
    """The names of its parts, and the archive to read: of what was looked through here, where that is handy.

    Raises Unreadable unless the ZIP archive is a workbook that is safe to read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, texts = _look_through(archive, memoryview(data), name, limits)
            return names, _unpacked(archive.infolist(), texts) if texts else data
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
    ) as error:
        raise Unreadable(f"“{name}”已损坏或不完整，无法打开。请重新保存后再发一次。") from error


def _look_through(
    archive: zipfile.ZipFile, data: memoryview, name: str, limits: Limits
) -> tuple[set[str], list[bytes]]:
    """Names of the parts, and their bytes if the archive is small and all of it is as its directory says."""
    parts = archive.infolist()
    names = {part.filename.lower().lstrip("/").replace("\\", "/") for part in parts}
    if len(parts) > limits.parts:
        raise Unreadable(f"“{name}”的内部结构异常（部件过多），未予读取。{limits.again}")
    if (
        not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
        and "[content_types].xml" not in names
    ):
        raise Unreadable(f"“{name}”是压缩包，不是Excel表格。请解压后直接附上填好的表格。")
    if any(one.startswith(("word/", "ppt/")) for one in names):
        raise Unreadable(f"“{name}”是Word或演示文稿，不是Excel表格。{limits.again}")
    if sum(part.file_size for part in parts) > limits.inflated:
        raise Unreadable(f"“{name}”解压后过大，未予读取。{limits.again}")
    left, texts = limits.inflated, list[bytes]()
    handy = sum(part.file_size for part in parts) < HANDY
    for part in parts:
        text = _honest(data, part, left)
        if text is None:
            text, handy = _inflate(archive, part, left), False
        if handy:
            texts.append(text)
        packed = max(part.compress_size, 1)
        if len(text) > left or (len(text) > 1_000_000 and len(text) / packed > limits.ratio):
            raise Unreadable(f"“{name}”解压后过大，未予读取。{limits.again}")
        left -= len(text)
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _look_at(text, name, limits)
    return names, texts if handy else []


def _unpacked(parts: list[zipfile.ZipInfo], texts: list[bytes]) -> bytes:
    """The same archive with its parts not packed: unpacked once, and the reader sees what was looked through."""
    return archive_of(
        Part(own_name(part), part.flag_bits, zipfile.ZIP_STORED, part.CRC, len(text), text)
        for part, text in zip(parts, texts, strict=True)
    )


def _honest(data: memoryview, part: zipfile.ZipInfo, left: int) -> bytes | None:
    """The bytes of a part that is all that its directory says of it, without a stream; None of any other."""
    head = data[part.header_offset : part.header_offset + LOCAL.size]
    if part.compress_type != zipfile.ZIP_DEFLATED or len(head) < LOCAL.size:
        return None
    mark, flags, *lengths = LOCAL.unpack(head)
    start = part.header_offset + LOCAL.size
    known = data[start : start + lengths[0]] == own_name(part)
    if mark != b"PK\3\4" or (flags | part.flag_bits) & ~HARMLESS or not known:
        return None
    start += sum(lengths)
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    text = unpacking.decompress(data[start : start + part.compress_size], min(left, part.file_size) + 1)
    whole = unpacking.eof and len(text) == part.file_size and zlib.crc32(text) == part.CRC
    return text if whole else None


def _inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """The part's bytes, or the archive's error; what its directory says about its size is not believed."""
    with archive.open(part) as stream:
        return stream.read(left + 1)


def _look_at(text: bytes, name: str, limits: Limits) -> None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        raise Unreadable(f"“{name}”的内部编码不是UTF-8，无法读取。请用Excel或WPS另存为.xlsx后重发。")
    if b"<!DOCTYPE" in text:  # without it there are no entities
        raise Unreadable(f"“{name}”含有不允许的文档定义，未予读取。{limits.again}")
    if BOAST.search(text):
        raise Unreadable(f"“{name}”的内部结构异常（虚报数量），未予读取。{limits.again}")
    if b"sheetData" in text:
        _look_at_cells(text[text.find(b"sheetData") : text.rfind(b"sheetData") + 1], name, limits)


def _look_at_cells(text: bytes, name: str, limits: Limits) -> None:
    plain = _plain(text)
    far = None
    if not plain or NOT_NEAR.search(text):
        far = (FAR if limits.columns <= FORM.columns else FAR_IN_EXPORT).search(text)
    if far:
        place = re.sub(r"[^A-Z0-9]", "", far.group(0)[2:].decode("ascii", "replace").upper())[:12]
        raise Unreadable(f"“{name}”在很远的位置（{place}）有内容，超出表格范围。请删除多余的行列后重发。")
    if plain and len(text) < len('<c r="') * limits.rows:
        return  # no room for too many
    cells, rows = text.count(b"<c"), text.count(b"<row")
    if not plain:
        cells, rows = len(CELL.findall(text)), len(ROW.findall(text))
    if (
        rows > limits.rows
        or cells > limits.area
        or (not plain and cells != len(PLACED.findall(text)) and _widest(text) > limits.columns)
    ):
        raise Unreadable(f"“{name}”的行列过多，超出表格范围。请删除多余的行列后重发。")


def _plain(text: bytes) -> bool:
    """Whether all cells and rows are written as all programs write them, with their place first."""
    return not (ODD_CELL.search(text) or ODD_ROW.search(text) or PREFIXED.search(text))


def _widest(text: bytes) -> int:
    """The most cells in one row, for cells that do not say where they stand."""
    return max(len(CELL.findall(row)) for row in ROW.split(text))
