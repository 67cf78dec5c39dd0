"""Targets and results in words: what can be held against each other, what failed or was late, which band is named."""

import re
from functools import lru_cache

from models.rules.pairs import CLAUSES, figure, one_unit
from models.rules.questions import Band
from models.rules.values import NUMBER, TEXT, WORDS, Value, parse_cell, unit_of

_RANGE = re.compile(r"^(\d+(?:\.\d+)?)(\D{0,6}?)(?:-+|~|—+|至|到)(\d+(?:\.\d+)?)(\D{1,6})$")
_UPTO = re.compile(r"(及)?以上$")


def reached(target: Value, actual: Value, lower: bool) -> bool | None:
    """Whether the result plainly reaches or misses the target; None where nobody can say. lower: less is better."""
    if target.form != TEXT:
        return None
    found = None if lower else _all_quantities(target.text, actual.text)
    found = _in_range(target.text, actual, lower) if found is None else found
    short = _lower_grade(target.text, actual.text) or _under_way(target.text, actual.text)
    return False if short else found


def _under_way(target: str, actual: str) -> bool:
    """ "正在编制" where "完成" was asked for."""
    words = WORDS["under_way"]
    still = actual.startswith(tuple(words["words"])) or actual.endswith(tuple(words["words"]))
    return still and any(word in target for word in words["asked"])


def _all_quantities(target: str, actual: str) -> bool | None:
    """ "厕所20座、垃圾池15个" answered "厕所20座、垃圾池9个": each clause one figure, of the same name and unit."""
    asked, done = (
        [figure(parse_cell(clause)) for clause in CLAUSES.split(text) if clause] for text in (target, actual)
    )
    if len(asked) < 2 or len(asked) != len(done):
        return None
    enough = True
    for (name, mine), (own, theirs) in zip(asked, done, strict=True):
        if mine is None or theirs is None or not mine.unit or mine.unit != theirs.unit:
            return None
        if own not in {"", name} or any(word in name for word in WORDS["turning"]["words"]):
            return None
        if mine.operator in {"≤", "<"}:
            return None
        enough &= (theirs.micro or 0) >= (mine.micro or 0)
    return enough


def _in_range(target: str, actual: Value, lower: bool) -> bool | None:
    """Not below a range (85-90%), or not above it where less is better (3-5个工作日)."""
    match = _RANGE.match(target)
    if match is None or actual.form != NUMBER or actual.signed:
        return None
    unit = unit_of(match[4])
    if unit_of(match[2]) not in {"", unit}:
        return None
    edge = one_unit(unit, parse_cell(match[3 if lower else 1] + match[4]), actual, False)
    return edge and (edge[1] <= edge[0] if lower else edge[1] >= edge[0])


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


def less_may_be_better(names: str) -> bool:
    """Whether the row is called something of which less is usually better."""
    return any(word in names for word in WORDS["reverse"]["words"])


def happened(names: str, target: Value, actual: Value) -> bool:
    """A number of what was never to happen: "1起" of "零事故", or of 无 where less is better."""
    if actual.form != NUMBER or (actual.micro or 0) <= 0 or actual.unit == "%":
        return False
    asked = WORDS["nothing_asked"]
    if target.text.startswith(tuple(asked["always"])):
        return target.form != NUMBER or target.micro == 0
    return target.text.startswith(tuple(asked["words"])) and (
        less_may_be_better(names) or actual.unit == "起"
    )


def late(text: str) -> bool:
    """Words that begin with being late, and do not go on to say that nobody was."""
    for word in WORDS["late"]["words"]:
        if text.startswith(word):
            return not text[len(word) :].startswith(tuple(WORDS["late"]["not_before"]))
    return False


def band_of(target: str, actual: str, bands: tuple[Band, ...]) -> int:
    """Which band the words name: 0 reached, 1 partly, 2 not; -1 where they name none."""
    for place, band in reversed(list(enumerate(bands))):
        if any(actual.startswith(word) for word in band.words):
            return place
    asked_not = any(word in target for word in WORDS["undone"]["negations"])
    if not asked_not and actual.startswith(tuple(WORDS["undone"]["words"])):
        return len(bands) - 1
    done = actual == target or actual in WORDS["same"]["words"] or actual in WORDS["done"]["words"]
    return 0 if done else -1


_MARKING = re.compile("|".join(WORDS["marking"]["patterns"]))


@lru_cache(maxsize=200_000)
def is_marking(target: str) -> bool:
    """Whether a target says how points are given (每低于5%扣2分), as forms without a column for results have it."""
    return bool(_MARKING.search(target))
