"""Audit of the money of a table: total row, execution rate, execution points."""

from decimal import Decimal
from typing import Any

import pandas as pd

from models.rules.columns import MICRO, micro, plain
from models.rules.finding import NOTHING, Finding, decimals_of, points, rounds_to, said, wan
from models.rules.funds import ROUNDED_FEN, disagreements
from models.rules.profiles import Rules
from models.rules.values import NUMBER, parse_cell

NAMES = {"initial_fen": "年初预算数", "budget_fen": "全年预算数", "spent_fen": "全年执行数"}


def audit_money(projects: pd.DataFrame, sources: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Findings about money; nothing where an amount is unknown."""
    differing = projects[disagreements(projects, sources)]
    found = [
        Finding(str(project), None, "TOTAL_ROW_NOT_ROLLED_UP", _roll_up(row))
        for project, row in zip(differing.index, differing.to_dict("records"), strict=True)
    ]
    over = projects[(projects["spent_fen"] > projects["budget_fen"]).fillna(False)]
    found += [
        Finding(str(project), None, "SPENT_ABOVE_BUDGET", f"全年预算数{wan(b)}万元，全年执行数{wan(s)}万元")
        for project, b, s in zip(over.index, over["budget_fen"], over["spent_fen"], strict=True)
    ]
    found += _unexplained(projects, sources, rules)
    with_total = sources["is_total"].groupby(sources["project"]).transform("any")
    for row in sources.assign(speaks=sources["is_total"] | ~with_total).to_dict("records"):
        found += _rate(row)
        found += _execution_points(row, projects.loc[row["project"]], rules)
    return found


def _unexplained(projects: pd.DataFrame, sources: pd.DataFrame, rules: Rules) -> list[Finding]:
    """Execution so low that the profile asks for a reason, and none where the table has a place for one."""
    line = rules.self_evaluation.reasons.execution_below
    if line is None:
        return []
    own = sources["reason"].groupby(sources["project"])
    place = own.apply(lambda cells: cells.notna().any()).reindex(projects.index).fillna(False).astype(bool)
    place |= projects["reason"].notna()
    given = said(sources["reason"], NOTHING).groupby(sources["project"]).any()
    given = given.reindex(projects.index).fillna(False).astype(bool) | said(projects["reason"], NOTHING)
    low = (projects["rate_micro"] < micro(line)).fillna(False).astype(bool)
    return [
        Finding(
            str(project),
            None,
            "REASON_MISSING",
            f"预算执行率{_percent(rate)}%，低于{_percent(micro(line))}%，未说明原因",
        )
        for project, rate in projects["rate_micro"][low & place & ~given].items()
    ]


def _percent(rate_micro: int) -> str:
    return plain((Decimal(int(rate_micro)) / 10_000).quantize(Decimal("0.01")))


def _roll_up(row: dict[Any, Any]) -> str:
    says = []
    for name, title in NAMES.items():
        published, summed = row[f"{name}_published"], row[f"{name}_of_sources"]
        if not pd.isna(published) and not pd.isna(summed) and published != summed:
            says.append(f"{title}总额为{wan(published)}万元，各来源合计{wan(summed)}万元")
    return "；".join(says)


def _rate(row: dict[Any, Any]) -> list[Finding]:
    """The published rate of one row of money against its own amounts."""
    published = percent_of(row["rate"])
    if published is None or pd.isna(row["budget_fen"]) or pd.isna(row["spent_fen"]):
        return []
    shown, digits = published
    if row["budget_fen"] <= 0:
        return []
    budget, spent = Decimal(int(row["budget_fen"])), Decimal(int(row["spent_fen"]))
    exact = spent * 100 / budget
    if rounds_to(exact, shown, digits) or _from_rounded(budget, spent, shown, digits):
        return []
    where = f"“{row['source']}”" if row["source"] else ""
    says = f"{where}预算{wan(row['budget_fen'])}万元，执行{wan(row['spent_fen'])}万元，执行率应为{plain(exact.quantize(Decimal('0.01')))}%，填{row['rate']}"
    return [Finding(row["project"], None, "EXECUTION_RATE", says)]


def _from_rounded(budget: Decimal, spent: Decimal, shown: Decimal, digits: int) -> bool:
    """Whether amounts rounded to 0.01万元 may hide the published rate."""
    half = Decimal(ROUNDED_FEN) / 2
    if budget % ROUNDED_FEN or spent % ROUNDED_FEN or budget <= half:
        return False
    unit = Decimal(1).scaleb(-digits) / 2
    return (
        (spent - half) * 100 / (budget + half) - unit
        <= shown
        <= (spent + half) * 100 / (budget - half) + unit
    )


def percent_of(cell: Any) -> tuple[Decimal, int] | None:
    """(percent, decimals) of a published rate: "86.5%", the fraction 0.865, or a bare 86.5; None if none is there."""
    value = parse_cell("" if pd.isna(cell) else str(cell))
    if value.form != NUMBER or value.micro is None:
        return None
    number = Decimal(value.micro) / MICRO
    digits = decimals_of(Decimal(value.text.rstrip("%"))) if _figure(value.text) else decimals_of(number)
    if value.unit != "%" and abs(number) <= FRACTION:
        return number * 100, max(digits - 2, 0)
    return number, digits


FRACTION = Decimal(2)  # a bare rate up to here is a fraction: nobody spends twice the budget, or 2% of it


def _figure(text: str) -> bool:
    return text.rstrip("%").replace(".", "", 1).isdigit()


def _execution_points(row: dict[Any, Any], project: pd.Series, rules: Rules) -> list[Finding]:
    """Published execution points against the rule, on the table's own full points."""
    reported, computed = row["exe_score_micro"], project["execution_micro"]
    if pd.isna(reported) or not row["speaks"]:
        return []
    if pd.isna(computed):
        return _points_of_nothing(project, reported)
    full = rules.self_evaluation.execution_full
    weight = full if pd.isna(row["exe_weight_micro"]) else Decimal(int(row["exe_weight_micro"])) / MICRO
    exact = Decimal(int(computed)) / MICRO * weight / full
    shown = Decimal(int(reported)) / MICRO
    if rules.self_evaluation.execution.method == "steps" and shown == weight:
        return _finished(row, project, weight, rules)
    if rounds_to(exact, shown, decimals_of(shown)) or _by_published_rate(row, weight, shown, rules):
        return []
    says = f"执行率{_percent(project['rate_micro'])}%，分值{plain(weight)}，得分应为{plain(exact.quantize(Decimal('0.01')))}，填{points(reported)}"
    return [Finding(row["project"], None, "EXECUTION_POINTS", says)]


def _finished(row: dict[Any, Any], project: pd.Series, weight: Decimal, rules: Rules) -> list[Finding]:
    """Full points by steps stand for "finished and within the budget", which no table says: asked where little was spent.

    Little is less than the step below the full one asks for.
    """
    steps = sorted((step.from_ for step in rules.self_evaluation.execution.steps), reverse=True)
    if len(steps) < 2 or project["rate_micro"] >= micro(steps[1]):
        return []
    says = f"执行率{_percent(project['rate_micro'])}%，分值{plain(weight)}，得满分，系按完成且未超预算计，表中看不出"
    return [Finding(row["project"], None, "EXECUTION_FULL_UNSEEN", says)]


def _points_of_nothing(project: pd.Series, reported: int) -> list[Finding]:
    """Points for the execution of a budget of 0."""
    if pd.isna(project["budget_fen"]) or pd.isna(project["spent_fen"]) or reported <= 0:
        return []
    if project["budget_fen"] != 0 or project["spent_fen"] != 0:
        return []
    says = f"全年预算数和全年执行数都是0，预算执行得分填{points(reported)}，没有依据"
    return [Finding(str(project.name), None, "EXECUTION_POINTS", says)]


def _by_published_rate(row: dict[Any, Any], weight: Decimal, shown: Decimal, rules: Rules) -> bool:
    """Whether the points follow from the rate as it was published, if that is right in its few decimals."""
    published = percent_of(row["rate"])
    known = not pd.isna(row["budget_fen"]) and row["budget_fen"] > 0
    if published is None or not known or _rate(row) or rules.self_evaluation.execution.method != "rate":
        return False
    return rounds_to(min(published[0], Decimal(100)) * weight / 100, shown, decimals_of(shown))
