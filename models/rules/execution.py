"""预算执行: the rate and its points. Source: the profile's `self_evaluation.execution`."""

import numpy as np
import pandas as pd

from models.rules.columns import MICRO, filled, micro, proportion
from models.rules.profiles import Rules
from models.rules.scoring import below


def execution_points(budget_fen: pd.Series, spent_fen: pd.Series, rules: Rules) -> pd.DataFrame:
    """`rate_micro` (Int64, half up, may exceed 1 000 000) and `execution_micro` (Int64 points); index kept.

    Amounts are Int64 分. Without a budget, or with a negative amount, both are NA. Points never exceed the full
    ones, however much was spent. Steps compare the exact rate, not the rounded one.
    """
    rule = rules.self_evaluation.execution
    known = ((budget_fen > 0) & (spent_fen >= 0)).fillna(False).to_numpy(dtype=bool)
    budget, spent = filled(budget_fen)[known], filled(spent_fen)[known]
    rows = int(known.sum())
    full = np.full(rows, micro(rule.full), dtype=np.int64)
    rate = proportion(np.full(rows, MICRO, dtype=np.int64), spent, budget)
    if rule.method == "rate":
        points = proportion(full, np.minimum(spent, budget), budget)
    else:
        points = np.zeros(rows, dtype=np.int64)
        for step in sorted(rule.steps, key=lambda step: step.from_):
            points[~below(spent, budget, step.from_.as_integer_ratio())] = micro(step.gives)
    return pd.DataFrame(
        {"rate_micro": _spread(rate, known), "execution_micro": _spread(points, known)},
        index=budget_fen.index,
    )


def _spread(values: np.ndarray, known: np.ndarray) -> pd.arrays.IntegerArray:
    wide = np.zeros(len(known), dtype=np.int64)
    wide[known] = values
    return pd.arrays.IntegerArray(wide, ~known)
