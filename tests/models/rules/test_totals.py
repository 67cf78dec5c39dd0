"""Totals: exact parts, rounding by a switch, caps by execution, sums of millions of rows."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from models.rules.profiles import Rules, load_rules
from models.rules.questions import Step
from models.rules.totals import add_up, rounded, sums_by_code

MOF = load_rules("mof-2020", date(2025, 6, 1))
MICRO = 1_000_000


def with_rule(**changes) -> Rules:
    own = MOF.self_evaluation
    found = {name: getattr(own, name).model_copy(update=update) for name, update in changes.items()}
    return MOF.model_copy(update={"self_evaluation": own.model_copy(update=found)})


def execution(points=10 * MICRO, rate=MICRO) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"rate_micro": [rate], "execution_micro": [points], "full_micro": [10 * MICRO]}, index=["p"]
    )
    return frame.astype("Int64").assign(published=True)


def parts(*points) -> pd.DataFrame:
    full = 90 * MICRO // len(points)
    frame = pd.DataFrame({"points_micro": points, "full_micro": [full] * len(points)}).astype("Int64")
    return frame.assign(project="p", leads=True, row=range(1, len(points) + 1))


def test_parts_are_added_exactly_or_as_published():
    cells = parts(33_335_000, 33_335_000)
    assert add_up(execution(), cells, MOF)["total_micro"].iloc[0] == 76_670_000
    rules = with_rule(rounding={"total_of": "rounded"})
    assert add_up(execution(3_333_333), cells, rules)["total_micro"].iloc[0] == 33_340_000 * 2 + 3_330_000
    assert rounded(
        pd.Series([1_005_000, 1_004_999, None], dtype="Int64"), rules.self_evaluation.rounding
    ).tolist() == [
        1_010_000,
        1_000_000,
        pd.NA,
    ]


@pytest.mark.parametrize(
    ("rate", "total"),
    [(499_999, 60 * MICRO), (500_000, 80 * MICRO), (799_999, 80 * MICRO), (800_000, 94 * MICRO)],
)
def test_low_execution_caps_the_total(rate, total):
    steps = [
        Step.model_validate({"from": Decimal(start), "gives": Decimal(cap)})
        for start, cap in (("0", 60), ("0.8", 100), ("0.5", 80))
    ]
    rules = with_rule(caps={"steps": tuple(steps)})
    assert (
        add_up(execution(4 * MICRO, rate), parts(45 * MICRO, 45 * MICRO), rules)["total_micro"].iloc[0]
        == total
    )


def test_a_cap_does_not_raise_a_total_nor_invent_one():
    rules = with_rule(caps={"steps": (Step.model_validate({"from": 0, "gives": 60}),)})
    assert add_up(execution(), parts(20 * MICRO, 5 * MICRO), rules)["total_micro"].iloc[0] == 35 * MICRO
    assert pd.isna(add_up(execution(), parts(20 * MICRO, None), rules)["total_micro"].iloc[0])


def test_rows_without_points_are_named():
    found = add_up(execution(None), parts(20 * MICRO, None, None), MOF).iloc[0]
    assert found["undecided"] == [
        "没有预算数或执行数，预算执行得分无法计算",
        "第2、3行的得分无法确定（见各行说明）",
    ]
    assert found["whole_micro"] == 100 * MICRO


def test_a_project_without_rows_has_no_total_and_says_so():
    found = add_up(execution(), parts(1)[:0], MOF).iloc[0]
    assert found["undecided"] == ["没有绩效指标，不能计算总分"]
    assert pd.isna(found["total_micro"])


def test_sums_by_code_of_groups_side_by_side():
    values = pd.Series([1, 2, 3, None, 5, 6], dtype="Int64")
    found = sums_by_code(values, np.array([2, 2, 0, 3, 3, 4], dtype=np.int32), 6)
    assert found.tolist() == [3, pd.NA, 3, pd.NA, 6, pd.NA]
    assert found.dtype == "Int64"
    assert sums_by_code(values[:0], np.array([], dtype=np.int32), 2).isna().all()


@pytest.mark.parametrize(
    ("weights", "decided"),
    [
        ((16.67, 16.67, 16.67, 40), True),
        ((33.33, 33.33, 23.33), True),
        ((16.7, 16.7, 16.7, 40), False),
        ((16.67, 33.36, 40), False),
        ((50, 40.01), False),
    ],
)
def test_weights_that_were_rounded_make_100_and_no_total_is_above_it(weights, decided):
    micro = [round(weight * MICRO) for weight in weights]
    frame = pd.DataFrame({"points_micro": micro, "full_micro": micro}).astype("Int64")
    found = add_up(execution(), frame.assign(project="p", leads=True, row=range(1, len(micro) + 1)), MOF)
    total = found["total_micro"].iloc[0]
    assert pd.isna(total) != decided
    if decided:
        assert total == min(100 * MICRO, 10 * MICRO + sum(micro))
        assert found["undecided"].iloc[0] == []
