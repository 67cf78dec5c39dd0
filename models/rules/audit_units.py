"""Units that what is counted cannot have: a rate in 个, people in %."""

import pandas as pd

from models.rules.values import NUMBER, WORDS, parse_cell, plain_text, unit_of


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
