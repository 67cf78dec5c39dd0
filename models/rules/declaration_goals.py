"""The words of a goal: object, amount and time, and what was copied."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd
from rapidfuzz import fuzz

from models.rules.declaration_guide import LIMITS, Fault, any_of, codes
from models.rules.values import plain_text

# What is no amount: figures of dates, numbers of documents and ordinals.
DATED = re.compile(
    r"(?:19|20)\d{2}(?:年度?|-(?:19|20)\d{2}年度?)?|\d{1,2}月(?:份|底|末|\d{1,2}日)?|第[一二三四五六七八九十百\d]+|十[三四五]五|[〔\[(]\d{4}[〕\])]\d*号?|[A-Z]\d+"
)
CHINESE = r"[一二两三四五六七八九十百千]+(?:个|座|条|所|家|户|人|名|场|次|期|台|套|辆|项|处|公里|万|千|百|亿|栋|批次)"

Figures = tuple[str, ...]


def goals(projects: pd.DataFrame) -> Iterator[Fault]:
    """A goal that names no object, no amount, no time. A project without a goal column is not looked at."""
    nothing = re.compile(f"{any_of('empty')}|{any_of('vague')}|[^\u4e00-\u9fff]")
    amount = re.compile(rf"\d|{CHINESE}|{any_of('amount')}|应.尽.")
    for project, goal in projects["goal"].dropna().items():
        text = plain_text(goal)
        rest = nothing.sub("", text)
        says, code = "", "F-GOAL"
        if not text:
            says = "没有填写“年度绩效目标”。"
        elif len(rest) < LIMITS["shortest_object"]:
            says = "“年度绩效目标”只有表态性的话，没有写明做什么。"
        elif amount.search(DATED.sub("", text)):
            continue
        elif len(text) < LIMITS["shortest_goal"]:
            says = f"“年度绩效目标”只有{len(text)}个字，没有写明做多少、何时完成。"
        else:
            dated = re.search(r"\d{4}年|\d月|季度|年底|年末|年内|日前|全年", text)
            says = f"“年度绩效目标”没有写明{'做多少' if dated else '做多少、何时完成'}。"
            code = "F-GOAL-AMOUNT"
        yield Fault(str(project), None, "annual_goal", code, goal, says)


def copied(projects: pd.DataFrame) -> Iterator[Fault]:
    """Goals taken word for word from last year, from the guide's model phrases, or from another project."""
    models = _by_figures(one.model for one in codes().values())
    known = projects[projects["goal"].notna()]
    texts = known["goal"].map(plain_text)
    texts = texts[texts.str.len() >= LIMITS["shortest_copied"]]
    for project, last in known["last_goal"].reindex(texts.index).items():
        text = _even(texts[project])
        if last and _alike(text, _by_figures([str(last)])):
            says = "“年度绩效目标”与上年度的几乎一字不差。"
        elif _alike(text, models):
            says = "“年度绩效目标”照抄了指南的示范写法。"
        else:
            continue
        yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)
    first: dict[str, str] = {}
    names = known["name"].reindex(texts.index).astype(str)
    for (project, text), name in zip(texts.items(), names, strict=True):
        if first.setdefault(text, name) != name:
            says = f"“年度绩效目标”与项目“{first[text]}”一字不差。"
            yield Fault(str(project), None, "annual_goal", "F-COPIED", str(known.at[project, "goal"]), says)


def _even(text: str) -> str:
    """Without the year, which changes by itself."""
    return re.sub(r"(?:19|20)\d{2}年度?", "", plain_text(text))


def _alike(text: str, others: Mapping[Figures, Sequence[str]]) -> bool:
    """Whether one of the others has nearly the same words, and the same figures."""
    same = others.get(_figures(text), ())
    return any(fuzz.ratio(text, other) >= LIMITS["copied_ratio"] for other in same)


def _by_figures(texts: Iterable[str]) -> dict[Figures, list[str]]:
    found: dict[Figures, list[str]] = {}
    for text in map(_even, texts):
        found.setdefault(_figures(text), []).append(text)
    return found


def _figures(text: str) -> Figures:
    return tuple(re.findall(r"\d+", text))
