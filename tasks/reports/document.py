"""Official documents in Word by GB/T 9704: type area, fonts by name, fixed line pitch, page numbers — 1 —."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tasks.archives import steady

BODY, TITLE, HEAD, SUB, NUMBER = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
BODY_SIZE = 16
LINE = Pt(28.95)  # 22 lines in 225 mm
GRID = {"w:type": "lines", "w:linePitch": "579"}
TIGHTER = "-5"  # a quarter point, so that 28 characters of 16 points stand in 156 mm
IN_WORDS = ("项目", "部门", "二级指标", "三级指标")
"""Columns of a template's table whose cells begin at the left; numbers and single words stand in the middle."""
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}


def font(run: Run, name: str, points: float, *, bold: bool = False) -> Run:
    """A run in a font by name, for Chinese and Latin text alike."""
    run.font.name = "Times New Roman"
    run.font.size = Pt(points)
    run.font.bold = bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    if points == BODY_SIZE:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), TIGHTER)
        run._element.get_or_add_rPr().append(spacing)
    return run


class Official:
    """An official document being written from the top down."""

    def __init__(self) -> None:
        self.doc: Doc = Document()
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side, width in MARGINS.items():
            setattr(section, side, width)
        section.footer_distance = Mm(25)
        _grid(section)
        _ordinary(self.doc)
        self.doc.settings.odd_and_even_pages_header_footer = True
        odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
        _page_number(odd, WD_ALIGN_PARAGRAPH.RIGHT)
        odd.paragraph_format.right_indent = Pt(14)
        _page_number(even, WD_ALIGN_PARAGRAPH.LEFT)
        even.paragraph_format.left_indent = Pt(14)

    def title(self, text: str) -> None:
        """The title: 2号小标宋, centred."""
        for line in text.splitlines():
            font(self._line(WD_ALIGN_PARAGRAPH.CENTER, indent=False).add_run(line), TITLE, 22)
        self._line(WD_ALIGN_PARAGRAPH.CENTER, indent=False)

    def heading(self, text: str, level: int) -> None:
        """一、 in 黑体; （一） in 楷体; 1. in 仿宋 bold."""
        name = {1: HEAD, 2: SUB}.get(level, BODY)
        paragraph = self._line()
        paragraph.paragraph_format.keep_with_next = True
        font(paragraph.add_run(text), name, 16, bold=level == 3)

    def paragraph(self, text: str, *, indent: bool = True, align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY) -> None:
        """Body text: 3号仿宋, first line indented by two characters."""
        font(self._line(align, indent=indent).add_run(text), BODY, 16)

    def sign(self, who: str, when: str) -> None:
        """Signature and date at the right."""
        self._line()
        for text in (who, when):
            paragraph = self._line(WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
            paragraph.paragraph_format.right_indent = Pt(64)
            font(paragraph.add_run(text), BODY, 16)

    def turn(self, tag: str) -> None:
        """A line of a template that repeats or leaves out what follows; it is gone from the report."""
        self.doc.add_paragraph().add_run(tag)

    def placed(self, tag: str, caption: str) -> None:
        """The place of a chart in a template, with its caption."""
        paragraph = self.doc.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(tag)
        small = self.doc.add_paragraph()
        small.alignment = WD_ALIGN_PARAGRAPH.CENTER
        font(small.add_run(caption), BODY, 12)

    def rows_of(self, rows: str, fields: Sequence[tuple[str, float, str]]) -> None:
        """A table of a template: one row for each of `rows`; a field is (title, mm, name)."""
        titles, widths, names = zip(*fields, strict=True)
        blanks = [""] * (len(names) - 1)
        cells = [
            [f"{{%tr for row in {rows} %}}", *blanks],
            [f"{{{{ row.{name} }}}}" for name in names],
            ["{%tr endfor %}", *blanks],
        ]
        self.table(titles, cells, widths, left=[at for at, title in enumerate(titles) if title in IN_WORDS])

    def picture(self, data: bytes, caption: str) -> None:
        """A chart with its caption."""
        paragraph = self.doc.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run().add_picture(BytesIO(data), width=Mm(140))
        small = self.doc.add_paragraph()
        small.alignment = WD_ALIGN_PARAGRAPH.CENTER
        font(small.add_run(caption), BODY, 12)

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float = 10.5,
        left: Sequence[int] | None = None,
    ) -> None:
        """A table with a repeated head; built cell by cell from rows, because table.cell(i, j) is quadratic."""
        made = self.doc.add_table(rows=0, cols=len(titles))
        made.style = "Table Grid"
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Mm(width)
        places = range(len(titles))
        short = [all(len(row[at]) < 8 for row in rows) if left is None else at not in left for at in places]
        for number, values in enumerate([titles, *rows]):
            row = made.add_row()
            if number == 0:
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, value, width, few in zip(row.cells, values, widths, short, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                form = paragraph.paragraph_format
                form.space_after = Pt(0)
                form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * 1.5)
                _off_grid(paragraph)
                centred = number == 0 or few
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
                font(paragraph.add_run(value), HEAD if number == 0 else NUMBER, size)
        after = self.doc.add_paragraph()
        after.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        after.paragraph_format.line_spacing, after.paragraph_format.space_after = Pt(8), Pt(0)
        _off_grid(after)

    def attachment(self, text: str, *, landscape: bool = False) -> None:
        """附件 on a new page, in 黑体 at the top left."""
        section = self.doc.add_section()
        if landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
        font(self._line(WD_ALIGN_PARAGRAPH.LEFT, indent=False).add_run(text), HEAD, 16)

    def data(self) -> bytes:
        """The document as bytes."""
        self.doc.core_properties.author = ""
        out = BytesIO()
        self.doc.save(out)
        return steady(out.getvalue())

    def text(self) -> str:
        """The body's text, a paragraph a line: what the checker reads."""
        return "\n".join(paragraph.text for paragraph in self.doc.paragraphs)

    def _line(self, align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY, *, indent: bool = True) -> Paragraph:
        paragraph = self.doc.add_paragraph()
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        form.space_before = form.space_after = Pt(0)
        if indent:
            form.first_line_indent = Pt(32)
        return paragraph


def _off_grid(paragraph: Paragraph) -> None:
    """A line of small text does not take a whole line of the page."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties = paragraph._element.get_or_add_pPr()
    properties.insert_element_before(
        snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr"
    )


def _grid(section: Any) -> None:
    """22 lines a page."""
    found = section._sectPr.find(qn("w:docGrid"))
    grid = OxmlElement("w:docGrid") if found is None else found
    for name, value in GRID.items():
        grid.set(qn(name), value)
    if found is None:
        section._sectPr.append(grid)


def _ordinary(doc: Doc) -> None:
    """The font of what somebody adds in Word later: 3号仿宋."""
    style = doc.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)


def _page_number(paragraph: Paragraph, align: Any) -> None:
    """— 1 — in 4号宋体."""
    paragraph.alignment = align
    for text in ("— ", None, " —"):
        run = font(paragraph.add_run(text or ""), NUMBER, 14)
        if text is None:
            for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
                element = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    element.set(qn("w:fldCharType"), kind)
                else:
                    element.text = words
                run._element.append(element)
