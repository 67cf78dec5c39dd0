"""Rule cases by hand, one a line: profile, row, points; the rule or clause in the name."""

from datetime import date

import pandas as pd
import pytest

from models.rules.profiles import load_rules
from models.rules.self_evaluation import score_indicators, score_projects

DAY = date(2025, 6, 1)
# name, profile, sign, target, unit, actual, weight, reported points, computed points (None: undecided)
CASES = [
    ("财预10号_达到目标得满分", "mof-2020", "≥", "50", "个", "50", 8, 8, "8"),
    ("财预10号_未达到按比例", "mof-2020", "≥", "10", "个", "9", 8, 8, "7.2"),
    ("财预10号_等于类未达到按比例", "mof-2020", "=", "100", "%", "98", 10, 9, "9.8"),
    ("湖北表注_反向A除以B", "huangshi", "≤", "10", "次", "12", 8, 8, "6.666667"),
    ("一体化_反向按差额", "mof-2020", "≤", "10", "次", "12", 8, 8, "6.4"),
    ("湖北表注_反向超过两倍", "huangshi", "≤", "10", "次", "25", 8, 8, "3.2"),
    ("一体化_反向两倍及以上不得分", "mof-2020", "≤", "10", "次", "25", 8, 8, "0"),
    ("一体化_反向恰好两倍不得分", "mof-2020", "≤", "10", "次", "20", 8, 8, "0"),
    ("湖北表注_正向不突破权重", "huangshi", "≥", "10", "次", "25", 8, 8, "8"),
    ("一体化_等于零且未发生得满分", "mof-2020", "=", "0", "起", "0", 5, 5, "5"),
    ("一体化_等于零却发生不得分", "mof-2020", "=", "0", "起", "1", 5, 5, "0"),
    ("零目标_无即未发生", "mof-2020", "=", "0", "起", "无", 5, 5, "5"),
    ("不大于零却发生不得分", "huangshi", "≤", "0", "%", "2", 5, 5, "0"),
    ("正向零目标_达到得满分", "mof-2020", "≥", "0", "%", "0", 5, 5, "5"),
    ("正向零目标_负增长不得分", "mof-2020", "≥", "0", "%", "-3", 5, 5, "0"),
    ("大于零_恰为零不得分", "mof-2020", ">", "0", "个", "0", 5, 5, "0"),
    ("负目标_达到得满分", "mof-2020", "≥", "-5", "%", "-3", 5, 5, "5"),
    ("负目标_未达到未定", "mof-2020", "≥", "-5", "%", "-9", 5, 5, None),
    ("101号_低于及格线不得分", "mof-2021", "≥", "100", "户", "59", 10, 5, "0"),
    ("101号_恰在及格线按比例", "mof-2021", "≥", "100", "户", "60", 10, 5, "6"),
    ("101号_满意度90及以上", "mof-2021", "≥", "95", "%满意度", "92%", 10, 5, "10"),
    ("101号_满意度80到90", "mof-2021", "≥", "95", "%满意度", "80%", 10, 5, "8"),
    ("101号_满意度60到80", "mof-2021", "≥", "95", "%满意度", "79.99%", 10, 5, "5"),
    ("101号_满意度低于60", "mof-2021", "≥", "95", "%满意度", "59.99%", 10, 5, "0"),
    ("财预10号_满意度按比例", "mof-2020", "≥", "95", "%满意度", "76%", 10, 5, "8"),
    ("定性_达成档采用表中评分", "mof-2020", "定性", "效果明显", "", "达成预期指标", 10, 9, "9"),
    ("定性_达成档下限80含", "mof-2020", "定性", "效果明显", "", "达成年度指标", 10, 8, "8"),
    ("定性_达成档低于80自相矛盾", "mof-2020", "定性", "效果明显", "", "达成年度指标", 10, 7.9, None),
    (
        "定性_部分达成财政部60含",
        "mof-2020",
        "定性",
        "效果明显",
        "",
        "部分达成年度指标并具有一定效果",
        10,
        6,
        "6",
    ),
    (
        "定性_部分达成财政部低于60",
        "mof-2020",
        "定性",
        "效果明显",
        "",
        "部分达成年度指标并具有一定效果",
        10,
        5.5,
        None,
    ),
    (
        "定性_部分达成湖北50含",
        "huangshi",
        "定性",
        "效果明显",
        "",
        "部分达成预期指标并具有一定效果",
        10,
        5.5,
        "5.5",
    ),
    ("定性_部分达成不含80", "mof-2020", "定性", "效果明显", "", "部分达成", 10, 8, None),
    ("定性_未达成不含60", "mof-2020", "定性", "效果明显", "", "未达成年度指标且效果较差", 10, 6, None),
    ("定性_未达成湖北不含50", "huangshi", "定性", "效果明显", "", "未达成预期", 10, 4.99, "4.99"),
    ("定性_没有评分不代人评判", "mof-2020", "定性", "效果明显", "", "达成预期指标", 10, None, None),
    ("定性_照写目标视为达成", "mof-2020", "定性", "良好", "", "良好", 10, 10, "10"),
    ("定性_其他文字采用评分", "mof-2020", "定性", "良好", "", "群众反映较好", 10, 7, "7"),
    ("是否类_是", "mof-2021", "定性", "是", "", "是", 10, None, "10"),
    ("是否类_否", "mof-2021", "定性", "是", "", "否", 10, 10, "0"),
    ("数值指标答完成_不代填", "mof-2020", "≤", "30", "万元", "完成", 90, 90, None),
    ("实际空白_未定", "mof-2020", "=", "100", "%", "", 60, None, None),
    ("实际写无_是否适用未定", "mof-2020", "=", "100", "%", "无", 10, 10, None),
    ("万元与元换算", "mof-2020", "≤", "30", "万元", "299999.99元", 10, 10, "10"),
    ("万元与元换算_超出", "mof-2020", "≤", "30", "万元", "330000元", 10, 10, "9"),
    ("小数目标与百分号", "mof-2020", "≥", "0.95", "", "95%", 10, 10, "10"),
    ("单位互斥_未定", "mof-2020", "≥", "30", "万元", "95%", 10, 10, None),
    ("计量词不同照数比较", "mof-2020", "≥", "30", "个", "30项", 10, 10, "10"),
    ("百分数写成小数_未定", "mof-2020", "≥", "95", "%", "0.98", 10, 10, None),
    ("结余率小数照数比较", "mof-2020", "≤", "5", "%", "0.98", 10, 10, "10"),
    ("实际带符号只作达到", "huangshi", "≥", "90", "%", "≥90%", 40, 40, "40"),
    ("实际带符号低于目标_未定", "huangshi", "≥", "90", "%", "≥85%", 40, 40, None),
    ("反向实际带≥_未定", "huangshi", "≤", "5", "%", "≥3%", 10, 10, None),
    ("未写符号视为等于", "huangshi", "", "25TB", "", "25TB", 10, 10, "10"),
    ("成本未写符号且不同_未定", "huangshi", "", "5", "万元成本", "4.5", 10, 10, None),
    ("成本未写符号相同得满分", "huangshi", "", "5", "万元成本", "5", 10, 10, "10"),
    ("按期完成", "mof-2020", "", "2022年12月底前", "", "2022年11月", 10, 10, "10"),
    ("按期完成_不写年", "mof-2020", "", "12月底前", "", "2022年12月", 10, 10, "10"),
    ("逾期_如何扣分未定", "mof-2020", "", "2022年10月底前", "", "2022年11月", 10, 10, None),
    ("期间照写采用评分", "mof-2020", "", "2020年1月--11月", "", "2020年1月--11月", 10, 10, "10"),
    ("名称写在数值前", "mof-2020", "≥", "95", "%", "满意度98%", 10, 10, "10"),
    ("月份答日期_按期", "mof-2020", "≤", "12", "月", "11月", 10, 10, "10"),
    ("月份答日期_超期按公式", "mof-2020", "≤", "10", "月", "11月", 10, 10, "9"),
    ("括号说明不碍事", "mof-2020", "≥", "10", "个", "10个（其中乡镇5个）", 10, 10, "10"),
    ("写作正向指标", "mof-2020", "正向指标", "10", "个", "9", 8, 8, "7.2"),
    ("写作反向指标", "huangshi", "反向指标", "10", "次", "12", 8, 8, "6.666667"),
    ("写作定量_看指标值的符号", "mof-2020", "定量", "≤10", "次", "12", 8, 8, "6.4"),
    ("期间答数值_不代填", "mof-2020", "≥", "12", "个", "2022年全年", 8, 8, None),
    ("数值无分值_未定", "mof-2020", "=", "100", "%", "100", None, None, None),
]


