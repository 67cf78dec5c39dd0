"""The annual report: its template, its layout by GB/T 9704, its refusal while its parts disagree."""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from models.database import insert_new, transaction
from models.evaluation import Evaluation, Problem
from models.ledger import Decision
from models.projects import Project
from models.settings import settings
from models.vocabulary import DecisionKind, EvaluationKind, Grade, ProjectKind
from tasks.reports.rendering import NAMES, SHIPPED, TemplateBroken, own_template
from tasks.reports.wording import WORDS, template_of
from tasks.year_report import VERSIONS, ReportRefused, annual_report, figures_json
from tests import people

DAY = date(2024, 12, 31)


@pytest.fixture
def district(home: Path) -> None:
    """Two fiscal evaluations of 2023 and a department's own, all confirmed."""
    people.bureau()
    people.department()
    for serial, (name, kind, year, grade, score) in enumerate(
        (
            ("养老服务", EvaluationKind.FISCAL, 2023, Grade.GOOD, 84),
            ("公园维护", EvaluationKind.FISCAL, 2023, Grade.FAIR, 71),
            ("景区<维护>&管理", EvaluationKind.DEPARTMENT, 2023, Grade.GOOD, 82),
        ),
        1,
    ):
        evaluate(serial, name, kind, year, grade, score)


def evaluate(serial: int, name: str, kind: EvaluationKind, year: int, grade: Grade, score: int) -> str:
    code = f"420204{year % 100}T{serial:012d}"
    project = Project(
        key=f"{year}:{code}",
        fiscal_year=year,
        code=code,
        name=name,
        department_code="203001",
        kind=ProjectKind.ORDINARY,
    )
    evaluation = Evaluation(
        key=f"{kind.value}/{project.key}/1",
        kind=kind,
        project_key=project.key,
        version=1,
        received_on=date(2024, 6, 20),
        budget_fen=120_000_000,
        spent_fen=118_800_000,
        total_micro=score * 1_000_000,
        grade=grade,
        background=f"{name}按部门职责设立。",
        effects="完成服务12600人次。",
        basis="办法",
    )
    problem = Problem(
        key=f"{evaluation.key}/1",
        evaluation_key=evaluation.key,
        project_key=project.key,
        sequence=1,
        text="绩效目标不够清晰",
        found_on=date(2024, 6, 20),
    )
    confirmed = Decision(
        key=f"确认评价等级/{evaluation.key}",
        kind=DecisionKind.CONFIRM_GRADE,
        about=evaluation.key,
        work_year=2024,
        decided="确认",
        officer="李文静",
        decided_on=date(2024, 6, 25),
        recorded_at=people.at(6, 25),
    )
    with transaction() as session:
        insert_new(session, [project])
        insert_new(session, [evaluation])
        insert_new(session, [problem])
        insert_new(session, [confirmed])
    return evaluation.key


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_template_is_the_one_that_its_words_make(name: str) -> None:
    made = template_of((WORDS / f"{name}.txt").read_text(encoding="utf-8"))
    shipped = (SHIPPED / f"{name}.docx").read_bytes()
    parts = [
        {n: z.read(n) for n in z.namelist()} for z in map(zipfile.ZipFile, map(io.BytesIO, (made, shipped)))
    ]
    assert parts[0] == parts[1]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("district")
def test_each_version_is_issued_and_its_layout_is_official(version: str) -> None:
    document = Document(io.BytesIO(annual_report(2024, DAY, version).data))
    measure_page(document)
    measure_page_numbers(document)
    title, *rest = [p for p in document.paragraphs if p.text.strip() and p.runs and p.text != " "]
    assert (_font(title), title.runs[0].font.size, title.alignment) == ("方正小标宋简体", Pt(22), 1)
    kinds = {"黑体": "一、", "楷体_GB2312": "（", "仿宋_GB2312": ""}
    seen = set()
    for paragraph in rest:
        size = paragraph.runs[0].font.size
        if size != Pt(16):  # the title's second line, the small words under a chart
            assert size in (Pt(22), Pt(12))
            continue
        name, text = _font(paragraph), paragraph.text
        seen.add(name)
        level_1 = re.match("[一二三四五六七八九十]+、", text) is not None
        level_2 = re.match("（[一二三四五六七八九十]+）", text) is not None
        assert (name == "黑体", name == "楷体_GB2312") == (level_1, level_2), text
        form = paragraph.paragraph_format
        assert form.line_spacing == Pt(28.95)
        assert (form.space_before, form.space_after) == (0, 0)
        if paragraph.alignment == 3:  # two characters in, but for whom it is written to
            assert form.first_line_indent == (None if text in ("区人民政府：", "区人大常委会：") else Pt(32))
        if level_1 or level_2:
            assert form.keep_with_next
    assert seen == set(kinds) - ({"楷体_GB2312"} if version == "government" else set())
    who, day = [p for p in rest if p.alignment == 2]
    assert who.text == settings().bureau
    assert day.text == "2024年12月31日"


@pytest.mark.parametrize("name", NAMES)
def test_every_template_has_the_official_page(name: str) -> None:
    document = Document(str(SHIPPED / f"{name}.docx"))
    measure_page(document)
    measure_page_numbers(document)


