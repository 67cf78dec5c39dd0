"""Checks of filled forms beside those of declarations: lights and results that want a word or a paper."""

from datetime import date
from pathlib import Path

import pytest

from models.rules.profiles import load_rules
from models.vocabulary import RoundKind, Severity
from tasks.checking import check_path
from tasks.exchange.writer import write_tables
from tasks.forms.checks import check_form
from tasks.forms.shape import Form, Row, Sheet

DAY = date(2024, 8, 1)
RULES = load_rules("huangshi", DAY)


def monitored(**changes: str | None) -> list[str]:
    """Codes of a monitoring form with one indicator of 100, by the end of June."""
    row: Row = {"level_1": "产出指标", "level_2": "数量指标", "level_3": "培训人次", "operator": "≥", "value": "100",
                "unit": "人次", "actual": "60", "forecast": "100", "likelihood": "确定能"}  # fmt: skip
    fields: Row = {"reason": changes.pop("whole_reason", None), "measures": changes.pop("measures", None)}
    sheet = Sheet(
        "2024:1", "培训", fields, {"funds": [], "indicators": [row | changes]}, layout="project", name="1"
    )
    found = check_form(Form(RoundKind.MONITORING, "203001", 2024, [sheet]), RULES)
    return [one.code for one in found if one.code not in {"F-EMPTY"}]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"actual": "20"}, ["F-LIGHT"]),
        ({"actual": "35"}, ["F-LIGHT"]),
        ({"actual": "20", "reason": "下半年集中培训"}, []),
        ({"actual": "20", "whole_reason": "下半年集中培训"}, []),
        ({"actual": "20", "likelihood": "有可能"}, ["F-REASON", "F-MEASURE"]),
        ({"actual": "20", "likelihood": "有可能", "reason": "经费晚到", "measures": "加快"}, []),
    ],
)
def test_red_and_yellow_lights_want_a_reason(changes: dict[str, str], codes: list[str]) -> None:
    assert monitored(**changes) == codes


def test_the_same_in_the_national_table(tmp_path: Path) -> None:
    columns = ("PRO_CODE", "FISCAL_YEAR", "PERIOD_END", "LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME",
               "COMPUTESIGN", "KPI_VAL", "METERUNIT", "PERF_COMP", "COMPLETE", "ANA_DEV_REASONS")  # fmt: skip
    one = ("P1", 2024, "1-6月", "产出指标", "数量指标", "培训人次", "≥", "100", "人次")
    rows = [
        (*one, "60", "确定能", ""),
        (*one, "10", "确定能", ""),
        (*one, "10", "确定能", "无"),
        (*one, "5", "不可能", ""),
    ]
    write_tables(tmp_path, {"PAY_PERF_MONITOR_INFO": (columns, rows)})
    told = check_path(tmp_path, "huangshi", DAY)["findings"]
    assert sorted((one["code"], one["row"]) for one in told) == [
        ("F-LIGHT", 2),
        ("F-LIGHT", 3),
        ("F-REASON", 4),
    ]
    assert "红灯" in told[1]["says"] or "红灯" in told[0]["says"]


COLUMNS = ("PRO_CODE", "FISCAL_YEAR", "PERIOD_END", "LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME",
           "COMPUTESIGN", "KPI_VAL", "METERUNIT", "PERF_COMP", "EST_PERF_ANNUAL", "COMPLETE", "ANA_DEV_REASONS",
           "MEASURE")  # fmt: skip


def table_findings(folder: Path, rows: list[str], width: int = 14) -> dict[str, list[tuple[str, int | None]]]:
    """(findings, not checked) of a national table under Huangshi's rules; rows from PERF_COMP on, of ≥30."""
    one = ("P1", "2024", "6", "产出指标", "数量指标")
    cells = [(*one, f"指标{number}", "≥", "30", "个", *row.split("|")) for number, row in enumerate(rows)]
    table = (COLUMNS[:width], [row[:width] for row in cells])
    write_tables(folder, {"PAY_PERF_MONITOR_INFO": table})
    told = check_path(folder, "huangshi", DAY)
    assert all(one["remedy"] and one["basis"] and one["says"].endswith("。") for one in told["findings"])
    return {
        "found": [(one["code"], one["row"]) for one in told["findings"]],
        "not_checked": [(one["code"], None) for one in told["not_checked"]],
    }


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["16|30|确定能||", "16||有可能|经费晚到|加快招标", "0|0|完全不可能|土地未批|调整目标"], []),
        (["16|30|确定能||", "|30|确定能||"], [("F-EMPTY", 2)]),
        (["|30|确定能||", "||||"], [("F-EMPTY", None)]),
        (["0|30|确定能|下半年集中实施|", "未开展|30|有可能|未到时节|下半年实施"], []),
        (["0|0|完全不可能||"], [("F-REASON", 1), ("F-MEASURE", 1)]),
        (["16|20|不可能|原因：施工单位失误|"], [("F-MEASURE", 1)]),
        (["16|20|不可能|土地未批。改进措施：协调用地|"], []),
        (["16|30|可能||", "16|30|1||", "16|30| 确定能 ||"], [("F-CHOICE", 1), ("F-CHOICE", 2)]),
        (["16|30|||", "16|30|确定能||"], [("F-EMPTY", 1)]),
        (["16|0|确定能||", "16|45|确定能||"], [("F-FORECAST", 1)]),
    ],
)
def test_a_national_monitoring_table(rows: list[str], found: list[tuple[str, int]], tmp_path: Path) -> None:
    assert table_findings(tmp_path, rows)["found"] == found


def test_a_table_of_nothing_but_its_head_is_not_clean_but_not_checked(tmp_path: Path) -> None:
    assert table_findings(tmp_path, []) == {"found": [], "not_checked": [("F-SHEET", None)]}


def test_what_a_monitoring_table_has_no_column_for_is_not_checked(tmp_path: Path) -> None:
    told = table_findings(tmp_path, ["16|30|确定能|", "16|20|不可能|土地未批"], 13)
    assert told == {"found": [], "not_checked": [("F-MEASURE", None)]}
    told = table_findings(tmp_path, ["16|30|确定能|", "16|20|不可能|土地未批，拟采取措施：协调用地"], 13)
    assert told == {"found": [], "not_checked": []}
    assert table_findings(tmp_path, ["16", "20"], 10)["not_checked"] == [("F-REASON", None)]


def test_a_result_without_evidence_is_told_but_taken() -> None:
    row: Row = {"measure": "补签合同", "outcome": "已完成", "evidence": None}
    sheet = Sheet("list", "整改", {}, {"problems": [row]}, layout="list", name="1")
    (found,) = check_form(Form(RoundKind.RECTIFICATION, "203001", 2024, [sheet]), RULES)
    assert (found.code, found.severity) == ("F-EVIDENCE", Severity.WARNING)
