"""The annual report as printed by LibreOffice, measured against GB/T 9704 on the pages themselves.

Needs LibreOffice and pdftotext, so it runs by `make office`, not with the others.
"""

import subprocess
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from models.vocabulary import EvaluationKind, Grade
from tasks.year_report import annual_report
from tests.tasks.reports.test_annual_report import district, evaluate

__all__ = ["district"]
MM = 72 / 25.4
NEAR = 1.0


@dataclass(frozen=True)
class Printed:
    """A line on a page, in mm from the page's left and upper edge."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return (self.top + self.bottom) / 2


def printed(data: bytes, folder: Path) -> list[list[Printed]]:
    """The lines of each page of a Word document as LibreOffice prints it."""
    (folder / "报告.docx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
               "--convert-to", "pdf", "--outdir", str(folder), str(folder / "报告.docx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    boxes = subprocess.run(
        ["pdftotext", "-bbox-layout", folder / "报告.pdf", "-"], check=True, capture_output=True
    ).stdout
    pages = etree.fromstring(boxes).findall(".//{*}page")
    assert {(round(float(p.get("width")) / MM), round(float(p.get("height")) / MM)) for p in pages} == {
        (210, 297)
    }
    return [[_line(line) for line in page.iterfind(".//{*}line")] for page in pages]


def _line(element: etree._Element) -> Printed:
    text = " ".join(word.text or "" for word in element.iterfind("{*}word"))
    return Printed(text, *(float(element.get(side, 0)) / MM for side in ("xMin", "xMax", "yMin", "yMax")))


@pytest.mark.usefixtures("district")
def test_the_pages_have_the_type_area_the_lines_and_the_numbers_of_the_standard(tmp_path: Path) -> None:
    for serial in range(4, 16):
        evaluate(serial, f"{serial}号社区服务", EvaluationKind.FISCAL, 2023, Grade.GOOD, 85)
    pages = printed(annual_report(2024, date(2024, 12, 31)).data, tmp_path)
    assert len(pages) >= 3
    full = 0
    for number, lines in enumerate(pages, 1):
        (mark,) = [one for one in lines if one.text == f"— {number} —"]
        assert abs(mark.middle - (297 - 35 + 7)) <= NEAR + 0.5
        edge = (mark.right, 184 - 14 / MM) if number % 2 else (mark.left, 28 + 14 / MM)
        assert abs(edge[0] - edge[1]) <= NEAR
        body = [one for one in lines if one is not mark]
        for one in body:
            assert 28 - NEAR <= one.left <= one.right <= 184 + NEAR, one
            assert 37 - NEAR <= one.middle <= 262 + NEAR, one
        wide = [one for one in body if one.text and all("\u4e00" <= mark <= "\u9fff" for mark in one.text)]
        assert all(len(one.text) <= 28 for one in wide)
        rows = sorted({round(one.middle, 1) for one in body})
        steps = [after - before for before, after in pairwise(rows)]
        regular = [step for step in steps if abs(step - 28.95 / MM) <= 0.15]
        full += len(rows) == 22 and len(regular) == 21
        assert len(rows) <= 22 + 12  # a table's rows are smaller
    assert full, "no page of text alone has 22 lines of one pitch"
