"""Rows of cells as the rules read them: what may be left out, how much the table is believed, its year, its form."""

from datetime import date

import pandas as pd
import pytest

from models.rules.funds import mark_totals, rolled_up
from models.rules.indicators import Kind
from models.rules.profiles import load_rules
from models.rules.self_evaluation import read_indicators, score_indicators

MOF = load_rules("mof-2020", date(2025, 6, 1))
MICRO = 1_000_000


def rows(*cells, index=None, **more) -> pd.DataFrame:
    """cells: sign, target, unit, actual."""
    frame = pd.DataFrame(cells, columns=["sign", "target", "unit", "actual"], index=index, dtype="object")
    return frame.assign(level_1="产出指标", level_2="质量指标", level_3="合格率").assign(**more)


def points(*numbers) -> pd.api.extensions.ExtensionArray:
    return pd.array([None if one is None else one * MICRO for one in numbers], dtype="Int64")


def test_empty_cells_may_be_none_and_points_may_be_left_out():
    read = read_indicators(rows(("≥", "95", None, "0.98"), (None, "95%", None, "96%"), index=[7, 3]), MOF)
    assert list(read.index) == [7, 3]
    assert read["problem"].tolist() == ["", ""]  # 0.98 of 95 pieces is a number
    assert read["actual_micro"].tolist() == [980_000, 96 * MICRO]


@pytest.mark.parametrize(
    ("given", "problem"), [(5, "PERCENT_UNCLEAR"), (4, ""), (10, "PERCENT_UNCLEAR"), (None, "")]
)
def test_098_is_doubtful_only_if_the_table_gives_at_least_half_of_the_points(given, problem):
    cells = rows(("≥", "95", "%", "0.98"), weight_micro=points(10), reported_micro=points(given))
    assert read_indicators(cells, MOF)["problem"].tolist() == [problem]
    assert read_indicators(cells.drop(columns="weight_micro"), MOF)["problem"].tolist() == [""]
    assert read_indicators(cells.drop(columns="reported_micro"), MOF)["problem"].tolist() == [""]


@pytest.mark.parametrize(("year", "missed"), [("2023", True), ("2024", False), ("", False), (None, False)])
def test_a_day_without_a_year_lies_in_the_year_of_the_budget(year, missed):
    cells = rows(("", "3月底前", "", "2024年3月20日"), year=year)
    assert read_indicators(cells, MOF)["missed"].tolist() == [missed]


def test_a_form_of_marking_schemes_has_points_and_no_results():
    cells = rows(
        ("", "每低于5%扣2分", "", ""),
        ("", "管理规范", "", ""),
        project=["p", "p"],
        row=[1, 2],
        weight_micro=points(10, 10),
        reported_micro=points(8, None),
    )
    scored = score_indicators(cells, MOF)
    assert scored["kind"].tolist() == [Kind.JUDGED, Kind.UNREADABLE]
    assert scored["points_micro"].tolist() == [8 * MICRO, pd.NA]
    other = pd.concat([cells.iloc[1:], rows(("", "规范", "", "规范"))]).assign(
        project=["q", "q"], row=[1, 2], weight_micro=points(10, 10), reported_micro=points(9, 9)
    )
    assert score_indicators(other, MOF)["filled"].tolist() == [False, True]  # there the column was left blank


def test_words_that_missed_take_no_full_points_and_words_that_reached_need_no_judgement():
    cells = rows(
        ("", "电脑10台、打印机4台", "", "电脑8台、打印机4台"),
        ("", "电脑10台、打印机4台", "", "电脑10台、打印机5台"),
        ("", "85%-90%", "", "84%"),
        ("", "电脑10台、打印机4台", "", "电脑8台、键盘4台"),
        project="p",
        row=[1, 2, 3, 4],
        weight_micro=points(10, 10, 10, 10),
        reported_micro=points(10, None, 9, 10),
    )
    scored = score_indicators(cells, MOF)
    assert scored["missed"].tolist() == [True, False, True, False]
    assert scored["points_micro"].tolist() == [pd.NA, 10 * MICRO, 9 * MICRO, 10 * MICRO]
    assert scored["undecided"].iloc[0].startswith("所填结果未达到目标，表中却是满分")


@pytest.mark.parametrize(
    ("sign", "actual", "counts"),
    [("≥", "97%、98%", 97), ("≥", "98%;77.5%", 77.5), ("≤", "3%、4%", 4)],
)
def test_of_several_results_for_one_target_the_worst_counts(sign, actual, counts):
    read = read_indicators(rows((sign, "95", "%", actual)), MOF)["actual_micro"]
    assert read.tolist() == [counts * MICRO]


def money(*cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["source", "initial_fen", "budget_fen", "spent_fen"])
    return frame.astype(dict.fromkeys(frame.columns[1:], "Int64")).assign(project="p")


@pytest.mark.parametrize(
    "name", ["部门整体支出", "部门整体支出总额", "年度财政资金总额", "本年度资金总额", "2023年安排"]
)
def test_a_total_is_known_by_its_name_or_by_being_the_sum_of_all_others(name):
    marked = mark_totals(money((name, 9, 9, 8), ("基本支出", 5, 5, 5), ("项目支出", 4, 4, 3)))
    assert marked["is_total"].tolist() == [True, False, False]
    assert rolled_up(marked).loc["p", ["budget_fen", "spent_fen"]].tolist() == [9, 8]


@pytest.mark.parametrize("name", ["项目支出", "单位支出", "财政资金", "预算"])
def test_a_source_is_no_total(name):
    assert not mark_totals(money((name, 4, 4, 3), ("其他资金", 5, 5, 5)))["is_total"].any()


def test_the_same_money_told_twice_counts_once():
    marked = mark_totals(
        money(
            ("资金总额", 9, 9, 8),
            ("按收入性质分：", None, None, None),
            ("一般公共预算", 8, 8, 7),
            ("其他资金", 1, 1, 1),
            ("按支出性质分：", None, None, None),
            ("基本支出", 5, 5, 5),
            ("项目支出", 4, 4, 3),
        )
    )
    assert rolled_up(marked).loc["p", "budget_fen_of_sources"] == 9
    plain = mark_totals(
        money(("合计", 9, 9, 8), ("基本支出", 5, 5, 5), ("项目支出", 4, 4, 3), ("财政拨款", 9, 9, 8))
    )
    assert rolled_up(plain).loc["p", "spent_fen_of_sources"] == 8
