"""How a row is read: kind, numbers in one unit, band, and the words for what cannot be read."""

from datetime import date

import pytest

from models.rules.audit import finding_codes
from models.rules.audit_money import _from_rounded, percent_of
from models.rules.finding import decimals_of, points, rounds_to, wan
from models.rules.indicators import Cells, Kind, Reading, read_indicator
from models.rules.profiles import load_rules
from models.rules.values import Decimal
from models.rules.word_targets import band_of

RULE = load_rules("mof-2020", date(2025, 6, 1)).self_evaluation
M = 1_000_000
H, L, E, S, J, Y, MET, NO = Kind

READINGS = [
    (("≥", "95", "%", "98%"), Reading(H, "higher", False, 95 * M, 98 * M, percent=True)),
    ((">", "95", "%", "98"), Reading(H, "higher", True, 95 * M, 98 * M, percent=True)),
    (("<", "5", "次", "3"), Reading(L, "lower", True, 5 * M, 3 * M)),
    (("", "≤5", "次", "3次"), Reading(L, "lower", False, 5 * M, 3 * M)),
    (("=", "3", "万元", "29999元"), Reading(E, "equal", False, 30_000 * M, 29_999 * M)),
    (("=", "30000", "元", "3万元"), Reading(E, "equal", False, 30_000 * M, 30_000 * M)),
    (("", "0.95", "", "98%"), Reading(E, "equal", False, 95 * M, 98 * M)),
    (("", "1", "", "98%"), Reading(E, "equal", False, 100 * M, 98 * M)),
    (("=", "0", "起", "无"), Reading(E, "equal", False, 0, 0)),
    (("≥", "90", "%", "≥90%"), Reading(H, "higher", False, 90 * M, 90 * M, percent=True, copied=True)),
    (("≥", "90", "%", "≥95%"), Reading(H, "higher", False, 90 * M, 95 * M, percent=True)),
    (("≥", "12", "月", "2022年12月"), Reading(H, "higher", False, 12 * M, 12 * M)),
    (("定性", "明显", "", "达成预期指标"), Reading(J, "qualitative", band=0)),
    (("定性", "明显", "", "部分达成"), Reading(J, "qualitative", band=1)),
    (("定性", "100", "%", "100"), Reading(J, "qualitative", band=0)),
    (("", "明显", "", "同左"), Reading(J, "qualitative", band=0, copied=True)),
    (("", "2022年全年", "", "2022年全年"), Reading(J, "text", band=0)),
    (
        ("", "资源采购期以当年为主", "", "资源采购期以当年为主"),
        Reading(J, "qualitative", band=0, copied=True),
    ),
    (("定性", "是", "", "否"), Reading(Y, "qualitative", band=2, missed=True)),
    (("定性", "否", "", "没有"), Reading(Y, "qualitative", band=0)),
    (("", "2022年10月底", "", "2022年10月31日"), Reading(MET, "text")),
    (("", "12月底", "", "2022年12月5日"), Reading(MET, "text")),
    (
        ("", "2022年10月", "", "2022年11月"),
        Reading(
            NO,
            "text",
            why="目标“2022年10月”，实际“2022年11月”，逾期如何扣分未定",
            problem="LATE",
            missed=True,
        ),
    ),
    (("定性", "明显", "", ""), Reading(NO, "qualitative", why="没有填写实际完成值", filled=False)),
    (("≥", "9", "个", ""), Reading(NO, "higher", False, 9 * M, why="没有填写实际完成值", filled=False)),
    (("≥", "9", "个", "无"), Reading(NO, "higher", False, 9 * M, why="实际完成值为“无”，本年是否适用未定")),
    (
        ("≥", "9", "个", "同左"),
        Reading(
            NO,
            "higher",
            False,
            9 * M,
            why="实际完成值写“同左”，没有写数值",
            problem="VALUE_NOT_NUMBER",
            copied=True,
        ),
    ),
    (
        ("≤", "9", "万元", "完成"),
        Reading(
            NO, "lower", False, 9 * M, why="目标是数值，实际完成值“完成”不是数值", problem="VALUE_NOT_NUMBER"
        ),
    ),
    (
        ("≥", "9", "个", "2022年"),
        Reading(NO, "higher", False, 9 * M, why="目标是数值，实际完成值“2022年”不是数值"),
    ),
    (
        ("≥", "90", "%", "≥85%"),
        Reading(
            NO,
            "higher",
            False,
            90 * M,
            why="实际完成值“≥85%”只是一个范围，不是实际数值",
            problem="VALUE_NOT_NUMBER",
            percent=True,
        ),
    ),
    (
        ("≥", "9", "公里", "9个"),
        Reading(
            NO,
            "higher",
            False,
            9 * M,
            why="目标单位“公里”与实际完成值“9个”的单位不能换算",
            problem="UNIT_MISMATCH",
        ),
    ),
    (
        ("≥", "30", "人", "95%"),
        Reading(
            NO,
            "higher",
            False,
            30 * M,
            why="目标单位“人”与实际完成值“95%”的单位不能换算",
            problem="UNIT_MISMATCH",
        ),
    ),
]


