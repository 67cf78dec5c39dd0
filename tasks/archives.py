"""Office files are archives of parts: put together here part by part, and made steady, the same bytes for the same content."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import NamedTuple

HEAD = struct.Struct("<5H3I2H")  # what a part's own header and the directory both say of it
END = struct.Struct("<4s4H2IH")
OWN = 30  # bytes of a part's own header before its name
UTF8 = 0x800
YEAR, JANUARY_FIRST = 2024, 0x21  # as archives write a day: years from 1980 in the upper seven bits
STAMP = (YEAR - 1980) << 9 | JANUARY_FIRST
SAVED = re.compile(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*")


class Part(NamedTuple):
    """A part as it stands in an archive: its name there, whether that is UTF-8, its bytes as they are packed."""

    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    packed: bytes | memoryview


def archive_of(parts: Iterable[Part]) -> bytes:
    """The parts in their order, each dated alike."""
    body, directory, at, count = list[bytes | memoryview](), list[bytes](), 0, 0
    for name, flags, method, crc, size, packed in parts:
        head = HEAD.pack(20, flags & UTF8, method, 0, STAMP, crc, len(packed), size, len(name), 0)
        body += (b"PK\3\4", head, name, packed)
        directory += (b"PK\1\2\x14\0", head, bytes(10), at.to_bytes(4, "little"), name)
        at += OWN + len(name) + len(packed)
        count += 1
    length = sum(map(len, directory))
    return b"".join((*body, *directory, END.pack(b"PK\5\6", 0, 0, count, count, length, at, 0)))


def own_name(part: zipfile.ZipInfo) -> bytes:
    """A part's name as the archive has it."""
    return part.orig_filename.encode("utf-8" if part.flag_bits & UTF8 else "cp437", "replace")


def steady(data: bytes) -> bytes:
    """An archive that a library wrote just now, with fixed times. Its parts stay packed as they are."""
    whole = memoryview(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive_of(_dated(part, archive, whole) for part in archive.infolist())


def _dated(part: zipfile.ZipInfo, archive: zipfile.ZipFile, whole: memoryview) -> Part:
    name, crc, size = own_name(part), part.CRC, part.file_size
    if part.filename == "docProps/core.xml":
        text = SAVED.sub(rb"\g<1>2024-01-01T00:00:00Z", archive.read(part))
        return Part(name, part.flag_bits, zipfile.ZIP_STORED, zlib.crc32(text), len(text), text)
    lengths = struct.unpack_from("<2H", whole, part.header_offset + OWN - 4)
    start = part.header_offset + OWN + sum(lengths)
    packed = whole[start : start + part.compress_size]
    return Part(name, part.flag_bits, part.compress_type, crc, size, packed)
