"""分值: written in the table, or implied by the class where the form has no column for it."""

import pandas as pd

from models.rules.columns import micro
from models.rules.profiles import Rules


def class_of(level_1: pd.Series, rules: Rules) -> pd.Series:
    """The class of the profile that a level-one name begins with (产出指标 → 产出); NA if none."""
    names = level_1.astype("string")
    found = pd.Series(pd.NA, index=level_1.index, dtype="string")
    for name in _classes(names, rules):
        found = found.mask(names.str.startswith(name).fillna(False), name)
    return found


def _classes(level_1: pd.Series, rules: Rules) -> dict[str, object]:
    rule = rules.self_evaluation.weights
    cost = level_1.str.startswith("成本").fillna(False).any()
    return dict(rule.classes_with_cost if cost and rule.classes_with_cost else rule.classes)


def implied_weights(rows: pd.DataFrame, rules: Rules) -> pd.Series:
    """Full points of each row (Int64 millionths), NA where nothing says so.

    A weight in the table always counts. Where a project's table has none at all and the profile's form has no
    weight column (`weights.implied`), cells whose reported points add up to all that execution leaves are worth what
    they report; else a class with one score cell is worth the class, and cells whose reported points add up to the
    class are worth what they report. A table that gives a class more than it is worth goes by another split, and
    anything else is unknown too.
    """
    full: pd.Series = rows["weight_micro"].copy()
    rule = rules.self_evaluation.weights
    without = ~rows["weight_micro"].notna().groupby(rows["project"]).transform("any")
    if not rule.implied or not without.any():
        return full
    led = rows[without & rows["leads"]]
    classes = class_of(led["level_1"], rules)
    left = 100 - rules.self_evaluation.execution_full
    for project, cell in led.groupby("project", sort=False):
        reported = led.loc[cell.index, "reported_micro"]
        if reported.notna().all() and reported.sum() == micro(left):
            full.loc[cell.index] = reported
            classes = classes.mask(led["project"] == project)
        elif _other_split(reported, classes[cell.index], rules):
            classes = classes.mask(led["project"] == project)
    for (_, name), cell in led.groupby([led["project"], classes], sort=False):
        worth = micro(rule.classes[str(name)])
        reported = led.loc[cell.index, "reported_micro"]
        if len(cell) == 1:
            full.loc[cell.index] = worth
        elif reported.notna().all() and reported.sum() == worth:
            full.loc[cell.index] = reported
    return full


def _other_split(reported: pd.Series, classes: pd.Series, rules: Rules) -> bool:
    """Whether some class has more points than the profile gives it."""
    worth = rules.self_evaluation.weights.classes
    sums = reported.fillna(0).groupby(classes).sum()
    return any(int(points) > micro(worth[str(name)]) for name, points in sums.items())
