"""Tables as provinces print them, in CSV and in workbooks with merged cells: the same audit by sheet and cell."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tasks.checking import check_path
from tasks.exchange.errors import ExchangeError
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
    "sichuan": ("sichuan-2025", ["FULL_FOR_MISSED D15", "UNFILLED"]),
}
TOTALS = {
    "yunnan": [("99.800000", "96.000000")],
    "anhui": [("100.000000", "90.000000")],
    "huangshi": [("100.000000", "100.000000")],
    "huanggang": [(None, "99.600000")],
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
        check_path(path, "mof-2020", DAY)
    json.dumps(check_path(workbook("huangshi", tmp_path), "huangshi", DAY))
