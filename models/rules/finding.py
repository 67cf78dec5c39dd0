"""One finding of the audit, before its basis is looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd

from models.rules.columns import MICRO, plain
from models.rules.values import WORDS

# What stands in a column of reasons when there is none.
NOTHING = (
    frozenset(WORDS["none"]["words"])
    | frozenset(WORDS["blank"]["words"])
    | frozenset(WORDS["no_reason"]["words"])
)


@dataclass(frozen=True)
class Finding:
    """`row` None concerns the whole project; `sheet` is the table that `row` counts in, "" for the indicators'."""

    project: str
    row: int | None
    code: str
    says: str
    sheet: str = ""


def of_rows(rows: pd.DataFrame, flags: pd.Series, code: str, says: Callable[[dict], str]) -> list[Finding]:
    """A finding for each flagged row; NA is not found."""
    hit = rows[flags.fillna(False).astype(bool)]
    return [Finding(row["project"], int(row["row"]), code, says(row)) for row in hit.to_dict("records")]


def points(micro: int) -> str:
    """ "7.5" of 7 500 000, at most two decimals."""
    return plain((Decimal(int(micro)) / MICRO).quantize(Decimal("0.01"), ROUND_HALF_UP))


def said(reasons: pd.Series, nothing: frozenset[str]) -> pd.Series:
    """Whether a reason says something: not blank and not a word for nothing."""
    words = reasons.astype("string").fillna("").str.strip().str.rstrip("。.")
    return ~words.isin(nothing)


def decimals_of(value: Decimal) -> int:
    """How many decimals a published figure needs."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounds_to(exact: Decimal, published: Decimal, digits: int) -> bool:
    """Whether the published figure is the exact one, rounded half up or cut to so many decimals."""
    step = Decimal(1).scaleb(-digits)
    return published in {exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_FLOOR)}


def wan(fen: int) -> str:
    """Exact 万元 of 分."""
    return plain(Decimal(int(fen)) / 1_000_000)
