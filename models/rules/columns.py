"""Exact arithmetic on columns: millionths in int64, wider numbers by Python integers, never floats."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
MICRO = 1_000_000
WIDEST = np.iinfo(np.int64).max


def micro(number: Decimal | int) -> int:
    """Millionths of a rule's number."""
    return int((Decimal(number) * MICRO).to_integral_value(ROUND_HALF_UP))


def proportion(whole: Ints, part: Ints, of: Ints) -> Ints:
    """whole·part/of, each rounded half up; all of one length, part and whole ≥ 0, of > 0.

    A product that leaves int64 is computed with Python's integers: slower and as exact.
    """
    if whole.size == 0:
        return whole
    if int(whole.max()) * int(part.max()) <= WIDEST:
        return _divided(whole * part, of)
    wide = part > WIDEST // np.maximum(whole, 1)
    narrow = _divided(whole * np.where(wide, 0, part), of)
    exact = [
        (2 * int(w) * int(p) + int(o)) // (2 * int(o))
        for w, p, o in zip(whole[wide], part[wide], of[wide], strict=True)
    ]
    narrow[wide] = np.array(exact, dtype=np.int64)
    return narrow


def _divided(product: Ints, of: Ints) -> Ints:
    quotient = product // of
    quotient += (product - quotient * of) >= of - of // 2
    return quotient


def filled(column: pd.Series, missing: int = 0) -> Ints:
    """The column as int64 with a number where there is none; look at `isna` beside it."""
    return column.to_numpy(dtype=np.int64, na_value=missing)


def by_lines(values: pd.Series, lines: Sequence[int], words: Sequence[str]) -> pd.Series:
    """The word of the first line (falling, included) that a value reaches, else the last word; NA stays NA.

    values: Int64. lines: n numbers, falling. words: n+1. Returns a string column with the same index.
    """
    place = len(lines) - np.searchsorted(np.array(lines[::-1], dtype=np.int64), filled(values), side="right")
    found = pd.Series(np.array(words, dtype=object)[place], index=values.index, dtype="string")
    return found.mask(values.isna())


def decimal_text(value: int, digits: int = 6) -> str:
    """ "17.300000" of 17 300 000 millionths, rounded half up to fewer digits if asked."""
    step = Decimal(1).scaleb(-digits)
    return str((Decimal(value) / MICRO).quantize(step, ROUND_HALF_UP))


def plain(number: Decimal | int) -> str:
    """A rule's number without needless zeros: 20, 22.5."""
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
