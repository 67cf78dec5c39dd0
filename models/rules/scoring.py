"""Points from numbers, as functions of columns: exact int64 millionths, blocks that fit a processor's cache.

Nothing here reads a cell: `indicators.py` has turned cells into kinds, numbers and bands.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.rules.columns import MICRO, Flags, Ints, filled, micro, proportion
from models.rules.indicators import Kind
from models.rules.profiles import Rules
from models.rules.questions import Band, Numeric, OverAchievement, Step

BLOCK = 200_000
MISSING = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Block:
    """Plain arrays of some rows; MISSING stands where a number is unknown."""

    kind: npt.NDArray[np.int8]
    band: npt.NDArray[np.int8]
    strict: Flags
    weight: Ints
    target: Ints
    actual: Ints
    reported: Ints

    def of(self, rows: Ints) -> "Block":
        """Only these rows."""
        return Block(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def indicator_points(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Points of each indicator row, Int64 millionths, NA where nobody can say; same index.

    frame: `kind` (int8 of Kind), `weight_micro`, `target_micro`, `actual_micro` (Int64, one unit a row),
    and where JUDGED or YES_NO rows occur `reported_micro` (Int64, the table's own points) and `band`
    (int8, -1 unknown); `strict` (bool, > or <) may be left out. A judgement outside the band that its words
    name contradicts itself and is undecided. Points lie in [0, weight].
    """
    points = np.empty(len(frame), dtype=np.int64)

    def fill(start: int) -> None:
        part = frame.iloc[start : start + BLOCK]
        points[start : start + len(part)] = block_points(block_of(part), rules)

    # numpy lets other threads run while it computes; blocks share nothing.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, range(0, len(frame), BLOCK)))
    return pd.Series(pd.arrays.IntegerArray(points, points == MISSING), index=frame.index)


def block_of(frame: pd.DataFrame) -> Block:
    """The arrays of a frame; columns that may be left out are filled with nothing."""
    rows = len(frame)

    def numbers(name: str) -> Ints:
        return filled(frame[name], MISSING) if name in frame else np.full(rows, MISSING)

    return Block(
        kind=frame["kind"].to_numpy(dtype=np.int8),
        band=frame["band"].to_numpy(dtype=np.int8) if "band" in frame else np.full(rows, -1, dtype=np.int8),
        strict=frame["strict"].to_numpy(dtype=np.bool_)
        if "strict" in frame
        else np.zeros(rows, dtype=np.bool_),
        weight=numbers("weight_micro"),
        target=numbers("target_micro"),
        actual=numbers("actual_micro"),
        reported=numbers("reported_micro"),
    )


def block_points(block: Block, rules: Rules) -> Ints:
    """Points of a block, MISSING where undecided."""
    rule = rules.self_evaluation
    points = block.weight.copy()
    numeric = block.kind <= Kind.SATISFACTION
    unknown = block.weight == MISSING
    unknown |= numeric & ((block.target == MISSING) | (block.actual == MISSING))
    unknown |= block.kind == Kind.UNREADABLE
    met = _met(block)
    by_steps = rule.satisfaction.method == "steps"
    compared = numeric & (block.kind != Kind.SATISFACTION) if by_steps else numeric
    _take_missed(points, block, np.flatnonzero(compared & ~met & ~unknown), rules)
    if rule.over_achievement.policy in {"deduct", "zero"}:
        rows = np.flatnonzero(compared & met & ~unknown & (block.target > 0) & (block.kind != Kind.LOWER))
        points[rows] = _over(block.of(rows), rule.over_achievement)
    if by_steps:
        rows = np.flatnonzero((block.kind == Kind.SATISFACTION) & ~unknown)
        points[rows] = _stepped(block.weight[rows], block.actual[rows], rule.satisfaction.steps)
    if (block.kind > Kind.SATISFACTION).any():
        _take_judgements(points, block, rule.qualitative.bands, unknown)
    points[unknown] = MISSING
    return points


def _met(block: Block) -> Flags:
    """Whether a numeric target was met. = counts as ≥ above zero, as ≤ at zero, exactly below zero."""
    equal = block.kind == Kind.EQUAL
    down = (block.kind == Kind.LOWER) | (equal & (block.target == 0))
    met = np.where(down, block.actual <= block.target, block.actual >= block.target)
    met &= ~(equal & (block.target < 0) & (block.actual != block.target))
    if block.strict.any():
        met &= ~(block.strict & (block.actual == block.target))
    return met


def met_targets(frame: pd.DataFrame) -> pd.Series:
    """Whether each numeric target was met (boolean; NA where a number is missing or the row holds words)."""
    block = block_of(frame)
    known = (block.kind <= Kind.SATISFACTION) & (block.target != MISSING) & (block.actual != MISSING)
    return pd.Series(pd.array(_met(block), dtype="boolean"), index=frame.index).where(
        pd.Series(known, index=frame.index)
    )


