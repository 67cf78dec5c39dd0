"""事前评估, 目标审核, 监控, 结果应用: rule cases by hand."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from models.rules.columns import by_lines, decimal_text, plain, proportion
from models.rules.evaluation_frame import frame
from models.rules.grading import grade_lines, grades
from models.rules.monitoring import (
    below_month_line,
    budget_pace,
    indicator_lights,
    known_likelihood,
    mismatches,
    money_lights,
    overall_lights,
    plain_percent,
    project_lights,
    reason_compulsory,
    target_pace,
    warnings,
)
from models.rules.prior_assessment import conclusions, needs_assessment
from models.rules.profiles import load_rules
from models.rules.result_application import budget_effects, discounts
from models.rules.self_evaluation import read_indicators
from models.rules.target_review import headings, item_grades, next_steps, review_grades

DAY = date(2025, 6, 1)
HUANGSHI, MOF, SICHUAN = (load_rules(name, DAY) for name in ("huangshi", "mof-2020", "sichuan-2025"))
WAN = 1_000_000


def ints(*values) -> pd.Series:
    return pd.Series(values, dtype="Int64")


def words(series: pd.Series) -> list:
    return [None if pd.isna(one) else one for one in series]


# ------------------------------------------------------------------ 等级


def test_grade_lines_are_included_and_middle_begins_at_70_in_sichuan():
    totals = ints(90_000_000, 89_999_999, 80_000_000, 79_999_999, 65_000_000, 60_000_000, 59_999_999, 0, None)
    assert words(grades(totals, HUANGSHI)) == ["优", "良", "良", "中", "中", "中", "差", "差", None]
    assert words(grades(totals, SICHUAN)) == ["优", "良", "良", "中", "差", "差", "差", "差", None]
    assert grade_lines(SICHUAN) == [("优", "90"), ("良", "80"), ("中", "70"), ("差", "0")]


def test_the_published_ruian_total_is_good():
    assert words(grades(ints(85_820_000), MOF)) == ["良"]


# ------------------------------------------------------------------ 事前绩效评估


def projects(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["attribute", "requested_fen"])
    return frame.astype({"requested_fen": "Int64"})


def test_new_projects_from_the_compulsory_amount_on_are_assessed():
    given = projects(
        ("新增", 200 * WAN),
        ("新增项目", 200 * WAN - 1),
        ("延续", 900 * WAN),
        ("新增", None),
        (None, 300 * WAN),
    )
    found = needs_assessment(given, HUANGSHI)
    assert found.iloc[0].startswith("新增项目，申报金额200万元及以上（本局参数")
    assert found.iloc[1:].tolist() == ["", "", "", ""]


def test_an_undecided_amount_sends_nobody():
    assert needs_assessment(projects(("新增", 10**12)), MOF).tolist() == [""]


def test_all_projects_are_assessed_where_the_rule_is_not_for_new_ones_only():
    rule = HUANGSHI.prior_assessment.model_copy(update={"new_only": False})
    rules = HUANGSHI.model_copy(update={"prior_assessment": rule})
    assert needs_assessment(projects(("延续", 200 * WAN)), rules).iloc[0].startswith("申报金额200万元及以上")


def test_conclusions_at_90_and_70():
    totals = ints(90_000_000, 89_999_999, 70_000_000, 69_999_999, None)
    assert words(conclusions(totals, HUANGSHI)) == ["予以支持", "部分支持", "部分支持", "不予支持", None]
    assert words(conclusions(totals, MOF)) == [None] * 5


# ------------------------------------------------------------------ 绩效目标


def test_review_of_targets_in_four_headings():
    assert headings(MOF) == {"完整性": 20 * WAN, "相关性": 30 * WAN, "适当性": 30 * WAN, "可行性": 20 * WAN}
    assert words(review_grades(ints(90 * WAN, 80 * WAN, 79_999_999, 59_999_999, None), MOF)) == [
        "优",
        "良",
        "中",
        "差",
        None,
    ]


def test_items_by_their_share_of_points():
    full = ints(15 * WAN, 15 * WAN, 10 * WAN, 10 * WAN)
    assert words(item_grades(ints(13_500_000, 13_499_999, 6 * WAN, 5_999_999), full, MOF)) == [
        "优",
        "良",
        "中",
        "差",
    ]


def test_what_follows_from_an_opinion():
    found = next_steps(pd.Series(["优", "良", "中", "差", None], dtype="string"), MOF)
    assert found["may_continue"].tolist()[:4] == [True, True, False, False]
    assert pd.isna(found["may_continue"].iloc[4])
    assert "重新报送" in found["next_step"].iloc[2]
    assert pd.isna(found["next_step"].iloc[4])


# ------------------------------------------------------------------ 结果应用


def test_budget_effects_never_make_a_number_from_an_undecided_rule():
    given = pd.Series(["优", "良", "中", "差", None, "优"], dtype="string")
    found = budget_effects(given, ints(101, 102, 103, 104, 105, None), HUANGSHI)
    assert words(found["proposed_fen"]) == [101, 102, None, None, None, None]
    assert found["treatment"].tolist()[2] == "未定"
    assert "适当减少" in found["treatment"].iloc[3]
    assert words(found["undecided"])[:2] == [None, None]
    assert all("未定" in one for one in found["undecided"].iloc[2:5])
    assert found["undecided"].iloc[5] == "没有预算基数，不提出金额建议"
    assert (found["basis"] == HUANGSHI.budget_effect.basis).all()


def test_a_cut_that_the_bureau_decided_is_exact_to_the_fen():
    poor = HUANGSHI.budget_effect.effects["差"].model_copy(update={"cut_percent": Decimal("12.5")})
    effect = HUANGSHI.budget_effect.model_copy(
        update={"effects": {**HUANGSHI.budget_effect.effects, "差": poor}}
    )
    rules = HUANGSHI.model_copy(update={"budget_effect": effect})
    found = budget_effects(pd.Series(["差", "差"]), ints(1_000_004, 10**15 + 4), rules)
    assert found["proposed_fen"].tolist() == [875_004, 875_000_000_000_004]
    assert found["undecided"].isna().all()


def test_sichuan_discounts_a_finance_evaluation_that_lands_lower():
    own, fiscal = (
        pd.Series(["优", "优", "优", "优", "良", None]),
        pd.Series(["优", "良", "中", "差", "优", "优"]),
    )
    assert words(discounts(own, fiscal, SICHUAN)) == [WAN, 900_000, 800_000, 700_000, WAN, None]
    assert words(discounts(own, fiscal, MOF))[:5] == [WAN] * 5


# ------------------------------------------------------------------ 绩效运行监控


def indicators(*cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["sign", "target", "unit", "actual"])
    return frame.assign(level_1="产出指标", level_2="数量指标", level_3="指标", project="p")


LIGHTS = [
    ("低于时间进度60为红", ("≥", "100", "个", "29"), "红"),
    ("恰在60为黄", ("≥", "100", "个", "30"), "黄"),
    ("低于80为黄", ("≥", "100", "个", "39"), "黄"),
    ("恰在80为绿", ("≥", "100", "个", "40"), "绿"),
    ("低于120为绿", ("≥", "100", "个", "59"), "绿"),
    ("恰在120为蓝", ("≥", "100", "个", "60"), "蓝"),
    ("等于类同正向", ("=", "100", "个", "20"), "红"),
    ("反向未超为绿", ("≤", "10", "次", "10"), "绿"),
    ("反向超过为红", ("≤", "10", "次", "11"), "红"),
    ("零目标未发生为绿", ("=", "0", "起", "0"), "绿"),
    ("零目标发生为红", ("=", "0", "起", "1"), "红"),
    ("定性达成为绿", ("定性", "明显", "", "达成预期"), "绿"),
    ("定性部分达成为黄", ("定性", "明显", "", "部分达成"), "黄"),
    ("定性未达成为红", ("定性", "明显", "", "未达成"), "红"),
    ("定性其他文字不判", ("定性", "明显", "", "正在推进"), None),
    ("空白不判", ("≥", "100", "个", ""), None),
    ("文字答数值不判", ("≥", "100", "个", "按计划推进"), None),
    ("按期完成为绿", ("", "2024年6月底前", "", "2024年5月"), "绿"),
    ("是否类否为红", ("定性", "是", "", "否"), "红"),
]


@pytest.mark.parametrize(("name", "cells", "light"), LIGHTS, ids=[one[0] for one in LIGHTS])
def test_light_of_an_indicator_at_the_end_of_june(name, cells, light):
    read = read_indicators(indicators(cells), MOF)
    assert words(indicator_lights(read, 6, MOF)) == [light]


def test_light_of_money_on_every_line():
    spent = ints(29, 30, 39, 40, 200, None, -5)
    assert words(money_lights(ints(*[100] * 7), spent, 6, MOF)) == ["红", "黄", "黄", "绿", "绿", None, "红"]
    assert words(money_lights(ints(0, None), ints(5, 5), 6, MOF)) == [None, None]


def test_the_published_huangshi_project_is_behind_at_half_year_and_not_red():
    assert words(money_lights(ints(220 * WAN), ints(87_570_000), 6, HUANGSHI)) == ["黄"]
    assert budget_pace(ints(220 * WAN), ints(87_570_000)).tolist() == [398_045]


def test_a_project_has_the_worst_light_of_its_indicators():
    of = pd.Series(["a", "a", "b", "b", "c", "d"])
    lights = pd.Series(["绿", "红", "蓝", "绿", None, "蓝"], dtype="string")
    found = project_lights(of, lights, MOF)
    assert words(found.reindex(["a", "b", "c", "d"])) == ["红", "绿", None, "蓝"]


def test_an_unknown_side_never_reads_as_passed():
    money = pd.Series(["红", "绿", None, None, "绿", "黄", "黄", "蓝"], dtype="string")
    target = pd.Series([None, None, "黄", None, "蓝", "红", "绿", "黄"], dtype="string")
    assert words(overall_lights(money, target, MOF)) == ["红", None, "黄", None, "绿", "红", "黄", "黄"]


def test_hefei_reads_both_sides_as_yes_or_no():
    overall = MOF.monitoring.overall.model_copy(update={"both": "target_bad_red"})
    rules = MOF.model_copy(update={"monitoring": MOF.monitoring.model_copy(update={"overall": overall})})
    money = pd.Series(["绿", "绿", "黄", "红"], dtype="string")
    target = pd.Series(["蓝", "黄", "绿", "红"], dtype="string")
    assert words(overall_lights(money, target, rules)) == ["绿", "黄", "红", "红"]


def test_sichuan_month_lines():
    paces = ints(249_999, 250_000, 399_999, 400_000, None)
    assert words(below_month_line(paces, 4, SICHUAN)) == [True, False, False, False, None]
    assert words(below_month_line(paces, 7, SICHUAN)) == [True, True, True, False, None]
    assert words(below_month_line(paces, 3, SICHUAN)) == [None] * 5
    assert words(below_month_line(paces, 6, MOF)) == [None] * 5


def test_a_mismatch_is_more_than_ten_points_either_way():
    found = mismatches(
        ints(500_000, 500_000, 500_000, 500_000, None), ints(400_000, 399_999, 600_000, 600_001, 1), SICHUAN
    )
    assert words(found) == [False, True, False, True, None]
    assert words(mismatches(ints(1), ints(900_000), MOF)) == [None]


def test_pace_of_targets_is_the_mean_of_what_can_be_read():
    cells = [
        ("≥", "100", "个", "50"),
        ("≤", "10", "次", "9"),
        ("=", "0", "起", "1"),
        ("≥", "10", "个", "30"),
        ("定性", "明显", "", "达成"),
    ]
    read = read_indicators(indicators(*cells), MOF)
    assert target_pace(read, read["project"]).loc["p"] == 625_000
    unread = read_indicators(indicators(("≥", "100", "个", "")), MOF)
    assert pd.isna(target_pace(unread, unread["project"]).loc["p"])


def test_pace_of_a_missed_target_is_never_negative_and_zero_is_zero():
    read = read_indicators(indicators(("≥", "100", "个", "-50"), ("≥", "100", "个", "0")), MOF)
    assert target_pace(read, read["project"]).loc["p"] == 0


def test_reason_is_compulsory_when_the_target_is_in_doubt():
    given = pd.Series(["确定能", "有可能", "不可能", " 有可能 ", "", None, "也许"])
    assert words(reason_compulsory(given, HUANGSHI)) == [False, True, True, True, None, None, False]
    assert words(known_likelihood(given, HUANGSHI)) == [True, True, True, True, None, None, False]
    assert words(known_likelihood(pd.Series(["不可能", "完全不可能"]), MOF)) == [False, True]


def test_warnings_in_words():
    paces = pd.DataFrame(
        {
            "budget_pace_micro": ints(300_000, 500_000, None),
            "target_pace_micro": ints(700_000, 500_000, 100_000),
            "money_light": pd.array(["红", "绿", None], dtype="string"),
            "target_light": pd.array(["绿", "绿", "红"], dtype="string"),
        }
    )
    assert warnings(paces, 6, SICHUAN).tolist() == [
        "预算执行率低于6月底应达到的40%；预算执行率与目标完成率相差超过10个百分点；资金进度为红灯",
        "",
        "绩效目标进度为红灯",
    ]
    assert warnings(paces, 6, MOF).tolist() == ["资金进度为红灯", "", "绩效目标进度为红灯"]


# ------------------------------------------------------------------ 算术


def test_proportion_rounds_half_up_and_leaves_int64_exactly():
    whole, part, of = (
        np.array(v, dtype=np.int64)
        for v in ([10**8, 7, 5, 90_000_000], [3 * 10**18, 1, 1, 1], [7 * 10**18, 2, 3, 8])
    )
    assert proportion(whole, part, of).tolist() == [42_857_143, 4, 2, 11_250_000]
    assert proportion(whole[:0], part[:0], of[:0]).size == 0


def test_lines_and_texts():
    assert words(by_lines(ints(5, 4, None), [5], ["高", "低"])) == ["高", "低", None]
    assert decimal_text(17_300_000) == "17.300000"
    assert decimal_text(1_005_000, 2) == "1.01"
    assert (plain(Decimal("20.00")), plain(Decimal("22.5")), plain(100)) == ("20", "22.5", "100")
    assert (plain_percent(400_000), plain_percent(255_000)) == ("40%", "25.5%")


def test_the_frame_of_a_fiscal_evaluation_splits_a_class_by_share_and_loses_nothing():
    rows = frame({"决策": Decimal(20), "产出": Decimal("33.33")})
    for name, worth in (("决策", Decimal(20)), ("产出", Decimal("33.33"))):
        own = [one for one in rows if one.level_1 == name]
        assert sum(one.full for one in own) == worth
        assert len({one.level_3 for one in own}) == len(own) >= 4
        assert all(one.full > 0 and one.full == one.full.quantize(Decimal("0.01")) for one in own)
    assert {one.level_1 for one in rows} == {"决策", "产出"}
    assert frame({}) == []
