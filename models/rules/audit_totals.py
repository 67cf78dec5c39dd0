"""Audit of whole tables: weights, total, grade, an unfilled form, low execution without effect."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from models.rules.columns import MICRO, decimal_text, micro
from models.rules.finding import Finding, decimals_of, points, wan
from models.rules.funds import same_money
from models.rules.grading import grade_of, grades
from models.rules.profiles import Rules
from models.rules.totals import coarse_ones
from models.rules.values import WORDS, parse_cell, plain_text, scale_of

HUNDRED = 100 * MICRO


def audit_totals(
    scored: pd.DataFrame, projects: pd.DataFrame, sources: pd.DataFrame, rules: Rules
) -> list[Finding]:
    """Findings that concern a project as a whole."""
    published = (
        sources[sources["is_total"]].groupby("project")[["exe_weight_micro", "exe_score_micro"]].first()
    )
    exe = published.reindex(projects.index)
    expected = grades(projects["reported_total_micro"], rules)
    found = []
    tables = dict(iter(scored.groupby("project", sort=False)))
    priced = _in_money(scored)
    for project, row in zip(projects.index, projects.to_dict("records"), strict=True):
        row |= exe.loc[project].to_dict()
        if project in tables:
            found += [Finding(str(project), None, *one) for one in _table(tables[project], row, rules)]
            found += [Finding(str(project), *one) for one in _priced(priced.get(str(project), []), row)]
        grade = row["reported_grade"]
        known = grade_of(grade)
        if known and not pd.isna(expected[project]) and known != expected[project]:
            says = f"总分{points(row['reported_total_micro'])}，等级应为“{expected[project]}”，填“{grade}”"
            found.append(Finding(str(project), None, "GRADE_NOT_OF_SCORE", says))
    return found


def _table(rows: pd.DataFrame, row: dict[Any, Any], rules: Rules) -> list[tuple[str, str]]:
    led = rows[rows["leads"]]
    scored = led["reported_micro"].notna()
    total = row["reported_total_micro"]
    if not rows["filled"].any():
        if scored.any() or not pd.isna(total):
            what = f"总分填{points(total)}" if not pd.isna(total) else "有得分"
            return [
                ("SCORED_UNFILLED", f"{len(rows)}项指标的实际完成值全部空白，{what}"),
                *_weights(led, row, rules),
            ]
        return [("UNFILLED", f"{len(rows)}项指标的实际完成值和得分全部空白"), *_weights(led, row, rules)]
    return [
        *_weights(led, row, rules),
        *_class_weights(led),
        *_total(led, row, rules),
        *_one(led, row),
        *_low(led, row, rules),
    ]


def _weights(led: pd.DataFrame, row: dict[Any, Any], rules: Rules) -> list[tuple[str, str]]:
    """The full points of all parts; unknown weights are not judged, nor too few in a table without a total.

    Such a table may be an extract; that its points do not make 100 stands among the reasons for having no total.
    """
    whole = _whole(led, row, rules)
    if whole is None or _is_hundred(whole, led) or (whole < HUNDRED and pd.isna(row["reported_total_micro"])):
        return []
    execution = _execution_full(row, rules)
    rest = decimal_text(whole - execution, 2)
    says = f"预算执行{decimal_text(execution, 2)}分，各指标合计{rest}分，共{decimal_text(whole, 2)}分"
    return [("WEIGHTS_NOT_100", says)]


_CLASS = re.compile(r"\((\d+(?:\.\d+)?)分\)$")


def _class_weights(led: pd.DataFrame) -> list[tuple[str, str]]:
    """Classes that bear their points in their name, 产出指标（50分）, and whose rows do not make them."""
    found = []
    for name, rows in led.groupby("level_1", sort=False):
        bears = _CLASS.search(plain_text(str(name)))
        if bears is None or rows["full_micro"].isna().any():
            continue
        worth, whole = micro(Decimal(bears[1])), int(rows["full_micro"].sum())
        if abs(whole - worth) > len(rows) * MICRO // 200:
            says = f"“{name}”各指标分值合计{points(whole)}，应为{points(worth)}"
            found.append(("WEIGHTS_NOT_CLASS", says))
    return found


def _execution_full(row: dict[Any, Any], rules: Rules) -> int:
    weight = row["exe_weight_micro"]
    return micro(rules.self_evaluation.execution_full) if pd.isna(weight) else int(weight)


def _whole(led: pd.DataFrame, row: dict[Any, Any], rules: Rules) -> int | None:
    """Sum of all full points. Where the table does not say what execution is worth, 0, 10 and 20 are in use."""
    if led["full_micro"].isna().any():
        return None
    own = int(led["full_micro"].sum())
    if pd.isna(row["exe_weight_micro"]) and any(_is_hundred(own + usual, led) for usual in USUAL):
        return HUNDRED
    return own + _execution_full(row, rules)


USUAL = {0, 10 * MICRO, 20 * MICRO}


def _is_hundred(whole: int, led: pd.DataFrame) -> bool:
    """Whether the full points make 100, weights in two decimals (3.33 three times) perhaps rounded."""
    return abs(whole - HUNDRED) <= coarse_ones(led["full_micro"]) * (MICRO // 200)


def _total(led: pd.DataFrame, row: dict[Any, Any], rules: Rules) -> list[tuple[str, str]]:
    """The published total against the published parts. A table that lacks weights lacks rows: not judged.

    One with too many of them lacks none, unless only what execution is worth is not known.
    """
    total, whole = row["reported_total_micro"], _whole(led, row, rules)
    unsure = whole is not None and not _is_hundred(whole, led)
    unsure = unsure and ((whole or 0) < HUNDRED or pd.isna(row["exe_weight_micro"]))
    if pd.isna(total) or unsure or led["reported_micro"].isna().all():
        return []
    parts = int(led["reported_micro"].sum())
    execution = row["exe_score_micro"]
    if pd.isna(execution):
        least, most = _possible(parts, row, rules)
    else:
        least = most = parts + int(execution)
    # Parts published with decimals were rounded; each may carry half of the last place.
    rounded = int((led["reported_micro"].dropna() % MICRO != 0).sum())
    slack = micro(rules.audit.total_tolerance) * max(2, rounded) // 2
    if least - slack <= total <= most + slack or _rounded(int(total), most):
        return []
    says = f"各指标得分合计{points(parts)}"
    says += (
        ""
        if pd.isna(execution)
        else f"，预算执行得分{points(execution)}，应为{points(parts + int(execution))}"
    )
    return [("TOTAL_NOT_SUM", f"{says}，总分填{points(total)}")]


def _rounded(total: int, exact: int) -> bool:
    """A total in fewer decimals than its parts is their sum rounded half up, not a fault; 100 says that nothing was lost."""
    shown = Decimal(total) / MICRO
    if total == HUNDRED and exact < HUNDRED - MICRO // 20:
        return False
    return (Decimal(exact) / MICRO).quantize(Decimal(1).scaleb(-decimals_of(shown)), ROUND_HALF_UP) == shown


def _possible(parts: int, row: dict[Any, Any], rules: Rules) -> tuple[int, int]:
    """What the total may be where the table gives no execution points."""
    computed = row["execution_micro"]
    if pd.isna(computed):
        return parts, parts + _execution_full(row, rules)
    return parts, parts + int(computed)


def _one(led: pd.DataFrame, row: dict[Any, Any]) -> list[tuple[str, str]]:
    """One indicator for everything."""
    if len(led) != 1 or led["full_micro"].isna().any() or int(led["full_micro"].iloc[0]) < HUNDRED // 2:
        return []
    only = led.iloc[0]
    return [("ONE_INDICATOR", f"只有“{only['level_3']}”一项指标，占{points(only['full_micro'])}分")]


def _low(led: pd.DataFrame, row: dict[Any, Any], rules: Rules) -> list[tuple[str, str]]:
    """Little was spent and yet every indicator has its full points."""
    rate = row["rate_micro"]
    if pd.isna(rate) or rate >= micro(rules.audit.low_execution) or led["full_micro"].isna().any():
        return []
    if led["reported_micro"].isna().any() or (led["reported_micro"] < led["full_micro"]).any():
        return []
    return [("LOW_EXECUTION_NO_EFFECT", f"预算执行率{decimal_text(int(rate) * 100, 2)}%，各指标全部满分")]


def _in_money(scored: pd.DataFrame) -> dict[str, list[dict[Any, Any]]]:
    """Rows whose target is an amount of money, by project; `scales` turn its number into 元.

    An amount without a unit may be written in 元 or, as the heading of the money says, in 万元.
    """
    units = scored["unit"].fillna("").astype("string")
    own = pd.Series([parse_cell(str(cell)).unit for cell in scored["target"].fillna("")], index=scored.index)
    units = units.mask(units == "", own.astype("string"))
    names = scored["level_3"].fillna("").astype("string").map(plain_text)
    units = units.mask((units == "") & names.str.endswith(tuple(WORDS["money_name"]["words"])), "?")
    scales = {unit: scale_of(unit) for unit in units.unique()}
    worth = {unit: (factor,) for unit, (base, factor) in scales.items() if base == "元"} | {"?": (1, 10_000)}
    known = scored.assign(money_unit=units.mask(units == "?", ""), scales=units.map(worth))
    known = known[known["scales"].notna() & known["target_micro"].notna()]
    found: dict[str, list[dict[Any, Any]]] = {}
    for one in known.to_dict("records"):
        found.setdefault(str(one["project"]), []).append(one)
    return found


def _priced(rows: list[dict[Any, Any]], row: dict[Any, Any]) -> list[tuple[int, str, str]]:
    """A quantity that is only the money to be spent; a cost indicator that does not report what was spent."""
    budgets = {value for value in (row["budget_fen"], row["initial_fen"]) if not pd.isna(value) and value > 0}
    found = []
    for one in rows:
        scale = next((by for by in one["scales"] if _is_one_of(int(one["target_micro"]) * by, budgets)), None)
        if scale is None or not one["filled"]:
            continue
        if "数量" in str(one["level_2"]):
            says = f"数量指标“{one['level_3']}”的指标值就是预算金额{one['target']}{one['unit']}"
            found.append((int(one["row"]), "BUDGET_AS_QUANTITY", says))
        elif "成本" in str(one["level_2"]) and _plain_actual(one) and not pd.isna(row["spent_fen"]):
            actual = int(one["actual_micro"]) * scale // 10_000
            if not same_money(actual, int(row["spent_fen"])):
                says = f"“{one['level_3']}”实际{wan(actual)}万元，全年执行数{wan(row['spent_fen'])}万元"
                found.append((int(one["row"]), "COST_NOT_SPENT", says))
    return found


def _is_one_of(yuan_micro: int, budgets: set[int]) -> bool:
    return any(same_money(yuan_micro // 10_000, budget) for budget in budgets)


def _plain_actual(one: dict[Any, Any]) -> bool:
    """Whether the actual value is in the target's own unit."""
    return not pd.isna(one["actual_micro"]) and parse_cell(str(one["actual"])).unit in {"", one["money_unit"]}