def read(*cells):
    return read_indicator(Cells(*cells, "产出指标", "数量指标", "甲"), RULE.qualitative.bands, RULE.yes_no)


@pytest.mark.parametrize(
    ("cells", "reading"), READINGS, ids=["".join(one[0]) + "/" + one[0][3] for one in READINGS]
)
def test_a_row_is_read(cells, reading):
    assert read(*cells) == reading


def test_satisfaction_is_told_by_its_name_and_its_percent():
    def kind(*cells, name="满意度指标"):
        return read_indicator(Cells(*cells, "效益指标", name, "甲"), RULE.qualitative.bands, RULE.yes_no)

    assert kind("≥", "90", "%", "95").kind == S
    assert kind("≥", "90", "%", "95").shown == "higher"
    assert kind("=", "90", "%", "95").shown == "equal"
    assert kind("≥", "90", "分", "95").kind == H
    assert kind("≤", "90", "%", "95").kind == L
    assert kind("≥", "90", "%", "95", name="社会效益").kind == H


@pytest.mark.parametrize(
    ("actual", "believed", "problem"),
    [
        ("0.98", True, "PERCENT_UNCLEAR"),
        ("0.98", False, ""),
        ("1", True, "PERCENT_UNCLEAR"),
        ("0", True, ""),
        ("1.1", True, ""),
        ("0.98%", True, ""),
    ],
)
def test_a_fraction_where_percent_is_asked_is_unclear_only_if_the_table_believes_in_it(
    actual, believed, problem
):
    cells = Cells("≥", "95", "%", actual, believed=believed)
    assert read_indicator(cells, RULE.qualitative.bands, RULE.yes_no).problem == problem


@pytest.mark.parametrize(
    ("target", "actual", "band"),
    [
        ("好", "好", 0),
        ("好", "同左", 0),
        ("好", "完成", 0),
        ("好", "达成年度指标", 0),
        ("好", "部分完成，继续推进", 1),
        ("好", "未完成", 2),
        ("好", "较好", -1),
    ],
)
def test_band_named_by_words(target, actual, band):
    assert band_of(target, actual, RULE.qualitative.bands) == band


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        ("86.5%", ("86.5", 1)),
        ("100.00%", ("100", 0)),
        ("0.865", ("86.5", 1)),
        ("1", ("100", 0)),
        ("86.35", ("86.35", 2)),
        ("2", ("200", 0)),
        ("2.1", ("2.1", 1)),
        ("0", ("0", 0)),
    ],
)
def test_a_published_rate_in_percent_with_its_decimals(cell, rate):
    assert percent_of(cell) == (Decimal(rate[0]), rate[1])


@pytest.mark.parametrize("cell", ["", None, "—", "正常"])
def test_no_rate_is_published(cell):
    assert percent_of(cell) is None


def test_published_figures_are_rounded_or_cut():
    exact = Decimal("8.635125")
    assert [rounds_to(exact, Decimal(one), 2) for one in ("8.64", "8.63", "8.62", "8.65")] == [
        True,
        True,
        False,
        False,
    ]
    assert [rounds_to(exact, Decimal(one), 0) for one in ("9", "8", "10")] == [True, True, False]
    assert [decimals_of(Decimal(one)) for one in ("10", "9.5", "9.50", "100")] == [0, 1, 1, 0]
    assert (points(7_500_000), points(8_635_125), wan(387_664_62), wan(0)) == (
        "7.5",
        "8.64",
        "38.766462",
        "0",
    )
    assert rounds_to(Decimal("8.625"), Decimal("8.63"), 2)
    assert points(8_625_000) == "8.63"
    assert decimals_of(Decimal("Infinity")) == 0


