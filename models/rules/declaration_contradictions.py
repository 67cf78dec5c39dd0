"""Figures and dates of a goal's words that its own indicators give otherwise."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz

from models.rules.columns import MICRO, plain
from models.rules.declaration_guide import LIMITS, TERMS, Fault, Record, any_of, fault, shown
from models.rules.declaration_rows import said
from models.rules.report.numbers import whole
from models.rules.values import DATE, NUMBER, WORDS, plain_text, scale_of

COUNTED = re.compile(
    r"([\u4e00-\u9fff\"“”]*)[(（]?([≥≤><=]|不少于|不低于|不高于|不超过|达到?)?(\d+(?:\.\d+)?)(万|亿)?([\u4e00-\u9fff%]{1,3})"
)
AT_LEAST = ("≥", ">", "不少于", "不低于")
AT_MOST = ("≤", "<", "不超过", "不高于", "控制在")
# Numerals that count something: no ordinals (第三), no 每千人, no 一次性.
IN_WORDS = re.compile(
    r"(?<![第每同某之统任唯逐进一二两三四五六七八九十百千])((?:[一二两三四五六七八九]|十)[一二三四五六七八九十百千]*)"
    r"(?=[万亿]?(?:个|座|条|所|家|户|人|名|场|次(?!性)|台|套|辆|处|盏|棵|株|顶|床|头|件|份|公里|栋|亩|平方米|米|元)|月[底末份前])"
)
DUE = re.compile(r"(\d{1,2})月(?:\d{1,2}日|底|末|份)?(?:之?前|以前)?[\u4e00-\u9fff]{0,4}")
DONE = "完成|完工|竣工|建成"
# A whole clause that only says by when all is done: nothing but the year or the works stands before the month.
ALL_DONE = re.compile(
    rf"(?:^|[,;:、])(?:\d{{4}}年|当年|今年|工程|项目|施工|建设|于|在|力争|确保)*(\d{{1,2}})月(?:\d{{1,2}}日|底|末|份)?(?:之?前|以前)?"
    rf"(?:全部|全面)?({DONE})(?:建设|施工|工程|任务|项目)*(?=[^\u4e00-\u9fff]|$)"
)


class Told(NamedTuple):
    """A figure of a goal: the words before and after it, and whether more (不少于, 以上) or less will do as well."""

    amount: Decimal
    words: str
    least: bool
    most: bool
    thing: str

    def kept(self, target: Decimal) -> bool:
        """Whether an indicator's figure says the same."""
        return (
            target == self.amount
            or (self.least and target > self.amount)
            or (self.most and target < self.amount)
        )


def contradictions(own: dict[str, list[Record]], projects: pd.DataFrame) -> Iterator[Fault]:
    """A figure or a date of the goal that its own indicator gives otherwise."""
    for project, goal in projects["goal"].dropna().items():
        text = plain_text(str(goal).replace("。", ","))
        text = IN_WORDS.sub(lambda match: str(whole(match[1])), text)
        if not re.search(r"\d", text):
            continue
        rows = own.get(str(project), [])
        yield from _figures(text, [one for one in rows if one["form"] == NUMBER and one["words"]])
        yield from _dates(text, [one for one in rows if one["form"] == DATE])
        yield from _done(text, rows)


def _figures(goal: str, rows: list[Record]) -> Iterator[Fault]:
    scaled = [(one, *scale_of(one["words"])) for one in rows]
    told: dict[str, list[Told]] = {}  # by unit
    for unit, figure in _counted(goal, {unit for _, unit, _ in scaled}):
        told.setdefault(unit, []).append(figure)
    for one, unit, factor in scaled:
        figures = told.get(unit)
        if not figures:
            continue
        target = Decimal(int(one["number_micro"])) / MICRO * factor
        about = [figure for figure in figures if _same(one["name"], figure.words)]
        if not about and one["operator"] not in {"≤", "<"}:
            about = [
                figure
                for figure in figures
                if figure.amount > target
                and _part_of(one["name"], figure.words)
                and not any(_same(row["name"], figure.words) for row in rows if row is not one)
            ]
        about = about or _counting(one, rows, unit, figures)
        if not about or any(figure.kept(target) for figure in about):
            continue
        if target != sum(figure.amount for figure in figures):  # the parts of a goal may stand as one sum
            says = f"目标文字中为{plain(about[0].amount)}{unit}，指标“{one['level_3']}”为{shown(one)}。"
            yield fault(one, "value", "F-CONTRADICT", says)


