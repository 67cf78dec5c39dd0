"""Weights of last year's tables under another profile: shares kept, parts add up exactly."""

from datetime import date

import pandas as pd
import pytest

from models.rules.profiles import load_rules
from models.rules.reweighting import reweighted
from models.rules.weights import class_of

DAY = date(2025, 6, 1)
HUANGSHI, MOF, MOF_2021 = (load_rules(name, DAY) for name in ("huangshi", "mof-2020", "mof-2021"))
MICRO = 1_000_000


def rows(*cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["project", "level_1", "weight_micro", "reported_micro"])
    return frame.astype({"weight_micro": "Int64", "reported_micro": "Int64"})


def test_a_table_with_the_profiles_classes_gets_each_classs_points():
    given = rows(
        ("p", "产出指标", 20 * MICRO, 15 * MICRO),
        ("p", "产出指标", 30 * MICRO, None),
        ("p", "效益指标", 30 * MICRO, 30 * MICRO),
        ("p", "满意度指标", 10 * MICRO, 9 * MICRO),
    )
    found = reweighted(given, HUANGSHI)
    assert found["weight_micro"].tolist() == [16 * MICRO, 24 * MICRO, 30 * MICRO, 10 * MICRO]
    assert found["reported_micro"].tolist() == [12 * MICRO, pd.NA, 30 * MICRO, 9 * MICRO]
    assert given["weight_micro"].iloc[0] == 20 * MICRO  # what was given is left alone


def test_other_tables_are_scaled_as_a_whole_and_add_up_exactly():
    given = rows(
        *[("p", "管理指标", 30 * MICRO + place, 7) for place in range(3)], ("q", "产出指标", 90 * MICRO, 0)
    )
    found = reweighted(given, HUANGSHI)
    assert found["weight_micro"].groupby(found["project"]).sum().tolist() == [80 * MICRO, 80 * MICRO]
    assert found["weight_micro"].tolist()[:3] == [26_666_666, 26_666_666, 26_666_668]
    assert found["reported_micro"].tolist() == [6, 6, 6, 0]


def test_a_table_that_already_leaves_room_for_execution_stays_as_it_is():
    given = rows(("p", "管理指标", 50 * MICRO, 1), ("p", "管理指标", 40 * MICRO, 2))
    pd.testing.assert_frame_equal(reweighted(given, MOF), given)


def test_unknown_and_zero_weights_stay():
    given = rows(("p", "产出指标", None, 3), ("q", "产出指标", 0, 3), ("q", "产出指标", None, 3))
    pd.testing.assert_frame_equal(reweighted(given, MOF), given)


def test_zero_rows_of_a_weighted_table_keep_nothing():
    found = reweighted(rows(("p", "其他", 0, 3), ("p", "其他", 50 * MICRO, 25 * MICRO)), MOF)
    assert found["weight_micro"].tolist() == [0, 90 * MICRO]
    assert found["reported_micro"].tolist() == [pd.NA, 45 * MICRO]


def test_points_kept_in_proportion_are_rounded_half_up():
    halved = rows(*[("p", "管理指标", 45 * MICRO, points) for points in (1, 2, 3, 5)])
    assert reweighted(halved, MOF)["reported_micro"].tolist() == [1, 1, 2, 3]
    thirds = rows(("p", "管理指标", 150 * MICRO, 1), ("p", "管理指标", 120 * MICRO, 4))
    assert reweighted(thirds, MOF)["reported_micro"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["产出指标", "效益指标", "满意度指标"], ["产出", "效益", "满意度"]),
        (["产出", "项目管理", None], ["产出", None, None]),
        (["成本指标", "产出指标", "满意度"], ["成本", "产出", "满意度"]),
    ],
)
def test_the_class_of_a_level_one_name(names, classes):
    found = class_of(pd.Series(names, index=[5, 6, 7], dtype="string"), MOF_2021)
    assert [None if pd.isna(one) else one for one in found] == classes
    assert list(found.index) == [5, 6, 7]


def test_cost_is_a_class_of_its_own_only_from_2021_on():
    assert class_of(pd.Series(["成本指标"]), MOF).isna().all()
