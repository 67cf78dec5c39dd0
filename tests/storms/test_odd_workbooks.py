"""Odd but honest files, as collections of workbooks hold them: `jixiao check` ends in words, with exit code 0, 1 or 2."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import register_all

MAIN, STRICT = (
    b"schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"purl.oclc.org/ooxml/spreadsheetml/main",
)
LINK = (
    b'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
)
Part = tuple[str, bytes] | None


def drawn(draw: Callable[[Any, Any], object], **options: object) -> bytes:
    """A workbook by a program, with something special in it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    page = book.add_worksheet("表")
    page.write_row(0, 0, ["项目代码", "指标值", 1.5])
    draw(book, page)
    book.close()
    return buffer.getvalue()


def only_a_chart() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": ["图", 0, 0, 1, 1]})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    return buffer.getvalue()


def packed(change: Callable[[str, bytes], Part], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain workbook with its parts changed, renamed or left out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(drawn(lambda *_: None))) as old,
        zipfile.ZipFile(buffer, "w", method) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(*part)
    return buffer.getvalue()


def without(gone: str) -> bytes:
    return packed(lambda name, text: None if name == gone else (name, text))


def in_sheet(old: bytes, new: bytes) -> bytes:
    return packed(lambda name, text: (name, text.replace(old, new) if "sheet1" in name else text))


def prefixed(name: str, text: bytes) -> Part:
    for tag in (b"sheetData", b"row", b"c", b"v") if "sheet1" in name else ():
        text = text.replace(b"<" + tag + b" ", b"<x:" + tag + b" ").replace(
            b"<" + tag + b">", b"<x:" + tag + b">"
        )
        text = text.replace(b"</" + tag + b">", b"</x:" + tag + b">")
    return name, text.replace(b'<worksheet xmlns="', b'<worksheet xmlns:x="http://' + MAIN + b'" xmlns="', 1)


FILES: dict[str, Callable[[], bytes]] = {
    "very hidden sheet.xlsx": lambda: drawn(lambda b, _: b.add_worksheet("隐").very_hidden()),
    "only a chartsheet.xlsx": only_a_chart,
    "dates of 1904.xlsx": lambda: drawn(lambda _, p: p.write_datetime(1, 0, datetime(2024, 1, 1)), date_1904=True),  # noqa: DTZ001
    "many styles.xlsx": lambda: drawn(lambda b, p: [p.write(n, 3, n, b.add_format({"num_format": f'0"{n}"'})) for n in range(2_000)]),
    "many names.xlsx": lambda: drawn(lambda b, _: [b.define_name(f"n_{n}", f"=表!$A${n + 1}") for n in range(2_000)]),
    "three hundred sheets.xlsx": lambda: drawn(lambda b, _: [b.add_worksheet(f"s{n}") for n in range(300)]),
    "longest text.xlsx": lambda: drawn(lambda _, p: p.write(1, 0, "长" * 32_767)),
    "merged to the end.xlsx": lambda: drawn(lambda _, p: p.merge_range(5, 0, 1_048_575, 10, "x")),
    "zip64.xlsx": lambda: drawn(lambda *_: None, use_zip64=True),
    "strict.xlsx": lambda: packed(lambda name, text: (name, text.replace(MAIN, STRICT))),
    "prefixed.xlsx": lambda: packed(prefixed),
    "no styles.xlsx": lambda: without("xl/styles.xml"),
    "no strings.xlsx": lambda: without("xl/sharedStrings.xml"),
    "no content types.xlsx": lambda: without("[Content_Types].xml"),
    "no relations.xlsx": lambda: without("xl/_rels/workbook.xml.rels"),
    "inline strings.xlsx": lambda: in_sheet(b't="s"><v>0</v>', b't="inlineStr"><is><t>abc</t></is>'),
    "string out of range.xlsx": lambda: in_sheet(b"<v>0</v>", b"<v>999999</v>"),
    "ISO date.xlsx": lambda: in_sheet(b'<c r="C1"><v>1.5</v>', b'<c r="C1" t="d"><v>2024-01-01T00:00:00</v>'),
    "unknown error.xlsx": lambda: in_sheet(b'<c r="C1"><v>1.5</v>', b'<c r="C1" t="e"><v>#WEIRD!</v>'),
    "number of letters.xlsx": lambda: in_sheet(b"<v>1.5</v>", b"<v>abc</v>"),
    "infinite.xlsx": lambda: in_sheet(b"<v>1.5</v>", b"<v>1e999</v>"),
    "row zero.xlsx": lambda: in_sheet(b'r="A1"', b'r="A0"'),
    "empty sheet part.xlsx": lambda: packed(lambda name, text: (name, b"" if "sheet1" in name else text)),
    "empty properties.xlsx": lambda: packed(lambda name, text: (name, b"" if name.startswith("docProps") else text)),
    "backslashes.xlsx": lambda: packed(lambda name, text: (name.replace("/", "\\"), text)),
    "capitals.xlsx": lambda: packed(lambda name, text: (name.upper(), text)),
    "leading slash.xlsx": lambda: packed(lambda name, text: ("/" + name, text)),
    "external link.xlsx": lambda: packed(lambda name, text: (name, text.replace(b"</Relationships>", LINK) if "workbook.xml.rels" in name else text)),
    "stored.xlsx": lambda: packed(lambda name, text: (name, text), zipfile.ZIP_STORED),
    "junk before.xlsx": lambda: b"junk" + drawn(lambda *_: None),
    "junk after.xlsm": lambda: drawn(lambda *_: None) + b"junk" * 99,
    "no ending": lambda: drawn(lambda *_: None),
    "text.xls": lambda: b"a\tb\n1\t2\n",
    "saved as HTML.xls": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "web archive.xls": lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n",
    "BIFF2.xls": lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(200),
    "no bytes.csv": lambda: b"",
    "NUL.csv": lambda: b"a,b\x00,c\n1,2,3\n",
    "open quote.csv": lambda: b'a,"b\n1,2,3\n',
    "no encoding.csv": lambda: b"\xff\xfe\xfd,1\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_ends_in_words(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    if not app.registered_commands:
        register_all(app)
    done = CliRunner().invoke(app, ["check", str(path), "--rules", "huangshi", "--json"])
    assert done.exit_code in {0, 1, 2}, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    assert done.output.strip()
