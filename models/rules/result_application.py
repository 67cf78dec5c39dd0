"""结果应用: what a grade does to next year's budget. An undecided rule gives a blank that says so."""

import numpy as np
import pandas as pd

from models.rules.columns import MICRO, filled, micro, proportion
from models.rules.grading import WORDS
from models.rules.profiles import Rules
from models.rules.questions import UNDECIDED

NO_GRADE = "等级未定，不提出金额建议"
NO_BASE = "没有预算基数，不提出金额建议"


def budget_effects(grades: pd.Series, base_fen: pd.Series, rules: Rules) -> pd.DataFrame:
    """Treatment and proposed amount for each grade and base (Int64 分); both of one length.

    Columns: `treatment` (the rule's word, 未定 where there is none), `proposed_fen` (Int64; NA where the cut
    is undecided or the base unknown), `undecided` (why there is no amount, else NA), `basis`.
    A cut is rounded half up to the 分. Source: the profile's `budget_effect`.
    """
    effects = rules.budget_effect.effects
    kept = {
        g: MICRO - micro(one.cut_percent) // 100 for g, one in effects.items() if one.cut_percent is not None
    }
    words = {grade: one.word for grade, one in effects.items() if one.word}
    found = list(grades)
    index = base_fen.index
    share = pd.Series([kept.get(one, pd.NA) for one in found], dtype="Int64", index=index)
    why = [_why(one, bool(no)) for one, no in zip(found, base_fen.isna(), strict=True)]
    amount = share_of(base_fen, share)
    return pd.DataFrame(
        {
            "treatment": pd.array([words.get(one, UNDECIDED) for one in found], dtype="string"),
            "proposed_fen": amount,
            "undecided": pd.Series(why, index=index, dtype="string").mask(amount.notna()),
            "basis": rules.budget_effect.basis,
        },
        index=index,
    )


def discounts(department_grades: pd.Series, fiscal_grades: pd.Series, rules: Rules) -> pd.Series:
    """Share (Int64 millionths) that remains when the finance evaluation lands lower than the department's own.

    One entry a project; 1 000 000 where it does not land lower or the profile has no such rule, NA without both.
    """
    place = {word: number for number, word in enumerate(WORDS)}
    lower = fiscal_grades.map(place).astype("Int64") - department_grades.map(place).astype("Int64")
    remaining = {gap: micro(share) for gap, share in rules.discount.remaining.items()}
    return lower.map(lambda gap: remaining.get(gap, MICRO), na_action="ignore").astype("Int64")


def share_of(amounts_fen: pd.Series, share_micro: pd.Series) -> pd.Series:
    """Amounts × share, half up to the 分; NA where either is (Int64)."""
    known = (amounts_fen.notna() & share_micro.notna()).to_numpy()
    found = np.zeros(len(amounts_fen), dtype=np.int64)
    found[known] = proportion(
        filled(amounts_fen)[known], filled(share_micro)[known], np.full(int(known.sum()), MICRO)
    )
    return pd.Series(found, index=amounts_fen.index, dtype="Int64").where(
        pd.Series(known, index=amounts_fen.index)
    )


def _why(grade: object, no_base: bool) -> str:
    if not isinstance(grade, str) or grade not in WORDS:
        return NO_GRADE
    if no_base:
        return NO_BASE
    return f"“{grade}”等级的预算核减比例未定，由本局决定后填入规则集"
