"""Before and after of next year's budget over random districts: exact to the 分, nothing from an undecided rule."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.budget_balance import GROUNDS, balance, ground_effects, low_execution, served, what_if
from models.rules.profiles import load_rules, profile_names
from models.rules.rectification import same_problem
from models.rules.result_application import budget_effects

DAY = date(2024, 11, 1)
HUANGSHI = load_rules("huangshi", DAY)
MONEY = st.integers(0, 10**13)
GRADES = st.sampled_from(["优", "良", "中", "差"])
PROJECT = st.tuples(
    MONEY,
    st.lists(GRADES, max_size=1),
    st.sets(st.sampled_from(list(GROUNDS))),
    st.lists(st.one_of(st.none(), MONEY), min_size=4, max_size=4),
)


def ints(values: list[int | None]) -> pd.Series:
    return pd.Series(values, dtype="Int64")


def proposals(
    district: list[tuple[int, list[str], set[str], list[int | None]]], cut: Decimal | None
) -> pd.DataFrame:
    """The proposals of a district as the rules give them, with what its officers decided."""
    rules = HUANGSHI
    if cut is not None:
        fair = rules.budget_effect.effects["中"].model_copy(update={"cut_percent": cut})
        effect = rules.budget_effect.model_copy(
            update={"effects": {**rules.budget_effect.effects, "中": fair}}
        )
        rules = rules.model_copy(update={"budget_effect": effect})
    rows = []
    for number, (base, grades, grounds, decided) in enumerate(district):
        for grade in grades:
            found = budget_effects(pd.Series([grade], dtype="string"), ints([base]), rules).iloc[0]
            rows.append((f"项目{number}", base, found["proposed_fen"], decided[0]))
        for place, ground in enumerate(sorted(grounds), 1):
            found = ground_effects(pd.Series([ground], dtype="string"), ints([base]), rules).iloc[0]
            rows.append((f"项目{number}", base, found["proposed_fen"], decided[place]))
    names, *columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    frame = pd.DataFrame({"project": pd.Series(names, dtype="string")})
    for name, column in zip(("base_fen", "proposed_fen", "decided_fen"), columns, strict=True):
        frame[name] = ints([None if pd.isna(one) else int(one) for one in column])
    return frame


@settings(max_examples=150, deadline=None)
@given(st.lists(PROJECT, max_size=25), st.one_of(st.none(), st.decimals("0", "100", places=2)))
def test_before_is_after_plus_freed_for_each_project_and_for_the_district(
    district: list[tuple[int, list[str], set[str], list[int | None]]], cut: Decimal | None
) -> None:
    rows = proposals(district, cut)
    found = balance(rows)
    assert (found["before_fen"] == found["after_fen"] + found["freed_fen"]).all()
    assert int(found["before_fen"].sum()) == int(found["after_fen"].sum()) + int(found["freed_fen"].sum())
    assert list(found.index) == list(dict.fromkeys(rows["project"]))
    for name, group in rows.groupby("project"):  # the slow, obvious way
        amounts = [
            int(one.proposed_fen if pd.isna(one.decided_fen) else one.decided_fen)
            for one in group.itertuples()
            if not (pd.isna(one.decided_fen) and pd.isna(one.proposed_fen))
        ]
        base = int(group["base_fen"].iloc[0])
        assert int(found.at[name, "after_fen"]) == (min(amounts) if amounts else base)
        assert int(found.at[name, "open_fen"]) == (base if len(amounts) < len(group) else 0)


@settings(max_examples=150, deadline=None)
@given(st.lists(PROJECT, min_size=1, max_size=25))
def test_no_proposal_comes_from_an_undecided_rule(
    district: list[tuple[int, list[str], set[str], list[int | None]]],
) -> None:
    grades = pd.Series([row[1][0] if row[1] else None for row in district], dtype="string")
    bases = ints([row[0] for row in district])
    by_grade = budget_effects(grades, bases, HUANGSHI)
    undecided = ~grades.isin(["优", "良"]).fillna(False)
    assert by_grade["proposed_fen"].isna().equals(undecided.astype(bool).rename("proposed_fen"))
    for ground in GROUNDS:
        names = pd.Series([ground] * len(bases), dtype="string")
        found = ground_effects(names, bases, HUANGSHI)
        rule = getattr(HUANGSHI.budget_grounds, ground)
        assert found["proposed_fen"].isna().all() == (rule.cut_percent is None)
        assert found["undecided"].notna().all() == (rule.cut_percent is None)


@pytest.mark.parametrize("name", profile_names())
def test_no_shipped_profile_proposes_from_what_nobody_decided(name: str) -> None:
    rules = load_rules(name, DAY)
    for ground in GROUNDS:
        found = ground_effects(pd.Series([ground], dtype="string"), ints([100]), rules).iloc[0]
        assert pd.isna(found["proposed_fen"]) == (getattr(rules.budget_grounds, ground).cut_percent is None)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(GRADES, MONEY), max_size=30), st.decimals("0", "100", places=1))
def test_a_trial_cuts_each_project_as_a_proposal_would(rows: list[tuple[str, int]], percent: Decimal) -> None:
    grades = pd.Series([grade for grade, _ in rows], dtype="string")
    found = what_if(grades, ints([base for _, base in rows]), ["中", "差"], [percent])
    for one in found.itertuples():
        bases = [base for grade, base in rows if grade == one.grade]
        left = [
            int((Decimal(base) * (100 - percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)) for base in bases
        ]
        assert (one.count, one.base_fen, one.cut_fen) == (len(bases), sum(bases), sum(bases) - sum(left))


@settings(max_examples=100, deadline=None)
@given(st.lists(MONEY, max_size=20), MONEY)
def test_freed_money_serves_in_order_and_never_more_than_there_is(gaps: list[int], freed: int) -> None:
    found = [int(one) for one in served(ints(list(gaps)), freed)]
    assert sum(found) == min(sum(gaps), freed)
    short = next(
        (n for n, (gap, given_) in enumerate(zip(gaps, found, strict=True)) if given_ < gap), len(gaps)
    )
    assert all(one == 0 for one in found[short + 1 :])


def test_execution_is_low_under_the_line_and_unknown_money_is_never_low() -> None:
    budget, spent = ints([100, 100, 100, 0, None, 100]), ints([79, 80, 81, 0, 5, None])
    assert low_execution(budget, spent, HUANGSHI).tolist() == [True, False, False, False, False, False]
    assert not low_execution(budget, spent, load_rules("mof-2020", DAY)).any()


def test_a_problem_that_returns_is_known_by_its_words() -> None:
    earlier = {"a": "部分社区居家养老服务中心经费不足", "b": "绩效目标设定不清晰、可衡量性不足"}
    assert same_problem("绩效目标设定不够清晰、可衡量性不足", earlier) == "b"
    assert same_problem("大额支出费用不够明晰", earlier) == ""
    assert same_problem("大额支出费用不够明晰", {}) == ""
