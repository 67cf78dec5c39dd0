"""Another program in between: what LibreOffice opens and saves again keeps its lists, locks and sums, and is taken.

Needs LibreOffice, so it runs by `make office`, not with the others.
"""

import io
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import select

from models.calendar import FormIssue
from models.database import transaction
from models.intake import Submission
from models.target_review import IndicatorTarget
from models.vocabulary import RoundKind, Verdict
from tasks.forms.fill import fill
from tasks.forms.reader import open_book, read_form
from tests.walks.test_declaration_walk import INDICATORS, about, answer, form, send

__all__ = ["form"]
KIND = RoundKind.TARGET_DECLARATION


def saved_by_office(data: bytes, folder: Path, ending: str = "xlsx") -> bytes:
    """Opened and saved by LibreOffice, without a window and with a profile of its own."""
    given, made = folder / "表.xlsx", folder / "out" / f"表.{ending}"
    given.write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
               "--convert-to", ending, "--outdir", str(made.parent), str(given)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return made.read_bytes()


def page_of(data: bytes, *, values: bool = False) -> Worksheet:
    page = load_workbook(io.BytesIO(data), data_only=values).worksheets[1]
    assert isinstance(page, Worksheet)
    return page


def test_lists_locks_and_sums_survive_and_the_answer_is_taken(form: bytes, tmp_path: Path) -> None:
    saved = saved_by_office(form, tmp_path)
    page = page_of(saved)
    lists = {rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}
    assert any("产出指标" in one for one in lists)
    assert any("≥" in one for one in lists)
    assert page.protection.sheet
    filled = saved_by_office(fill(saved, KIND, [answer(about(saved))]), tmp_path)
    places = read_form(open_book(filled, "表"), KIND)[0].sheets[0].places
    page = page_of(filled)
    assert page[places["budget",]].protection.locked
    assert not page[places["leader",]].protection.locked
    sums = page_of(filled, values=True)
    last = max(row[0].row for row in sums.iter_rows() if row[0].value == "合计")
    assert 80 in [cell.value for cell in sums[last]]
    assert send(filled).verdict == Verdict.ACCEPTED
    with transaction() as session:
        assert len(session.exec(select(IndicatorTarget)).all()) == len(INDICATORS)


def test_a_returned_form_corrected_in_libreoffice_is_taken(form: bytes, home: Path, tmp_path: Path) -> None:
    wrong = answer(about(form))
    wrong.fields["leader"] = None
    assert send(saved_by_office(fill(form, KIND, [wrong]), tmp_path)).verdict == Verdict.RETURNED
    with transaction() as session:
        back = session.exec(select(FormIssue).where(FormIssue.version == 2)).one()
    again = saved_by_office((home / back.path).read_bytes(), tmp_path)
    assert any(cell.comment for row in page_of(again).iter_rows() for cell in row)
    assert send(fill(again, KIND, [answer(about(again))]), day=4).verdict == Verdict.ACCEPTED


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_formats_say_the_same(form: bytes, tmp_path: Path, ending: str) -> None:
    filled = fill(form, KIND, [answer(about(form))])
    other = saved_by_office(filled, tmp_path, ending)
    same = [read_form(open_book(data, f"表.{ending}"), KIND)[0].sheets[0] for data in (filled, other)]
    assert same[0].tables == same[1].tables
    assert same[0].fields == same[1].fields
    sent = send(other)
    assert sent.verdict == Verdict.ACCEPTED, sent.says
    assert isinstance(sent, Submission)
