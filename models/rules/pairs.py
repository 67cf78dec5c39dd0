"""Target and actual as a pair of numbers: figures behind their own name, both in one unit, or no pair at all."""

import re
from functools import lru_cache

from models.rules.numerals import spelled
from models.rules.values import DATE, NUMBER, TEXT, WIDEST, WORDS, Value, parse_cell, scale_of, unit_of

_NAME = re.compile(r"^[\u4e00-\u9fff:]{1,16}")
_MORE = re.compile(r"^(\d[\d.,]*)(?:余|多)([\u4e00-\u9fff%]*)$")
MONTHS = {"月", "月份", "月底", "月前"}


def tells(lower: bool, target: int, actual: Value) -> bool:
    """Whether an actual with an operator (≥90%) still says if the target was met; = is a result like any other."""
    number = actual.micro or 0
    if not actual.signed or actual.operator == "=":
        return True
    if lower:
        return actual.operator in {"≤", "<"} and number <= target
    return actual.operator in {"≥", ">"} and number >= target


def unnamed(target: Value, actual: Value, unit: str) -> tuple[Value, Value]:
    """Both as numbers where words stand before a figure ("举办培训10期", "满意度达96%"), if that is safe.

    Safe: the figure carries its unit and the other side has the same, and the words are the same on both sides or
    neither turn the sense of the figure (下降, 每, 未 …).
    """
    target, actual = _spelled(target, actual, unit)
    asked = unit_of(unit) or (target.unit if target.form == NUMBER else "")
    (t_name, mine), (a_name, theirs) = figure(target), figure(_only_clause(actual, asked))
    if mine is None or theirs is None or not (t_name or a_name or theirs != actual):
        return target, actual
    unit = unit_of(unit) or mine.unit
    same = theirs.unit == unit != "" or (not a_name and not theirs.unit and unit != "")
    barred = any(word in t_name + a_name for word in WORDS["turning"]["words"])
    return (mine, theirs) if same and (t_name == a_name or not barred) else (target, actual)


def _spelled(target: Value, actual: Value, unit: str) -> tuple[Value, Value]:
    """Both sides with Chinese numerals read, if that makes two numbers of them."""
    if TEXT not in {target.form, actual.form}:
        return target, actual
    named = {unit_of(unit), target.unit, actual.unit} - {""}
    pair = spelled(target, named), spelled(actual, named)
    return pair if pair[0].form == pair[1].form == NUMBER else (target, actual)


CLAUSES = re.compile(r"(?<!\d),|,(?!\d{3})|[;、()]")


def _only_clause(actual: Value, unit: str) -> Value:
    """Of words in several clauses the one that bears the only figure with the target's unit; else the words."""
    if actual.form != TEXT or not unit or len(figures(actual.text, unit)) != 1:
        return actual
    if any(word in actual.text for word in WORDS["undone"]["words"]):
        return actual
    found = [parse_cell(clause) for clause in CLAUSES.split(actual.text) if figures(clause, unit)]
    return found[0] if len(found) == 1 and found[0].form in {NUMBER, TEXT} else actual


def clauses(text: str) -> int:
    """How many clauses some words have."""
    return len([clause for clause in CLAUSES.split(text) if clause])


def least(actual: Value, unit: str, lower: bool) -> Value:
    """Of several results for one target ("97%、98%", each with its unit) the one that is furthest from it."""
    if actual.form != TEXT or not unit:
        return actual
    found = [parse_cell(clause) for clause in CLAUSES.split(actual.text) if clause]
    # "合格率100%,优良率96%" are results of different things.
    if any(one.form != NUMBER or one.unit != unit or not one.text[0].isdigit() for one in found):
        return actual
    return (max if lower else min)(found, key=lambda one: one.micro or 0)


def figures(text: str, unit: str) -> list[str]:
    """The figures in some words that bear this unit."""
    return re.findall(rf"\d[\d,.]*{re.escape(unit)}", text)


@lru_cache(maxsize=50_000)
def figure(value: Value) -> tuple[str, Value | None]:
    """(words before it, the number) of a cell that holds one figure with a unit; ("", number) of a plain number."""
    if value.form == NUMBER:
        return "", value
    words = _NAME.match(value.text) if value.form == TEXT else None
    for length in range(1, len(words[0]) + 1 if words else 0):
        rest = parse_cell(value.text[length:])
        if rest.form == NUMBER and rest.unit:
            return value.text[:length], rest
    return "", None


def as_number(actual: Value, unit: str) -> Value:
    """An actual that is a number in other words: "12月" of a target counted in months, "1000余份" (more than 1000)."""
    if actual.form == DATE and unit in MONTHS:
        return Value(NUMBER, actual.text, "", (actual.micro or 0) // 100 % 100 * 1_000_000)
    more = _MORE.match(actual.text) if actual.form == TEXT else None
    value = parse_cell(f">{more[1]}{more[2]}") if more else actual
    return value if value.form == NUMBER else actual


def one_unit(unit: str, target: Value, actual: Value, own_column: bool) -> tuple[int, int] | None:
    """Both numbers in one unit; None where the units exclude each other. A target without a unit has the actual's."""
    assert target.micro is not None
    assert actual.micro is not None
    mine = unit if own_column or not target.unit else target.unit
    theirs = actual.unit or mine
    if mine == theirs or not mine:
        hundredth = theirs == "%" and mine == "" and 0 < target.micro <= 1_000_000  # 0.95 and 98%
        return target.micro * (100 if hundredth else 1), actual.micro
    mine, theirs = _same_span(mine, theirs)
    (base, a_scale), (other, b_scale) = _beside(mine, theirs), _beside(theirs, mine)
    if base != other:
        # Counting words differ freely in published tables (个, 项, 处 …); money and measures do not.
        return None if {base, other} & MEASURES else (target.micro, actual.micro)
    least = min(a_scale, b_scale)
    pair = target.micro * (a_scale // least), actual.micro * (b_scale // least)
    return pair if max(map(abs, pair)) < WIDEST else None


def _same_span(mine: str, theirs: str) -> tuple[str, str]:
    """Units without what they are counted by (/年, /人) where only one side says it, or both say the same."""
    (one, _, per), (other, _, by) = mine.partition("/"), theirs.partition("/")
    return (one, other) if not per or not by or per == by else (mine, theirs)


def _measured(unit: str) -> tuple[str, int]:
    """(smallest unit of its kind, how many of it): ("分钟", 60) of 小时; ("元", 10 000) of 万元."""
    base, scale = scale_of(unit)
    smallest, factor = WORDS["measure"].get(base, (base, 1))
    return smallest, scale * factor


def _beside(unit: str, other: str) -> tuple[str, int]:
    """A unit measured; one that is only a scale word (300万) is counted in what stands on the other side."""
    base, scale = scale_of(unit)
    if base or scale == 1:
        return _measured(unit)
    smallest, factor = _measured(scale_of(other)[0])
    return (base, scale) if other in {"%", "‰"} else (smallest, scale * factor)


MEASURES = {"元"} | {smallest for smallest, _ in WORDS["measure"].values()}
