"""Columns of the register that a bureau keeps only for some projects, or hardly at all: what a blank cell says."""

import pandas as pd

from models.rules.problems.facts import YES, Facts
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.wording import any_of

REGISTER = "PM_PROJECT_INFO"
# What a filled cell says when there is nothing.
EMPTY = ("", "无", "/", "-", "—", "未签", "缺", "不全", "未移交", "未落实")
STEPS = ("APPLY_DATE", "REVIEW_DATE", "PUBLICITY_DATE")
POLICY = ("POLICY_STANDARD", "POLICY_ELIGIBLE")
AFTERWARDS = ("MAINTAIN_UNIT", "HANDOVER_DATE", "MAINTAIN_BGT")


def awards(facts: Facts) -> "pd.Series[bool]":
    """Projects that hand money out under a policy."""
    return facts.projects["PRO_NAME"].str.contains(any_of(WORDS["award"]))


def procedural(facts: Facts) -> "pd.Series[bool]":
    """Projects whose kind asks for application, review and publicity: not what is paid by right or to keep a
    designated body running."""
    names = facts.projects["PRO_NAME"]
    return names.str.contains(any_of(WORDS["needs_procedure"])) & ~names.str.contains(
        any_of(WORDS["by_right"])
    )


def completed(facts: Facts) -> "pd.Series[bool]":
    """Projects that are finished; goods and subsidies are accepted too, and leave nothing to look after."""
    frame = facts.projects
    done = pd.Series(False, index=frame.index)
    if "COMPLETE_DATE_on" in frame:
        done |= frame["COMPLETE_DATE_on"].notna()
    if "ACCEPT_DATE_on" in frame:
        done |= frame["ACCEPT_DATE_on"].notna() & frame["PRO_NAME"].str.contains(any_of(WORDS["works"]))
    if "STATUS" in frame:
        done |= frame["STATUS"].str.contains("完工|竣工|验收|完成")
    return done


def assessable(facts: Facts) -> "pd.Series[bool]":
    """New projects of the amount that must be assessed before they enter the budget."""
    frame = facts.projects
    if "ATTRIBUTE" not in frame or "BGT_AMT_fen" not in frame:
        return pd.Series(False, index=frame.index)
    return frame["ATTRIBUTE"].str.contains("新增") & (
        frame["BGT_AMT_fen"] >= LIMITS["assessed_from_fen"]
    ).fillna(False)


def bonded(facts: Facts) -> "pd.Series[bool]":
    """Projects paid from special bonds."""
    frame = facts.projects
    bond = frame["PRO_NAME"].str.contains("专项债|转贷")
    for column in ("BOND", "PRO_TYPE", "POLICY_BASIS", "FOUND_TYPE_NAME"):
        if column in frame:
            bond |= frame[column].isin(YES) if column == "BOND" else frame[column].str.contains("专项债|转贷")
    return bond


CONCERNED = {
    **dict.fromkeys(STEPS, procedural),
    **dict.fromkeys(POLICY, awards),
    **dict.fromkeys(AFTERWARDS, completed),
    "EX_ANTE": assessable,
    "SEPARATE_LEDGER": bonded,
}


def silent(facts: Facts, column: str) -> "pd.Series[bool]":
    """Projects (index code) whose blank cell says nothing, because the column is filled for so few of those whom it
    concerns that it is not kept at all. A step of the procedure does tell where the project itself fills another."""
    frame = facts.projects
    nothing = pd.Series(False, index=frame.index)
    if column not in CONCERNED or column not in frame:
        return nothing
    blank = frame[column].isin(EMPTY)
    mine = CONCERNED[column](facts)
    if (mine & ~blank).sum() * 100 >= mine.sum() * LIMITS["kept_percent"]:
        return nothing
    if column in STEPS:
        others = [one for one in STEPS if one in frame]
        blank &= frame[others].isin(EMPTY).all(axis=1)
    return blank