def measure_page(document: Any) -> None:
    """GB/T 9704: A4, type area 156 × 225 mm, 37 mm at the head, 28 mm at the binding, 22 lines of 28 characters."""
    near = Mm(1)  # the standard allows 1 mm
    for section in document.sections:
        for got, wanted in (
            (section.page_width, Mm(210)),
            (section.page_height, Mm(297)),
            (section.top_margin, Mm(37)),
            (section.left_margin, Mm(28)),
            (section.page_width - section.left_margin - section.right_margin, Mm(156)),
            (section.page_height - section.top_margin - section.bottom_margin, Mm(225)),
        ):
            assert abs(got - wanted) <= near
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:type")) == "lines"
        pitch = Pt(int(grid.get(qn("w:linePitch"))) / 20)
        assert 22 * pitch <= Mm(225) + near < 23 * pitch
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.size == Pt(16) and run.text.strip():
                tighter = run._element.rPr.find(qn("w:spacing"))
                pitch = Pt(16 + int(tighter.get(qn("w:val"))) / 20)
                assert 28 * pitch <= Mm(156) < 29 * pitch
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= Mm(156)
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for picture in document.inline_shapes:
        assert picture.width <= Mm(156)


def measure_page_numbers(document: Any) -> None:
    """— 1 — in 4号宋体, 7 mm under the type area; on odd pages at the right, on even at the left, one character in."""
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side, indent in (
        (section.footer, 2, "right_indent"),
        (section.even_page_footer, 0, "left_indent"),
    ):
        number = footer.paragraphs[0]
        assert number.text.replace("PAGE", "") in ("—  —", "— 1 —")
        assert (number.alignment, getattr(number.paragraph_format, indent)) == (side, Pt(14))
        assert {(run.font.size, _font(number)) for run in number.runs} == {(Pt(14), "宋体")}
        middle = section.footer_distance + Pt(14 * 1.2) / 2
        assert abs(section.bottom_margin - middle - Mm(7)) <= Mm(1)


def _font(paragraph: Any) -> str:
    properties = paragraph.runs[0]._element.rPr
    found = None if properties is None else properties.find(qn("w:rFonts"))
    return "" if found is None else str(found.get(qn("w:eastAsia"), ""))


@pytest.mark.usefixtures("district")
def test_the_report_has_three_parts_and_each_section_its_grade_score_and_amount() -> None:
    report = annual_report(2024, DAY)
    text = "\n".join(p.text for p in Document(io.BytesIO(report.data)).paragraphs)
    assert [line[:2] for line in text.splitlines() if line[:2] in ("一、", "二、", "三、")] == [
        "一、",
        "二、",
        "三、",
    ]
    assert "2个重点项目" in text
    assert "1个项目评价为“良”、1个项目评价为“中”" in text
    assert "预算120.00万元，执行118.80万元，执行率99.0%，评价得分84.00分，等级为“良”" in text
    assert "另：“景区<维护>&管理”部门评价结果（单独列示，不计入上述个数）" in text
    assert report.doubts == []


@pytest.mark.usefixtures("district")
def test_every_figure_says_where_it_comes_from() -> None:
    about = json.loads(figures_json(2024, annual_report(2024, DAY)))
    by_name = {one["name"]: one for one in about["figures"]}
    assert by_name["key_evaluations"]["value"] == by_name["key_evaluations"]["origin"]["count"] == 2
    assert all(one["origin"]["query"] for one in about["figures"])
    assert all(one["rows"] for one in about["sections"])


@pytest.mark.usefixtures("district")
def test_the_bureaus_own_template_goes_first_and_a_broken_one_is_one_sentence() -> None:
    own = own_template("annual")
    own.parent.mkdir(parents=True)
    words = (WORDS / "annual.txt").read_text(encoding="utf-8")
    own.write_bytes(template_of(words.replace("推进全过程预算绩效管理", "扎实推进预算绩效管理")))
    text = "\n".join(p.text for p in Document(io.BytesIO(annual_report(2024, DAY).data)).paragraphs)
    assert "扎实推进预算绩效管理" in text
    own.write_bytes(template_of(words.replace("n.reviewed }}", "n.nobody }}")))
    with pytest.raises(TemplateBroken, match=r"年度报告模板\.docx"):
        annual_report(2024, DAY)
    own.write_bytes(template_of(words.replace("{{ bureau }}推进", "{{ bureau.__class__.__mro__ }}推进")))
    with pytest.raises(TemplateBroken):
        annual_report(2024, DAY)


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("{%p for one in sections %}", "{%p for one in sections[1:] %}", "N1"),
        ("# 二、{{ evaluated_year }}年度", "# 二、{{ target_year }}年度", "N4"),
        (
            ". {{ text }}\n{%p endfor %}\n{%p endfor %}",
            ". {{ text.replace('71.00', '91.00') }}\n{%p endfor %}\n{%p endfor %}",
            "N10",
        ),
    ],
)
@pytest.mark.usefixtures("district")
def test_a_report_whose_parts_disagree_is_refused_with_the_reasons(was: str, becomes: str, code: str) -> None:
    own = own_template("annual")
    own.parent.mkdir(parents=True)
    words = (WORDS / "annual.txt").read_text(encoding="utf-8")
    assert was in words
    own.write_bytes(template_of(words.replace(was, becomes)))
    with pytest.raises(ReportRefused, match=f"【{code}】"):
        annual_report(2024, DAY)
    assert not list(settings().results.rglob("*.docx"))