def micro(number):
    return pd.NA if number is None else round(number * 1_000_000)


def rows(*cells, **more) -> pd.DataFrame:
    """Rows of one project; a unit like "%满意度" names the class after the unit."""
    found = []
    for number, (sign, target, unit, actual, weight, reported) in enumerate(cells, 1):
        level_2 = "满意度指标" if "满意度" in unit else "成本指标" if "成本" in unit else "数量指标"
        found.append(
            {
                "project": "p",
                "row": number,
                "level_1": "产出指标",
                "level_2": level_2,
                "level_3": "指标",
                "sign": sign,
                "target": target,
                "unit": unit.replace("满意度", "").replace("成本", ""),
                "actual": actual,
                "weight_micro": micro(weight),
                "reported_micro": micro(reported),
                **{name: values[number - 1] for name, values in more.items()},
            }
        )
    return pd.DataFrame(found).astype({"weight_micro": "Int64", "reported_micro": "Int64"})


@pytest.mark.parametrize(
    ("name", "profile", "sign", "target", "unit", "actual", "weight", "reported", "points"),
    CASES,
    ids=[one[0] for one in CASES],
)
def test_points(name, profile, sign, target, unit, actual, weight, reported, points):
    scored = score_indicators(rows((sign, target, unit, actual, weight, reported)), load_rules(profile, DAY))
    found = scored["points_micro"].iloc[0]
    assert (None if pd.isna(found) else int(found)) == (
        None if points is None else round(float(points) * 1_000_000)
    )
    assert bool(scored["undecided"].iloc[0]) == (points is None)
    assert scored["basis"].iloc[0]