def _take_missed(points: Ints, block: Block, rows: Ints, rules: Rules) -> None:
    """Points of missed numeric targets: w·part/of, nothing below a pass line, a share for a target of zero."""
    rule = rules.self_evaluation
    kind, weight, target = block.kind[rows], block.weight[rows], block.target[rows]
    part = np.where(target > 0, np.maximum(block.actual[rows], 0), 0)
    of = np.maximum(target, 1)
    lost = np.zeros(len(rows), dtype=np.bool_)
    for mine, numbers in (
        ((kind == Kind.HIGHER) | (kind == Kind.SATISFACTION), rule.higher),
        (kind == Kind.EQUAL, rule.equal),
        (kind == Kind.LOWER, rule.lower),
    ):
        _as_ratio(part, of, np.flatnonzero(mine), numbers, lost)
    found = np.minimum(proportion(weight, part, of), weight)
    found[lost] = 0
    zero = np.flatnonzero(target == 0)
    share = micro(rule.zero_target.missed)
    found[zero] = proportion(weight[zero], np.full(len(zero), share), np.full(len(zero), MICRO))
    # A strict bound (<5) that was just touched (5): the formula takes nothing off and nobody said what to take off.
    touched = block.strict[rows] & (target > 0) & (block.actual[rows] == target) & (part == of) & ~lost
    found[(target < 0) | touched] = MISSING
    points[rows] = found


def _as_ratio(part: Ints, of: Ints, rows: Ints, rule: Numeric, lost: Flags) -> None:
    """Turns actual and target of some rows into the two sides of their ratio; marks those below the pass line."""
    if rule.method == "all_or_nothing":
        part[rows] = 0
    elif rule.method == "inverse":
        part[rows], of[rows] = of[rows], np.maximum(part[rows], 1)
    elif rule.method == "linear":
        part[rows] = np.maximum(of[rows] - np.abs(part[rows] - of[rows]), 0)
    if rule.pass_rate is not None:
        lost[rows] = below(part[rows], of[rows], rule.pass_rate.as_integer_ratio())


def below(part: Ints, of: Ints, rate: tuple[int, int]) -> Flags:
    """part/of < rate, exactly, without leaving int64 (of < 2**63 / rate's numerator)."""
    over, under = rate
    whole, rest = of // under, of % under
    return part < whole * over + -(-(rest * over) // under)


def _at_most(part: Ints, of: Ints, rate: tuple[int, int]) -> Flags:
    """part/of ≤ rate, exactly, with the same range."""
    over, under = rate
    return part <= of // under * over + (of % under) * over // under


def _over(block: Block, rule: OverAchievement) -> Ints:
    """Points of met targets where far more was done than asked: nothing, or less by the rule's rate."""
    limit = rule.limit.as_integer_ratio()
    within = (below if rule.limit_included else _at_most)(block.actual, block.target, limit)
    points = block.weight.copy()
    far = np.flatnonzero(~within)
    if rule.policy == "zero":
        points[far] = 0
    elif rule.rate is None:
        points[far] = MISSING
    else:
        rate, line = Fraction(rule.rate), Fraction(rule.limit)
        for row in far:
            lost = rate * (Fraction(int(block.actual[row]), int(block.target[row])) - line)
            points[row] = int(max(Fraction(0), int(block.weight[row]) * (1 - lost)) + Fraction(1, 2))
    return points


def _stepped(weight: Ints, percent: Ints, steps: tuple[Step, ...]) -> Ints:
    """w × the share of the step that a percentage (millionths of points of percent) reaches."""
    falling = sorted(steps, key=lambda step: -step.from_)
    lines = np.array([micro(step.from_ * 100) for step in falling][::-1], dtype=np.int64)
    shares = np.array([0, *[micro(step.gives) for step in falling][::-1]], dtype=np.int64)
    reached = shares[np.searchsorted(lines, percent, side="right")]
    return proportion(weight, reached, np.full(len(weight), MICRO))


def _take_judgements(points: Ints, block: Block, bands: tuple[Band, ...], unknown: Flags) -> None:
    """Judged rows take the table's points if they lie in the band that the words name; yes/no is all or nothing."""
    points[(block.kind == Kind.YES_NO) & (block.band != 0)] = 0
    rows = np.flatnonzero((block.kind == Kind.JUDGED) & ~unknown)
    reported = block.reported[rows]
    points[rows] = reported
    unknown[rows] = ~in_band(block.band[rows], block.weight[rows], reported, bands)


def in_band(band: npt.NDArray[np.int8], weight: Ints, reported: Ints, bands: tuple[Band, ...]) -> Flags:
    """Whether reported points lie in the band named; an unknown band (-1) admits everything from 0 to the weight."""
    good = (reported >= 0) & (reported <= weight)
    # Shares of a weight may have more than six decimals: whole numbers of 10**-12 points are compared. An edge
    # that does not belong to the band is moved by one of them.
    low = np.array([*(micro(one.low) for one in bands), 0], dtype=np.int64)[band] * weight
    low += np.array([*(not one.low_included for one in bands), False])[band]
    high = np.array([*(micro(one.high) for one in bands), MICRO], dtype=np.int64)[band] * weight
    high -= np.array([*(not one.high_included for one in bands), False])[band]
    exact = np.where(good, reported, 0) * MICRO
    return good & (exact >= low) & (exact <= high)
