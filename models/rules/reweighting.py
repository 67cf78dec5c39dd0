"""Last year's weights under another profile: only for a trial, so that both profiles speak about 100 points."""

import pandas as pd

from models.rules.columns import micro
from models.rules.profiles import Rules
from models.rules.weights import class_of


def reweighted(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Rows with weight_micro and reported_micro (Int64) scaled to what the profile leaves for indicators.

    rows: project, level_1, weight_micro, reported_micro. A project whose level-one names are exactly the profile's
    classes gets each class's points, any other project 100 less execution, both in proportion; a judgement keeps
    its share. The parts of a project add up exactly. Projects with an unknown weight stay as they are.
    """
    left = 100 - rules.self_evaluation.execution_full
    found = rows.copy()
    for _, members in rows.groupby("project", sort=False):
        known = members[members["weight_micro"].notna()]
        if known.empty or (
            int(known["weight_micro"].sum()) in {0, micro(left)} and not _by_class(known, rules)
        ):
            continue
        classes = _by_class(known, rules) or {"": micro(left)}
        names = class_of(known["level_1"], rules) if "" not in classes else pd.Series("", index=known.index)
        for name, whole in classes.items():
            part = known[names == name]
            weights = _spread(part["weight_micro"], whole)
            found.loc[part.index, "weight_micro"] = weights
            found.loc[part.index, "reported_micro"] = _kept(part, weights)
    return found


def _by_class(rows: pd.DataFrame, rules: Rules) -> dict[str, int]:
    """Points by class if the rows have exactly the profile's classes and those leave room for execution."""
    classes = {name: micro(worth) for name, worth in rules.self_evaluation.weights.classes.items()}
    named = class_of(rows["level_1"], rules)
    return classes if not named.isna().any() and set(named) == set(classes) else {}


def _spread(weights: pd.Series, whole: int) -> pd.Series:
    """Weights in proportion, in millionths that add up to the whole."""
    given = [int(one) for one in weights]
    total, done, before = sum(given), 0, 0
    shares = []
    for one in given:
        done += one
        upto = (2 * done * whole + total) // (2 * total)
        shares.append(upto - before)
        before = upto
    return pd.Series(shares, index=weights.index, dtype="Int64")


def _kept(rows: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Reported points that keep their share of the weight, half up to millionths."""
    found = [
        pd.NA
        if pd.isna(points) or not weight
        else (2 * int(points) * int(new) + int(weight)) // (2 * int(weight))
        for points, weight, new in zip(rows["reported_micro"], rows["weight_micro"], weights, strict=True)
    ]
    return pd.Series(found, index=rows.index, dtype="Int64")