def money(budget, spent) -> pd.DataFrame:
    return pd.DataFrame({"budget_fen": [budget], "spent_fen": [spent]}, index=["p"]).astype("Int64")


EXECUTION = [
    ("财预10号_10乘执行率", "mof-2020", 200, 173, "8.65"),
    ("黄石_20乘执行率", "huangshi", 200, 173, "17.3"),
    ("执行率超过100不超过满分", "huangshi", 200, 260, "20"),
    ("101号_预算内完成", "mof-2021", 200, 200, "10"),
    ("101号_80到100得7", "mof-2021", 200, 199, "7"),
    ("101号_恰80得7", "mof-2021", 200, 160, "7"),
    ("101号_60到80得5", "mof-2021", 1000, 799, "5"),
    ("101号_低于60不得分", "mof-2021", 1000, 599, "0"),
    ("没有预算未定", "mof-2020", 0, 0, None),
    ("没有执行数未定", "mof-2020", 100, None, None),
    ("三分之一保留六位", "mof-2020", 3, 1, "3.333333"),
]


@pytest.mark.parametrize(
    ("name", "profile", "budget", "spent", "points"), EXECUTION, ids=[e[0] for e in EXECUTION]
)
def test_execution(name, profile, budget, spent, points):
    rules = load_rules(profile, DAY)
    scored = score_indicators(rows(("=", "1", "个", "1", 90, 90)), rules)
    found = score_projects(money(budget, spent), scored, rules)["execution_micro"].iloc[0]
    assert (None if pd.isna(found) else int(found)) == (
        None if points is None else round(float(points) * 1_000_000)
    )


