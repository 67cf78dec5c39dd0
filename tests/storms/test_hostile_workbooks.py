"""Hostile files: each ends readable or with one sentence, quickly and in little memory, and the process lives on."""

import io
import random
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.workbook import FORM, Unreadable, read_workbook

HOUSE = Path(__file__).resolve().parents[2]
MUTANTS = 10_000
SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> bytes:
    """A small honest workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name in ("封面", "1.项目"):
        page = book.add_worksheet(name)
        for row in range(30):
            page.write_row(row, 0, [f"文字{row}", row, row / 3, "≥95%", ""])
    book.close()
    return buffer.getvalue()


def changed(**parts: bytes | None) -> bytes:
    """The honest workbook with parts replaced, added or (None) removed; `sheet` stands for the first sheet."""
    wanted = {SHEET if name == "sheet" else name: text for name, text in parts.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {**dict.fromkeys(old.namelist()), **wanted}:
            text = wanted.get(name, old.read(name) if name in old.namelist() else None)
            if text is not None:
                new.writestr(name, text)
    return buffer.getvalue()


def sheet(rows: bytes, head: bytes = b"", dimension: bytes = b"A1:B2") -> bytes:
    """A worksheet's XML around rows."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + head
        + b'<worksheet xmlns="'
        + space
        + b'"><dimension ref="'
        + dimension
        + b'"/><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def cell(place: bytes, text: bytes = b"1") -> bytes:
    """A row with one cell."""
    return b'<row><c r="' + place + b'"><v>' + text + b"</v></c></row>"


