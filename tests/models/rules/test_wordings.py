"""Ways in which departments write a result: what is read in them, and what is not read into them."""

from datetime import date

import pytest

from models.rules.indicators import Cells, Kind, read_indicator
from models.rules.numerals import spelled
from models.rules.profiles import load_rules
from models.rules.values import parse_cell
from models.rules.word_targets import late

RULE = load_rules("mof-2020", date(2025, 6, 1)).self_evaluation
M = 1_000_000


def read(sign, target, unit, actual, name="甲"):
    cells = Cells(sign, target, unit, actual, "产出指标", "数量指标", name)
    return read_indicator(cells, RULE.qualitative.bands, RULE.yes_no)


@pytest.mark.parametrize(
    ("sign", "target", "actual", "copied"),
    [
        ("≥", "120", "=120户", False),
        ("=", "100", "=100", False),
        ("", "=100户", "=100户", False),
        ("≤", "45", "=45户", False),
        ("≥", "120", "≥120户", True),
        ("", "≥120户", "≥120户", True),
        ("正向指标", "120", "≥120户", True),
        ("≤", "120", "≥120户", False),
        ("", "120", "≥120户", True),
    ],
)
def test_a_bound_is_copied_but_an_equals_sign_is_a_result(sign, target, actual, copied):
    assert read(sign, target, "户", actual).copied == copied


@pytest.mark.parametrize(
    ("target", "unit", "actual", "pair"),
    [
        ("300", "万元", "300万", (300, 300)),
        ("3000000", "元", "299万", (3_000_000, 2_990_000)),
        ("1", "亿元", "9999万", (10_000, 9_999)),
        ("12", "万人", "11万", (12, 11)),
        ("30000", "个", "3万", (30_000, 30_000)),
        ("300", "万", "300万元", (300, 300)),
        ("2", "公里", "1万", (2, 10_000)),
    ],
)
def test_a_scale_word_alone_counts_what_the_other_side_counts(target, unit, actual, pair):
    found = read("≥", target, unit, actual)
    assert found.problem == ""
    assert (found.target_micro, found.actual_micro) == (pair[0] * M, pair[1] * M)


def test_a_scale_word_is_no_rate():
    assert read("≥", "100", "%", "300万").problem == "UNIT_MISMATCH"


@pytest.mark.parametrize(
    ("sign", "target", "unit", "actual", "numbers"),
    [
        ("", "1套", "", "一套", (1, 1)),
        ("≥", "3", "次", "三次", (3, 3)),
        ("≥", "3", "次", "两次", (3, 2)),
        ("≥", "12", "户", "十二户", (12, 12)),
        ("≥", "20", "户", "已完成二十户", (20, 20)),
        ("", "不少于三次", "", "2次", (3, 2)),
        ("", "三次", "", "两次", (3, 2)),
        ("≥", "3", "次", "三", (3, 3)),
        ("≥", "30", "万元", "三十五万元", (300_000, 350_000)),
        ("≥", "105", "户", "一百零五户", (105, 105)),
    ],
)
def test_chinese_numerals_with_a_unit_are_numbers(sign, target, unit, actual, numbers):
    found = read(sign, target, unit, actual)
    assert (found.target_micro, found.actual_micro) == (numbers[0] * M, numbers[1] * M)


@pytest.mark.parametrize(
    "text", ["一般", "一流", "第三次", "百户", "一二户", "三十分之一", "十分满意", "十百户"]
)
def test_words_that_only_begin_like_a_numeral_stay_words(text):
    assert spelled(parse_cell(text), {"户", "次"}) == parse_cell(text)


def test_a_numeral_is_left_to_the_judge_where_the_row_is_qualitative():
    assert read("定性", "一次", "", "一次").kind == Kind.JUDGED


@pytest.mark.parametrize(
    ("unit", "actual", "number"),
    [
        ("%", "经验收全部合格，合格率100%", 100),
        ("%", "发放问卷200份，满意度98%", 98),
        ("%", "满意度98%；回收问卷1,200份", 98),
        ("%", "合格率100%，优良率96%", None),
        ("%", "未验收，预计合格率100%", None),
        ("%", "比上年增长，合格率提高5%", None),
    ],
)
def test_the_only_figure_with_the_unit_is_taken_from_a_sentence(unit, actual, number):
    found = read("≥", "90", unit, actual)
    assert found.actual_micro == (None if number is None else number * M)
    assert found.problem == ""
    assert bool(found.why) == (number is None)


@pytest.mark.parametrize(
    ("sign", "target", "unit", "actual", "missed"),
    [
        ("=", "1", "处", "未完成", True),
        ("≥", "3", "场", "未开展", True),
        ("≤", "12", "月", "未完成", True),
        ("≤", "30", "万元", "未支付", False),
        ("=", "0", "起", "未及时发现", False),
        ("=", "1", "处", "已完成", False),
        ("", "按时完成", "", "逾期两个月", True),
        ("", "按时完成", "", "延期率0", False),
        ("", "不逾期", "", "逾期0起", False),
        ("定性", "是", "", "否", True),
        ("定性", "是", "", "是", False),
        ("", "零事故", "", "1起", True),
        ("", "零事故", "", "0起", False),
        ("定性", "0起", "", "1起", True),
        ("", "无", "", "1起", True),
        ("", "无", "", "5场", False),
        ("", "10场", "", "9场", False),
    ],
)
def test_words_that_say_the_target_was_missed(sign, target, unit, actual, missed):
    assert read(sign, target, unit, actual).missed == missed


def test_being_late_is_not_said_by_a_rate_of_none():
    assert [late(text) for text in ("延误3天", "逾期", "逾期率为0", "无逾期")] == [True, True, False, False]
