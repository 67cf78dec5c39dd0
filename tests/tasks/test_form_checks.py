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


def test_a_result_without_evidence_is_told_but_taken() -> None:
    row: Row = {"measure": "补签合同", "outcome": "已完成", "evidence": None}
    sheet = Sheet("list", "整改", {}, {"problems": [row]}, layout="list", name="1")
    (found,) = check_form(Form(RoundKind.RECTIFICATION, "203001", 2024, [sheet]), RULES)
    assert (found.code, found.severity) == ("F-EVIDENCE", Severity.WARNING)
