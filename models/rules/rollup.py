"""Several units with the same indicator: first roll up the values, then score. Source: the profile's `rollup`."""

import pandas as pd

from models.rules.profiles import Rules


def roll_up_values(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Target and actual of each indicator over all units; index = indicator, in order of appearance.

    rows: indicator (text), percent (bool: a relative value), money_fen (Int64 分 of the unit), target_micro and
    actual_micro (Int64). Absolute values add up; relative ones are weighted by money, half up. NA where a unit's
    value is unknown, or where relative values have no money to weigh by. Columns: target_micro, actual_micro.
    """
    order = pd.Index(rows["indicator"].unique(), name="indicator")
    found = pd.DataFrame(index=order)
    relative = rows["percent"].groupby(rows["indicator"]).any().reindex(order)
    for name in ("target_micro", "actual_micro"):
        weighed = weighted_by_money(rows["indicator"], rows[name], rows["money_fen"]).reindex(order)
        summed = rows[name].groupby(rows["indicator"]).sum().reindex(order)
        known = ~rows[name].isna().groupby(rows["indicator"]).any().reindex(order)
        found[name] = weighed.where(relative, summed).where(known).astype("Int64")
    return found


def weighted_by_money(groups: pd.Series, values: pd.Series, money_fen: pd.Series) -> pd.Series:
    """Mean of values (Int64 millionths) by group, weighted by money, half up; for relative values and for judged
    points. NA where a value or amount is unknown or a group has no money. Python's integers: no product is too wide.
    """
    whole = money_fen.astype("object").where(money_fen.notna(), 0)
    part = whole * values.astype("object").where(values.notna(), 0)
    total, money = part.groupby(groups).sum(), whole.groupby(groups).sum()
    known = ~(values.isna() | money_fen.isna()).groupby(groups).any() & (money > 0)
    means = [
        (2 * int(up) + int(down)) // (2 * int(down)) if good else pd.NA
        for up, down, good in zip(total, money, known, strict=True)
    ]
    return pd.Series(means, index=total.index, dtype="Int64")
