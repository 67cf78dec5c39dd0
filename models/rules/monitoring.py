"""绩效运行监控（双监控）: pace of money and of targets become lights; what warns, and where a reason is owed.

A light or pace that cannot be known is NA, never green. Lines and words: the profile's `monitoring`.
"""

from decimal import Decimal

import numpy as np
import pandas as pd

from models.rules.columns import MICRO, Ints, filled, micro, plain, proportion
from models.rules.indicators import Kind
from models.rules.profiles import Rules
from models.rules.scoring import Block, below, block_of, met_targets
from models.rules.stage_questions import Lights
from models.vocabulary import Light

YEAR = 12


def budget_pace(budget_fen: pd.Series, spent_fen: pd.Series) -> pd.Series:
    """Spent / budget (Int64 millionths, half up); NA without a budget."""
    known = (budget_fen.notna() & spent_fen.notna() & (budget_fen > 0).fillna(False)).to_numpy(dtype=bool)
    pace = np.zeros(len(budget_fen), dtype=np.int64)
    pace[known] = proportion(
        np.full(int(known.sum()), MICRO), np.maximum(filled(spent_fen)[known], 0), filled(budget_fen)[known]
    )
    return pd.Series(pd.arrays.IntegerArray(pace, ~known), index=budget_fen.index)


def target_pace(indicators: pd.DataFrame, projects: pd.Series) -> pd.Series:
    """How far each project's numeric targets are reached (Int64 millionths), by project, NA where none can be read.

    indicators: kind, target_micro, actual_micro. An indicator counts as reached/target, 1 at most; a ≤ target or
    a target of 0 counts 1 when met and 0 when missed. All indicators count alike.
    """
    block = block_of(indicators)
    met = met_targets(indicators)
    known = met.notna().to_numpy(dtype=bool)
    share = np.where(met.fillna(False).to_numpy(dtype=bool), MICRO, 0).astype(np.int64)
    rows = np.flatnonzero(known & (share == 0) & (block.kind != Kind.LOWER) & (block.target > 0))
    part = np.clip(block.actual[rows], 0, block.target[rows])
    share[rows] = proportion(np.full(len(rows), MICRO), part, block.target[rows])
    read = pd.Series(share, index=indicators.index)[known]
    by_project = read.groupby(projects[known])
    count, total = by_project.count(), by_project.sum()
    mean = (2 * total + count) // (2 * count)
    return mean.reindex(pd.Index(projects.unique())).astype("Int64")


def money_lights(budget_fen: pd.Series, spent_fen: pd.Series, month: int, rules: Rules) -> pd.Series:
    """Light of the money: spent / budget against month/12. Amounts Int64 分; NA without a budget."""
    known = (budget_fen.notna() & spent_fen.notna() & (budget_fen > 0).fillna(False)).to_numpy(dtype=bool)
    spent, budget = np.maximum(filled(spent_fen), 0), np.maximum(filled(budget_fen), 1)
    return _column(
        _paced(spent * YEAR, budget * month, rules.monitoring.money_light), known, budget_fen.index
    )


def indicator_lights(indicators: pd.DataFrame, month: int, rules: Rules) -> pd.Series:
    """Light of each indicator at the end of a month; index kept.

    indicators: kind, target_micro, actual_micro, band (see `self_evaluation.read_indicators`). ≥ and =: actual
    against target·month/12; ≤: met green, else red; words: 达成 green, 部分 yellow, 未达成 red, unknown NA.
    """
    block = block_of(indicators)
    light = _paced(block.actual * YEAR, np.maximum(block.target, 1) * month, rules.monitoring.target_light)
    met = met_targets(indicators)
    plainly = (block.kind == Kind.LOWER) | ((block.kind <= Kind.SATISFACTION) & (block.target <= 0))
    light = np.where(plainly, np.where(met.fillna(False).to_numpy(dtype=bool), *GOOD_BAD), light)
    words = block.kind > Kind.SATISFACTION
    light = np.where(words, np.array(BY_BAND, dtype=object)[block.band], light)
    light = np.where(block.kind == Kind.MET, Light.GREEN.value, light)
    return _column(light, _known(block, met), indicators.index)


GOOD_BAD = (Light.GREEN.value, Light.RED.value)
BY_BAND = (Light.GREEN.value, Light.YELLOW.value, Light.RED.value, "")  # the last is what band -1 picks


def _known(block: Block, met: pd.Series) -> np.ndarray:
    judged = np.isin(block.kind, (Kind.JUDGED, Kind.YES_NO)) & (block.band >= 0)
    return met.notna().to_numpy(dtype=bool) | judged | (block.kind == Kind.MET)


def _paced(part: Ints, of: Ints, lines: Lights) -> np.ndarray:
    light = np.full(len(part), Light.GREEN.value, dtype=object)
    if lines.blue is not None:
        light[~below(part, of, lines.blue.as_integer_ratio())] = Light.BLUE.value
    light[below(part, of, lines.yellow.as_integer_ratio())] = Light.YELLOW.value
    light[below(part, of, lines.red.as_integer_ratio())] = Light.RED.value
    return light


