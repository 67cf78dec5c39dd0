"""Tables as provinces print them, in CSV and in workbooks with merged cells: the same audit by sheet and cell."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tasks.checking import check_path
from tasks.exchange.errors import ExchangeError
from tasks.exchange.reader import read_file
from tasks.scoring import document, read_self_evaluations, rules_for, score

PRINTED = Path(__file__).parent / "printed"
DAY = date(2025, 6, 1)
FOUND = {
    "yunnan": ("mof-2020", ["LOST_ON_MET C16", "REASON_MISSING C19"]),
    "anhui": (
        "mof-2020",
        ["UNIT_WORDING D15", "COST_NOT_SPENT D18", "TOTAL_ROW_NOT_ROLLED_UP", "EXECUTION_POINTS"],
    ),
    "huangshi": ("huangshi", ["ACTUAL_COPIED D12", "ACTUAL_COPIED D14"]),
    "huanggang": ("huangshi", []),
    "hunan_department": ("mof-2020", []),
    "hunan_marks": ("mof-2020", []),
    "sichuan": ("sichuan-2025", ["FULL_FOR_MISSED D15", "UNFILLED"]),
}
TOTALS = {
    "yunnan": [("99.800000", "96.000000")],
    "anhui": [("100.000000", "90.000000")],
    "huangshi": [("100.000000", "100.000000")],
    "huanggang": [(None, "99.600000")],
    "hunan_department": [("99.800000", "99.800000")],
    "hunan_marks": [("98.000000", "98.000000")],
    "sichuan": [("98.333333", "100.000000"), (None, None)],
}


def workbook(name: str, folder: Path) -> Path:
    """The printed table as an office makes it: numbers as numbers, equal cells below one another merged."""
    book = Workbook()
    sheet = book.active
    sheet.title = "自评表"
    grid = list(csv.reader((PRINTED / f"{name}.csv").open(encoding="utf-8")))
    for row in grid:
        sheet.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell or None for cell in row])
    for row in range(1, len(grid)):
        if grid[row - 1][0] and not any(line[0] for line in grid[row : row + 2]):
            sheet.merge_cells(start_row=row, end_row=row + 2, start_column=1, end_column=1)
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", FOUND)
def test_a_printed_table_is_audited_by_sheet_and_cell(name, kind, tmp_path):
    rules, wanted = FOUND[name]
    path = PRINTED / f"{name}.csv" if kind == "csv" else workbook(name, tmp_path)
    found = check_path(path, rules, DAY)
    assert (found["form"], found["readable"]) == ("公开的自评表", True)
    assert [one["code"] + (f" {one['cell']}" if one["cell"] else "") for one in found["findings"]] == wanted
    sheet = name if kind == "csv" else "自评表"
    assert {one["sheet"] for one in found["findings"]} <= {sheet}
    assert all(one["row"] == int(one["cell"][1:]) for one in found["findings"] if one["cell"])


@pytest.mark.parametrize("name", FOUND)
def test_a_printed_table_is_scored(name):
    given = read_self_evaluations(PRINTED / f"{name}.csv")
    found = document(score(given, rules_for(FOUND[name][0], given)))["projects"]
    assert [(one["total"], one["reported_total"]) for one in found] == TOTALS[name]


def test_code_name_and_year_are_read_from_the_printed_head():
    given = read_self_evaluations(PRINTED / "sichuan.csv")
    assert list(given.heads["code"]) == ["51092324T000010263357", "51092324R000010263358"]
    assert given.heads["name"].iloc[1] == "51092324R000010263358-工资性支出"
    assert set(given.heads["year"]) == {"2023"}
    assert given.sources["budget_fen"].iloc[0] == 3_360_000  # 3.36 万元
    yuan = read_self_evaluations(PRINTED / "yunnan.csv")
    assert yuan.sources["budget_fen"].iloc[0] == 38_766_462  # printed in 元


def test_rows_under_one_printed_score_share_its_cell():
    given = read_self_evaluations(PRINTED / "huangshi.csv")
    groups = dict(zip(given.indicators["row"], given.indicators["group"], strict=True))
    assert groups[10] == groups[11] != ""
    assert groups[13] == groups[14] != groups[10]
    assert [groups[row] for row in (12, 15, 16, 17)] == [""] * 4


def test_numbers_shown_as_percentages_are_read_as_they_are_shown(tmp_path):
    path = workbook("yunnan", tmp_path)
    book = load_workbook(path)
    sheet = book.active
    for cell, value, form in (
        ("H6", 1, "0%"),
        ("G19", 0.985, "0.0%"),
        ("E19", 1, "0.00%"),
        ("F19", None, "0"),
    ):
        sheet[cell].value, sheet[cell].number_format = value, form
    book.save(path)
    given = read_self_evaluations(path)
    row = given.indicators[given.indicators["row"] == 19].iloc[0]
    assert (row["target"], row["actual"]) == ("100%", "98.5%")
    (project,) = document(score(given, rules_for("mof-2020", given)))["projects"]
    assert [one["points"] for one in project["indicators"] if one["row"] == 19] == ["9.850000"]


def test_a_file_that_may_not_be_read_is_one_sentence():
    with pytest.raises(ExchangeError, match="“mem”无法打开"):
        read_self_evaluations(Path("/proc/self/mem").parent / "mem")


def test_a_sheet_that_is_no_table_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "通讯录.csv"
    path.write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    with pytest.raises(ExchangeError, match="表头不是预算管理一体化的任何一张表"):
        read_file(path)
    json.dumps(check_path(workbook("huangshi", tmp_path), "huangshi", DAY))


def test_the_same_cells_are_answered_alike_in_csv_and_workbook(tmp_path):
    path, book = tmp_path / "通讯录.csv", Workbook()
    path.write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    book.active.append(["姓名", "电话"])
    book.active.append(["张三", "1"])
    book.save(tmp_path / "通讯录.xlsx")
    told = [check_path(one, "mof-2020", DAY) | {"file": ""} for one in (path, tmp_path / "通讯录.xlsx")]
    assert told[0] == told[1]
    assert (told[0]["readable"], [one["code"] for one in told[0]["not_checked"]]) == (True, ["F-KIND"])
    for name in ("坏.csv", "坏.xlsx"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
        document = check_path(tmp_path / name, "mof-2020", DAY)
        (found,) = document["findings"]
        assert (document["readable"], found["code"]) == (False, "F-UNREADABLE")
        assert found["says"] == f"“{name}”是PDF文件。"
        assert found["remedy"].startswith("请发送可编辑的表格原件")


MONITORED = {
    "monitor_huangshi": [
        "F-EMPTY F10",  # 全年预计执行数 left blank
        "F-LIGHT E10",  # 87.57 of 220 by the end of June
        "F-EMPTY D13",  # 质量
        "F-EMPTY D14",  # 时效
        "F-EMPTY F16",  # 社会效益 without 执行情况
    ],
    "monitor_mof": ["F-EMPTY F14", "F-LIGHT F15", "F-FORECAST G18", "F-REASON M19"],
}
UNSEEN = {"monitor_huangshi": ["F-FORECAST"], "monitor_mof": ["F-MEASURE", "F-FORECAST"]}
MENDED = {
    "monitor_huangshi": {
        "220,87.57,,,": "220,110,220,,",
        "质量,,,": "质量,文本规范率,100%,100%,确定能",
        "时效,,,": "时效,申报材料报送及时率,100%,60%,确定能",
        "5场,,确定能": "5场,3场,确定能☑ 有可能□ 不可能□",
    },
    "monitor_mof": {
        "养护合格率,≥95%,,": "养护合格率,≥95%,97%,97%",
        "100%,40%": "100%,60%",
        "20000人,15000人": "20000人,20000人",
        "92%,92%,,,,,,": "92%,92%,,,,,,下半年调查，措施：扩大样本",
    },
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", MONITORED)
def test_a_printed_monitoring_table_is_looked_through_by_cell(name, kind, tmp_path):
    path = PRINTED / f"{name}.csv" if kind == "csv" else workbook(name, tmp_path)
    told = check_path(path, "huangshi", DAY)
    assert told["form"] == "项目支出绩效监控表（公开样式）"
    assert [f"{one['code']} {one['cell']}" for one in told["findings"]] == MONITORED[name]
    assert [one["code"] for one in told["not_checked"]] == UNSEEN[name]
    assert all(one["remedy"] and one["basis"] for one in told["findings"])


@pytest.mark.parametrize("name", MENDED)
def test_a_well_filled_printed_monitoring_table_gives_no_finding(name, tmp_path):
    text = (PRINTED / f"{name}.csv").read_text(encoding="utf-8")
    for old, new in MENDED[name].items():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "监控.csv"
    path.write_text(text, encoding="utf-8")
    assert check_path(path, "huangshi", DAY)["findings"] == []


def test_the_footnote_of_huangshis_form_wants_reason_and_measure(tmp_path):
    text = (PRINTED / "monitor_huangshi.csv").read_text(encoding="utf-8")
    path = tmp_path / "监控.csv"
    doubtful = text.replace("5场,,确定能", "5场,1场,□确定能☑有可能□不可能").replace(
        '约40%",确定能', '约40%",不可能'
    )
    path.write_text(doubtful, encoding="utf-8")
    told = check_path(path, "huangshi", DAY)["findings"]
    assert [f"{one['code']} {one['cell']}" for one in told][-3:] == [
        "F-REASON G15",
        "F-REASON G16",
        "F-MEASURE B18",
    ]
    for title, said in (("目标原因分析", "经费晚到"), ("建议或举措", "加快支付")):
        doubtful = doubtful.replace(f"{title},", f"{title},{said}")
    path.write_text(doubtful, encoding="utf-8")
    assert {one["code"] for one in check_path(path, "huangshi", DAY)["findings"]} == {"F-EMPTY"}


def test_a_table_of_results_with_points_is_no_monitoring_and_no_declaration(tmp_path):
    path = tmp_path / "结果.csv"
    rows = [
        "项目名称,培训",
        "一级指标,二级指标,三级指标,指标值,指标完成情况,得分",
        "产出指标,数量指标,培训人次,≥100人次,90人次,10",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    told = check_path(path, "huangshi", DAY)
    assert (told["form"], [one["code"] for one in told["not_checked"]]) == (None, ["F-KIND"])


def test_what_was_done_last_year_may_stand_in_a_declaration(tmp_path):
    path = tmp_path / "申报.csv"
    rows = [
        "项目名称,培训",
        "年度目标,培训财务人员100人次，11月底前完成",
        "一级指标,二级指标,三级指标,上年完成情况,指标值",
        "产出指标,数量指标,培训人次,90人次,100",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    told = check_path(path, "huangshi", DAY)
    assert told["form"] == "绩效目标申报表（公开样式）"
    assert [one["cell"] for one in told["findings"] if one["code"] == "F-UNIT"] == ["E4"]
