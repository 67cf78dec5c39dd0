"""The words of a goal: object, amount and time, what was copied, and what its own indicators give otherwise."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd
from rapidfuzz import fuzz

from models.rules.columns import MICRO, plain
from models.rules.declaration_guide import LIMITS, TERMS, Fault, Record, any_of, codes, fault, shown
from models.rules.declaration_rows import said
from models.rules.values import DATE, NUMBER, WORDS, plain_text, scale_of

DATED = r"(?:19|20)\d{2}(?:年度?|-(?:19|20)\d{2}年度?)?|\d{1,2}月(?:份|底|末|\d{1,2}日)?|第[一二三四五六七八九十百\d]+|十[三四五]五|[〔\[(]\d{4}[〕\])]\d*号?|[A-Z]\d+"
CHINESE = r"[一二两三四五六七八九十百千]+(?:个|座|条|所|家|户|人|名|场|次|期|台|套|辆|项|处|公里|万|千|百|亿|栋|批次)"
COUNTED = re.compile(
    r"([\u4e00-\u9fff\"“”]*)[(（]?([≥≤><=]|不少于|不低于|不高于|达到?)?(\d+(?:\.\d+)?)(万|亿)?([\u4e00-\u9fff%]{1,3})"
)
DUE = re.compile(r"(\d{1,2})月(?:\d{1,2}日|底|末|份)?(?:之?前|以前)?[\u4e00-\u9fff]{0,4}")


def goals(projects: pd.DataFrame) -> Iterator[Fault]:
    """A goal that names no object, no amount, no time. A project without a goal column is not looked at."""
    for project, goal in projects["goal"].dropna().items():
        text = plain_text(goal)
        rest = re.sub(f"{any_of('empty')}|{any_of('vague')}|[^\u4e00-\u9fff]", "", text)
        says, code = "", "F-GOAL"
        if not text:
            says = "没有填写“年度绩效目标”。"
        elif len(rest) < LIMITS["shortest_object"]:
            says = "“年度绩效目标”只有表态性的话，没有写明做什么。"
        elif _has_amount(text):
            continue
        elif len(text) < LIMITS["shortest_goal"]:
            says = f"“年度绩效目标”只有{len(text)}个字，没有写明做多少、何时完成。"
        else:
            dated = re.search(r"\d{4}年|\d月|季度|年底|年末|年内|日前|全年", text)
            says = f"“年度绩效目标”没有写明{'做多少' if dated else '做多少、何时完成'}。"
            code = "F-GOAL-AMOUNT"
        yield Fault(str(project), None, "annual_goal", code, goal, says)


def _has_amount(text: str) -> bool:
    """A figure that is no date, a Chinese number with what it counts, or words for all of them."""
    rest = re.sub(DATED, "", text)
    return bool(re.search(rf"\d|{CHINESE}|{any_of('amount')}|应.尽.", rest))


def copied(projects: pd.DataFrame) -> Iterator[Fault]:
    """Goals taken word for word from last year, from the guide's model phrases, or from another project."""
    models = [_even(one.model) for one in codes().values()]
    known = projects[projects["goal"].notna()]
    texts = known["goal"].map(plain_text)
    texts = texts[texts.str.len() >= LIMITS["shortest_copied"]]
    for project, last in known["last_goal"].reindex(texts.index).items():
        text = _even(texts[project])
        if last and _alike(text, _even(str(last))):
            says = "“年度绩效目标”与上年度的几乎一字不差。"
        elif any(_alike(text, model) for model in models):
            says = "“年度绩效目标”照抄了指南的示范写法。"
        else:
            continue
        yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)
    first: dict[str, str] = {}
    for project, text in texts.items():
        name = str(known.at[project, "name"])
        if first.setdefault(text, name) != name:
            says = f"“年度绩效目标”与项目“{first[text]}”一字不差。"
            yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)


def _even(text: str) -> str:
    """Without the year, which changes by itself."""
    return re.sub(r"(?:19|20)\d{2}年度?", "", plain_text(text))


def _alike(text: str, other: str) -> bool:
    return fuzz.ratio(text, other) >= LIMITS["copied_ratio"] and re.findall(r"\d+", text) == re.findall(
        r"\d+", other
    )


def contradictions(own: dict[str, list[Record]], projects: pd.DataFrame) -> Iterator[Fault]:
    """A figure or a date of the goal that its own indicator gives otherwise."""
    for project, goal in projects["goal"].dropna().items():
        text = plain_text(goal)
        if not re.search(r"\d", text):
            continue
        rows = own.get(str(project), [])
        yield from _figures(text, [one for one in rows if one["form"] == NUMBER and one["words"]])
        yield from _dates(text, [one for one in rows if one["form"] == DATE])


def _figures(goal: str, rows: list[Record]) -> Iterator[Fault]:
    told: dict[str, list[tuple[Decimal, str]]] = {}  # unit → figures in it, with the words before each
    for count, before, after in _counted(goal):
        told.setdefault(after, []).append((count, before))
    for one in rows:
        unit, factor = scale_of(one["words"])
        about = [count for count, before in told.get(unit, ()) if _same(one["name"], before)]
        target = Decimal(int(one["number_micro"])) / MICRO * factor
        if about and target not in about:
            says = f"目标文字中为{plain(about[0])}{unit}，指标“{one['level_3']}”为{shown(one)}。"
            yield fault(one, "value", "F-CONTRADICT", says)


def _counted(goal: str) -> Iterator[tuple[Decimal, str, str]]:
    """(number, words before it, unit) of each figure in a text."""
    for match in COUNTED.finditer(goal):
        before, _, number, scale, after = match.groups()
        count = Decimal(number) * WORDS["scale"].get(scale or "", 1)
        for length in range(1, len(after) + 1):
            yield count, before[-12:].strip('"“”'), after[:length]


def _same(name: str, words: str) -> bool:
    """Whether an indicator speaks of what the words before a figure name: alike, and the same thing at the end."""
    core, about = said(re.sub(r"\(.*?\)", "", name)), said(re.sub("达到?$|为$|共$|约$", "", words))
    about = about[-max(len(core), 2) - 2 :]
    return (
        len(core) >= 3
        and len(about) >= 2
        and core[-2:] == about[-2:]
        and fuzz.partial_ratio(core, about) >= LIMITS["same_measure_ratio"]
    )


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


def parse_month(text: str) -> int | None:
    """The month of a date as written."""
    match = re.search(r"(?:\d{4}[年.-])?(\d{1,2})(?:月|[.-]\d)", text)
    return int(match[1]) if match else None
