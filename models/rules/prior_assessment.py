"""事前绩效评估: who must be assessed and what a total of the five dimensions concludes."""

import pandas as pd

from models.rules.columns import by_lines, micro
from models.rules.profiles import Rules
from models.vocabulary import Conclusion

NEW = "新增"
WORDS = [Conclusion.SUPPORT.value, Conclusion.PARTIAL.value, Conclusion.REFUSE.value]
FEN_PER_WAN = 1_000_000


def needs_assessment(projects: pd.DataFrame, rules: Rules) -> pd.Series:
    """Why each project must be assessed before it asks for money; "" where it need not be.

    projects: `attribute` (新增/延续…), `requested_fen` (Int64, 分). A profile that has not decided from which
    amount assessment is compulsory sends nobody: `Rules.undecided` names it. An amount on the line is in.
    """
    rule = rules.prior_assessment
    if rule.compulsory_from_fen is None:
        return pd.Series("", index=projects.index, dtype="string")
    large = (projects["requested_fen"] >= rule.compulsory_from_fen).fillna(False).astype(bool)
    if rule.new_only:
        large &= (
            projects["attribute"].astype("string").str.contains(NEW, regex=False).fillna(False).astype(bool)
        )
    line = f"{rule.compulsory_from_fen // FEN_PER_WAN}万元及以上"
    says = f"{'新增项目，' if rule.new_only else ''}申报金额{line}（{rule.basis}）"
    return pd.Series("", index=projects.index, dtype="string").mask(large, says)


def conclusions(totals_micro: pd.Series, rules: Rules) -> pd.Series:
    """予以支持, 部分支持 or 不予支持 for each total (Int64 millionths); a total on a line gets the better one.

    NA for a total that is not known, and for all where the profile has not decided the lines.
    """
    rule = rules.prior_assessment
    if rule.support_from is None or rule.partial_from is None:
        return pd.Series(pd.NA, index=totals_micro.index, dtype="string")
    return by_lines(totals_micro, [micro(rule.support_from), micro(rule.partial_from)], WORDS)
