"""The column functions equal the plain Decimal version to 6 decimals, on hundreds of thousands of rows of every kind."""

import os
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from models.rules.execution import execution_points
from models.rules.grading import grades
from models.rules.profiles import Rules, load_rules, profile_names
from models.rules.scoring import BLOCK, indicator_points
from tests.models.rules import oracle

DAY = date(2025, 6, 1)
ROWS = int(os.environ.get("ORACLE_ROWS", "60000"))  # fewer while mutants are hunted
MICRO = 1_000_000


def bureau(**over) -> Rules:
    """A bureau's own profile that uses the ways no shipped profile uses."""
    rules = load_rules("mof-2021", DAY)
    own = rules.self_evaluation
    changed = {name: getattr(own, name).model_copy(update=update) for name, update in over.items()}
    return rules.model_copy(update={"self_evaluation": own.model_copy(update=changed)})


def profiles() -> dict[str, Rules]:
    found = {name: load_rules(name, DAY) for name in profile_names()}
    found["deducts"] = bureau(
        over_achievement={"policy": "deduct", "limit": Decimal("1.3"), "rate": Decimal("0.37")},
        satisfaction={"method": "as_numeric"},
        lower={"method": "inverse", "pass_rate": Decimal("0.7")},
        zero_target={"missed": Decimal("0.25")},
    )
    found["zeroes"] = bureau(
        over_achievement={"policy": "zero", "limit": Decimal("1.3"), "limit_included": False},
        higher={"method": "all_or_nothing"},
        equal={"method": "linear", "pass_rate": None},
    )
    found["undecided deduction"] = bureau(over_achievement={"policy": "deduct", "rate": None})
    return found


def numbers(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Amounts as tables hold them: small whole numbers, percentages, two decimals, zeros, huge sums, negatives."""
    choice = rng.integers(0, 6, rows)
    return np.select(
        [choice == 0, choice == 1, choice == 2, choice == 3, choice == 4],
        [
            rng.integers(0, 20, rows) * MICRO,
            rng.integers(0, 10_001, rows) * 10_000,
            rng.integers(0, 10**12, rows),
            rng.integers(0, 3 * 10**17, rows),
            np.zeros(rows, dtype=np.int64),
        ],
        -rng.integers(0, 50, rows) * MICRO,
    )


def frame(seed: int, rows: int = ROWS) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    target = numbers(rng, rows)
    near = rng.integers(0, 10, rows)
    # Edges on purpose: equal, twice, 130%, 60% and just beside them.
    actual = np.select(
        [near == 0, near == 1, near == 2, near == 3, near == 4, near == 5],
        [target, 2 * target, target // 10 * 13, target // 10 * 6, target + 1, target - 1],
        numbers(rng, rows),
    )
    weight = rng.choice([MICRO, 7_500_000, 8 * MICRO, 10 * MICRO, 22_500_000, 90 * MICRO, 3_333_333], rows)
    share = rng.choice([0, 500_000, 600_000, 800_000, 1_000_000, 799_999, 123_457, 1_100_000], rows)
    data = pd.DataFrame(
        {
            "kind": rng.integers(0, 8, rows).astype(np.int8),
            "band": rng.integers(-1, 3, rows).astype(np.int8),
            "strict": rng.integers(0, 4, rows) == 0,
            "weight_micro": pd.array(weight, dtype="Int64"),
            "target_micro": pd.array(target, dtype="Int64"),
            "actual_micro": pd.array(actual, dtype="Int64"),
            "reported_micro": pd.array(weight * share // MICRO, dtype="Int64"),
        }
    )
    for name in ("weight_micro", "target_micro", "actual_micro", "reported_micro"):
        data.loc[rng.integers(0, 50, rows) == 0, name] = pd.NA
    return data


def number(micro) -> Decimal | None:
    return None if pd.isna(micro) else Decimal(int(micro)) / MICRO


def expected(data: pd.DataFrame, rules: Rules) -> list[Decimal | None]:
    return [
        oracle.points(
            row.kind,
            number(row.weight_micro),
            number(row.target_micro),
            number(row.actual_micro),
            number(row.reported_micro),
            row.band,
            bool(row.strict),
            rules,
        )
        for row in data.itertuples()
    ]


@pytest.mark.parametrize("name", list(profiles()))
def test_points_equal_the_oracle_on_rows_of_every_kind(name):
    rules = profiles()[name]
    data = frame(seed=sum(map(ord, name)))
    found = [number(one) for one in indicator_points(data, rules)]
    wanted = expected(data, rules)
    wrong = [place for place, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b]
    assert not wrong, (len(wrong), data.iloc[wrong[0]].to_dict(), found[wrong[0]], wanted[wrong[0]])


def test_blocks_do_not_change_the_points():
    rules = load_rules("huangshi", DAY)
    data = frame(7, 20_000)
    long = pd.concat([data] * (BLOCK // len(data) + 2), ignore_index=True)
    once = indicator_points(data, rules)
    again = indicator_points(long, rules)
    assert (again.iloc[-len(data) :].fillna(-1).to_numpy() == once.fillna(-1).to_numpy()).all()


@pytest.mark.parametrize("name", profile_names())
def test_points_of_execution_equal_the_oracle(name):
    rules = load_rules(name, DAY)
    rng = np.random.default_rng(3)
    budget = pd.Series(rng.choice([0, 100, 99_999, 10**7, 10**13 + 7, -5], ROWS), dtype="Int64")
    times = rng.choice([0, 59, 60, 79, 80, 99, 100, 130, 33], ROWS)
    spent = pd.Series(
        budget.to_numpy(dtype=np.int64) * times // 100 + rng.integers(-1, 2, ROWS), dtype="Int64"
    )
    budget.iloc[::97], spent.iloc[::89] = pd.NA, pd.NA
    found = execution_points(budget, spent, rules)
    known = [
        (None if pd.isna(b) else int(b), None if pd.isna(s) else int(s))
        for b, s in zip(budget, spent, strict=True)
    ]
    assert [number(one) for one in found["execution_micro"]] == [
        oracle.execution(*pair, rules) for pair in known
    ]


@pytest.mark.parametrize("name", profile_names())
def test_grades_equal_the_oracle_on_and_beside_every_line(name):
    rules = load_rules(name, DAY)
    edges = [line * MICRO + beside for line in (0, 60, 70, 80, 90, 100) for beside in (-1, 0, 1, -5_000)]
    rng = np.random.default_rng(5)
    totals = pd.Series([*edges, *rng.integers(0, 100 * MICRO, ROWS), pd.NA], dtype="Int64")
    wanted = [oracle.grade(number(total), rules) for total in totals]
    assert [None if pd.isna(one) else one for one in grades(totals, rules)] == wanted


def test_totals_of_float_would_misgrade_and_ours_do_not():
    rules = load_rules("mof-2020", DAY)
    parts = pd.Series([19_998_333, 19_998_334, 20_003_333], dtype="Int64")
    assert grades(pd.Series([int(parts.sum())], dtype="Int64"), rules).tolist() == ["中"]
    assert grades(pd.Series([59_995_000], dtype="Int64"), rules).tolist() == ["差"]