def test_a_total_adds_exact_parts_and_is_graded():
    rules = load_rules("mof-2020", DAY)
    scored = score_indicators(rows(("≥", "3", "个", "1", 45, 45), ("≥", "3", "个", "2", 45, 45)), rules)
    total = score_projects(money(3, 2), scored, rules).iloc[0]
    assert total["total_micro"] == 15_000_000 + 30_000_000 + 6_666_667
    assert total["grade"] == "差"
    assert total["undecided"] == []


def test_a_total_is_undecided_with_its_reasons():
    rules = load_rules("mof-2020", DAY)
    scored = score_indicators(rows(("≥", "3", "个", "完成", 45, 45), ("≥", "3", "个", "3", 45, 45)), rules)
    total = score_projects(money(None, None), scored, rules).iloc[0]
    assert pd.isna(total["total_micro"])
    assert pd.isna(total["grade"])
    assert total["undecided"] == [
        "没有预算数或执行数，预算执行得分无法计算",
        "第1行的得分无法确定（见各行说明）",
    ]


def test_full_points_that_do_not_make_100_give_no_total():
    rules = load_rules("mof-2020", DAY)
    scored = score_indicators(rows(("≥", "3", "个", "3", 80, 80)), rules)
    assert score_projects(money(1, 1), scored, rules).iloc[0]["undecided"] == [
        "预算执行和各指标分值合计为90.00，不是100，总分无法计算"
    ]


def test_a_form_without_execution_points_makes_100_by_itself():
    rules = load_rules("mof-2020", DAY)
    scored = score_indicators(rows(("≥", "3", "个", "3", 100, 100)), rules)
    without = score_projects(money(1, 1).assign(published=False), scored, rules).iloc[0]
    assert without["total_micro"] == 100_000_000
    assert pd.isna(score_projects(money(1, 1), scored, rules).iloc[0]["total_micro"])


def test_rows_that_share_a_score_cell_count_once():
    rules = load_rules("huangshi", DAY)
    cells = [
        ("", "25TB", "", "25TB", 40, 40),
        ("", "100%覆盖", "", "100%覆盖", None, None),
        ("≥", "3", "个", "3", 40, 40),
    ]
    scored = score_indicators(rows(*cells, group=["a", "a", ""]), rules)
    assert scored["points_micro"].tolist() == [40_000_000, pd.NA, 40_000_000]
    assert scored["basis"].iloc[1] == "与第1行合并计分"
    assert score_projects(money(1, 1), scored, rules)["total_micro"].iloc[0] == 100_000_000


def test_a_shared_cell_written_on_each_row_is_the_same_cell():
    rules = load_rules("huangshi", DAY)
    cells = [("", "25TB", "", "25TB", 10, 10), ("≥", "360", "天", "365", 10, 10)]
    scored = score_indicators(rows(*cells, group=["a", "a"]), rules)
    assert scored["full_micro"].tolist() == [10_000_000, pd.NA]


@pytest.mark.parametrize("actual", ["300", "", "全年"])
def test_a_shared_cell_with_a_missed_or_unread_row_is_undecided(actual):
    rules = load_rules("huangshi", DAY)
    cells = [("", "25TB", "", "25TB", 10, 10), ("≥", "360", "天", actual, None, None)]
    scored = score_indicators(rows(*cells, group=["a", "a"]), rules)
    assert scored["points_micro"].isna().all()
    assert scored["undecided"].iloc[0]


