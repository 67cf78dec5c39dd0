"""Single indicators of a declaration: names, values that cannot be measured, rows under the wrong class."""

import re
from functools import lru_cache

import pandas as pd

from models.rules.columns import MICRO
from models.rules.declaration_guide import Fault, Record, any_of, faults, shown
from models.rules.values import BLANK, DATE, NUMBER, PERIOD, TEXT, WORDS

BARE = r"[\d.,%\s]*"
PLACEHOLDER = r"(?:(?:三级)?指标(?:名称|内容)?\d*:?|…+|\.{2,}|X+|×+)"
ABOUT = r"[^\d]{0,4}(?:约|近|大约)\d[\d.,]*[万亿]?[^\d]{0,6}|[≥≤><]?\d[\d.,]*[万亿]?(?:余|多|左右)[^\d]{0,6}|[≥≤><]?\d[\d.,]*[^\d]{0,4}左右"
UNSAID = r"=?(?:若干|适量|[Xx×*]{1,3}|…+)[\u4e00-\u9fff%]{0,3}"
SLIPPED = r"\d[OolI]|[OolI]\d"


def names(rows: pd.DataFrame) -> list[Fault]:
    """Indicators that are bare numbers, blank, or stand twice in one set."""
    bare = rows["name"].str.fullmatch(BARE)
    unfilled = rows["name"].str.fullmatch(PLACEHOLDER)
    again = rows.duplicated(["project", "group", "name"]) & ~bare
    return [
        *faults(rows, bare & ~unfilled & (rows["name"] != ""), "level_3", "F-NAME",
                lambda r: f"“三级指标”为“{r['level_3']}”，只有数字，看不出考核什么。"),
        *faults(rows, rows["name"] == "", "level_3", "F-NAME", lambda _: "“三级指标”没有填写名称。"),
        *faults(rows, unfilled, "level_3", "F-NAME",
                lambda r: f"“三级指标”为“{r['level_3']}”，是表样里的占位文字，没有填写名称。"),
        *faults(rows, again, "level_3", "F-DUPLICATE",
                lambda r: f"“三级指标”与前面重复：“{r['level_3']}”。"),
    ]  # fmt: skip


def same_terms(own: dict[str, list[Record]]) -> list[Fault]:
    """Long-term and annual indicators that are the same rows twice."""
    found = []
    for project, rows in own.items():
        sets: dict[str, list[tuple[str, ...]]] = {}
        for one in rows:
            sets.setdefault(one["group"], []).append((one["name"], one["text"], one["words"]))
        terms = list(sets.values())
        if len(terms) > 1 and len(terms[0]) > 1 and any(terms[0] == other for other in terms[1:]):
            says = f"长期目标与年度目标的{len(terms[0])}个指标完全相同。"
            found.append(Fault(project, None, "value", "F-LONG-TERM", "", says))
    return found


def values(rows: pd.DataFrame) -> list[Fault]:
    """Values that cannot be measured. Patterns are looked for only in the few rows that may hold them."""
    number = rows["form"] == NUMBER
    bare = rows[number & (rows["words"] == "") & (rows["number_micro"] != 0)]
    shares = rows[number & (rows["words"] == "%") & _beyond(rows)]
    least = rows[number & rows["operator"].isin(["≥", ""]) & (rows["number_micro"] <= MICRO).fillna(False)]
    low = least[(least["words"] == "%") & (least["number_micro"] > 0)]
    return [
        *faults(rows, rows["form"] == BLANK, "value", "F-VALUE",
                lambda r: f"“{r['level_3']}”没有填写指标值。"),
        *_words(rows[rows["form"] == TEXT]),
        *faults(bare, ~bare["name"].str.contains(any_of("unitless")), "unit", "F-UNIT",
                lambda r: f"“指标值”为“{r['value']}”，没有度量单位。"),
        *faults(shares, _rates(shares), "value", "F-IMPOSSIBLE",
                lambda r: f"“{r['level_3']}”的指标值为{r['operator']}{shown(r).lstrip('≥>=≤<')}，"
                          "比率只能在0到100%之间。"),
        *faults(low, low["name"].str.contains(any_of("high_rates")) & ~low["name"].str.contains(any_of("growth")),
                "value", "F-IMPOSSIBLE",
                lambda r: f"“{r['level_3']}”的指标值为{shown(r)}，几乎为零，请核对是否把小数当作了百分数。"),
        *faults(least, (least["number_micro"] == 0) & (least["operator"] == "≥"), "value", "F-VALUE",
                lambda r: f"“{r['level_3']}”的指标值为≥0，任何结果都算完成。"),
    ]  # fmt: skip


