"""A department's walk through real files: form out, filled wrong, returned with all findings, corrected, accepted."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from models.calendar import FormIssue
from models.database import insert_new, transaction
from models.intake import Finding, Submission
from models.projects import Project
from models.settings import settings
from models.target_review import IndicatorTarget, Target
from models.vocabulary import ProjectKind, RoundKind, Verdict
from tasks.checking import check_path
from tasks.forms.fill import fill
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Row, Sheet
from tasks.intake import receive
from tasks.target_review import arrange_initial_budgets, issue_declarations
from tests import people

KIND = RoundKind.TARGET_DECLARATION
INDICATORS: list[tuple[str, str, str, str, str, str | None, str]] = [
    ("产出指标", "数量指标", "运营养老服务中心数量", "≥", "18", "个", "20"),
    ("产出指标", "质量指标", "设施达标率", "≥", "98", "%", "10"),
    ("产出指标", "时效指标", "12月底前按期完成率", "≥", "100", "%", "5"),
    ("产出指标", "成本指标", "项目总成本", "≤", "100", "万元", "5"),
    ("效益指标", "社会效益指标", "服务老年人次", "≥", "9600", "人次", "30"),
    ("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥", "90", "%", "10"),
]


@pytest.fixture
def form(home: Path) -> bytes:
    """The workbook that the department was sent."""
    people.bureau()
    code = people.department()
    people.project(code, 1, wan=100, name="社区居家养老服务")
    moment = people.at(2, 19)
    arrange_initial_budgets.run(2024, moment)
    assert issue_declarations.run(2024, moment) == 1
    assert issue_declarations.run(2024, moment) == 0
    return (home / only(FormIssue).path).read_bytes()


def only(table: type) -> FormIssue:
    with transaction() as session:
        return session.exec(select(table)).one()


def answer(about: str) -> Sheet:
    names = ("level_1", "level_2", "level_3", "operator", "value", "unit")
    rows: list[Row] = [
        dict(zip(names, row[:6], strict=True)) | {"weight": Decimal(row[6])} for row in INDICATORS
    ]
    fields: Row = {
        "leader": "张三",
        "phone": "0714-6350000",
        "annual_goal": "为18个社区老年人提供照料服务9600人次，12月底前完成。",
        "calculation_basis": "18个中心×5.5万元",
    }
    return Sheet(about, "", fields, {"indicators": rows})


def about(form: bytes) -> str:
    return read_form(open_book(form, "表"), KIND)[0].sheets[0].about


def send(data: bytes, day: int = 1) -> Submission:
    moment = people.at(3, day)
    sha = receive(moment.date(), data, "申报表.xlsx", "clerk@dept.example", moment)
    with transaction() as session:
        return session.get_one(Submission, sha)


def test_a_right_form_is_accepted_and_stored_exactly(form: bytes) -> None:
    sent = send(fill(form, KIND, [answer(about(form))]))
    assert (sent.verdict, sent.addressee) == (Verdict.ACCEPTED, "203001")
    with transaction() as session:
        target = session.exec(select(Target)).one()
        rows = session.exec(select(IndicatorTarget).order_by(IndicatorTarget.key)).all()
    assert target.version == 1
    assert [row.weight_micro for row in rows] == [int(one[6]) * 1_000_000 for one in INDICATORS]


@pytest.mark.parametrize("typed", ["\u200b20", "２０", "20\ufeff分", "\u00a020 "])
def test_a_number_is_read_through_what_nobody_sees_in_its_cell(form: bytes, typed: str) -> None:
    pasted = answer(about(form))
    pasted.tables["indicators"][0]["weight"] = typed
    assert send(fill(form, KIND, [pasted])).verdict == Verdict.ACCEPTED
    with transaction() as session:
        first = session.exec(select(IndicatorTarget).order_by(IndicatorTarget.key)).first()
    assert first is not None
    assert first.weight_micro == 20_000_000


def test_a_form_sent_back_blank_is_returned_with_all_that_is_missing(form: bytes) -> None:
    assert send(form).verdict == Verdict.RETURNED
    with transaction() as session:
        said = " ".join(row.says for row in session.exec(select(Finding)).all())
        assert session.exec(select(Target)).all() == []
    assert "“绩效指标”表没有填写" in said
    assert "“年度绩效目标”没有填写" in said


def test_a_goal_copied_from_the_year_before_is_told_though_the_code_bears_the_year(form: bytes) -> None:
    filled = answer(about(form))
    code = about(form).partition(":")[2].replace("42020424", "42020423")
    last = Project(
        key=f"2023:{code}",
        fiscal_year=2023,
        code=code,
        name="养老",
        department_code="203001",
        kind=ProjectKind.ORDINARY,
    )
    goal = "为区内21个社区的老年人提供上门照料9600人次，改造站点18个，12月底前完成。"
    filled.fields["annual_goal"] = goal
    target = Target(
        key=f"{last.key}/1",
        project_key=last.key,
        version=1,
        origin="导入",
        received_on=date(2023, 3, 1),
        annual_goal=goal,
    )
    with transaction() as session:
        insert_new(session, [last])
        insert_new(session, [target])
    assert send(fill(form, KIND, [filled])).verdict == Verdict.ACCEPTED
    with transaction() as session:
        assert "与上年度的几乎一字不差" in " ".join(one.says for one in session.exec(select(Finding)).all())


def test_a_sheet_saved_as_csv_is_checked_as_the_form_that_its_number_names(
    form: bytes, tmp_path: Path
) -> None:
    wrong = answer(about(form))
    wrong.tables["indicators"][0]["weight"] = "2O"
    grids = open_book(fill(form, KIND, [wrong]), "表").grids
    file = tmp_path / "申报表.csv"
    with file.open("w", newline="", encoding="gb18030") as out:
        csv.writer(out).writerows(list(grids.values())[1])
    told = check_path(file, "huangshi", people.at(3, 1).date())
    assert told["form"] == "target_declaration"
    assert "是否把字母O当作0" in told["findings"][0]["says"]


def test_the_same_file_twice_is_one_submission(form: bytes) -> None:
    data = fill(form, KIND, [answer(about(form))])
    assert send(data).sha256 == send(data, day=2).sha256
    with transaction() as session:
        assert len(session.exec(select(Submission)).all()) == 1
        assert len(session.exec(select(Target)).all()) == 1


def test_all_mistakes_come_back_at_once_in_the_same_workbook_with_entries_kept(
    form: bytes, home: Path
) -> None:
    wrong = answer(about(form))
    wrong.tables["indicators"][0]["weight"] = "2O"
    wrong.tables["indicators"][1]["level_3"] = "88"
    wrong.tables["indicators"][4]["value"] = "明显提高"
    wrong.fields["leader"] = None
    sent = send(fill(form, KIND, [wrong]))
    assert sent.verdict == Verdict.RETURNED
    with transaction() as session:
        found = {row.code: row for row in session.exec(select(Finding)).all()}
        assert session.exec(select(Target)).all() == []
        back = session.exec(select(FormIssue).where(FormIssue.version == 2)).one()
    assert {"F-TYPE", "F-NAME", "F-VALUE", "F-EMPTY"} <= set(found)
    assert found["F-TYPE"].says == "第1行“分值”为“2O”，不是数字（是否把字母O当作0？）。"
    assert found["F-NAME"].says.startswith(
        "第2行“三级指标”为“88”"
    )  # rows are counted alike, cells named beside
    assert found["F-TYPE"].cell
    book = load_workbook(io.BytesIO((home / back.path).read_bytes()))
    page = book[book.sheetnames[1]]
    values = {cell.value for row in page.iter_rows() for cell in row}
    assert {"2O", "88", "明显提高", "运营养老服务中心数量"} <= values
    assert any(cell.comment for row in page.iter_rows() for cell in row)
    cover = " ".join(str(cell.value) for row in book["封面"].iter_rows() for cell in row if cell.value)
    assert all(one.says in cover for one in found.values())


def test_the_returned_workbook_corrected_is_accepted(form: bytes, home: Path) -> None:
    wrong = answer(about(form))
    wrong.tables["indicators"][0]["weight"] = Decimal(19)
    assert send(fill(form, KIND, [wrong])).verdict == Verdict.RETURNED
    with transaction() as session:
        back = session.exec(select(FormIssue).where(FormIssue.version == 2)).one()
    again = fill((home / back.path).read_bytes(), KIND, [answer(about(form))])
    assert send(again, day=4).verdict == Verdict.ACCEPTED


def test_a_changed_locked_cell_is_told_and_restored(form: bytes, home: Path) -> None:
    cheat = answer(about(form))
    cheat.fields["budget"] = 999_000_000
    sent = send(fill(form, KIND, [cheat], also_locked=True))
    assert sent.verdict == Verdict.RETURNED
    with transaction() as session:
        back = session.exec(select(FormIssue).where(FormIssue.version == 2)).one()
        codes = set(session.exec(select(Finding.code)).all())
    assert "F-LOCKED" in codes
    restored, _ = read_form(open_book((home / back.path).read_bytes(), "表"), KIND)
    assert restored.sheets[0].fields["budget"] == 100_000_000


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空文件"),
        (b"%PDF-1.4 scan", "PDF"),
        (b"<html></html>", "网页"),
        (b"PK\x03\x04broken", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "另存为"),
    ],
)
def test_what_is_no_workbook_gets_one_sentence_and_is_kept(
    form: bytes, home: Path, data: bytes, says: str
) -> None:
    sent = send(data)
    assert sent.verdict == Verdict.UNREADABLE
    assert says in sent.says
    assert (settings().home / sent.path).read_bytes() == data


def test_a_truncated_workbook_is_unreadable_not_a_crash(form: bytes) -> None:
    assert send(form[: len(form) // 2]).verdict == Verdict.UNREADABLE


def test_a_form_of_another_installation_is_told_apart(form: bytes) -> None:
    with transaction() as session:
        issue = session.exec(select(FormIssue)).one()
        number = issue.form_number
    book = load_workbook(io.BytesIO(form))
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and number in cell.value:
                    cell.value = cell.value.replace(number, number[:-4] + "0000")
    out = io.BytesIO()
    book.save(out)
    sent = send(out.getvalue())
    assert sent.verdict == Verdict.NOT_OURS
    assert "不是本局发出的" in sent.says


def test_text_that_looks_like_a_formula_stays_text(form: bytes, home: Path) -> None:
    naughty = answer(about(form))
    naughty.fields["calculation_basis"] = '=HYPERLINK("http://x","点我")'
    naughty.fields["leader"] = None
    assert send(fill(form, KIND, [naughty])).verdict == Verdict.RETURNED
    with transaction() as session:
        back = session.exec(select(FormIssue).where(FormIssue.version == 2)).one()
    page = load_workbook(io.BytesIO((home / back.path).read_bytes())).worksheets[1]
    cells = [
        cell
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    ]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_a_sheet_slipped_in_for_another_project_is_not_taken(form: bytes) -> None:
    other = people.project(people.department("204001", "区委政法委"), 9, wan=80)
    book = load_workbook(io.BytesIO(fill(form, KIND, [answer(about(form))])))
    copy = book.copy_worksheet(book.worksheets[1])
    copy["A2"].value = str(copy["A2"].value).replace(about(form), other)
    out = io.BytesIO()
    book.save(out)
    assert send(out.getvalue()).verdict == Verdict.RETURNED
    with transaction() as session:
        assert session.exec(select(Target)).all() == []
        assert "不在发给贵单位的表格中" in " ".join(session.exec(select(Finding.says)).all())
