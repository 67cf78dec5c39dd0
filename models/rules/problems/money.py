"""Money of the year: execution, budgets, what it bought (P4, P16, P18, P22, P25)."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from models.rules.columns import MICRO
from models.rules.finding import wan
from models.rules.monitoring import budget_pace
from models.rules.problems.credibility import results_of
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Evidence, Hit, at_rows
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import fen_of, read_actuals
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules
from models.rules.values import NUMBER

BGT, REGISTER, RESULTS = "PM_PERF_SELF_BGT", "PM_PROJECT_INFO", "PM_SELF_EVAL_INDICATOR"
MONITORING = "PAY_PERF_MONITOR_INFO"


def percent(micro: Any) -> str:
    """ "45.2%" of 452 000 millionths."""
    return f"{int(micro) / 10_000:.1f}%".replace(".0%", "%")


def rates(money: pd.DataFrame) -> pd.Series:
    """Execution rate of each project (Int64 millionths)."""
    return budget_pace(money["budget_fen"], money["spent_fen"])


def spent_says(money: pd.Series, rate: Any) -> str:
    """What was budgeted and spent, in words."""
    return f"预算{wan(money['budget_fen'])}万元，执行{wan(money['spent_fen'])}万元，执行率{percent(rate)}"


def _of_money(row: pd.Series) -> tuple[Evidence, ...]:
    return (Evidence(BGT, int(row["row"]), "YEAR_EXE_AMT", str(row["YEAR_EXE_AMT"])),)


def check_execution(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P16: money spent too slowly for the time of year, or not fully there."""
    money = facts.money
    rate = rates(money)
    for project in money.index[(rate < LIMITS["execution_percent"] * 10_000).fillna(False)]:
        one = money.loc[project]
        yield Hit("P16", "execution", str(project), spent_says(one, rate[project]), _of_money(one))
    yield from _monitored(facts)
    register = facts.projects.reset_index()
    if "ARRIVE_AMT_fen" in register:
        short = register["ARRIVE_AMT_fen"] < register["BGT_AMT_fen"]
        yield from at_rows(
            "P16", "arrival", REGISTER, register, short, "ARRIVE_AMT",
            lambda r: f"预算{wan(r['BGT_AMT_fen'])}万元，到位{wan(r['ARRIVE_AMT_fen'])}万元",
        )  # fmt: skip
    done = facts.table(RESULTS)
    if not done.empty:
        actual = read_actuals(done["IND_COMP"])
        low = done["name"].str.contains("|".join(WORDS["arrival"])) & (actual["number_micro"] < 100 * MICRO)
        low &= (actual["unit"] == "%") | (done["words"] == "%")
        yield from at_rows(
            "P16", "arrival", RESULTS, done, low, "IND_COMP",
            lambda r: f"“{r['LV3_PERF_IND_NAME']}”实际为{r['IND_COMP']}",
        )  # fmt: skip


def _monitored(facts: Facts) -> Iterator[Hit]:
    """Spending at the end of a monitored month against the month's line."""
    rows = facts.table(MONITORING)
    if rows.empty or "PRO_BGT_COMP" not in rows or "BGT_AMT_fen" not in facts.projects:
        return
    newest = rows[rows["month"] == rows.groupby("PRO_CODE")["month"].transform("max")]
    first = newest[newest["PRO_BGT_COMP"] != ""].drop_duplicates("PRO_CODE")
    budget = first["PRO_CODE"].map(facts.projects["BGT_AMT_fen"]).astype("Int64")
    said = read_actuals(first["PRO_BGT_COMP"])
    bare = (said["unit"] == "") & (
        budget > 1_000_000
    )  # nobody spends 52 元 of a budget: a bare 0.52 or 52 is a rate
    number = said["number_micro"].astype("Float64")
    share = (number / 100).where(
        (said["unit"] == "%") | (bare & (number > 1.5 * MICRO) & (number <= 150 * MICRO))
    )
    share = share.fillna(number.where(bare & (number <= 1.5 * MICRO)))
    spent = fen_of(first["PRO_BGT_COMP"])
    rate = share.fillna(budget_pace(budget, spent).astype("Float64"))
    lines = {int(month): value for month, value in LIMITS["month_lines"].items()}
    line = first["month"].map(lambda month: _line(lines, month)).astype("Float64") * 10_000
    low = (rate < line).fillna(False)
    shown = first.assign(rate=rate, line=line)
    yield from at_rows(
        "P16", "pace", MONITORING, shown, low, "PRO_BGT_COMP",
        lambda r: f"{int(r['month'])}月底预算执行率{percent(r['rate'])}，应达到{percent(r['line'])}",
    )  # fmt: skip


