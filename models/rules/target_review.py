"""绩效目标审核: the four headings add to a total, the total gives an opinion, the opinion the next step."""

import pandas as pd

from models.rules.columns import by_lines, micro
from models.rules.grading import WORDS
from models.rules.profiles import Rules


def review_grades(totals_micro: pd.Series, rules: Rules) -> pd.Series:
    """优, 良, 中 or 差 of each total (Int64 millionths of 100 points); NA stays NA."""
    rule = rules.target_review
    return by_lines(totals_micro, [micro(line) for line in (rule.excellent, rule.good, rule.fair)], WORDS)


def item_grades(points_micro: pd.Series, full_micro: pd.Series, rules: Rules) -> pd.Series:
    """优, 良, 中 or 差 of single items: the share of each item's full points (both Int64 millionths)."""
    bands = rules.target_review.item_bands
    share = points_micro * 1_000_000 // full_micro
    return by_lines(share.astype("Int64"), [micro(bands[word]) for word in WORDS[:3]], WORDS)


def next_steps(opinions: pd.Series, rules: Rules) -> pd.DataFrame:
    """For each opinion: `next_step` (what follows, in words) and `may_continue` (boolean, NA without opinion)."""
    rule = rules.target_review
    step = opinions.map(rule.next_steps).astype("string")
    may = opinions.isin(rule.may_continue).astype("boolean").mask(opinions.isna())
    return pd.DataFrame({"next_step": step, "may_continue": may}, index=opinions.index)


def headings(rules: Rules) -> dict[str, int]:
    """Full points of each heading in millionths: {"完整性": 20_000_000, …}."""
    return {name: micro(one.points) for name, one in rules.target_review.criteria.items()}
