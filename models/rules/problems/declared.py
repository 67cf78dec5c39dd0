"""Faults of declarations (`models.rules.declaration`) as problems: one judge for `jixiao check` and `jixiao find`."""

import re
from collections.abc import Iterator

import pandas as pd

from models.rules.declaration import Fault, check_declarations
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Evidence, Hit
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.wording import any_of, related
from models.rules.profiles import Rules

TABLE, GOALS = "PM_PERF_INDICATOR", "PM_PERF_GOAL_INFO"
FIELDS = {
    "value": "KPI_VAL",
    "unit": "METERUNIT",
    "level_3": "LV3_PERF_IND_NAME",
    "level_2": "LV2_PERF_IND_NAME",
}
KINDS = {
    "F-VALUE": ("P7", "value"),
    "F-VAGUE": ("P7", "vague"),
    "F-UNIT": ("P7", "unit"),
    "F-IMPOSSIBLE": ("P7", "impossible"),
    "F-NAME": ("P7", "name"),
    "F-MONEY-QUANTITY": ("P6", "money"),
    "F-MISPLACED": ("P6", "misplaced"),
    "F-COST": ("P22", "unit_cost"),
    "F-GOAL": ("P30", "short"),
    "F-GOAL-AMOUNT": ("P30", "amount"),
}  # fmt: skip
MARKED = re.compile(
    r"[（(](个|次|人|户|家|场|项|件|亩|公里|万元|元|%|人次|天|处|座|所|名|期|套|台|吨|米|平方米|份|篇|条)[)）]$"
)


def check_declared(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """Hits from the checks of declarations, without what a finder must not say."""
    if TABLE not in facts.now:
        return
    rows = facts.now[TABLE]
    known = rows.set_index("row")
    heads = set(rows["PRO_CODE"][rows["words"].isin(["人", "名", "万人"])])
    for fault in check_declarations(_indicators(rows), _projects(facts, rows), rules):
        if fault.code not in KINDS or (fault.row is not None and _excused(fault, known)):
            continue
        code, kind = KINDS[fault.code]
        if (
            kind == "unit_cost"
            and "/人" in fault.read
            and "人次" not in fault.read
            and fault.project not in heads
        ):
            continue  # 元/人 against 人次: a person may come many times
        if kind == "unit_cost" and "×" in fault.says and re.search(any_of(WORDS["centres"]), fault.says):
            code, kind = "P9", "standard"
        row = fault.row if fault.row is not None else goal_row(facts, fault.project)
        table = GOALS if fault.column == "annual_goal" else TABLE
        field = FIELDS.get(fault.column, "KPI_TARGET")
        read = fault.read if fault.row is None else str(known[field][fault.row])
        place = Evidence(table, row, field, read)
        yield Hit(code, kind, fault.project, fault.says.rstrip("。"), (place,))


def goal_row(facts: Facts, project: str) -> int | None:
    """Where a project's goal stands."""
    return facts.first_rows(GOALS).get(project)


def _excused(fault: Fault, rows: pd.DataFrame) -> bool:
    """Words that hold a figure of their own, names that carry their unit, money that the project is there to give."""
    row = rows.loc[fault.row]
    value, name = str(row["text"]), str(row["name"])
    if fault.code == "F-VAGUE":
        return bool(re.search(r"\d", value)) and not re.search(any_of(WORDS["never_clear"]), value)
    if fault.code == "F-UNIT":
        return bool(MARKED.search(str(row["LV3_PERF_IND_NAME"])))
    if fault.code == "F-VALUE":
        return bool(re.search(r"\d", value)) and str(row["form"]) == "text"
    if fault.code == "F-COST":  # an upper limit for each need not be reached; aid by difference never is
        return bool(re.search(any_of(WORDS["not_a_price"]), name))
    if fault.code == "F-MISPLACED":
        return "满意" in str(row["LV1_PERF_IND_NAME"])
    if fault.code == "F-IMPOSSIBLE":
        return bool(re.search(any_of(WORDS["may_exceed"]), name))
    return False


def _indicators(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": rows["row"].astype("int64"),
            "project": rows["PRO_CODE"].astype("object"),
            "level_1": rows["LV1_PERF_IND_NAME"],
            "level_2": rows["LV2_PERF_IND_NAME"],
            "level_3": rows["LV3_PERF_IND_NAME"],
            "sign": rows["sign"],
            "value": rows["KPI_VAL"],
            "unit": rows["METERUNIT"],
            "group": rows.get("YEARFLAG", ""),
            "weight_micro": pd.array([pd.NA] * len(rows), dtype="Int64"),
        }
    )


def _projects(facts: Facts, rows: pd.DataFrame) -> pd.DataFrame:
    names = list(dict.fromkeys([*rows["PRO_CODE"], *facts.goals.index]))
    frame = pd.DataFrame(index=pd.Index(names, dtype="object"))
    frame["name"] = facts.projects["PRO_NAME"].reindex(names).fillna("")
    frame["goal"] = facts.goals.reindex(names)
    frame["last_goal"] = ""
    frame["overall"] = True  # level-two classes are looked at by themselves
    budget = facts.projects.get("BGT_AMT_fen")
    frame["budget_fen"] = (
        pd.array([pd.NA] * len(names), dtype="Int64") if budget is None else budget.reindex(names)
    )
    return frame


def check_goal_links(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """Goals that speak of nothing in their project (P6), or of nothing that an indicator measures (P30)."""
    rows = facts.table(TABLE)
    if rows.empty or facts.goals.empty:
        return
    measured = rows.groupby("PRO_CODE", sort=False)["LV3_PERF_IND_NAME"].agg(" ".join)
    values = rows.groupby("PRO_CODE", sort=False)["text"].agg(" ".join)
    content = facts.projects.get("PRO_CONTENT")
    for project, goal in facts.goals.items():
        name = str(facts.projects["PRO_NAME"].get(project, "")) if project in facts.projects.index else ""
        if len(goal) < LIMITS["shortest_linked_goal"]:
            continue
        told = "" if content is None else str(content.get(project, ""))
        known = f"{name} {'' if told == goal else told}"  # a goal says nothing about itself
        place = (Evidence(GOALS, goal_row(facts, str(project)), "KPI_TARGET", goal),)
        indicators = str(measured.get(project, ""))
        to_name = not known.strip() or related(goal, known)
        to_rows = not indicators or related(goal, indicators)
        if not to_name and not to_rows:
            says = f"绩效目标没有一处提到“{name}”的内容，与指标也无关联"
            yield Hit("P6", "off_topic", str(project), says, place)
            yield Hit("P30", "unlinked", str(project), "绩效目标所写内容没有任何指标与之对应", place)
        elif not to_rows and not facts.overall.get(project, False) and not _shared(goal, values, project):
            yield Hit("P30", "unlinked", str(project), "绩效目标所写内容没有任何指标与之对应", place)
        elif not indicators and project not in measured.index and not facts.overall.get(project, False):
            yield Hit("P30", "unlinked", str(project), "有绩效目标，没有填写任何指标", place)


def _shared(goal: str, values: "pd.Series[str]", project: object) -> bool:
    """Whether goal and indicators name one figure: then they are linked, whatever the words."""
    figures = set(re.findall(r"\d+(?:\.\d+)?", goal))
    return bool(figures & set(re.findall(r"\d+(?:\.\d+)?", str(values.get(project, "")))))
