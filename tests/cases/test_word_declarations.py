"""A declaration typed in Word: its table is checked as a printed one; a report stays a report; bounds hold."""

import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tasks.checking import check_path

DAY = date(2024, 3, 1)
INDICATORS = [
    ("产出指标", "数量指标", "改造村道里程", "≥6公里"),
    ("产出指标", "质量指标", "验收合格率", "≥105%"),
    ("产出指标", "时效指标", "完工时间", "2024年11月底前"),
    ("产出指标", "成本指标", "每公里成本", "≤80万元/公里"),
    ("效益指标", "社会效益指标", "出行条件", "明显改善"),
    ("满意度指标", "满意度指标", "群众满意度", "≥90%"),
]


def form(path: Path, words: str = "") -> Path:
    """The official form as a Word table with merged cells."""
    document: Any = Document()
    document.add_paragraph("项目支出绩效目标申报表")
    document.add_paragraph(f"（2024年度）{words}")
    rows = [
        ["项目名称", "村道改造", "", "主管部门", "交通局"],
        ["项目资金（万元）", "年度资金总额", "500", "", ""],
        ["", "其中：财政拨款", "300", "", ""],
        ["", "其他资金", "100", "", ""],
        ["年度目标", "改造村道6公里，11月底前完工。", "", "", ""],
        ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
        *(["", *one] for one in INDICATORS),
    ]
    table = document.add_table(len(rows), 5)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for row, first, last in ((0, 1, 2), (4, 1, 4)):
        table.rows[row].cells[first].merge(table.rows[row].cells[last])
    for first, last in ((1, 3), (5, 11)):
        table.rows[first].cells[0].merge(table.rows[last].cells[0])
    table.rows[6].cells[1].merge(table.rows[9].cells[1])
    for row in table.rows[6:10]:  # merging joins the texts of all four
        row.cells[1].text = "产出指标"
    document.save(path)
    return path


def test_the_forms_table_is_checked(tmp_path: Path) -> None:
    told = check_path(form(tmp_path / "申报表.docx"), "huangshi", DAY)
    assert told["form"] == "绩效目标申报表（公开样式）"
    found = Counter(one["code"] for one in told["findings"])
    assert found == Counter(["F-FUNDS", "F-IMPOSSIBLE", "F-VAGUE"]), told["findings"]
    assert {one["cell"] for one in told["findings"]} == {None}


def test_a_report_with_a_table_stays_a_report(tmp_path: Path) -> None:
    told = check_path(form(tmp_path / "报告.docx", "本年度组织了重点评价。" * 60), "huangshi", DAY)
    assert told["form"] == "年度绩效报告"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><w:document/>', "不允许的文档定义"),
        (b"0" * 310_000_000, "过大或压缩异常"),
    ],
)
def test_what_is_dangerous_is_refused_in_one_sentence(part: bytes, says: str, tmp_path: Path) -> None:
    path, out = tmp_path / "表.docx", io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", part)
    path.write_bytes(out.getvalue())
    told = check_path(path, "huangshi", DAY)
    assert not told["readable"]
    assert says in told["findings"][0]["says"]
