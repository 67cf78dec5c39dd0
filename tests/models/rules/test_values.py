"""Cells of published tables, one a line: what is read in them, and what is left as text."""

import pandas as pd
import pytest

from models.rules.values import parse_cell, parse_values, scale_of

NUMBERS = [
    ("≥95%", "≥", "95", "%"),
    ("100%覆盖", "", "100", "%"),
    ("1次/月", "", "1", "次/月"),
    ("90.00 万元", "", "90", "万元"),
    ("25TB", "", "25", "TB"),
    ("≥360天", "≥", "360", "天"),
    ("不低于95%", "≥", "95", "%"),
    ("95％以上", "≥", "95", "%"),
    ("30万元以内", "≤", "30", "万元"),
    ("不超过30万元", "≤", "30", "万元"),
    ("30日内", "≤", "30", "天"),
    (">=90", "≥", "90", ""),
    ("<=5", "≤", "5", ""),
    ("＞0.5", ">", "0.5", ""),
    ("1,346.0088万平方米", "", "1346.0088", "万平方米"),
    ("１００％", "", "100", "%"),
    ("≥100百分比", "≥", "100", "%"),
    ("620万/月", "", "620", "万/月"),
    ("完成300公里", "", "300", "公里"),
    ("3000平方米（含绿化）", "", "3000", "平方米"),
    ("12m2", "", "12", "m2"),
    ("-5%", "", "-5", "%"),
    ("百分之95", "", "95", "%"),
    ("=6艘", "=", "6", "艘"),
    ("0", "", "0", ""),
    (".5", "", "0.5", ""),
    ("0.0000014", "", "0.000001", ""),
]
OTHERS = [
    ("2020年1月--11月", "period"),
    ("2020年1月--2020年11月", "period"),
    ("2022年全年", "period"),
    ("2022年", "period"),
    ("2022年12月", "date"),
    ("12月底之前完成", "date"),
    ("2022-12-31", "date"),
    ("2022/12/31", "date"),
    ("2022年13月", "text"),
    ("达成预期指标", "text"),
    ("同左", "text"),
    ("全天候可用", "text"),
    ("约40%", "text"),
    ("100余人", "text"),
    ("90%-95%", "text"),
    ("3-5个", "text"),
    ("1:3", "text"),
    ("6O", "text"),
    ("按进度执行,已使用约40%", "text"),
    ("≥95%以内", "text"),
    ("先后举办有社会影响力的活动5场;成立中心", "text"),
    ("9999999999999999999", "text"),
    ("无", "none"),
    ("不适用", "none"),
    ("无。", "none"),
    ("", "blank"),
    ("  ", "blank"),
    ("—", "blank"),
    ("/", "blank"),
]


@pytest.mark.parametrize(("cell", "operator", "number", "unit"), NUMBERS, ids=[one[0] for one in NUMBERS])
def test_a_cell_holds_a_number(cell, operator, number, unit):
    value = parse_cell(cell)
    assert (value.form, value.operator, value.unit) == ("number", operator, unit)
    whole, _, part = number.lstrip("-").partition(".")
    micro = int(whole) * 1_000_000 + int(part.ljust(6, "0") or 0)
    assert value.micro == (-micro if number.startswith("-") else micro)


@pytest.mark.parametrize(("cell", "form"), OTHERS, ids=[one[0] or "blank" for one in OTHERS])
def test_a_cell_holds_no_number_and_is_kept(cell, form):
    value = parse_cell(cell)
    assert value.form == form
    assert value.micro is None or form == "date"


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2022年12月", 20221231), ("2022年3月5日前", 20220305), ("12月底", 1231), ("2022.6.30", 20220630)],
)
def test_a_day_is_the_last_one_meant(cell, day):
    assert parse_cell(cell).micro == day


@pytest.mark.parametrize(
    ("unit", "base", "factor"),
    [
        ("万元", "元", 10_000),
        ("亿元", "元", 10**8),
        ("元", "元", 1),
        ("万人次", "人次", 10_000),
        ("万寿菊", "万寿菊", 1),
    ],
)
def test_units_counted_in_ten_thousands(unit, base, factor):
    assert scale_of(unit) == (base, factor)


def test_a_column_of_cells_keeps_its_index_and_every_text():
    frame = parse_values(pd.Series(["≥95%", None, "同左"], index=[7, 8, 9]))
    assert list(frame.index) == [7, 8, 9]
    assert frame["form"].tolist() == ["number", "blank", "text"]
    assert frame["number_micro"].tolist() == [95_000_000, pd.NA, pd.NA]
    assert frame["text"].tolist() == ["≥95%", "", "同左"]
    assert frame["operator"].tolist() == ["≥", "", ""]
    assert frame["unit"].tolist() == ["%", "", ""]


@pytest.mark.parametrize("cell", ["\u200b≥95%", "≥95%\ufeff", "≥\u206095\u00a0％"])
def test_what_nobody_sees_in_a_cell_changes_nothing(cell):
    assert parse_cell(cell) == parse_cell("≥95%")