def _line(lines: dict[int, int], month: Any) -> float | None:
    held = [one for one in lines if not pd.isna(month) and one <= month]
    return float(lines[max(held)]) if held else None


def check_budget_changes(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P18: revised budgets far from the initial ones, by project and by department."""
    money = facts.money
    if money.empty:
        return
    limit = LIMITS["adjustment_percent"]
    agency = facts.agencies(money.index.to_series())
    change = (money["budget_fen"] - money["initial_fen"]).abs()
    initial = money["initial_fen"]
    large = ((change * 100 > initial * limit) & (initial > 0)).fillna(False)
    late = ((initial == 0) & (money["budget_fen"] > 0)).fillna(False)
    told = set()
    for project in money.index[large | late]:
        one = money.loc[project]
        says = f"年初预算{wan(one['initial_fen'])}万元，变动后{wan(one['budget_fen'])}万元"
        place = Evidence(BGT, int(one["row"]), "CUR_AMT", str(one["CUR_AMT"]))
        told.add(agency[project])
        yield Hit("P18", "adjusted", str(project), says, (place,), department=agency[project] or None)
    both = money["initial_fen"].notna() & money["budget_fen"].notna()
    whole = money[both].groupby(agency[both])[["initial_fen", "budget_fen"]].sum()
    moved = (whole["budget_fen"] - whole["initial_fen"]).abs() * 100 > whole["initial_fen"] * limit
    for department in whole.index[moved.fillna(False)]:
        if department and department not in told:
            one = whole.loc[department]
            says = f"部门年初预算{wan(one['initial_fen'])}万元，变动后{wan(one['budget_fen'])}万元"
            mine = money.index[agency == department]
            each_one = tuple(
                Evidence(BGT, int(money["row"][p]), "CUR_AMT", str(money["CUR_AMT"][p])) for p in mine[:20]
            )
            yield Hit("P18", "department", None, says, each_one, department=str(department))


def check_budgeting(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P22: no basis of calculation, last year's figure taken over, little spent two years running."""
    register = facts.projects.reset_index()
    if facts.has(REGISTER, "CALC_BASIS"):
        bare = register["CALC_BASIS"].isin(["", "无", "/", "-", "略", "按需"])
        yield from at_rows("P22", "basis", REGISTER, register, bare, "CALC_BASIS", "预算没有测算依据")
    last = facts.before.get(REGISTER)
    if last is not None and not last.empty and "BGT_AMT_fen" in last and "BGT_AMT_fen" in register:
        then = register["PRO_CODE"].map(last.drop_duplicates("PRO_CODE").set_index("PRO_CODE")["BGT_AMT_fen"])
        same = (register["BGT_AMT_fen"] == then.astype("Int64")) & (register["BGT_AMT_fen"] > 0)
        yield from at_rows(
            "P22", "same", REGISTER, register, same, "BGT_AMT",
            lambda r: f"本年预算{wan(r['BGT_AMT_fen'])}万元，与上年分毫不差",
        )  # fmt: skip
    now, before = rates(facts.money), rates(facts.money_before)
    line = LIMITS["two_years_percent"] * 10_000
    low = (now < line).fillna(False) & (before.reindex(now.index) < line).fillna(False)
    for project in now.index[low]:
        says = f"上年执行率{percent(before[project])}，本年{percent(now[project])}，连续两年低于{LIMITS['two_years_percent']}%"
        yield Hit("P22", "two_years", str(project), says, _of_money(facts.money.loc[project]))


def check_efficiency(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P25: little spent and yet every target met; the same output dearer than a year ago."""
    done = results_of(facts, rules)
    money = facts.money
    if done.empty or money.empty:
        return
    rate = rates(money)
    count = pd.DataFrame({"met": done["met"].fillna(False), "missed": (~done["met"]).fillna(False)}).astype(
        "int64"
    )
    met = count.groupby(done["PRO_CODE"]).sum()
    all_met = met.index[(met["missed"] == 0) & (met["met"] >= 3)]
    low = rate.index[(rate < LIMITS["idle_percent"] * 10_000).fillna(False)]
    for project in low.intersection(all_met, sort=False):
        says = f"{spent_says(money.loc[project], rate[project])}，全部指标却已完成"
        yield Hit("P25", "idle", str(project), says, _of_money(money.loc[project]))
    yield from _dearer(facts, done)


def _dearer(facts: Facts, done: pd.DataFrame) -> Iterator[Hit]:
    last = facts.before.get(RESULTS)
    if last is None or last.empty:
        return
    now = _unit_costs(done, facts.money)
    then = _unit_costs(last, facts.money_before).set_index(["PRO_CODE", "name", "words"])["cost"]
    then = then[~then.index.duplicated()]
    keys = pd.MultiIndex.from_frame(now[["PRO_CODE", "name", "words"]])
    now = now.assign(then=then.reindex(keys).to_numpy())
    dear = now["cost"] * 100 > now["then"] * LIMITS["dearer_percent"]
    yield from at_rows(
        "P25", "dearer", RESULTS, now.drop_duplicates("PRO_CODE"), dear, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”单位成本{r['cost'] / 100:.2f}元，上年{r['then'] / 100:.2f}元",
    )  # fmt: skip


def _unit_costs(rows: pd.DataFrame, money: pd.DataFrame) -> pd.DataFrame:
    """Spending for each unit of a project's first quantity (分, float: for comparison only)."""
    counted = rows[
        rows["LV2_PERF_IND_NAME"].str.contains("数量") & (rows["form"] == NUMBER) & (rows["words"] != "%")
    ]
    first = counted.drop_duplicates("PRO_CODE")
    amount = read_actuals(first["IND_COMP"])["number_micro"].astype("Float64") / MICRO
    spent = first["PRO_CODE"].map(money["spent_fen"]).astype("Float64")
    cost = (spent / amount.where(amount > 0)).astype("float64")
    return first.assign(cost=cost)


def check_take_up(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P4: subsidies and rewards that few took, or fewer than a year ago, or that stayed largely unspent."""
    awards = _handing_out(facts)
    done = facts.table(RESULTS)
    if not done.empty:
        mine = done[done["PRO_CODE"].isin(awards) & (done["form"] == NUMBER)]
        people = mine["name"].str.contains(any_of(WORDS["takers"])) & (mine["words"] != "%")
        people &= mine["operator"].isin(["≥", ">", "=", ""])  # fewer than an upper limit is good
        mine = mine[people & mine["LV2_PERF_IND_NAME"].str.contains("数量|效益")]
        actual = read_actuals(mine["IND_COMP"])["number_micro"]
        mine = mine.assign(actual=actual)
        few = mine["actual"] * 100 < mine["number_micro"] * LIMITS["take_up_percent"]
        yield from at_rows(
            "P4", "take_up", RESULTS, mine, few, "IND_COMP",
            lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际{r['IND_COMP']}",
        )  # fmt: skip
        yield from _fewer(facts, mine)
    rate = rates(facts.money)
    left = (rate < LIMITS["award_spent_percent"] * 10_000).fillna(False) & rate.index.isin(awards)
    for project in rate.index[left]:
        says = spent_says(facts.money.loc[project], rate[project])
        yield Hit("P4", "unspent", str(project), says, _of_money(facts.money.loc[project]))


def _handing_out(facts: Facts) -> "pd.Index[Any]":
    """Projects that hand money out: by their name, or by an indicator of how much, to whom, by when."""
    named = facts.register.index[facts.register["PRO_NAME"].str.contains(any_of(WORDS["award"]))]
    rows = facts.table("PM_PERF_INDICATOR")
    if rows.empty:
        return named
    told = rows["name"].str.contains("|".join(WORDS["handed_out"]))
    return named.union(pd.Index(rows["PRO_CODE"][told].unique(), dtype="object"))


def _fewer(facts: Facts, mine: pd.DataFrame) -> Iterator[Hit]:
    last = facts.before.get(RESULTS)
    if last is None or last.empty or mine.empty:
        return
    then = last.assign(then=read_actuals(last["IND_COMP"])["number_micro"])
    joined = mine.merge(
        then[["PRO_CODE", "name", "then"]].drop_duplicates(["PRO_CODE", "name"]), on=["PRO_CODE", "name"]
    )
    fewer = joined["actual"] * 100 < joined["then"] * LIMITS["take_up_percent"]
    yield from at_rows(
        "P4", "fewer", RESULTS, joined, fewer, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”实际{r['IND_COMP']}，上年{r['then'] // MICRO}",
    )  # fmt: skip