def test_a_shared_cell_of_words_takes_the_judgement_in_its_band():
    rules = load_rules("huangshi", DAY)
    cells = [("定性", "良好", "", "良好", 10, 9), ("定性", "明显", "", "部分达成预期", None, None)]
    assert score_indicators(rows(*cells, group=["a", "a"]), rules)["points_micro"].isna().all()
    cells[1] = ("定性", "明显", "", "达成预期指标", None, None)
    assert score_indicators(rows(*cells, group=["a", "a"]), rules)["points_micro"].iloc[0] == 9_000_000


def classed(*parts) -> pd.DataFrame:
    cells = [("≥", "3", "个", "3", None, score) for _, score in parts]
    return rows(*cells).assign(level_1=[f"{name}指标" for name, _ in parts])


def test_huangshi_form_has_no_weight_column_the_class_implies_it():
    full = classed(("产出", 20), ("产出", 20), ("效益", 30), ("满意度", 10))
    scored = score_indicators(full, load_rules("huangshi", DAY))
    assert scored["full_micro"].tolist() == [20_000_000, 20_000_000, 30_000_000, 10_000_000]


def test_an_implied_weight_that_lost_points_is_unknown_unless_alone_in_its_class():
    lost = classed(("产出", 20), ("产出", 15), ("效益", 25))
    scored = score_indicators(lost, load_rules("huangshi", DAY))
    assert scored["full_micro"].tolist() == [pd.NA, pd.NA, 30_000_000]


def test_other_forms_imply_nothing():
    full = classed(("产出", 50), ("效益", 30), ("满意度", 10))
    assert score_indicators(full, load_rules("mof-2020", DAY))["full_micro"].isna().all()


def test_different_numbers_on_the_rows_of_one_cell_add_up():
    cells = [("", "25TB", "", "25TB", 6, 5), ("≥", "360", "天", "365", 4, 4)]
    scored = score_indicators(rows(*cells, group=["a", "a"]), load_rules("huangshi", DAY))
    assert scored["full_micro"].tolist() == [10_000_000, pd.NA]
    assert scored["reported_micro"].tolist() == [9_000_000, pd.NA]


def test_a_shared_cell_with_a_word_of_no_band_takes_any_judgement():
    rules = load_rules("huangshi", DAY)
    cells = [("定性", "良好", "", "群众反映不错", 10, 3), ("定性", "明显", "", "部分达成", None, None)]
    assert score_indicators(rows(*cells, group=["a", "a"]), rules)["points_micro"].iloc[0] == 3_000_000


def test_the_worst_band_of_a_shared_cell_counts():
    rules = load_rules("huangshi", DAY)
    cells = [("定性", "良好", "", "达成预期", 10, 6), ("定性", "明显", "", "部分达成", None, None)]
    assert score_indicators(rows(*cells, group=["a", "a"]), rules)["points_micro"].iloc[0] == 6_000_000


def test_an_empty_row_in_a_shared_cell_does_not_count():
    rules = load_rules("huangshi", DAY)
    cells = [("≥", "3", "个", "3", 10, 10), ("", "", "", "", None, None)]
    scored = score_indicators(rows(*cells, group=["a", "a"]), rules)
    assert scored["points_micro"].iloc[0] == 10_000_000


def test_a_yes_no_in_a_shared_cell_leaves_it_undecided():
    rules = load_rules("huangshi", DAY)
    cells = [("≥", "3", "个", "3", 10, 10), ("定性", "是", "", "是", None, None)]
    assert score_indicators(rows(*cells, group=["a", "a"]), rules)["points_micro"].isna().all()


@pytest.mark.parametrize(
    ("name", "actual", "decided"),
    [("投诉次数", "3", False), ("投诉次数", "5", True), ("培训次数", "3", True)],
)
def test_without_a_sign_less_of_a_bad_thing_is_neither_miss_nor_success(name, actual, decided):
    row = rows(("", "5", "次", actual, 10, 10)).assign(level_3=name)
    points = score_indicators(row, load_rules("huangshi", DAY))["points_micro"].iloc[0]
    assert pd.notna(points) == decided