def _counted(goal: str, units: set[str]) -> Iterator[tuple[str, Told]]:
    """(unit, figure) of each figure in a text, with the one to three letters after it that are one of the units."""
    for match in COUNTED.finditer(goal):
        before, sign, number, scale, after = match.groups()
        lengths = [length for length in range(1, len(after) + 1) if after[:length] in units]
        if not lengths:
            continue
        amount = Decimal(number) * WORDS["scale"].get(scale or "", 1)
        words, least = before[-12:].strip('"“”'), sign in AT_LEAST or before.endswith(AT_LEAST)
        most = sign in AT_MOST or before.endswith(AT_MOST)
        for length in lengths:
            end = match.start(5) + length
            beyond, within = goal.startswith(("以上", "及以上"), end), goal.startswith(("以内", "以下"), end)
            yield after[:length], Told(amount, words, least or beyond, most or within, goal[end : end + 8])


def _counting(one: Record, rows: list[Record], unit: str, figures: list[Told]) -> list[Told]:
    """The goal's only figure in a unit, for the only quantity in it, where the thing counted stands after it: 10家卫生院."""
    if len(figures) != 1 or one["operator"] in AT_MOST:
        return []
    if [row for row in rows if "数量" in row["level_2"] and scale_of(row["words"])[0] == unit] != [one]:
        return []
    core, thing = said(one["name"]), figures[0].thing
    return figures if any(core[-length:] in thing for length in (3, 4) if len(core) > length) else []


def _same(name: str, words: str) -> bool:
    """Whether an indicator speaks of what the words before a figure name: alike, and the same thing at the end."""
    name = _bare(name)
    core = said(name)
    if core[-2:] not in words and name not in words:
        return False  # as most are
    words = re.sub("不少于$|不低于$|不高于$|不超过$|控制在$|达到?$|为$|共$|约$", "", words)
    lead = words.removesuffix(name)
    if (
        name.endswith("率")
        and lead != words
        and re.fullmatch(rf"(?:{any_of('empty')}|全年|年内|实现|使|其中|力争)*", lead)
    ):
        return True  # a rate by its own name, however short
    about = said(words)
    if (
        name.endswith("率")
        and core.endswith(about)
        and re.match(any_of("narrower"), core.removesuffix(about))
    ):
        return False  # a rate of some of them only: 重大隐患整改率 beside 隐患整改率
    about = about[-max(len(core), 2) - 2 :]
    return (
        len(core) >= 3
        and len(about) >= 2
        and core[-2:] == about[-2:]
        and fuzz.partial_ratio(core, about) >= LIMITS["same_measure_ratio"]
    )


@lru_cache(maxsize=10_000)
def _bare(name: str) -> str:
    """A name without what stands in brackets."""
    return re.sub(r"\(.*?\)", "", name)


def _part_of(name: str, words: str) -> bool:
    """Whether the words name a kind of the indicator's thing: 新修村组公路 of 新修公路. No part is more than its whole."""
    core, about = said(_bare(name)), said(words)
    return len(core) >= 4 and about[-2:] == core[-2:] and core[:-2] in about[:-2]


def _dates(goal: str, rows: list[Record]) -> Iterator[Fault]:
    """The goal's one date for a step, against the one date that an indicator gives for the same step."""
    told = [(int(match[1]), match[0]) for match in DUE.finditer(goal)]
    if len(told) != 1 or len(rows) != 1:
        return
    (month, words), one = told[0], rows[0]
    step = next((step for step in TERMS["steps"] if step in words and step in one["name"]), None)
    due = int(parse_month(one["text"]) or 0)
    if step and due > month:
        says = f"目标文字中为{month}月{step}，指标“{one['level_3']}”为{one['value']}。"
        yield fault(one, "value", "F-CONTRADICT", says)


def _done(goal: str, rows: list[Record]) -> Iterator[Fault]:
    """The goal's one date by which all is done, against a time of completion that is given as a month: ≤ 12 月."""
    told = [int(match[1]) for match in ALL_DONE.finditer(goal)]
    if len(told) != 1 or len(DUE.findall(goal)) != 1:
        return
    due = [
        one
        for one in rows
        if one["form"] == NUMBER
        and one["words"] == "月"
        and one["operator"] not in {"≥", ">"}
        and re.fullmatch(rf"(?:[\u4e00-\u9fff]{{0,6}})(?:{DONE})(?:时间|时限|日期|月份)?", one["name"])
    ]
    for one in due if len(due) == 1 else []:
        month = int(one["number_micro"]) // MICRO
        if told[0] < month <= 12:
            says = f"目标文字中为{told[0]}月完成，指标“{one['level_3']}”为{one['operator']}{month}月。"
            yield fault(one, "value", "F-CONTRADICT", says)


def parse_month(text: str) -> int | None:
    """The month of a date as written."""
    match = re.search(r"(?:\d{4}[年.-])?(\d{1,2})(?:月|[.-]\d)", text)
    return int(match[1]) if match else None
