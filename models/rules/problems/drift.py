"""Year-on-year drift of indicators (C15): lowered targets, vanished indicators, changed units, copied sets."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from models.rules.columns import MICRO
from models.rules.problems.declared import TABLE
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Evidence, Hit, at_rows, cells
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules
from models.rules.values import DATE, NUMBER, PERIOD, scale_of

KEY = ["PRO_CODE", "name"]


def check_drift(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """C15 for projects that had indicators the year before."""
    rows, last = facts.table(TABLE), facts.before.get(TABLE)
    if rows.empty or last is None or last.empty:
        return
    rows = _named(rows[rows["PRO_CODE"].isin(last["PRO_CODE"])])
    last = _named(last[last["PRO_CODE"].isin(rows["PRO_CODE"])])
    both = rows.merge(
        last[[*KEY, "KPI_VAL", "number_micro", "words", "form", "operator"]], on=KEY, suffixes=("", "_then")
    )
    both = both.assign(**_scaled(both))
    changed = (both["form"] == NUMBER) & (both["form_then"] == NUMBER)
    yield from at_rows(
        "C15", "unit", TABLE, both, changed & both["other_unit"], "METERUNIT",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”的单位由“{r['words_then']}”改为“{r['words']}”",
    )  # fmt: skip
    yield from _lowered(facts, both[changed & ~both["other_base"]])
    yield from _vanished(rows[~rows["PRO_CODE"].isin(_staged(facts))], last)
    yield from _copied(facts, rows, last)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows[rows["name"] != ""]
    return named[~named.duplicated(KEY)]


def _scaled(both: pd.DataFrame) -> dict[str, Any]:
    """Units compared: other_unit (written otherwise), other_base (not the same thing), numbers in one unit."""
    units: dict[str, tuple[str, int]] = {one: scale_of(one) for one in {*both["words"], *both["words_then"]}}
    now, then = both["words"].map(units), both["words_then"].map(units)
    base, base_then = now.str[0].replace("日", "天"), then.str[0].replace("日", "天")
    return {
        "other_unit": (base != base_then) | (now.str[1] != then.str[1]),
        "other_base": base != base_then,
        "now": both["number_micro"].astype("Float64") * now.str[1].astype("Float64"),
        "then": both["number_micro_then"].astype("Float64") * then.str[1].astype("Float64"),
    }


def _lowered(facts: Facts, both: pd.DataFrame) -> Iterator[Hit]:
    """Easier targets: less of ≥ and =, more of ≤; not where the budget fell by as much."""
    share = 100 - LIMITS["lowered_percent"]
    down = both["operator"] != "≤"
    easier = down & (both["now"] * 100 <= both["then"] * share) & (both["then"] > 0)
    rate = (both["words"] == "%") & down
    easier |= rate & (both["then"] - both["now"] >= LIMITS["lowered_points"] * MICRO)
    easier |= (
        ~down & (both["now"] * 100 >= both["then"] * (100 + LIMITS["lowered_percent"])) & (both["then"] > 0)
    )
    fell = both["PRO_CODE"].map(_budget_ratio(facts)).astype("Float64")
    ratio = both["now"] / both["then"].where(both["then"] != 0)
    explained = down & ~rate & (fell < 0.95) & (ratio >= fell - 0.05)
    explained |= ~down & (fell > 1) & (ratio <= fell + 0.05)  # a larger task may cost more
    flags = easier & ~explained.fillna(False)
    yield from at_rows(
        "C15", "lowered", TABLE, both, flags, "KPI_VAL",
        lambda r: f"“{r['LV3_PERF_IND_NAME']}”上年{r['operator_then']}{r['KPI_VAL_then']}，本年{r['operator']}{r['KPI_VAL']}",
    )  # fmt: skip


def _budget_ratio(facts: Facts) -> pd.Series:
    last = facts.before.get("PM_PROJECT_INFO")
    if last is None or "BGT_AMT_fen" not in last or "BGT_AMT_fen" not in facts.projects:
        return pd.Series(dtype="Float64")
    then = last.drop_duplicates("PRO_CODE").set_index("PRO_CODE")["BGT_AMT_fen"].astype("Float64")
    now = facts.projects["BGT_AMT_fen"].astype("Float64")
    return (now / then.reindex(now.index).where(lambda each: each > 0)).astype("Float64")


def _staged(facts: Facts) -> set[str]:
    """Works of several years: each year builds another part, and measures it."""
    frame = facts.projects
    if "START_DATE_on" not in frame or "END_DATE_on" not in frame:
        return set()
    span = frame["END_DATE_on"].dt.year - frame["START_DATE_on"].dt.year
    works = frame["PRO_NAME"].str.contains(any_of(WORDS["works"]))
    return set(frame.index[works & span.between(1, LIMITS["longest_works_years"])])


def _vanished(rows: pd.DataFrame, last: pd.DataFrame) -> Iterator[Hit]:
    """Indicators of last year for which nothing alike stands this year."""
    have = pd.MultiIndex.from_frame(rows[KEY])
    last = last[last["PRO_CODE"].isin(rows["PRO_CODE"])]
    timed = rows["PRO_CODE"][rows["LV2_PERF_IND_NAME"].str.contains("时效")]
    due = last["LV2_PERF_IND_NAME"].str.contains("时效") & last["form"].isin([DATE, PERIOD])
    last = last[~(due & last["PRO_CODE"].isin(timed))]  # each year has days of its own
    gone = last[~pd.MultiIndex.from_frame(last[KEY]).isin(have)]
    if gone.empty:
        return
    names = rows[rows["PRO_CODE"].isin(gone["PRO_CODE"])].groupby("PRO_CODE", sort=False)
    mine = {
        project: (list(each["name"]), int(each["row"].iloc[0]), list(each["words"]))
        for project, each in names
    }
    for row in gone.to_dict("records"):
        known, first, units = mine[row["PRO_CODE"]]
        alike = process.extractOne(row["name"], known, scorer=fuzz.ratio)
        renamed = alike is not None and alike[1] >= LIMITS["renamed_ratio"]
        if renamed and (row["words"] == "%") == (units[alike[2]] == "%"):
            continue  # renamed, and still measured alike
        read = f"上年第{row['row']}行：{row['LV3_PERF_IND_NAME']}{row['operator']}{row['KPI_VAL']}"
        place = Evidence(TABLE, int(row["row"]), "LV3_PERF_IND_NAME", read)
        says = f"上年指标“{row['LV3_PERF_IND_NAME']}”本年不见了"
        yield Hit(
            "C15",
            "vanished",
            str(row["PRO_CODE"]),
            says,
            (place, Evidence(TABLE, first, "LV3_PERF_IND_NAME", "")),
        )


def _copied(facts: Facts, rows: pd.DataFrame, last: pd.DataFrame) -> Iterator[Hit]:
    """The whole set taken over, values included, where no goal of the year before is there to compare."""
    goals = facts.before.get("PM_PERF_GOAL_INFO")
    compared = set() if goals is None else set(goals["PRO_CODE"])
    then = (
        last.assign(said=last["name"] + last["operator"] + last["text"])
        .groupby("PRO_CODE")["said"]
        .agg("|".join)
    )
    now = (
        rows.assign(said=rows["name"] + rows["operator"] + rows["text"])
        .groupby("PRO_CODE")["said"]
        .agg(["|".join, "size"])
    )
    same = now.index[(now["join"] == then.reindex(now.index)) & (now["size"] >= LIMITS["smallest_same_set"])]
    tables = dict(iter(rows[rows["PRO_CODE"].isin(same)].groupby("PRO_CODE", sort=False)))
    for project in same:
        if project not in compared:
            yield Hit(
                "C15",
                "same_set",
                str(project),
                "全部指标和指标值与上年度相同",
                cells(TABLE, tables[project], "KPI_VAL"),
            )
