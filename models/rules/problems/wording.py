"""Chinese wording compared: words that carry a meaning, and whether two texts speak of the same thing."""

import re
from functools import cache, lru_cache

import pandas as pd
import rjieba

from models.rules.problems.limits import WORDS

CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


@cache
def _generic() -> frozenset[str]:
    return frozenset(WORDS["generic"])


@lru_cache(maxsize=400_000)
def terms(text: str) -> frozenset[str]:
    """Words of two or more characters that are not said of every project."""
    generic = _generic()
    return frozenset(
        word for word in rjieba.cut(text) if len(word) > 1 and CHINESE.fullmatch(word) and word not in generic
    )


def related(one: str, other: str) -> bool:
    """Whether a word of one stands in the other, or they share a pair of characters inside their words."""
    mine, theirs = terms(one), terms(other)
    if mine & theirs or any(word in other for word in mine) or any(word in one for word in theirs):
        return True
    return bool(_pairs(mine) & _pairs(theirs))


def _pairs(words: frozenset[str]) -> set[str]:
    return {word[place : place + 2] for word in words for place in range(len(word) - 1)}


def without(flags: "pd.Series[bool]", texts: "pd.Series[str]", pattern: str) -> "pd.Series[bool]":
    """The flagged ones whose text does not hold a pattern; it is looked for only in them, for they are few."""
    left = flags.fillna(False).astype(bool)
    left[left] = ~texts[left].str.contains(pattern)
    return left


def any_of(words: list[str] | tuple[str, ...]) -> str:
    """A pattern that finds one of the words."""
    return "|".join(map(re.escape, words))
