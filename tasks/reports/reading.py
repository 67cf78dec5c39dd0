"""Reports written by hand, read as lines: Word with its automatic numbers, tables and traces of revision; text; Markdown."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from models.rules.report.outline import Line
from tasks.reports.numbering import Numbering
from tasks.workbook_guard import FORM, Limits, Unreadable

LIMITS = Limits(data=50_000_000, inflated=300_000_000, rows=0, columns=0, area=0)
ENCODINGS = ("utf-8-sig", "gb18030")
MARKDOWN_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
EMPHASIS = re.compile(r"(\*\*|__|`|~~)(.+?)\1")
PARAGRAPH, TABLE, ROW, CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
CONTENT, SDT = qn("w:sdtContent"), qn("w:sdt")
DELETED = {qn("w:del"), qn("w:moveFrom")}
TEXT, TAB, RUN, BREAKS = qn("w:t"), qn("w:tab"), qn("w:r"), {qn("w:br"), qn("w:cr")}
SILENT = {qn("w:pPr"), qn("w:rPr"), qn("w:instrText"), qn("w:delText")}
INSERTED = {qn("w:ins"), qn("w:moveTo")}
TURNED = (*DELETED, *INSERTED)


@dataclass(frozen=True)
class Written:
    """A report as read; `revised` where revisions or comments still stand in it."""

    lines: list[Line]
    revised: bool = False


def read_report(path: Path) -> Written:
    """A .docx, .md or .txt report. Raises Unreadable with one sentence."""
    data = path.read_bytes()
    if not data.strip():
        raise Unreadable(f"“{path.name}”是空文件。")
    if path.suffix.lower() == ".docx":
        return read_word(data, path.name)
    text = _decoded(data, path.name)
    return Written(list(_lines(text, _markdown if path.suffix.lower() == ".md" else _plain)))


def _lines(text: str, read: Callable[[int, str], Line | None]) -> Iterator[Line]:
    """Lines with the number of their table: rows without anything between them are one table."""
    table, inside = 0, False
    for number, row in enumerate(text.splitlines(), 1):
        line = read(number, row)
        if line is None:
            continue
        table += bool(line.cells) and not inside
        inside = bool(line.cells)
        yield replace(line, table=table) if line.cells else line


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"“{name}”不是可读的文字文件。请另存为UTF-8文本或Word文档（.docx）。")


def _plain(number: int, row: str) -> Line | None:
    text = row.strip()
    cells = tuple(cell.strip() for cell in row.strip().strip("|").split("\t" if "\t" in row else "|"))
    table = len(cells) > 2
    if table and MARKDOWN_RULE.match(row):
        return None
    return Line(number, text, cells=cells if table else ())


def _markdown(number: int, row: str) -> Line | None:
    """A line without Markdown's marks; a heading with its level."""
    if MARKDOWN_RULE.match(row):
        return None
    found = re.match(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$", row)
    text = found[2] if found else re.sub(r"^\s*(?:>\s*)*(?:[-*+]\s+)?", "", row)
    bold = not found and re.fullmatch(r"\s*\*\*(.+?)\*\*\s*", row) is not None
    text = EMPHASIS.sub(r"\2", text).replace("\\", "").strip()
    if found:
        return Line(number, text, level=len(found[1]))
    plain = _plain(number, text if not row.strip().startswith("|") else EMPHASIS.sub(r"\2", row.strip()))
    return plain if not bold or plain is None else Line(number, plain.text)


def read_word(data: bytes, name: str) -> Written:
    """A Word document from its bytes. Raises Unreadable with one sentence."""
    return written(_opened(data, name))


def _opened(data: bytes, name: str) -> Any:
    _guard(data, name)
    try:
        return Document(io.BytesIO(data))
    except (
        OpcError,
        KeyError,
        ValueError,
        XMLSyntaxError,
        zipfile.BadZipFile,
        OSError,
    ) as error:
        raise Unreadable(f"“{name}”不是可读的Word文档（.docx）。请用Word重新另存后再核对。") from error


def read_form_in_word(path: Path) -> list[list[str]]:
    """A form typed in Word as rows of a sheet: a paragraph a row, merged cells once, at their first place.

    [] where the document is a report, not a form: most of its words stand outside tables. Raises Unreadable.
    """
    reader = _Word(_opened(path.read_bytes(), path.name))
    rows: list[list[str]] = []
    words = [0, 0]  # outside tables, within
    for child in reader.document.element.body.iterchildren():
        if child.tag == TABLE:
            rows += (_cells(reader, row) for row in child.iterchildren(ROW))
            words[1] += len("".join(reader._text(child)))
        elif child.tag == PARAGRAPH:
            rows.append(["".join(reader._text(child)).strip()])
            words[0] += len(rows[-1][0])
    if len(rows) > FORM.rows:
        raise Unreadable(f"“{path.name}”的行数过多，超出表格范围。请删除多余的行后重发。")
    return rows if words[1] > 2 * words[0] else []


def _cells(reader: "_Word", row: Any) -> list[str]:
    """Texts of a row in the columns of its grid; a cell that goes on from the row above is blank."""
    texts: list[str] = []
    for cell in row.tc_lst:
        if len(texts) > FORM.columns:
            break
        texts.append("" if cell.vMerge == "continue" else "".join(reader._text(cell)).strip())
        texts += [""] * (min(cell.grid_span, FORM.columns) - 1)
    return texts


def written(document: Any) -> Written:
    """A Word document that is open already."""
    reader = _Word(document)
    return Written(list(reader.lines()), reader.revised)


def _guard(data: bytes, name: str) -> None:
    """Nothing that inflates without measure is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left, parts, defined = LIMITS.inflated, archive.infolist(), False
            honest = len(parts) <= LIMITS.parts and sum(one.file_size for one in parts) <= LIMITS.inflated
            left = left if honest else -1
            for part in parts if honest else []:
                with archive.open(part) as stream:
                    text = stream.read(left + 1)
                left -= len(text)
                defined = b"<!DOCTYPE" in text[:4096]
                if left < 0 or defined:
                    break
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unreadable(
            f"“{name}”不是Word文档（.docx），或已损坏。旧版.doc请另存为.docx后再核对。"
        ) from error
    if defined:
        raise Unreadable(f"“{name}”含有不允许的文档定义，未予读取。请用Word重新另存后再核对。")
    if len(data) > LIMITS.data or left < 0 or len(parts) > LIMITS.parts:
        raise Unreadable(f"“{name}”过大或压缩异常，未予读取。")


class _Word:
    """Walks the body in order; text boxes and content controls belong to the paragraph in which they stand."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.numbering = Numbering(document)
        self.revised = False
        self.count = self.tables = 0
        self.simple = next(document.element.body.iter(*TURNED, "{*}Fallback"), None) is None

    def lines(self) -> Iterator[Line]:
        yield from self._block(self.document.element.body)
        parts = {rel.reltype.rpartition("/")[2] for rel in self.document.part.rels.values()}
        self.revised = self.revised or ("comments" in parts and self._comments())

    def _comments(self) -> bool:
        for rel in self.document.part.rels.values():
            if rel.reltype.endswith("/comments"):
                return b"<w:comment " in rel.target_part.blob
        return False

    def _block(self, parent: object) -> Iterator[Line]:
        for child in parent.iterchildren():  # type: ignore[attr-defined]
            if child.tag == PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == TABLE:
                self.tables += 1
                for row in child.iter(ROW):
                    self.count += 1
                    cells = tuple("".join(self._text(cell)).strip() for cell in row.iterchildren(CELL))
                    yield Line(self.count, "\t".join(cells), cells=cells or ("",), table=self.tables)
            elif child.tag == SDT:
                for content in child.iterchildren(CONTENT):
                    yield from self._block(content)

    def _paragraph(self, element: object) -> Iterator[Line]:
        self.count += 1
        label, level = self.numbering.of(element)
        text = label + "".join(self._text(element)).strip()
        for piece in text.split("\n"):
            if piece.strip():
                yield Line(self.count, piece.strip(), level=level)

    def _text(self, element: object) -> Iterator[str]:
        """The text that shows; without revisions and fallbacks in the document it is simply all text there is."""
        if not self.simple:
            yield from self._shown(element)
            return
        for child in element.iter(TEXT, TAB, *BREAKS):  # type: ignore[attr-defined]
            if child.tag == TEXT:
                yield child.text or ""
            elif child.tag in BREAKS:
                yield "\n"
            elif child.getparent().tag == RUN:
                yield "　"

    def _shown(self, element: object) -> Iterator[str]:
        for child in element.iterchildren():  # type: ignore[attr-defined]
            if child.tag in DELETED:
                self.revised = True
                continue
            if child.tag in INSERTED:
                self.revised = True
            if child.tag == TEXT:
                yield child.text or ""
            elif child.tag == TAB:
                yield "　" if child.getparent().tag == RUN else ""
            elif child.tag in BREAKS:
                yield "\n"
            elif child.tag not in SILENT and not child.tag.endswith("}Fallback"):
                yield from self._shown(child)