def test_rates_of_amounts_rounded_to_a_hundred_yuan_have_room_and_no_more():
    def hidden(shown, budget=330_000, spent=310_000, digits=2):
        return _from_rounded(Decimal(budget), Decimal(spent), Decimal(shown), digits)

    # The true rate lies between 305/335 and 315/325; half of the last place is added on each side.
    assert [hidden(one) for one in ("91.03", "91.04", "96.92", "96.93")] == [False, True, True, False]
    assert not hidden("94.12", budget=330_001)
    assert not hidden("94.12", spent=310_001)
    assert not hidden("94.12", budget=0)
    assert hidden("91", digits=0)


def test_the_basis_of_a_finding_is_the_source_of_its_own_rule():
    huangshi = load_rules("huangshi", date(2025, 6, 1))
    codes = finding_codes()
    assert codes["EXECUTION_POINTS"].basis_under(huangshi) == huangshi.self_evaluation.execution.basis
    assert codes["GRADE_NOT_OF_SCORE"].basis_under(huangshi) == huangshi.grades.basis
    assert codes["TOTAL_NOT_SUM"].basis_under(huangshi).startswith("表内勾稽")


def test_every_finding_code_is_complete_and_its_rule_exists():
    paths = dict(load_rules("huangshi", date(2025, 6, 1)).questions())
    for code in finding_codes().values():
        assert code.title, code
        assert code.remedy.endswith("。"), code
        assert code.example, code
        assert code.severity in {"错误", "提醒", "说明"}
        assert bool(code.basis) != bool(code.rule)
        assert not code.rule or code.rule in paths


NAMED = [
    ("培训人数≥100人", "90人", "", Kind.HIGHER, 100, 90),
    ("举办培训班10期", "举办培训班8期", "", Kind.EQUAL, 10, 8),
    ("同比增长5%", "同比增长6%", "", Kind.EQUAL, 5, 6),
    ("不少于50人", "带动就业55人", "", Kind.HIGHER, 50, 55),
    ("100", "1000余份", "份", Kind.EQUAL, 100, 1000),
    ("90%以上", "满意度达96%", "", Kind.HIGHER, 90, 96),
    ("≤3‰", "0.25%", "", Kind.LOWER, 3, Decimal("2.5")),
    ("≤2小时", "90分钟", "", Kind.LOWER, 120, 90),
    ("≥2公顷", "30亩", "", Kind.HIGHER, 30, 30),
    ("≤0.5万元/人", "5000元/人", "", Kind.LOWER, 5000, 5000),
    ("≤30万元/年", "28万元", "", Kind.LOWER, 30, 28),
    ("100", "100%", "", Kind.EQUAL, 100, 100),
    ("0.95", "98%", "", Kind.EQUAL, 95, 98),
    ("387664.62", "387664.62元", "", Kind.EQUAL, Decimal("387664.62"), Decimal("387664.62")),
]


@pytest.mark.parametrize(("target", "actual", "unit", "kind", "a", "b"), NAMED, ids=[one[0] for one in NAMED])
def test_figures_behind_their_name_and_other_units_make_a_pair(target, actual, unit, kind, a, b):
    found = read("", target, unit, actual)
    assert (found.kind, found.target_micro, found.actual_micro) == (kind, a * M, b * M)


UNSAFE = [
    ("每月1次", "12次"),  # what is counted is not the same
    ("第3期", "3期"),
    ("同比增长5%", "同比下降3%"),
    ("培训10期", "培训80人"),
    ("举办活动", "举办活动10场"),
]


@pytest.mark.parametrize(("target", "actual"), UNSAFE, ids=[one[0] for one in UNSAFE])
def test_figures_whose_words_turn_their_sense_are_left_as_words(target, actual):
    found = read("", target, "", actual)
    assert found.kind == Kind.JUDGED
    assert found.target_micro is None


@pytest.mark.parametrize(
    ("target", "actual", "band"),
    [
        ("验收合格", "未验收", 2),
        ("明显", "不明显", 2),
        ("零事故", "未发生事故", -1),
        ("无投诉", "未及时登记", -1),
        ("完工", "未完成", 2),
    ],
)
def test_an_answer_that_says_undone_names_the_lowest_band(target, actual, band):
    assert band_of(target, actual, RULE.qualitative.bands) == band


def test_a_day_without_a_year_lies_in_the_budget_year():
    def late(target, actual):
        cells = Cells("", target, "", actual, year=2022)
        return read_indicator(cells, RULE.qualitative.bands, RULE.yes_no).problem == "LATE"

    assert late("12月底前", "2023年1月15日")
    assert late("2021年12月", "1月15日")
    assert not late("12月底前", "2022年12月31日")
    assert not late("2023年1月", "12月31日")
