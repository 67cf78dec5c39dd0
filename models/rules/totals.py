"""总分: exact parts add up, or nothing does and the reasons are named."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.rules.columns import MICRO, decimal_text, filled, micro
from models.rules.profiles import Rules
from models.rules.questions import Rounding

HUNDRED = 100 * MICRO


def add_up(execution: pd.DataFrame, scored: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Totals by project, in the order of `execution`.

    execution: index project; rate_micro, execution_micro, full_micro (Int64), published (bool: the table has
    execution points).

    scored: project, leads, full_micro, points_micro. Adds `total_micro` (Int64) and `undecided` (list of why not).
    """
    led = scored[scored["leads"]]
    rounding = rules.self_evaluation.rounding
    parts = rounded(led["points_micro"], rounding)
    sums = _by_project(parts, led["project"], execution.index)
    own = _by_project(led["full_micro"], led["project"], execution.index)
    # A form without execution points: its indicators alone make 100 and it publishes none for execution.
    coarse = _coarse(led["full_micro"]).groupby(led["project"]).sum().reindex(execution.index).fillna(0)
    without = (is_hundred(own, coarse) & ~execution["published"]).fillna(False).astype(bool)
    full = own + execution["full_micro"].mask(without, 0)
    total = sums + rounded(execution["execution_micro"], rounding).mask(without, 0)
    needed = execution["execution_micro"].isna() & ~without
    hundred = is_hundred(full, coarse).fillna(False).astype(bool)
    why = pd.Series(_reasons(needed, led, full, hundred), index=execution.index, dtype="object")
    found = execution.assign(whole_micro=full, undecided=why)
    return found.assign(total_micro=_capped(total, execution["rate_micro"], rules).mask(~hundred))


def _coarse(full_micro: pd.Series) -> pd.Series:
    """Which full points are written in two decimals, as a third or a sixth of something is (16.67)."""
    return (full_micro % (MICRO // 10) != 0).fillna(False).astype("int64")


def is_hundred(whole: pd.Series, coarse: pd.Series) -> pd.Series:
    """Whether full points make 100, each of so many `coarse` ones perhaps rounded by half of 0.01."""
    return (whole - HUNDRED).abs() <= coarse * (MICRO // 200)


def coarse_ones(full_micro: pd.Series) -> int:
    """How many full points may have been rounded."""
    return int(_coarse(full_micro).sum())


def rounded(points: pd.Series, rule: Rounding) -> pd.Series:
    """Parts as they enter the total: exact, or half up to the published decimals."""
    if rule.total_of == "exact":
        return points
    step = 10 ** (6 - rule.decimals)
    return ((points + step // 2) // step * step).astype("Int64")


def sums_by_code(values: pd.Series, codes: npt.NDArray[np.int32], count: int) -> pd.Series:
    """Sum of each of `count` groups (Int64), NA if a part is NA or the group has none.

    codes: the group (0 to count-1) of each row, rows of a group side by side. For millions of rows.
    """
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    sums, lacking = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
    if len(starts):
        groups = codes[starts]
        sums[groups] = np.add.reduceat(filled(values), starts)
        lacking[groups] = np.logical_or.reduceat(values.isna().to_numpy(), starts)
    return pd.Series(pd.arrays.IntegerArray(sums, lacking))


def _by_project(values: pd.Series, projects: pd.Series, order: pd.Index) -> pd.Series:
    """Sum by project (Int64), NA if a part is NA or the project has none."""
    sums = pd.Series(filled(values), index=values.index).groupby(projects).sum()
    lacking = values.isna().groupby(projects).any()
    return sums.astype("Int64").mask(lacking).reindex(order)


def _capped(total: pd.Series, rate_micro: pd.Series, rules: Rules) -> pd.Series:
    """A total under the cap that the execution rate allows: `from` a rate on, at most so many points; never over 100."""
    steps = sorted(rules.self_evaluation.caps.steps, key=lambda step: step.from_)
    cap = pd.Series(HUNDRED, index=total.index, dtype="Int64")
    for step in steps:
        cap = cap.mask((rate_micro >= micro(step.from_)).fillna(False), micro(step.gives))
    return total.where(total <= cap, cap).mask(total.isna()).astype("Int64")


def _reasons(needed: pd.Series, led: pd.DataFrame, full: pd.Series, hundred: pd.Series) -> list[list[str]]:
    """Why each project has no total, in words; an empty list where it has one. needed: execution points are lacking."""
    lacking = led[led["points_micro"].isna()]
    rows: dict[str, list[int]] = {}
    for project, row in zip(lacking["project"], lacking["row"], strict=True):
        rows.setdefault(project, []).append(int(row))
    found = []
    for project in needed.index:
        why = []
        if needed[project]:
            why.append("没有预算数或执行数，预算执行得分无法计算")
        numbers = rows.get(project, [])
        if numbers:
            why.append(f"第{'、'.join(map(str, numbers))}行的得分无法确定（见各行说明）")
        elif pd.isna(full[project]):
            why.append("没有绩效指标，不能计算总分")
        elif not hundred[project]:
            whole = decimal_text(int(full[project]), 2)
            why.append(f"预算执行和各指标分值合计为{whole}，不是100，总分无法计算")
        found.append(why)
    return found
