"""Which cells of an .xlsx are shown as percentages: a cell holds 0.98, the reader sees 98%."""

import io
import re
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from tasks.workbook import Grid

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN = {"9", "10"}  # 0% and 0.00%
_CELL = re.compile(rb"<c\b([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')


def with_percents(data: bytes, grids: dict[str, Grid]) -> dict[str, Grid]:
    """The grids (of a file that the guard let through) with such numbers as a reader sees them: "98%"."""
    if not data.startswith(b"PK"):
        return grids
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return grids
        try:
            styles = _percent_styles(archive.read("xl/styles.xml"))
            parts = _parts(archive) if styles else {}
        except ElementTree.ParseError:  # the numbers are there all the same
            return grids
        for sheet, part in parts.items():
            if sheet in grids and part in names:
                _show(grids[sheet], archive.read(part), styles)
    return grids


def _percent_styles(xml: bytes) -> set[bytes]:
    """Numbers of the cell styles whose number format has a %."""
    root = ElementTree.fromstring(xml)
    own = {one.get("numFmtId") for one in root.iter(f"{MAIN}numFmt") if "%" in (one.get("formatCode") or "")}
    formats = root.find(f"{MAIN}cellXfs")
    used = [one.get("numFmtId") for one in formats] if formats is not None else []
    return {str(place).encode() for place, one in enumerate(used) if one in BUILT_IN | own}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the archive."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): (one.get("Target") or "").removeprefix("/xl/") for one in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = book.iter(f"{MAIN}sheet")
    return {one.get("name") or "": f"xl/{targets.get(one.get(RELATION), '')}" for one in sheets}


def _show(grid: Grid, xml: bytes, styles: set[bytes]) -> None:
    for attributes in _CELL.findall(xml):
        style, place = _STYLE.search(attributes), _PLACE.search(attributes)
        if style is None or place is None or style[1] not in styles:
            continue
        row, column = int(place[2]) - 1, _column(place[1])
        if row < len(grid) and column < len(grid[row]):
            grid[row][column] = _shown(grid[row][column])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _shown(cell: Any) -> Any:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    return f"{(Decimal(repr(cell)) * 100).normalize():f}%"
