"""Before and after: what proposals and decisions do to each project's budget, what that frees, whom it could serve."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from models.rules.columns import MICRO, micro, plain
from models.rules.profiles import Rules
from models.rules.questions import UNDECIDED
from models.rules.result_application import NO_BASE, share_of
from models.rules.stage_questions import BudgetGround

GROUNDS = {"low_execution": "预算执行率低", "unrectified": "整改未完成", "no_target": "没有批复的绩效目标"}


def ground_effects(names: pd.Series, base_fen: pd.Series, rules: Rules) -> pd.DataFrame:
    """Treatment and proposed amount for facts other than a grade; `names` are keys of GROUNDS, base Int64 分.

    Columns as `budget_effects`: treatment, proposed_fen (NA where undecided), undecided, basis. A cut is rounded
    half up to the 分. Source: the profile's `budget_grounds`.
    """
    found: list[BudgetGround] = [getattr(rules.budget_grounds, name) for name in names]
    kept = [pd.NA if one.cut_percent is None else MICRO - micro(one.cut_percent) // 100 for one in found]
    amount = share_of(base_fen, pd.Series(kept, dtype="Int64", index=base_fen.index))
    why = [
        NO_BASE if no else f"“{GROUNDS[name]}”的核减比例未定，由本局决定后填入规则集"
        for name, no in zip(names, base_fen.isna(), strict=True)
    ]
    return pd.DataFrame(
        {
            "treatment": [one.word or UNDECIDED for one in found],
            "proposed_fen": amount,
            "undecided": pd.Series(why, index=base_fen.index, dtype="string").mask(amount.notna()),
            "basis": [one.basis for one in found],
        },
        index=base_fen.index,
    )


def low_execution(budget_fen: pd.Series, spent_fen: pd.Series, rules: Rules) -> pd.Series:
    """Whether execution is under the profile's line; False where nobody drew a line or money is unknown (bool)."""
    below = rules.budget_grounds.low_execution.below
    if below is None:
        return pd.Series(False, index=budget_fen.index)
    line = micro(below)
    low = [
        pd.notna(budget) and pd.notna(spent) and int(budget) > 0 and int(spent) * MICRO < int(budget) * line
        for budget, spent in zip(budget_fen, spent_fen, strict=True)
    ]
    return pd.Series(low, index=budget_fen.index, dtype=bool)


def balance(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a project from its proposals: before, after, freed (Int64 分), and what is still open.

    rows: project, base_fen, proposed_fen, decided_fen (NA: none). A decision goes before a proposal; of several
    the lowest holds; an undecided proposal changes nothing. before = after + freed to the 分, for each row and
    for the sums. `open_fen`: the base of a project of which something is undecided by rule and by officer.
    """
    amount = rows["decided_fen"].fillna(rows["proposed_fen"])
    frame = rows.assign(amount=amount, open=amount.isna())
    groups = frame.groupby("project", sort=False)
    before = groups["base_fen"].max().astype("Int64")
    after = groups["amount"].min().astype("Int64").fillna(before).astype("Int64")
    undecided = groups["open"].any()
    return pd.DataFrame(
        {
            "before_fen": before,
            "after_fen": after,
            "freed_fen": before - after,
            "open_fen": before.where(undecided, 0),
        }
    )


def what_if(
    grades: pd.Series, base_fen: pd.Series, undecided: Sequence[str], percents: Sequence[Decimal]
) -> pd.DataFrame:
    """What each cut would free for grades whose cut is undecided: a trial, never a proposal.

    Columns: grade, count, base_fen, percent (text), cut_fen (Int64; each project's cut rounded as a proposal is).
    """
    rows = []
    for grade in undecided:
        bases = base_fen[(grades == grade).fillna(False).astype(bool)]
        for percent in percents:
            share = pd.Series(MICRO - micro(percent) // 100, index=bases.index, dtype="Int64")
            left = share_of(bases, share) if len(bases) else bases
            rows.append(
                (
                    grade,
                    len(bases),
                    int(bases.sum()),
                    f"{plain(percent)}%",
                    int(bases.sum()) - int(left.sum()),
                )
            )
    return pd.DataFrame(rows, columns=["grade", "count", "base_fen", "percent", "cut_fen"])


def served(gap_fen: pd.Series, freed_fen: int) -> pd.Series:
    """How much of each gap the freed money could serve, in the order given, until nothing is left (Int64 分)."""
    left = max(freed_fen, 0)
    found = []
    for gap in gap_fen:
        given = min(int(gap), left)
        left -= given
        found.append(given)
    return pd.Series(found, index=gap_fen.index, dtype="Int64")
