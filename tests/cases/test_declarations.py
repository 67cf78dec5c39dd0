"""Declarations as districts write them: each gives exactly the findings that a careful reviewer would tell."""

import csv
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from models.rules.declaration import codes
from models.vocabulary import RoundKind
from tasks.checking import check_path
from tasks.forms.fill import fill
from tasks.forms.shape import Form, Row, Sheet
from tasks.forms.writer import write

CASES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("declarations.toml").read_text(encoding="utf-8")
)["declaration"]
HEADERS = {
    "PM_PROJECT_INFO": ("PRO_CODE", "PRO_NAME", "AGENCY_CODE", "FISCAL_YEAR", "BGT_AMT"),
    "PM_PERF_GOAL_INFO": ("PRO_CODE", "FISCAL_YEAR", "KPI_TARGET", "YEARFLAG"),
    "PM_PERF_INDICATOR": ("PRO_CODE", "FISCAL_YEAR", "LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME",
                          "LV3_PERF_IND_NAME", "COMPUTESIGN", "KPI_VAL", "METERUNIT", "WEIGHT"),
}  # fmt: skip
COLUMNS = ("level_1", "level_2", "level_3", "operator", "value", "unit", "weight")
SIGNS = {"大于等于": "≥", ">=": "≥", "等于": "="}
DAY = date(2024, 3, 1)


def folder_of(case: dict[str, Any], folder: Path) -> Path:
    """The declaration as a folder of national tables."""
    year = case.get("year", 2024)
    goals = [("P1", year, case["goal"], "1")]
    goals += [("P1", year, case["long_term"], "0")] if "long_term" in case else []
    goals += [("P1", year - 1, case["last"], "1")] if "last" in case else []
    tables: dict[str, list[Any]] = {
        "PM_PROJECT_INFO": [("P1", case["name"], "203001", year, f"{case['budget_wan'] * 10_000:.2f}")],
        "PM_PERF_GOAL_INFO": goals,
        "PM_PERF_INDICATOR": [("P1", year, *row.split("|")) for row in case["rows"]],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADERS[name], *rows])
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_folder_gives_just_these_findings(case: dict[str, Any], tmp_path: Path) -> None:
    told = check_path(folder_of(case, tmp_path), "huangshi", DAY)["findings"]
    found = Counter(
        f"{one['code']} {0 if one['sheet'] == 'PM_PERF_GOAL_INFO' else one['row'] or 0}" for one in told
    )
    assert found == Counter(case.get("expect", [])), [one["says"] for one in told]
    assert all(one["basis"] and one["remedy"] and one["says"].endswith("。") for one in told)


def workbook_of(case: dict[str, Any], path: Path) -> Path:
    """The declaration typed into the department's workbook, as Excel would."""
    about = f"{case.get('year', 2024)}:P1"
    budget = round(Decimal(str(case["budget_wan"])) * 1_000_000)
    known = Sheet(about, "项目", {"project_code": "P1", "budget": budget}, layout="project")
    form = Form(RoundKind.TARGET_DECLARATION, "203001", case.get("year", 2024), [known])
    rows = [dict(zip(COLUMNS, row.split("|"), strict=True)) for row in case["rows"]]
    for row in rows:
        row["operator"] = SIGNS.get(row["operator"], row["operator"]) or ("定性" if row["value"] else "")
    typed: list[Row] = [
        {name: Decimal(text) if name == "weight" and text else text or None for name, text in row.items()}
        for row in rows
    ]
    fields: Row = {"annual_goal": case["goal"], "leader": "张三", "phone": "1", "calculation_basis": "见附表"}
    answer = Sheet(
        about, "", fields, {"indicators": typed, "funds": [{"source": "本级财政资金", "amount": budget}]}
    )
    path.write_bytes(fill(write(form), form.kind, [answer]))
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_departments_workbook_gives_the_same(case: dict[str, Any], tmp_path: Path) -> None:
    """Cells that the form itself refuses (empty, not in the list) may hide the guide's finding there."""
    told = check_path(workbook_of(case, tmp_path / "表.xlsx"), "huangshi", DAY)["findings"]
    own = [one for one in told if one["code"] in codes()]
    other = {one["code"] for one in told} - set(codes())
    found = Counter(one["code"] for one in own)
    wanted = Counter(
        text.split()[0] for text in case.get("expect", []) if text.split()[0] not in {"F-COPIED", "F-WEIGHT"}
    )
    hidden = wanted - found
    assert found - wanted <= Counter({"F-WEIGHT": 1}), [one["says"] for one in own]
    assert set(hidden) <= ({"F-NAME", "F-VALUE", "F-UNIT"} if "F-EMPTY" in other else set())
    assert other <= {"F-EMPTY", "F-CHOICE"}, [one["says"] for one in told]