def _column(values: np.ndarray, known: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype="string").where(pd.Series(known, index=index))


def project_lights(projects: pd.Series, lights: pd.Series, rules: Rules) -> pd.Series:
    """The worst light of each project's indicators, by project; NA where it has none at all."""
    order = {word: place for place, word in enumerate(rules.monitoring.overall.worst_first)}
    worst = lights.map(order).astype("Int64").groupby(projects.to_numpy()).min()
    return worst.map(dict(enumerate(rules.monitoring.overall.worst_first)), na_action="ignore").astype(
        "string"
    )


def overall_lights(money: pd.Series, target: pd.Series, rules: Rules) -> pd.Series:
    """One light of both. An unknown side leaves only what is already bad: 红 and 黄 stay, 绿 becomes unknown."""
    rule = rules.monitoring.overall
    order = {word: place for place, word in enumerate(rule.worst_first)}
    good = {Light.GREEN.value, Light.BLUE.value}
    found: list[str | None] = []
    for one, other in zip(money, target, strict=True):
        known = [word for word in (one, other) if not pd.isna(word)]
        worst = min(known, key=order.__getitem__, default=None)
        if rule.both == "target_bad_red" and len(known) == 2:
            worst = _by_two(one in good, other in good)
        found.append(None if worst is None or (worst in good and len(known) < 2) else worst)
    return pd.Series(found, index=money.index, dtype="string")


def _by_two(money: bool, target: bool) -> str:
    if not money:
        return Light.RED.value
    return Light.GREEN.value if target else Light.YELLOW.value


def month_line(month: int, rules: Rules) -> int | None:
    """The execution rate (millionths) that a month asks for: its own line or the last one before; None if none."""
    lines = rules.monitoring.month_lines.lines
    held = [one for one in lines if one <= month]
    return micro(lines[max(held)]) if held else None


def below_month_line(pace_micro: pd.Series, month: int, rules: Rules) -> pd.Series:
    """Whether execution is behind the month's line (boolean; NA where the pace or the rule is unknown)."""
    line = month_line(month, rules)
    if line is None:
        return pd.Series(pd.NA, index=pace_micro.index, dtype="boolean")
    return (pace_micro < line).astype("boolean")


def mismatches(budget_pace_micro: pd.Series, target_pace_micro: pd.Series, rules: Rules) -> pd.Series:
    """Whether money and target are further apart than the rule allows (boolean; NA if a side or rule is unknown)."""
    points = rules.monitoring.mismatch.points
    if points is None:
        return pd.Series(pd.NA, index=budget_pace_micro.index, dtype="boolean")
    return ((budget_pace_micro - target_pace_micro).abs() > micro(points) // 100).astype("boolean")


def warnings(paces: pd.DataFrame, month: int, rules: Rules) -> pd.Series:
    """What must be warned of, in words, "" where nothing is; index kept.

    paces: budget_pace_micro, target_pace_micro (Int64), money_light, target_light (string).
    """
    says = pd.DataFrame(index=paces.index)
    line = month_line(month, rules)
    late = below_month_line(paces["budget_pace_micro"], month, rules)
    says["month"] = _say(
        late, "" if line is None else f"预算执行率低于{month}月底应达到的{plain_percent(line)}"
    )
    points = rules.monitoring.mismatch.points
    apart = mismatches(paces["budget_pace_micro"], paces["target_pace_micro"], rules)
    says["mismatch"] = _say(
        apart, "" if points is None else f"预算执行率与目标完成率相差超过{plain(points)}个百分点"
    )
    for name, word in (("money_light", "资金"), ("target_light", "绩效目标")):
        says[name] = _say((paces[name] == Light.RED.value).astype("boolean"), f"{word}进度为红灯")
    return says.apply(lambda row: "；".join(word for word in row if word), axis=1).astype("string")


def _say(flags: pd.Series, words: str) -> pd.Series:
    return pd.Series("", index=flags.index).mask(flags.fillna(False).astype(bool), words)


def plain_percent(rate_micro: int) -> str:
    """ "40%" of 400 000."""
    return f"{plain(Decimal(rate_micro) / 10_000)}%"


def reason_compulsory(likelihoods: pd.Series, rules: Rules) -> pd.Series:
    """Whether 完成目标可能性 makes a reason and a measure compulsory (boolean; NA where nothing was filled in)."""
    words = likelihoods.astype("string").str.strip()
    found = words.isin(rules.monitoring.likelihood.reason_compulsory).astype("boolean")
    return found.mask(words.isna() | (words == ""))


def known_likelihood(likelihoods: pd.Series, rules: Rules) -> pd.Series:
    """Whether a word is one of the form's (boolean; NA where nothing was filled in)."""
    words = likelihoods.astype("string").str.strip()
    return words.isin(rules.monitoring.likelihood.words).astype("boolean").mask(words.isna() | (words == ""))
