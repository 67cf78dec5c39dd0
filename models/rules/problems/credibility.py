"""Whether a self-evaluation can be believed (C9), satisfaction (P14), evidence that is missing (C18)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from models.rules.columns import MICRO
from models.rules.finding import points
from models.rules.funds import disagreements, mark_totals, rolled_up
from models.rules.monitoring import budget_pace
from models.rules.problems.facts import Facts, looked_up
from models.rules.problems.hits import Evidence, Hit, at_rows, cells
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import read_actuals
from models.rules.profiles import Rules
from models.rules.scoring import met_targets
from models.rules.self_evaluation import read_indicators
from models.rules.values import NUMBER
from models.rules.values import WORDS as VALUE_WORDS

RESULTS, BGT, EVAL = "PM_SELF_EVAL_INDICATOR", "PM_PERF_SELF_BGT", "PM_PERF_SELF_EVAL"
SAME = tuple(VALUE_WORDS["same"]["words"])
SUMS = ("总分", "合计", "总计", "总得分", "小计")


def results_of(facts: Facts, rules: Rules) -> pd.DataFrame:
    """Rows of results with kind, target_micro, actual_micro, met, copied, full_micro, score_micro (read once)."""
    rows = facts.table(RESULTS)
    if rows.empty or "met" in rows:
        return rows
    rows = rows[~rows["LV1_PERF_IND_NAME"].isin(SUMS) & ~rows["LV3_PERF_IND_NAME"].isin(SUMS)]
    rows = rows.reset_index(drop=True)
    named = pd.DataFrame(
        {
            "level_1": rows["LV1_PERF_IND_NAME"], "level_2": rows["LV2_PERF_IND_NAME"],
            "level_3": rows["LV3_PERF_IND_NAME"], "sign": rows["sign"], "target": rows["KPI_VAL"],
            "unit": rows["METERUNIT"], "actual": rows["IND_COMP"],
            "weight_micro": _number(rows, "IND_WEIGHT"), "reported_micro": _number(rows, "EVAL_SCORE"),
        }
    )  # fmt: skip
    read = read_indicators(named, rules)
    found = rows.assign(
        kind=read["kind"], target_micro=read["target_micro"], actual_micro=read["actual_micro"],
        met=met_targets(read), copied=read["copied"], full_micro=named["weight_micro"],
        score_micro=named["reported_micro"],
    )  # fmt: skip
    facts.now[RESULTS] = found
    return found


def _number(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(pd.NA, index=rows.index, dtype="Int64")
    return read_actuals(rows[column])["number_micro"].astype("Int64")


def check_credibility(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """C9 from rows: copied results, full points for a miss, targets far overshot, words only."""
    rows = results_of(facts, rules)
    if rows.empty:
        return
    missed = ~rows["met"] & (rows["score_micro"] == rows["full_micro"]) & (rows["full_micro"] > 0)
    cost = rows["LV2_PERF_IND_NAME"].str.contains("成本") & (rows["actual_micro"] < rows["target_micro"])
    cost |= rows["name"].str.contains("|".join(WORDS["spending_patterns"]))  # spending less is no miss
    yield from at_rows(
        "C9", "missed", RESULTS, rows, missed & ~cost.fillna(False), "EVAL_SCORE",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际{r['IND_COMP']}，未达到而得满分{points(r['full_micro'])}",
    )  # fmt: skip
    up = rows["operator"].isin(["≥", ">", "=", ""]) & (rows["target_micro"] > 0)
    far = up & (rows["actual_micro"] * 100 >= rows["target_micro"] * LIMITS["overshoot_percent"])
    far &= ~_small_step(rows)
    yield from at_rows(
        "C9", "low_target", RESULTS, rows, far, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际{r['IND_COMP']}，达到目标的{int(r['actual_micro']) * 100 // int(r['target_micro'])}%",
    )  # fmt: skip
    yield from _copied(rows)
    numeric = rows["form"].isin([NUMBER, "date", "period"]).groupby(rows["PRO_CODE"]).agg(["any", "size"])
    tables = dict(iter(rows.groupby("PRO_CODE", sort=False))) if not numeric["any"].all() else {}
    for project in numeric.index[~numeric["any"] & (numeric["size"] >= 3)]:
        says = f"{numeric['size'][project]}项指标全部是定性的"
        yield Hit("C9", "qualitative", str(project), says, cells(RESULTS, tables[project], "KPI_VAL"))


def _small_step(rows: pd.DataFrame) -> pd.Series:
    """A single one more of a few, or few percentage points: a large share of a small target, and no more."""
    gap, rate = rows["actual_micro"] - rows["target_micro"], rows["words"] == "%"
    few = (rows["target_micro"] % MICRO == 0) & (gap < LIMITS["overshoot_units"] * MICRO)
    return ((rate & (gap < LIMITS["overshoot_points"] * MICRO)) | (~rate & few)).fillna(False)


def _copied(rows: pd.DataFrame) -> Iterator[Hit]:
    """同左, an operator that no result can have; or every single result exactly the target of a limit."""
    worded = rows["copied"] & (rows["form"] != NUMBER) & ~rows["IND_COMP"].isin(SAME)
    several = (
        worded.groupby(rows["PRO_CODE"]).transform("sum") > 1
    )  # one sentence said again may be the truth
    yield from at_rows(
        "C9", "copied", RESULTS, rows, rows["copied"] & (~worded | several), "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”实际完成值“{r['IND_COMP']}”照抄目标“{r['KPI_VAL']}”",
    )  # fmt: skip
    words = rows["IND_COMP"].isin(VALUE_WORDS["done"]["words"]) & (rows["form"] == NUMBER)
    several = words.groupby(rows["PRO_CODE"]).transform("sum") > 1
    yield from at_rows(
        "C9", "copied", RESULTS, rows, words & several, "IND_COMP",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际完成值只写“{r['IND_COMP']}”",
    )  # fmt: skip
    bounded = rows[rows["operator"].isin(["≥", "≤", ">", "<"]) & rows["target_micro"].notna()]
    natural = (bounded["words"] == "%") & (bounded["target_micro"] == 100 * MICRO) | (
        bounded["target_micro"] == 0
    )
    bounded = bounded[~natural]
    same = (bounded["actual_micro"] == bounded["target_micro"]).fillna(False)
    each = same.groupby(bounded["PRO_CODE"]).agg(["all", "size"])
    alike = each.index[each["all"] & (each["size"] >= LIMITS["fewest_equal_results"])]
    tables = dict(iter(bounded[bounded["PRO_CODE"].isin(alike)].groupby("PRO_CODE", sort=False)))
    for project in alike:
        says = f"{each['size'][project]}项有上下限的指标，实际完成值全部恰好等于目标值"
        yield Hit("C9", "all_equal", str(project), says, cells(RESULTS, tables[project], "IND_COMP"))


def check_totals(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """C9 from totals: full marks with little spent, totals that are not their parts, the same total again and again."""
    rows = results_of(facts, rules)
    money = facts.money
    rate = budget_pace(money["budget_fen"], money["spent_fen"])
    if not rows.empty:
        all_full = _all_full(rows)
        low = rate.index[(rate < LIMITS["full_marks_percent"] * 10_000).fillna(False)]
        for project in low.intersection(all_full, sort=False):
            says = f"预算执行率只有{int(rate[project]) / 10_000:.1f}%，全部指标得满分"
            place = Evidence(
                BGT,
                int(money["row"][project]),
                "YEAR_EXE_AMT",
                str(money["YEAR_EXE_AMT"][project]),
            )
            yield Hit("C9", "full_marks", str(project), says, (place,))
    yield from _total_of_parts(facts, rows, rate, rules)
    yield from _money_total(facts)
    yield from _identical(facts, rows)


def _total_of_parts(facts: Facts, rows: pd.DataFrame, rate: pd.Series, rules: Rules) -> Iterator[Hit]:
    heads = facts.table(EVAL)
    if heads.empty or rows.empty or "TOTAL_EVAL_VALUE" not in heads:
        return
    heads = heads.drop_duplicates("PRO_CODE").assign(total=lambda t: _number(t, "TOTAL_EVAL_VALUE"))
    scored = rows[rows["score_micro"].notna()]
    if "SCORE_GROUP" in scored:
        grouped = scored["SCORE_GROUP"] != ""
        again = scored.duplicated(["PRO_CODE", "SCORE_GROUP"]) & grouped
        scored = scored[~again]
    total = scored.groupby("PRO_CODE")["score_micro"].sum()
    table = facts.table(BGT)
    published = pd.Series(dtype="Int64")
    if "EXE_SCORE" in table:
        led = table.assign(score=_number(table, "EXE_SCORE"))
        published = led[led["score"].notna()].drop_duplicates("PRO_CODE").set_index("PRO_CODE")["score"]
    for row in heads[heads["total"].notna() & heads["PRO_CODE"].isin(total.index)].to_dict("records"):
        project = row["PRO_CODE"]
        parts, said = int(total[project]), int(row["total"])
        if project in published.index:
            wanted = [parts + int(published[project])]
        else:
            known = rate.get(project, pd.NA)
            share = 0 if pd.isna(known) else min(int(known), MICRO)
            wanted = [parts, *(parts + full * share for full in _fulls(rules))]
            if pd.isna(known):
                wanted += [said] if 0 <= said - parts <= max(_fulls(rules)) * MICRO else []
        if all(abs(said - one) > TOLERANCE for one in wanted):
            says = f"总分填{points(said)}，各项得分合计{points(min(wanted, key=lambda one: abs(one - said)))}"
            place = Evidence(EVAL, int(row["row"]), "TOTAL_EVAL_VALUE", str(row["TOTAL_EVAL_VALUE"]))
            yield Hit("C9", "total", str(project), says, (place,))


TOLERANCE = 60_000  # 0.06 points: parts rounded to two decimals


def _fulls(rules: Rules) -> set[int]:
    return {10, 20, int(Decimal(rules.self_evaluation.execution_full))}


def _money_total(facts: Facts) -> Iterator[Hit]:
    """The row 年度资金总额 against the sum of its sources."""
    table = facts.table(BGT)
    if table.empty or "FOUND_TYPE_NAME" not in table:
        return
    sources = mark_totals(
        pd.DataFrame(
            {
                "project": table["PRO_CODE"], "source": table["FOUND_TYPE_NAME"], "row": table["row"],
                "initial_fen": table["REPLY_AMT_fen"], "budget_fen": table["CUR_AMT_fen"],
                "spent_fen": table["YEAR_EXE_AMT_fen"],
            }
        )
    )  # fmt: skip
    rolled = rolled_up(sources)
    wrong = disagreements(rolled, sources)
    for project in rolled.index[wrong]:
        mine = table[table["PRO_CODE"] == project]
        yield Hit(
            "C9",
            "money_total",
            str(project),
            "年度资金总额不等于各资金来源之和",
            cells(BGT, mine, "CUR_AMT", "YEAR_EXE_AMT"),
        )


def _all_full(results: pd.DataFrame) -> "pd.Index[Any]":
    """Projects whose every row that is scored has its full points."""
    if results.empty:
        return pd.Index([])
    scored = results[results["full_micro"].notna() & results["score_micro"].notna()]
    full = (scored["score_micro"] >= scored["full_micro"]).groupby(scored["PRO_CODE"]).agg(["all", "size"])
    return full.index[full["all"] & (full["size"] >= 2)]


def _identical(facts: Facts, results: pd.DataFrame) -> Iterator[Hit]:
    """The same total for most projects of one agency, where neither full marks nor equal spending explain it."""
    heads = facts.table(EVAL)
    if heads.empty or "TOTAL_EVAL_VALUE" not in heads:
        return
    rows = heads.drop_duplicates("PRO_CODE").assign(total=lambda t: _number(t, "TOTAL_EVAL_VALUE"))
    rows = rows[rows["total"].notna()]
    rows = rows.assign(agency=facts.agencies(rows["PRO_CODE"]))
    count = rows.groupby(["agency", "total"])["PRO_CODE"].transform("size")
    everyone = rows.groupby("agency")["PRO_CODE"].transform("size")
    many = (count >= LIMITS["identical_scores"]) & (count * 100 >= everyone * LIMITS["identical_percent"])
    many &= rows["total"] < 100 * MICRO
    rate = looked_up(rows["PRO_CODE"], budget_pace(facts.money["budget_fen"], facts.money["spent_fen"]))
    spread = (rate // 1000).groupby([rows["agency"], rows["total"]]).transform("nunique")
    many &= (spread > 1) | rate.isna()
    many &= ~rows["PRO_CODE"].isin(_all_full(results))
    yield from at_rows(
        "C9", "identical", EVAL, rows.assign(count=count), many, "TOTAL_EVAL_VALUE",
        lambda r: f"同一单位{r['count']}个项目的自评总分都是{points(r['total'])}",
    )  # fmt: skip
