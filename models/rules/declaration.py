"""Checks of target declarations: pure functions of columns; numbers, words and the guide's clauses in declaration.toml.

Every check looks at all rows; what it finds is a Fault with the column it stands in. A check without data finds
nothing and is named in `not_checked`.
"""

import re
from collections import defaultdict
from decimal import Decimal

import pandas as pd

from models.rules.columns import MICRO, plain
from models.rules.declaration_contradictions import COUNTED, contradictions
from models.rules.declaration_goals import copied, goals
from models.rules.declaration_guide import GUIDE, Code, Fault, Record, codes, records
from models.rules.declaration_money import costs, money_as_quantity
from models.rules.declaration_rows import misplaced, names, same_terms, values
from models.rules.profiles import Rules
from models.rules.values import parse_values, plain_text, unit_of

__all__ = ["COUNTED", "GUIDE", "Code", "Fault", "check_declarations", "codes", "not_checked"]
NO_UNIT = {"-", "--", "—", "/", "无", "\\"}
TEXTS = ("level_1", "level_2", "level_3", "sign", "value", "unit")


def check_declarations(
    indicators: pd.DataFrame, projects: pd.DataFrame, rules: Rules, weight_sums: tuple[Decimal, ...] = ()
) -> list[Fault]:
    """All faults, in the order of projects and rows.

    indicators: row (int), project, level_1, level_2, level_3, sign, value, unit (text, "" where empty), weight_micro
    (Int64), group (text: rows of one set, e.g. the year flag). projects: index project; name, goal, last_goal
    (text), overall (bool), budget_fen (Int64). weight_sums: what the points of a set may add up to; by default what
    execution leaves of 100 under the rules.
    """
    rows = read_rows(indicators)
    sums = weight_sums or (100 - rules.self_evaluation.execution_full,)
    own: dict[str, list[Record]] = defaultdict(list)
    for one in records(rows):
        own[one["project"]].append(one)
    budgets = {str(name): int(fen) for name, fen in projects["budget_fen"].dropna().items()}
    found = [
        *goals(projects),
        *copied(projects),
        *names(rows),
        *same_terms(own),
        *values(rows),
        *misplaced(rows),
        *_classes(own, projects, rules),
        *_weights(rows, sums, rules),
        *money_as_quantity(rows, budgets),
        *costs(own, budgets),
        *contradictions(own, projects),
    ]
    place = {project: number for number, project in enumerate(projects.index)}
    return sorted(found, key=lambda one: (place.get(one.project, -1), one.row or 0))


def not_checked(indicators: pd.DataFrame, projects: pd.DataFrame) -> dict[str, tuple[str, list[str]]]:
    """Code → (why, projects) of checks that had no data."""
    weighted = set(indicators["project"][indicators["weight_micro"].notna()])
    wants = {
        "F-WEIGHT": ("没有分值", [p for p in projects.index if p not in weighted]),
        "F-COST": ("没有预算金额", list(projects.index[projects["budget_fen"].isna()])),
        "F-COPIED": ("没有上年度目标可比", list(projects.index[projects["last_goal"] == ""])),
        "F-GOAL": ("没有年度目标", list(projects.index[projects["goal"].isna()])),
    }
    return {code: (why, missing) for code, (why, missing) in wants.items() if missing}


def read_rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows with what their cells say: form, number_micro, the unit in words, the name evened out.

    Classes and names are categories: most are the same words again, and each is looked at once.
    """
    if indicators.empty:  # columns without a row are of no kind yet
        indicators = indicators.astype(dict.fromkeys(TEXTS, "object"))
    said = parse_values(indicators["value"])
    units = {unit: unit_of(plain_text(unit)) for unit in indicators["unit"].unique()}
    given = indicators["unit"].map(units).astype("object")
    given = given.mask(given.isin(NO_UNIT), "")
    return indicators.assign(
        form=said["form"].astype("object"),
        number_micro=said["number_micro"],
        text=said["text"].astype("object"),
        words=given.where(given != "", said["unit"].astype("object")),
        name=indicators["level_3"].map(plain_text).astype("category"),
        operator=indicators["sign"].where(indicators["sign"] != "", said["operator"].astype("object")),
        level_2=indicators["level_2"].astype("category"),
        levels=(indicators["level_1"] + "/" + indicators["level_2"]).astype("category"),
    )


def _classes(own: dict[str, list[Record]], projects: pd.DataFrame, rules: Rules) -> list[Fault]:
    """Level-two classes that the rule asks for; a whole department may have a frame of its own instead of the tree."""
    missing: dict[tuple[str, ...], list[str]] = {}  # the same classes again and again
    found = []
    for project, overall in projects["overall"].items():
        levels = tuple(one["levels"] for one in own.get(str(project), []))
        if overall and levels and not any(re.search("数量|质量|时效", level) for level in levels):
            continue
        if levels not in missing:
            missing[levels] = _missing(levels, rules)
        found += [Fault(str(project), None, "level_2", "F-CLASS", "", says) for says in missing[levels]]
    return found


def _missing(levels: tuple[str, ...], rules: Rules) -> list[str]:
    """What is said of each class that has too few indicators."""
    if not levels:
        return ["没有填写任何绩效指标。"]
    words = {name: name.removesuffix("指标") for name in rules.target_review.required}
    counts = {name: sum(word in level for level in levels) for name, word in words.items()}
    return [
        f"缺少“{name}”（至少{least}个，现有{counts[name]}个）。"
        for name, least in rules.target_review.required.items()
        if counts[name] < least
    ]


def _weights(rows: pd.DataFrame, sums: tuple[Decimal, ...], rules: Rules) -> list[Fault]:
    """Points of a set that do not add up; a set without any points is not looked at."""
    led = rows[rows["weight_micro"].notna()]
    totals = led.groupby(["project", "group"], sort=False).agg(
        total=("weight_micro", "sum"), row=("row", "min")
    )
    wrong = totals[~totals["total"].isin([int(value * MICRO) for value in sums])]
    rest = (
        f"（另{plain(rules.self_evaluation.execution_full)}分为预算执行）"
        if len(sums) == 1
        else "（不含预算执行的分值）"
    )
    wanted = "或".join(plain(value) for value in sums)
    found = []
    for one in records(wrong.reset_index()):
        total = plain(Decimal(int(one["total"])) / MICRO)
        says = f"各指标分值合计为{total}分，应为{wanted}分{rest}。"
        found.append(Fault(str(one["project"]), int(one["row"]), "weight", "F-WEIGHT", total, says))
    return found
