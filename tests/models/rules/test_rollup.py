"""湖北表注: 定量指标绝对值直接累加，相对值按资金额度加权平均；先汇总完成数，再计算得分。"""

from datetime import date

import pandas as pd

from models.rules.profiles import load_rules
from models.rules.rollup import roll_up_values, weighted_by_money
from models.rules.self_evaluation import score_indicators

RULES = load_rules("huangshi", date(2025, 6, 1))
M = 1_000_000


def rows(*cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["indicator", "percent", "money_fen", "target_micro", "actual_micro"])
    return frame.astype({"money_fen": "Int64", "target_micro": "Int64", "actual_micro": "Int64"})


def test_absolute_values_add_up_and_relative_ones_are_weighted_by_money():
    found = roll_up_values(
        rows(
            ("里程", False, 100, 30 * M, 20 * M),
            ("合格率", True, 100, 100 * M, 100 * M),
            ("里程", False, 300, 10 * M, 20 * M),
            ("合格率", True, 300, 100 * M, 90 * M),
        ),
        RULES,
    )
    assert list(found.index) == ["里程", "合格率"]
    assert found.loc["里程"].tolist() == [40 * M, 40 * M]
    assert found.loc["合格率"].tolist() == [100 * M, 92_500_000]


def test_values_first_then_score_differs_from_the_mean_of_scores():
    rolled = roll_up_values(
        rows(("里程", False, 1, 30 * M, 20 * M), ("里程", False, 1, 10 * M, 20 * M)), RULES
    )
    cells = pd.DataFrame(
        {
            "project": ["p"],
            "row": [1],
            "level_1": ["产出指标"],
            "level_2": ["数量指标"],
            "level_3": ["里程"],
            "sign": ["≥"],
            "target": [str(rolled["target_micro"].iloc[0] // M)],
            "unit": ["公里"],
            "actual": [str(rolled["actual_micro"].iloc[0] // M)],
            "weight_micro": pd.array([10 * M], dtype="Int64"),
            "reported_micro": pd.array([None], dtype="Int64"),
        }
    )
    # Each for itself the units would have 6.67 and 10, on average 8.33.
    assert score_indicators(cells, RULES)["points_micro"].tolist() == [10 * M]


def test_what_is_unknown_stays_unknown():
    found = roll_up_values(
        rows(
            ("里程", False, 1, M, None),
            ("里程", False, 1, M, M),
            ("率", True, 0, M, M),
            ("比", True, None, M, M),
        ),
        RULES,
    )
    assert found.loc["里程"].tolist() == [2 * M, pd.NA]
    assert found.loc["率"].isna().all()
    assert found.loc["比"].isna().all()


def test_judged_points_are_weighted_exactly_however_large_the_money():
    points = pd.Series([8 * M, 9 * M, 1], dtype="Int64")
    money = pd.Series([10**15, 2 * 10**15, 1], dtype="Int64")
    found = weighted_by_money(pd.Series(["a", "a", "b"]), points, money)
    assert found.tolist() == [8_666_667, 1]
    assert found.dtype == "Int64"


def test_a_mean_is_rounded_half_up_and_needs_every_value_and_some_money():
    groups = pd.Series(["half", "half", "less", "less", "less", "no value", "no value", "no money"])
    values = pd.Series([1, 2, 1, 1, 2, None, 1, 5], dtype="Int64")
    money = pd.Series([7, 7, 1, 1, 1, 3, 3, 0], dtype="Int64")
    found = weighted_by_money(groups, values, money)
    assert found[["half", "less", "no value", "no money"]].tolist() == [2, 1, pd.NA, pd.NA]
    unpaid = weighted_by_money(
        pd.Series(["a", "a"]), pd.Series([1, 3], dtype="Int64"), pd.Series([None, 4], dtype="Int64")
    )
    assert unpaid.tolist() == [pd.NA]