HEAD = 9  # the row of the printed table's titles


def printed_of(case: dict[str, Any], path: Path) -> Path:
    """The declaration as districts publish it: one sheet, titles inside, equal cells merged."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("目标表")
    amount = case["budget_wan"]
    for number, row in enumerate(
        [
            ["项目支出绩效目标申报表"],
            [f"（{case.get('year', 2024)}年度）"],
            ["项目名称", case["name"], "", "主管部门", "某局"],
            ["项目资金（万元）", "年度资金总额：", amount],
            ["", "其中：财政拨款", amount],
            ["", "其他资金", 0],
            ["总体目标", "长期目标", "", "年度目标"] if "long_term" in case else ["总体目标", "年度目标"],
            ["", case["long_term"], "", case["goal"]] if "long_term" in case else ["", case["goal"]],
            ["绩效指标", "一级指标", "二级指标", "三级指标", "指标性质", "指标值", "计量单位", "分值"],
        ]
    ):
        page.write_row(number, 0, row)
    last = ["", ""]
    for number, text in enumerate(case["rows"], HEAD):
        cells = text.split("|")
        shown = ["" if cell == above else cell for cell, above in zip(cells, last, strict=False)]
        shown[1] = cells[1] if shown[0] else shown[1]
        page.write_row(number, 1, [*shown, *cells[2:]])
        last = cells[:2]
    page.write_row(HEAD + len(case["rows"]), 0, ["填报人：张三", "", "联系电话：1"])
    book.close()
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_printed_table_gives_the_same_at_its_cells(case: dict[str, Any], tmp_path: Path) -> None:
    told = check_path(printed_of(case, tmp_path / "公开.xlsx"), "huangshi", DAY)
    assert told["readable"]
    found = Counter(
        f"{one['code']} {0 if one['code'].startswith(('F-GOAL', 'F-CLASS')) else one['row'] - HEAD}"
        for one in told["findings"]
    )
    wanted = Counter(text for text in case.get("expect", []) if not text.startswith("F-COPIED"))
    assert found == wanted, [one["says"] for one in told["findings"]]
    assert all(one["sheet"] == "目标表" for one in told["findings"])
    assert all(one["cell"] for one in told["findings"] if one["row"] and not one["code"].startswith("F-GOAL"))


def test_sources_that_do_not_add_up_and_two_sets_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "公开.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("1")
    titles = ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"]
    rows = [
        ["项目绩效目标表（2021年度）"],
        ["项目名称", "镇域基础设施"],
        ["项目资金", "年度资金总额", "1000万元"],
        ["", "财政拨款", "600万元"],
        ["", "自有资金", "300万元"],
        ["长期目标", "三年硬化道路36公里"],
        ["年度目标", "硬化道路12公里"],
        titles,
        ["产出指标", "数量指标", "硬化道路", "≥36公里", "数量指标", "硬化道路", "≥36公里"],
        ["", "质量指标", "验收合格率", "100%", "质量指标", "验收合格率", "100%"],
    ]
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    told = {one["code"]: one for one in check_path(path, "huangshi", DAY)["findings"]}
    assert told["F-FUNDS"]["cell"] == "C3"
    assert "各来源合计900万元" in told["F-FUNDS"]["says"]
    assert "F-LONG-TERM" in told
    assert "F-DUPLICATE" not in told