def _words(rows: pd.DataFrame) -> list[Fault]:
    """Values in words: where a number is due, without any content, or without anything that could be verified."""
    text = rows["text"]
    signed = rows["sign"].isin(["≥", "≤", ">", "<"]) | text.str.match("[≥≤><]")
    wrong = signed & (~text.str.contains(r"\d") | text.str.contains(SLIPPED))
    wrong |= (rows["sign"] == "=") & text.str.fullmatch(r"[\dOolI.,]+%?")
    nothing = text.str.fullmatch(any_of("no_value")) | text.isin(WORDS["scale_of_answers"]["words"])
    nothing &= ~wrong
    nothing |= ~wrong & text.str.fullmatch(UNSAID)
    about = ~wrong & text.str.fullmatch(ABOUT)
    return [
        *faults(rows, wrong, "value", "F-VALUE",
                lambda r: f"“指标值”为“{r['value']}”，不是数字，但指标性质为“{r['operator'] or r['text'][0]}”。"),
        *faults(rows, nothing, "value", "F-VALUE",
                lambda r: f"“{r['level_3']}”的指标值为“{r['value']}”，没有写明要达到什么。"),
        *faults(rows, about, "value", "F-VAGUE",
                lambda r: f"“指标值”为“{r['value']}”，不是准确的数。"),
        *faults(rows, ~wrong & ~nothing & ~about & (_vague(text) | _graded(rows)), "value", "F-VAGUE",
                lambda r: f"“指标值”为“{r['value']}”，含糊不可衡量。"),
    ]  # fmt: skip


def _vague(texts: "pd.Series[str]") -> "pd.Series[bool]":
    """Words without anything that could be counted or verified."""
    text = texts.str.replace(any_of("not_vague"), "", regex=True)
    said = text.str.contains(any_of("vague")) | text.str.match(any_of("vague_start"))
    said |= text.str.fullmatch(any_of("vague_alone"))
    said |= text.str.fullmatch(any_of("vague_phrases"))
    said |= text.str.contains(f"(?:{any_of('vague_end')})$") & ~text.str.contains(any_of("compared"))
    return said & ~text.str.contains(r"\d")


def _graded(rows: pd.DataFrame) -> "pd.Series[bool]":
    """A bare grade (优, 良) where the name tells nobody who grades: an appraisal or an inspection would."""
    grade = rows["text"].str.fullmatch(any_of("grades"))
    return grade & ~rows["name"].str.contains(any_of("graded_names"))


def _rates(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Shares of a whole, which cannot be more than all of it."""
    name = rows["name"].str.replace(r"\(.*?\)$", "", regex=True)
    share = name.str.contains(any_of("rates")) | name.str.contains("(?:率|占比|比重)$")
    return share & ~name.str.contains(any_of("open_rates")) & ~rows["text"].str.contains(any_of("growth"))


def _beyond(rows: pd.DataFrame) -> "pd.Series[bool]":
    whole = 100 * MICRO
    above = (rows["number_micro"] > whole) & ~rows["operator"].isin(["≤", "<"])
    above |= (rows["number_micro"] == whole) & (rows["operator"] == ">")
    return (above | (rows["number_micro"] < 0)).fillna(False).astype(bool)


def misplaced(rows: pd.DataFrame) -> list[Fault]:
    """Indicators that stand under a class they do not belong to."""
    levels, short = rows["levels"], rows["level_2"]
    satisfied = levels.str.contains("满意")
    other = rows[~satisfied]
    pleased = other["name"].str.contains(any_of("satisfaction"))
    dated = other["form"].isin([DATE, PERIOD])
    benefit = other[~pleased & other["levels"].str.contains("效益|可持续|影响")]
    timed = benefit["form"].isin([DATE, PERIOD]) | benefit["name"].str.contains(any_of("time_names"))
    cost = rows[short.isin(["成本指标", "经济成本指标"]) & (rows["form"] == NUMBER)]
    counted = cost["name"].str.contains("(?:人次|人数|户数|次数|数量|里程|面积)$")
    return [
        *faults(other, pleased, "level_2", "F-MISPLACED",
                lambda r: f"“{r['level_3']}”是满意度指标，却列在“{r['level_2']}”下。"),
        *faults(benefit, timed, "level_2", "F-MISPLACED",
                lambda r: f"“{r['level_3']}”（{r['value']}）反映时间，不是效益，却列在“{r['level_2']}”下。"),
        *faults(other, dated & other["level_2"].str.contains("数量"), "level_2", "F-MISPLACED",
                lambda r: f"“{r['level_3']}”（{r['value']}）反映时间，却列在“{r['level_2']}”下。"),
        *faults(cost, counted & ~cost["words"].str.contains("元"), "level_2", "F-MISPLACED",
                lambda r: f"“{r['level_3']}”（{shown(r)}）反映做了多少，却列在“{r['level_2']}”下。"),
    ]  # fmt: skip


@lru_cache(maxsize=10_000)
def said(text: str) -> str:
    """Words of a name or goal without the endings that only say that it is counted."""
    return re.sub(
        r"((?:[件户家台座条处份篇]|场次)数|场次|批次|数量|个数|人数|人次|次数|总数|面积|长度|里程|数|率|指标)$",
        "",
        text,
    )
