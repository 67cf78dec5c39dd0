"""Targets in words that a result can still fall short of: several quantities in a cell, a range, a grade."""

import re

from models.rules.pairs import CLAUSES, figure, one_unit
from models.rules.values import NUMBER, TEXT, WORDS, Value, parse_cell, unit_of

_RANGE = re.compile(r"^(\d+(?:\.\d+)?)(\D{0,6}?)(?:-+|~|—+|至|到)(\d+(?:\.\d+)?)(\D{1,6})$")
_UPTO = re.compile(r"(及)?以上$")


def falls_short(target: Value, actual: Value, lower: bool) -> bool:
    """Whether the result plainly misses the target; False also where nobody can say. lower: less is better."""
    if target.form != TEXT:
        return False
    return (
        (not lower and _some_quantity_short(target.text, actual.text))
        or _outside(target.text, actual, lower)
        or _lower_grade(target.text, actual.text)
    )


def _some_quantity_short(target: str, actual: str) -> bool:
    """ "厕所20座、垃圾池15个" answered "厕所20座、垃圾池9个": each clause one figure, of the same name and unit."""
    asked, done = (
        [figure(parse_cell(clause)) for clause in CLAUSES.split(text) if clause] for text in (target, actual)
    )
    if len(asked) < 2 or len(asked) != len(done):
        return False
    short = False
    for (name, mine), (own, theirs) in zip(asked, done, strict=True):
        if mine is None or theirs is None or not mine.unit or mine.unit != theirs.unit:
            return False
        if own not in {"", name} or any(word in name for word in WORDS["turning"]["words"]):
            return False
        short |= mine.operator not in {"≤", "<"} and (theirs.micro or 0) < (mine.micro or 0)
    return short


def _outside(target: str, actual: Value, lower: bool) -> bool:
    """Below a range (85-90%), or above it where less is better (3-5个工作日)."""
    match = _RANGE.match(target)
    if match is None or actual.form != NUMBER or actual.signed:
        return False
    unit = unit_of(match[4])
    if unit_of(match[2]) not in {"", unit}:
        return False
    edge = one_unit(unit, parse_cell(match[3 if lower else 1] + match[4]), actual, False)
    return edge is not None and (edge[1] > edge[0] if lower else edge[1] < edge[0])


def _lower_grade(target: str, actual: str) -> bool:
    """ "良好" asked for, "合格" reached."""
    asked, done = _grade(_UPTO.sub("", target)), _grade(actual)
    return -1 < asked < done


def _grade(text: str) -> int:
    """Place of a grade from the best on; -1 of other words. 优良 asks for the lower of the two."""
    for place, ways in enumerate(WORDS["grade"].values()):
        if text.removesuffix("等次").removesuffix("等级") in ways:
            return place
    return 1 if text == "优良" else -1
