"""Every column function keeps the index it was given and returns the type its docstring promises, empty columns too."""

from datetime import date

import pandas as pd
import pytest

from models.rules.execution import execution_points
from models.rules.grading import grades
from models.rules.monitoring import (
    below_month_line,
    budget_pace,
    indicator_lights,
    known_likelihood,
    mismatches,
    money_lights,
    overall_lights,
    project_lights,
    reason_compulsory,
    target_pace,
    warnings,
)
from models.rules.prior_assessment import conclusions, needs_assessment
from models.rules.profiles import load_rules
from models.rules.result_application import budget_effects, discounts, share_of
from models.rules.scoring import indicator_points, met_targets
from models.rules.self_evaluation import read_indicators
from models.rules.target_review import item_grades, next_steps, review_grades
from models.rules.values import parse_values

DAY = date(2025, 6, 1)
SICHUAN, MOF = load_rules("sichuan-2025", DAY), load_rules("mof-2020", DAY)
INDEX = pd.Index(["丙", "甲", "乙"])


def ints(*values, index=INDEX) -> pd.Series:
    return pd.Series(values, index=index, dtype="Int64")


def texts(*values, index=INDEX) -> pd.Series:
    return pd.Series(values, index=index, dtype="string")


AMOUNTS, SPENT = ints(100, 0, None), ints(50, 5, 5)
LIGHTS = texts("红", "绿", None)
CELLS = pd.DataFrame(
    {
        "sign": ["≥", "≤", "定性"],
        "target": ["10", "5", "好"],
        "unit": "",
        "actual": ["5", "7", "好"],
        "level_1": "产出",
        "level_2": "数量",
        "level_3": "甲",
    },
    index=INDEX,
)
READ = read_indicators(CELLS, MOF).assign(weight_micro=ints(9, 9, 9), reported_micro=ints(9, 9, 9))

# Each act takes a profile, whether it needs one or not.
# ruff: noqa: ARG005
COLUMNS = [
    ("grades", lambda rules: grades(AMOUNTS, rules), "string"),
    ("conclusions", lambda rules: conclusions(AMOUNTS, rules), "string"),
    (
        "needs_assessment",
        lambda rules: needs_assessment(
            pd.DataFrame({"attribute": "新增(a", "requested_fen": AMOUNTS}), rules
        ),
        "string",
    ),
    ("review_grades", lambda rules: review_grades(AMOUNTS, rules), "string"),
    ("item_grades", lambda rules: item_grades(SPENT, ints(100, 100, 100), rules), "string"),
    ("next_step", lambda rules: next_steps(texts("优", "差", None), rules)["next_step"], "string"),
    ("may_continue", lambda rules: next_steps(texts("优", "差", None), rules)["may_continue"], "boolean"),
    (
        "treatment",
        lambda rules: budget_effects(texts("优", "差", None), AMOUNTS, rules)["treatment"],
        "string",
    ),
    (
        "proposed_fen",
        lambda rules: budget_effects(texts("优", "差", None), AMOUNTS, rules)["proposed_fen"],
        "Int64",
    ),
    (
        "undecided",
        lambda rules: budget_effects(texts("优", "差", None), AMOUNTS, rules)["undecided"],
        "string",
    ),
    ("discounts", lambda rules: discounts(texts("优", "优", None), texts("良", None, "优"), rules), "Int64"),
    ("share_of", lambda rules: share_of(AMOUNTS, SPENT), "Int64"),
    ("budget_pace", lambda rules: budget_pace(AMOUNTS, SPENT), "Int64"),
    ("money_lights", lambda rules: money_lights(AMOUNTS, SPENT, 6, rules), "string"),
    ("indicator_lights", lambda rules: indicator_lights(READ, 6, rules), "string"),
    ("overall_lights", lambda rules: overall_lights(LIGHTS, LIGHTS, rules), "string"),
    ("below_month_line", lambda rules: below_month_line(AMOUNTS, 6, rules), "boolean"),
    ("mismatches", lambda rules: mismatches(AMOUNTS, SPENT, rules), "boolean"),
    ("reason_compulsory", lambda rules: reason_compulsory(texts("有可能", "", None), rules), "boolean"),
    ("known_likelihood", lambda rules: known_likelihood(texts("有可能", "", None), rules), "boolean"),
    (
        "warnings",
        lambda rules: warnings(
            pd.DataFrame(
                {
                    "budget_pace_micro": AMOUNTS,
                    "target_pace_micro": SPENT,
                    "money_light": LIGHTS,
                    "target_light": LIGHTS,
                }
            ),
            6,
            rules,
        ),
        "string",
    ),
    ("indicator_points", lambda rules: indicator_points(READ, rules), "Int64"),
    ("met_targets", lambda rules: met_targets(READ), "boolean"),
    ("rate_micro", lambda rules: execution_points(AMOUNTS, SPENT, rules)["rate_micro"], "Int64"),
    ("execution_micro", lambda rules: execution_points(AMOUNTS, SPENT, rules)["execution_micro"], "Int64"),
    ("parse_values form", lambda rules: parse_values(CELLS["target"])["form"], "string"),
    ("parse_values operator", lambda rules: parse_values(CELLS["target"])["operator"], "string"),
    ("parse_values number", lambda rules: parse_values(CELLS["target"])["number_micro"], "Int64"),
    ("parse_values unit", lambda rules: parse_values(CELLS["target"])["unit"], "string"),
    ("parse_values text", lambda rules: parse_values(CELLS["target"])["text"], "string"),
    *[
        (f"read {name}", lambda rules, name=name: read_indicators(CELLS, rules)[name], kind)
        for name, kind in {
            "kind": "int8",
            "band": "int8",
            "strict": "bool",
            "percent": "bool",
            "copied": "bool",
            "filled": "bool",
            "missed": "bool",
            "target_micro": "Int64",
            "actual_micro": "Int64",
            "shown": "string",
            "why": "string",
            "problem": "string",
        }.items()
    ],
]


@pytest.mark.parametrize("rules", [SICHUAN, MOF], ids=["sichuan", "mof"])
@pytest.mark.parametrize(("name", "column", "kind"), COLUMNS, ids=[one[0] for one in COLUMNS])
def test_index_and_type_are_kept(name, column, kind, rules):
    found = column(rules)
    assert list(found.index) == list(INDEX)
    assert found.dtype == kind


def test_by_project_columns_are_named_by_project():
    of = texts("b", "a", "b")
    lights = project_lights(of, LIGHTS, MOF)
    assert (lights.loc["a"], lights.dtype) == ("绿", "string")
    pace = target_pace(READ, of)
    assert list(pace.index) == ["b", "a"]
    assert (pace.loc["b"], pace.loc["a"], pace.dtype) == (500_000, 0, "Int64")


def test_columns_of_different_length_are_an_error():
    with pytest.raises(ValueError, match="zip"):
        overall_lights(LIGHTS, LIGHTS.iloc[:2], MOF)
    with pytest.raises(ValueError, match=r"length|zip"):
        budget_effects(texts("优", "差", None), AMOUNTS.iloc[:2], MOF)


def test_a_date_is_no_number_in_a_column():
    assert parse_values(pd.Series(["2022年12月"]))["number_micro"].isna().all()
