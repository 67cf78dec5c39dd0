"""What people do to the tables of a form: rows sorted, deleted and added, columns put in and taken out."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.vocabulary import RoundKind
from tasks.forms.altered import altered
from tasks.forms.anew import sheets_anew
from tasks.forms.layout import layout_of
from tasks.forms.pairing import in_order
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Form, Row, Sheet
from tasks.forms.writer import write

KIND = RoundKind.MONITORING
LAYOUT = layout_of(KIND)
NAMES = ("修路里程", "植树棵数", "培训人次")


def issued() -> bytes:
    """A form with three indicators and what was done of each, as it comes back untouched."""
    rows: list[Row] = [
        {"level_1": "产出指标", "level_2": "数量指标", "level_3": name, "operator": "≥", "value": f"{number}0", "unit": "个",
         "actual": str(number), "indicator_key": f"2024:1/1/{number}"}
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
    tables = {"funds": [{"source": "本级财政资金", "initial": 100, "spent": 50}], "indicators": rows}
    sheet = Sheet("2024:1", "道路", {"project_code": "1", "project_name": "道路"}, tables, layout="project")
    return write(Form(KIND, "203001", 2024, [sheet], form_number="JX2024-JK-203001-1-000000000000"))


def returned(change: Callable[[Worksheet, int], None]) -> tuple[list[str], list[tuple[object, object]]]:
    """What is said of the changed form, and (indicator, done) of each row that is sent back."""
    data = issued()
    sent, _ = read_form(open_book(data, "表"), KIND)
    book = load_workbook(io.BytesIO(data))
    change(book[book.sheetnames[1]], sent.sheets[0].places.rows["indicators"][0] + 1)
    out = io.BytesIO()
    book.save(out)
    form, found = read_form(open_book(out.getvalue(), "表"), KIND)
    in_order(form, sent, LAYOUT)
    found += altered(form, sent, LAYOUT)
    (anew,) = sheets_anew(form, sent, LAYOUT, found)
    again = write(Form(KIND, "203001", 2024, [anew], form_number="JX2024-JK-203001-2-000000000000"), found)
    (read,) = read_form(open_book(again, "表"), KIND)[0].sheets
    return [one.says for one in found], [(row["level_3"], row["actual"]) for row in read.tables["indicators"]]


ALL = [(name, str(number)) for number, name in enumerate(NAMES, 1)]


def swapped(page: Worksheet, row: int) -> None:
    for column in range(1, 12):
        one, other = page.cell(row, column), page.cell(row + 2, column)
        one.value, other.value = other.value, one.value


def test_sorted_rows_are_the_same_rows() -> None:
    assert returned(swapped) == ([], ALL)


def test_a_column_put_in_between_changes_nothing() -> None:
    assert returned(lambda page, _: page.insert_cols(2)) == ([], ALL)


def test_a_deleted_row_is_named_and_comes_back_beside_the_answers_of_the_others() -> None:
    says, rows = returned(lambda page, row: page.delete_rows(row))
    assert says == ["“绩效指标”表原有3行，现有2行，缺少“修路里程”。"]
    assert rows == ALL


def test_an_added_row_is_named_and_goes() -> None:
    def added(page: Worksheet, row: int) -> None:
        page.insert_rows(row)
        page.cell(row, 3).value = "栽花盆数"

    says, rows = returned(added)
    assert says == ["“绩效指标”表原有3行，现有4行，多出“栽花盆数”。"]
    assert rows == ALL


@pytest.mark.parametrize(("column", "gone"), [(4, "指标性质"), (7, "完成情况")])
def test_a_column_taken_out_is_named_once_and_the_other_answers_stay(column: int, gone: str) -> None:
    says, rows = returned(lambda page, _: page.delete_cols(column))
    assert f"“绩效指标”表中找不到“{gone}”这一列。" in says
    assert len(says) <= 2
    assert rows == (ALL if gone == "指标性质" else [(name, None) for name in NAMES])


def test_a_table_whose_head_is_gone_comes_back_as_it_was_sent() -> None:
    says, rows = returned(lambda page, row: page.delete_rows(row - 1))
    assert says == ["工作表中找不到“绩效指标”表的表头。"]
    assert [name for name, _ in rows] == list(NAMES)


def test_a_changed_cell_is_told_beside_its_row_wherever_that_stands() -> None:
    def change(page: Worksheet, row: int) -> None:
        swapped(page, row)
        page.cell(row, 5).value = Decimal(99)

    says, rows = returned(change)
    assert says == ["“指标值”由财政局填写，原为“30”，现为“99”。"]
    assert rows == ALL
