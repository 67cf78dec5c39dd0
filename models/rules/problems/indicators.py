"""Single indicators as a specialist judges them: measurable (P7), and measuring results rather than effort (P6)."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from models.rules.columns import MICRO
from models.rules.problems.declared import TABLE
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Hit, at_rows, cells, worded
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.wording import any_of, related, without
from models.rules.profiles import Rules
from models.rules.values import NUMBER, TEXT

HUNDRED = 100 * MICRO
# (words of names, classes under which they are surely wrong, where they belong)
MISPLACED = (
    ("cost_names", "数量|质量|时效|满意", "成本"),
    ("time_names", "满意|成本|数量", "时效"),
    ("quality_names", "满意|成本|时效", "质量"),
    ("count_names", "满意|成本", "数量"),
)


def check_measurable(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P7 beyond what the declaration's own checks say: words for values, empty words, trivial and capped values."""
    rows = facts.table(TABLE)
    if rows.empty:
        return
    text, qualitative = rows["text"], rows["sign"] == "定性"
    worded = (rows["form"] == TEXT) & ~text.str.contains(r"\d")
    vague = text.str.contains(any_of(WORDS["vague_values"]))
    empty = text.str.fullmatch(f"({any_of(WORDS['manner'])})*({any_of(WORDS['empty_values'])})")
    numeric = rows["sign"].isin(["≥", "≤", "=", ">", "<"])
    yield from _rows(rows, worded & (vague | empty), "vague", "含糊不可衡量")
    left = worded & ~vague & ~empty & ~numeric
    counted = without(left & qualitative, text, "|".join(WORDS["all_of"]))
    counted &= rows["LV2_PERF_IND_NAME"].str.contains("数量")
    unclear = without((left & ~qualitative) | counted, text, "|".join(WORDS["time_points"]))
    yield from _rows(rows, unclear, "unparsed", "看不出达到多少算完成")
    yield from _extremes(rows)
    yield from _without_source(facts, rows)


def _rows(rows: pd.DataFrame, flags: pd.Series, kind: str, why: str) -> Iterator[Hit]:
    return at_rows(
        "P7", kind, TABLE, rows, flags, "KPI_VAL",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”的指标值“{_written(r)}”{why}",
    )  # fmt: skip


def _written(row: dict[Any, Any]) -> str:
    """A value with its sign and unit, each once."""
    value, unit = str(row["KPI_VAL"]), str(row["METERUNIT"])
    sign = row["sign"] if row["form"] == NUMBER and not value.startswith(str(row["sign"])) else ""
    return f"{sign}{value}{'' if value.endswith(unit) else unit}"


def _extremes(rows: pd.DataFrame) -> Iterator[Hit]:
    """≥0, ≤100% (whatever happens is met), >100% and ≥100% of a share (nothing more can be reached)."""
    number, percent = rows["number_micro"], (rows["form"] == NUMBER) & (rows["words"] == "%")
    names = rows["name"]
    share = percent & ~names.str.contains(any_of(WORDS["may_exceed"]))
    up = rows["operator"].isin(["≥", ">"])
    trivial = up & (number <= 0).fillna(False) & ~names.str.contains(any_of(WORDS["growth_names"]))
    wide = share & (rows["operator"] == "≤") & (number >= HUNDRED).fillna(False)
    trivial |= without(wide, names, any_of(WORDS["can_overrun"]))
    yield from _rows(rows, trivial, "trivial", "不论做得怎样都能达到")
    pleased = names.str.contains("满意")
    beyond = share & (rows["operator"] == ">") & (number >= HUNDRED).fillna(False)
    beyond |= pleased & share & up & (number >= HUNDRED).fillna(False)
    beyond |= (
        share
        & (rows["operator"] != "≤")
        & (number > HUNDRED).fillna(False)
        & names.str.contains("率|度|比例|占比")
    )
    yield from _rows(rows, beyond, "impossible", "不可能达到")
    capped = share & ~beyond & (rows["operator"] == "≥") & (number == HUNDRED).fillna(False)
    yield from _rows(rows, capped, "capped", "比率最高就是100%，写“≥”没有区分度")


def _without_source(facts: Facts, rows: pd.DataFrame) -> Iterator[Hit]:
    """Rows that say neither how they are scored nor where the figure comes from, where nearly all others do."""
    columns = [name for name in ("KPI_EVALSTD", "KPI_REMARK") if name in facts.given[TABLE]]
    if not columns:
        return
    bare = pd.concat([rows[name] == "" for name in columns], axis=1).all(axis=1)
    if bare.sum() * 100 <= len(rows) * (100 - LIMITS["coverage_percent_source"]):
        yield from _rows(rows, bare, "source", "没有写评分标准或数据来源")


def check_results(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P6: spending measured instead of doing; steps of the work sold as its effect; one set of targets for all."""
    rows = facts.table(TABLE)
    if rows.empty:
        return
    names, level = rows["name"], rows["LV1_PERF_IND_NAME"] + rows["LV2_PERF_IND_NAME"]
    cost = level.str.contains("成本")
    spending = names.str.contains("|".join(WORDS["spending_patterns"])) & ~cost
    money = (rows["form"] == NUMBER) & rows["words"].isin(WORDS["money_units"])
    spending |= money & level.str.contains("数量|质量") & ~names.str.contains(any_of(WORDS["earned"]))
    yield from at_rows(
        "P6", "money", TABLE, rows, spending, "LV3_PERF_IND_NAME",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”考核的是花了多少钱，不是办成了什么事",
    )  # fmt: skip
    effect = level.str.contains("效益") & ~level.str.contains("可持续|满意")
    steps = effect & names.str.contains("|".join(WORDS["process_patterns"]))
    steps = without(steps, names, any_of(WORDS["fewer"]))  # fewer of them is an effect
    yield from at_rows(
        "P6", "process", TABLE, rows, steps, "LV3_PERF_IND_NAME",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”是工作过程，列作效益",
    )  # fmt: skip
    yield from _misplaced(rows, level)
    yield from _same_sets(facts, rows)


def _misplaced(rows: pd.DataFrame, level: "pd.Series[str]") -> Iterator[Hit]:
    """Names that say of themselves to which class they belong."""
    names = rows["name"]
    for words, under, own in MISPLACED:
        wrong = names.str.contains("|".join(WORDS[words])) & level.str.contains(under)
        yield from at_rows(
            "P6", "misplaced", TABLE, rows, wrong, "LV2_PERF_IND_NAME",
            worded(f"“{{LV3_PERF_IND_NAME}}”应属{own}指标，却列在“{{LV2_PERF_IND_NAME}}”"),
        )  # fmt: skip


def _same_sets(facts: Facts, rows: pd.DataFrame) -> Iterator[Hit]:
    """The same names with the same values in projects that have nothing to do with each other."""
    said = rows["name"] + rows["operator"] + rows["text"]
    sets = said.groupby(rows["PRO_CODE"], sort=False).agg(["|".join, "size"])
    sets = sets[sets["size"] >= LIMITS["smallest_same_set"]]
    again = sets[sets["join"].duplicated(keep=False)]
    tables = dict(iter(rows[rows["PRO_CODE"].isin(again.index)].groupby("PRO_CODE", sort=False)))
    for _, same in again.groupby("join", sort=False):
        names = [str(facts.projects["PRO_NAME"].get(one, "")) for one in same.index]
        if any(related(names[0], other) for other in names[1:]):
            continue
        for project in same.index:
            other = next(one for one in same.index if one != project)
            says = f"全部指标和指标值与项目{other}相同"
            yield Hit("P6", "same_set", str(project), says, cells(TABLE, tables[project], "KPI_VAL"))
