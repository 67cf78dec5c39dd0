"""The rules once more, slow and plain: one row at a time, Decimal only, written from the regulations' words.

Shares nothing with models.rules but the profile's numbers.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from models.rules.profiles import Rules

SIX = Decimal("0.000001")
HIGHER, LOWER, EQUAL, SATISFACTION, JUDGED, YES_NO, MET, UNREADABLE = range(8)
D = Decimal


def half_up(value: Decimal) -> Decimal:
    return value.quantize(SIX, ROUND_HALF_UP)


def points(kind, weight, target, actual, reported, band, strict, rules: Rules) -> Decimal | None:
    """Points of one row, None where nobody can say. Numbers are Decimal or None."""
    with localcontext() as context:
        context.prec = 60
        return _points(kind, weight, target, actual, reported, band, strict, rules.self_evaluation)


def _points(kind, weight, target, actual, reported, band, strict, rule):
    if weight is None or kind == UNREADABLE:
        return None
    if kind == MET:
        return weight
    if kind == YES_NO:
        return weight if band == 0 else D(0)
    if kind == JUDGED:
        return _judged(weight, reported, band, rule)
    if target is None or actual is None:
        return None
    if kind == SATISFACTION and rule.satisfaction.method == "steps":
        return _steps(weight, actual / 100, rule.satisfaction.steps)
    return _numeric(kind, weight, target, actual, strict, rule)


def _judged(weight, reported, band, rule):
    if reported is None or not 0 <= reported <= weight:
        return None
    if band >= 0:
        one = rule.qualitative.bands[band]
        low, high = weight * one.low, weight * one.high
        above = reported >= low if one.low_included else reported > low
        under = reported <= high if one.high_included else reported < high
        if not (above and under):
            return None
    return reported


def _steps(weight, rate, steps):
    share = D(0)
    for step in sorted(steps, key=lambda step: step.from_):
        if rate >= step.from_:
            share = step.gives
    return half_up(weight * share)


def _numeric(kind, weight, target, actual, strict, rule):
    if _is_met(kind, target, actual, strict):
        return _over(kind, weight, target, actual, rule.over_achievement)
    if target < 0:
        return None
    if target == 0:
        return half_up(weight * rule.zero_target.missed)
    numeric = {HIGHER: rule.higher, SATISFACTION: rule.higher, EQUAL: rule.equal, LOWER: rule.lower}[kind]
    if numeric.method == "all_or_nothing":
        return D(0)
    if strict and actual == target and (numeric.pass_rate is None or numeric.pass_rate <= 1):
        return None  # the formula gives everything for a bound that was not kept
    if numeric.method == "inverse":
        share = target / max(actual, SIX)
    elif numeric.method == "linear":
        share = 1 - abs(actual - target) / target
    else:
        share = actual / target
    share = max(share, D(0))
    if numeric.pass_rate is not None and share < numeric.pass_rate:
        return D(0)
    return min(half_up(weight * share), weight)


def _is_met(kind, target, actual, strict):
    if strict and actual == target:
        return False
    if kind == EQUAL and target < 0:
        return actual == target
    if kind == LOWER or (kind == EQUAL and target == 0):
        return actual <= target
    return actual >= target


def _over(kind, weight, target, actual, rule):
    if rule.policy not in {"deduct", "zero"} or kind == LOWER or target <= 0:
        return weight
    ratio = actual / target
    if ratio < rule.limit or (ratio == rule.limit and not rule.limit_included):
        return weight
    if rule.policy == "zero":
        return D(0)
    if rule.rate is None:
        return None
    # One division, at the end: a repeating ratio would lose what is exactly half of the last place.
    return half_up(max(D(0), weight * (target - rule.rate * (actual - rule.limit * target)) / target))


def execution(budget_fen, spent_fen, rules: Rules) -> Decimal | None:
    """Points for execution of two amounts in 分."""
    if budget_fen is None or spent_fen is None or budget_fen <= 0 or spent_fen < 0:
        return None
    rule = rules.self_evaluation.execution
    with localcontext() as context:
        context.prec = 60
        rate = D(spent_fen) / D(budget_fen)
        if rule.method == "rate":
            return half_up(rule.full * min(rate, D(1)))
        given = D(0)
        for step in sorted(rule.steps, key=lambda step: step.from_):
            if rate >= step.from_:
                given = step.gives
        return given


def grade(total: Decimal | None, rules: Rules) -> str | None:
    if total is None:
        return None
    lines = rules.grades
    for word, line in (("优", lines.excellent), ("良", lines.good), ("中", lines.fair)):
        if total >= line:
            return word
    return "差"