LAUGHS = (
    b"<!DOCTYPE x ["
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10))
    + b"]>"
)
XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MANY_ROWS = b"".join(b"<row><c><v>1</v></c></row>" for _ in range(20_000))
REFUSED = {
    "empty": (lambda: b"", "空文件"),
    "bomb of 500 MB in the sheet": (lambda: changed(sheet=sheet(b" " * 500_000_000)), "解压后过大"),
    "bomb of 500 MB in the strings": (lambda: changed(**{"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 28_000_000}), "解压后过大"),
    "bomb beside the sheets": (lambda: changed(**{"xl/media/image1.png": bytes(300_000_000)}), "解压后过大"),
    "far cell": (lambda: changed(sheet=sheet(cell(b"XFD1048576"))), "很远的位置"),
    "far row": (lambda: changed(sheet=sheet(cell(b"A1048576"))), "很远的位置"),
    "far column": (lambda: changed(sheet=sheet(cell(b"ZZ1"))), "很远的位置"),
    "far cell in small letters": (lambda: changed(sheet=sheet(cell(b"xfd1048576"))), "很远的位置"),
    "far cell in single quotes": (lambda: changed(sheet=sheet(cell(b"XFD99999").replace(b'"', b"'"))), "很远的位置"),
    "far cell under a prefix": (lambda: changed(sheet=sheet(cell(b"XFD1048576")).replace(b"<c", b"<x:c").replace(b"</c", b"</x:c")), "很远的位置"),
    "cells without places": (lambda: changed(sheet=sheet(b"<row>" + b"<c><v>1</v></c>" * 5_000 + b"</row>")), "行列过多"),
    "rows without places": (lambda: changed(sheet=sheet(MANY_ROWS)), "行列过多"),
    "billion laughs": (lambda: changed(sheet=sheet(cell(b"A1", b"&l9;"), LAUGHS)), "文档定义"),
    "billion laughs after a long comment": (lambda: changed(sheet=sheet(cell(b"A1", b"&l9;"), b"<!--" + b"x" * 9_000 + b"-->" + LAUGHS)), "文档定义"),
    "XXE": (lambda: changed(**{"xl/sharedStrings.xml": XXE + b"<sst><si><t>&f;</t></si></sst>"}), "文档定义"),
    "UTF-16 inside": (lambda: changed(sheet=sheet(cell(b"XFD1048576")).decode().encode("utf-16")), "编码不是UTF-8"),
    "no sheet": (lambda: changed(sheet=None), "已损坏"),
    "no workbook": (lambda: changed(**{"xl/workbook.xml": None}), "已损坏"),
    "a promise of many strings": (lambda: changed(**{"xl/sharedStrings.xml": b'<sst count="1" uniqueCount="99999999999999"></sst>'}), "虚报数量"),
    "a promise of many styles": (lambda: changed(**{"xl/styles.xml": b'<styleSheet><cellXfs count="88888888"/></styleSheet>'}), "虚报数量"),
    "XML that ends early": (lambda: changed(sheet=sheet(cell(b"A1"))[:-30]), "已损坏"),
    "truncated": (lambda: workbook()[:-400], "已损坏"),
    "half": (lambda: workbook()[: len(workbook()) // 2], "已损坏"),
    "encrypted": (lambda: OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4_096), "密码"),
    "OLE without a book": (lambda: OLE + bytes(9_000), "已损坏"),
    "HTML as xlsx": (lambda: b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "PDF": (lambda: b"%PDF-1.7 ...", "PDF"),
    "picture": (lambda: b"\xff\xd8\xff\xe0 jpeg", "图片"),
    "rar": (lambda: b"Rar!\x1a\x07", "压缩包"),
    "text": (lambda: "随便写的".encode(), "不是Excel表格"),
}  # fmt: skip


def zipped(names: dict[str, bytes]) -> bytes:
    """An archive of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return buffer.getvalue()


REFUSED["a Word file"] = (lambda: zipped({"[Content_Types].xml": b"", "word/document.xml": b"<w/>"}), "Word")
REFUSED["an archive of forms"] = (lambda: zipped({"a.xlsx": workbook()}), "压缩包")
REFUSED["five thousand parts"] = (lambda: zipped({f"xl/{n}.xml": b"" for n in range(5_000)}), "部件过多")


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_one_sentence_in_little_time(name):
    make, says = REFUSED[name]
    data = make()
    start = time.perf_counter()
    with pytest.raises(Unreadable, match=says) as told:
        read_workbook(data, "表.xlsx")
    assert time.perf_counter() - start < 10
    assert "表.xlsx" in str(told.value)
    assert str(told.value).endswith("。")


def test_a_lying_dimension_drops_no_row():
    rows = b"".join(cell(b"A%d" % n, b"%d" % n) for n in range(1, 101))
    grids = read_workbook(changed(sheet=sheet(rows, dimension=b"A1:A2")), "表.xlsx")
    assert len(grids["封面"]) == 100
    grids = read_workbook(changed(sheet=sheet(rows, dimension=b"A1:XFD1048576")), "表.xlsx")
    assert len(grids["封面"]) == 100


def test_csv_in_the_encodings_in_use_and_bounded():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        grids = read_workbook("名称,数量\n道路,12\n".encode(encoding), "表.csv")
        assert grids == {"表": [["名称", "数量"], ["道路", "12"]]}
    with pytest.raises(Unreadable, match="行列过多"):
        read_workbook(b"1\n" * (FORM.rows + 1), "表.csv")


def test_an_old_workbook_is_read_in_a_process_of_its_own(tmp_path):
    xlwt = pytest.importorskip("xlwt", reason="the writer of old workbooks is part of the dev extra")
    book = xlwt.Workbook()
    page = book.add_sheet("1.项目")
    page.write(0, 0, "名称")
    page.write(1, 0, 12.5)
    book.save(str(tmp_path / "旧.xls"))
    for name in ("旧.xls", "旧.et", "旧.xlsx"):
        assert read_workbook((tmp_path / "旧.xls").read_bytes(), name) == {"1.项目": [["名称"], [12.5]]}
    page.write(20_000, 3, 1)
    book.save(str(tmp_path / "深.xls"))
    with pytest.raises(Unreadable, match="行列过多"):
        read_workbook((tmp_path / "深.xls").read_bytes(), "深.xls")


def mutants(seed: int, count: int) -> None:
    """Read so many mutants: bytes of the file, or of a part inside, changed, cut, doubled or swapped."""
    dice = random.Random(seed)
    honest = workbook()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for number in range(count):
        if number % 2:
            name = dice.choice(list(parts))
            data = zipped({**parts, name: mutated(parts[name], dice)})
        else:
            data = mutated(honest, dice)
        start = time.perf_counter()
        try:
            read_workbook(data, "表.xlsx")
        except Unreadable as told:
            if not str(told).endswith("。"):
                raise
        assert time.perf_counter() - start < 10, f"mutant {number} of {seed} took too long"
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1)) * 1_024
    assert peak < 512_000_000, f"{peak:,} bytes"


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One to twenty changes at random places."""
    text = bytearray(data)
    for _ in range(dice.randint(1, 20)):
        if not text:
            break
        place = dice.randrange(len(text))
        match dice.randrange(6):
            case 0:
                text[place] = dice.randrange(256)
            case 1:
                del text[place : place + dice.randint(1, 200)]
            case 2:
                text[place:place] = text[place : place + dice.randint(1, 200)]
            case 3:
                text[place:place] = bytes(dice.randrange(256) for _ in range(dice.randint(1, 8)))
            case 4:
                text[place:place] = str(dice.choice([0, -1, 10**6, 10**12, 2**63])).encode()
            case 5:
                text[place] ^= 1 << dice.randrange(8)
    return bytes(text)


def test_ten_thousand_mutants():
    """In two processes of their own, so that an abort or a lack of memory is seen."""
    command = "from tests.storms.test_hostile_workbooks import mutants; mutants({}, {})"
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", command.format(seed, MUTANTS // 2)], cwd=HOUSE, stderr=subprocess.PIPE
        )
        for seed in (1, 2)
    ]
    for run in runs:
        errors = run.communicate(timeout=300)[1]
        assert run.returncode == 0, errors.decode()[-2_000:]
