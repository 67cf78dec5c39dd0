"""Cells of a row that do not go together: a rate in 个, a scale and its mark, an answer without points."""

import pandas as pd

from models.rules.columns import MICRO
from models.rules.values import NONE, NUMBER, WORDS, parse_cell, plain_text, unit_of


def absurd(rows: pd.DataFrame) -> pd.Series:
    """Whether the name and the unit of a numeric target exclude each other; same index."""
    names = rows["level_3"].fillna("").astype(str).map(plain_text)
    return pd.Series(
        [
            _excluded(*one)
            for one in zip(names, rows["target"].fillna(""), rows["unit"].fillna(""), strict=True)
        ],
        index=rows.index,
        dtype="bool",
    )


def _excluded(name: str, target: str, unit: str) -> bool:
    value = parse_cell(str(target))
    own = unit_of(plain_text(str(unit))) or value.unit
    words = WORDS["named_unit"]
    if value.form != NUMBER or not own:
        return False
    rate = name.endswith(tuple(words["rates"])) and own in words["things"]
    return rate or (name.endswith(tuple(words["counts"])) and own == "%")


def unscored(rows: pd.DataFrame) -> pd.Series:
    """Answered rows with a weight and no points, in a table that gives points to others; 不适用 needs none."""
    open_ = rows["leads"] & rows["filled"] & rows["reported_micro"].isna() & (rows["weight_micro"] > 0)
    scored = rows["reported_micro"].notna().groupby(rows["project"]).transform("any")
    silent = pd.Series([parse_cell(str(cell)).form == NONE for cell in rows["actual"]], index=rows.index)
    return (open_ & scored & ~silent).fillna(False).astype(bool)


def on_scale(targets: pd.Series, actuals: pd.Series) -> pd.Series:
    """Forms that print the grades as the target: an answer from the scale is how the form wants it."""
    marks = WORDS["grades_of_scale"]
    return targets.isin(marks["scales"]) & actuals.fillna("").map(plain_text).isin(marks["answers"])


RATES = ("满意度", "满意率", "覆盖率", "合格率", "达标率", "及时率", "知晓率", "准确率")


def bare_number(name: str) -> bool:
    """Whether a name is only a number."""
    value = parse_cell(name)
    return value.form == NUMBER and (value.bare or value.text.rstrip("%") == value.text[:-1])


def rate_above_all(rows: pd.DataFrame) -> pd.Series:
    """Rates of a kind that ends at 100%, asked for or answered with more."""
    named = rows["level_3"].fillna("").str.contains("|".join(RATES))
    hundred = 100 * MICRO
    above = (rows["target_micro"] > hundred).fillna(False) | (rows["actual_micro"] > hundred).fillna(False)
    return named & above
