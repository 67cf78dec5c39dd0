"""Targets as a whole: are they complete, of their own, measurable (P3, P6, P15, P19, P31)."""

import re
from collections.abc import Iterator

import pandas as pd

from models.rules.problems.declared import GOALS, TABLE, goal_row
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Evidence, Hit, at_rows, cells
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import read_actuals
from models.rules.problems.wording import any_of, related, terms
from models.rules.profiles import Rules
from models.rules.values import NUMBER, plain_text

CLASSES = {
    "数量": ("quantity", "数量"),
    "质量": ("quality", "质量"),
    "时效": ("time", "时效|及时|进度"),
    "成本": ("cost", "成本"),
    "效益": ("benefit", "效益|影响|效果|可持续"),
    "满意度": ("satisfaction", "满意"),
}
NUMBERED = re.compile(r"\d")
COUNTED = re.compile(
    r"([\u4e00-\u9fff]*)[(（]?([≥≤><=]|不少于|不低于|达到?)?(\d+(?:\.\d+)?)(万|亿)?([\u4e00-\u9fff%]{1,3})"
)
MEASURABLE = ("number", "date", "period")


def check_completeness(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P3: level-two classes that are missing, too few indicators, none at all."""
    rows = facts.table(TABLE)
    if rows.empty:
        return
    rows = rows[~rows["PRO_CODE"].map(facts.overall).fillna(False).astype(bool)]
    levels = rows["LV1_PERF_IND_NAME"] + "/" + rows["LV2_PERF_IND_NAME"]
    count = rows.groupby("PRO_CODE", sort=False).size()
    for word in rules.target_review.required:
        name = word.removesuffix("指标")
        kind, pattern = CLASSES.get(name, ("other", name))
        have = levels.str.contains(pattern).groupby(rows["PRO_CODE"], sort=False).any()
        for project in have.index[~have]:
            yield Hit("P3", kind, project, f"缺少{word}", _first(facts, TABLE, project, "LV2_PERF_IND_NAME"))
    for project in count.index[count < LIMITS["fewest_indicators"]]:
        says = f"只有{count[project]}项指标，少于{LIMITS['fewest_indicators']}项"
        yield Hit("P3", "few", project, says, _first(facts, TABLE, project, "LV3_PERF_IND_NAME"))
    covered = set(facts.table(TABLE)["PRO_CODE"])
    for project in facts.projects.index:
        if facts.overall[project]:  # a whole department owes a goal (P19); its indicators are its own matter
            continue
        if project not in covered and project in facts.goals.index and facts.goals[project]:
            place = Evidence(GOALS, goal_row(facts, project), "KPI_TARGET", str(facts.goals[project]))
            yield Hit("P3", "none", project, "没有填写任何绩效指标", (place,))


def _first(facts: Facts, table: str, project: str, field: str) -> tuple[Evidence, ...]:
    row = facts.first_rows(table).get(project)
    return (Evidence(table, row, field, ""),)


def check_coverage(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P3: activities that the goal counts and no indicator measures."""
    rows = facts.table(TABLE)
    if rows.empty or facts.goals.empty:
        return
    goals = facts.goals[~facts.overall.reindex(facts.goals.index).fillna(False).astype(bool)]
    counted = goals[goals.str.contains(NUMBERED)]
    mine = rows[rows["PRO_CODE"].isin(counted.index)]
    names = mine.groupby("PRO_CODE", sort=False)["LV3_PERF_IND_NAME"].agg(" ".join)
    numbers = mine["text"].groupby(mine["PRO_CODE"], sort=False).agg(" ".join)
    for project in names.index:
        goal = plain_text(str(counted[project]))
        own = terms(str(facts.projects["PRO_NAME"].get(project, "")))
        told = _activities(goal)
        lost = [said for said in told if not _measured(said, names[project], numbers[project], own)]
        if len(lost) * 2 > len(told):  # one promise of many may be a detail
            what = "、".join(f"“{clause}”" for _, _, clause in lost)
            place = Evidence(GOALS, goal_row(facts, str(project)), "KPI_TARGET", str(counted[project]))
            yield Hit("P3", "uncovered", str(project), f"目标中的{what}没有对应的指标", (place,))


def _activities(goal: str) -> list[tuple[str, str, str]]:
    """(words before, number, clause) of what a goal says will be done."""
    found = []
    for clause in re.split(r"[,;:、。!]", goal):
        for match in COUNTED.finditer(clause):
            before, _, number, _, after = match.groups()
            if not after.startswith(tuple(WORDS["no_activity_units"])) and terms(before[-10:]):
                found.append((before[-10:], number, clause))
    return found


def _measured(said: tuple[str, str, str], names: str, numbers: str, own: frozenset[str]) -> bool:
    """By a word that is not just the project's own subject, or by the figure."""
    before, number, _ = said
    words = terms(before) - own
    alike = any(word in names for word in words) if words else related(before, names)
    if alike or any(sum(word in name for word in terms(before)) > 1 for name in names.split()):
        return True
    return re.search(rf"(?<!\d){re.escape(number)}(?!\d)", numbers) is not None


def check_originality(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P6: goals shared by unrelated projects, taken from last year, or left as the form's own words."""
    texts = facts.goals[facts.goals.str.len() >= LIMITS["shortest_copied"]].map(plain_text)
    rows = facts.first_rows(GOALS)
    names = facts.projects["PRO_NAME"].reindex(texts.index).fillna("")
    for _, same in texts.groupby(texts, sort=False):
        mine = names[same.index]
        if len(same) < 2 or mine.nunique() < 2:
            continue
        own = [project for project in same.index if mine[project] and related(same[project], mine[project])]
        copies = [project for project in same.index if project not in own] or list(same.index)
        if own and len(own) == len(same.index):
            copies = own
        for project in copies:
            other = next(one for one in same.index if one != project)
            says = f"绩效目标与项目“{mine[other] or other}”一字不差"
            place = Evidence(GOALS, rows.get(project), "KPI_TARGET", str(facts.goals[project]))
            yield Hit("P6", "shared", str(project), says, (place,))
    blanks = facts.table(GOALS)
    if not blanks.empty:
        left = blanks["KPI_TARGET"].str.contains("|".join(WORDS["placeholders"]))
        yield from at_rows("P6", "template", GOALS, blanks, left, "KPI_TARGET", "绩效目标保留了表样文字")
    table = facts.table(TABLE)
    if not table.empty:
        both = table["LV3_PERF_IND_NAME"] + table["KPI_VAL"]
        left = both.str.contains("|".join(WORDS["placeholders"]))
        yield from at_rows(
            "P6", "template", TABLE, table, left, "LV3_PERF_IND_NAME",
            lambda r: f"指标“{r['LV3_PERF_IND_NAME']}”保留了表样文字",
        )  # fmt: skip


def check_copied_goals(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P6 and C15: a goal taken word for word, figures included, from the year before."""
    from models.rules.problems.facts import goals_of

    last = goals_of(facts.before.get(GOALS)).map(plain_text)
    texts = facts.goals.map(plain_text)
    shared = texts.index.intersection(last.index)
    rows = facts.first_rows(GOALS)
    for project in shared:
        now, then = texts[project], last[project]
        if len(now) < LIMITS["shortest_copied"] or _years_off(now) != _years_off(then):
            continue
        place = (Evidence(GOALS, rows.get(project), "KPI_TARGET", str(facts.goals[project])),)
        says = "绩效目标与上年度一字不差，数字也未变"
        yield Hit("P6", "last_year", str(project), says, place)
        yield Hit("C15", "copied", str(project), says, place)


def _years_off(text: str) -> str:
    return re.sub(r"20\d{2}年?度?", "", text)


def check_quantified(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P31: share of indicators with a figure or a date below the line."""
    rows = facts.table(TABLE)
    if rows.empty:
        return
    clear = rows["form"].isin(MEASURABLE) | rows["text"].str.contains(NUMBERED)
    clear &= rows["sign"] != "定性"
    clear |= rows["LV2_PERF_IND_NAME"].str.contains("时效") & rows["text"].str.contains(NUMBERED)
    clear |= rows["form"] == NUMBER
    share = clear.groupby(rows["PRO_CODE"], sort=False).agg(["sum", "size"])
    low = share[(share["size"] >= 3) & (share["sum"] * 100 < share["size"] * LIMITS["quantified_percent"])]
    words = rows[~clear & rows["PRO_CODE"].isin(low.index)]
    groups = dict(iter(words.groupby("PRO_CODE", sort=False)))
    for project, one in low.iterrows():
        says = f"{one['size']}项指标中定量的只有{one['sum']}项，不到{LIMITS['quantified_percent']}%"
        yield Hit("P31", "share", str(project), says, cells(TABLE, groups[project], "KPI_VAL"))


def check_farmland(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P15: projects about farmland or rural revival without an indicator of it, or with one that is missed."""
    pattern = any_of(WORDS["farmland"])
    rows, done = facts.table(TABLE), facts.table("PM_SELF_EVAL_INDICATOR")
    frame = facts.projects
    goals = facts.goals.reindex(frame.index).fillna("")
    named = frame["PRO_NAME"].str.contains(f"{pattern}|{any_of(WORDS['rural_link'])}")
    if "POLICY_BASIS" in frame:
        named |= frame["POLICY_BASIS"].str.contains(pattern)
    promised = goals.str.contains(any_of(WORDS["farmland_duty"]))
    about = named | promised
    if not rows.empty:
        text = rows["LV3_PERF_IND_NAME"] + rows["KPI_VAL"]
        have = set(rows["PRO_CODE"][text.str.contains(pattern)])
        declared = set(rows["PRO_CODE"])
        for project in frame.index[about]:
            if project in declared and project not in have:
                certainty = "found" if promised[project] else None
                says = "没有反映耕地保护责任的指标"
                place = _first(facts, TABLE, project, "LV3_PERF_IND_NAME")
                yield Hit("P15", "missing", project, says, place, certainty=certainty)
    if not done.empty:
        missed = done["name"].str.contains(pattern) & _missed(done)
        yield from at_rows(
            "P15", "unmet", "PM_SELF_EVAL_INDICATOR", done, missed, "IND_COMP",
            lambda r: f"“{r['LV3_PERF_IND_NAME']}”目标{r['KPI_VAL']}，实际{r['IND_COMP']}，未完成",
        )  # fmt: skip
    if facts.has("PM_PROJECT_INFO", "LEADER"):
        bare = frame.reset_index()
        yield from at_rows(
            "P15", "nobody", "PM_PROJECT_INFO", bare, (bare["LEADER"] == "") & about.set_axis(bare.index), "LEADER",
            "没有填写项目责任人",
        )  # fmt: skip


def _missed(rows: pd.DataFrame) -> pd.Series:
    """Results that fall short of a ≥ or = target, number against number."""
    actual = read_actuals(rows["IND_COMP"])
    up = rows["operator"].isin(["≥", ">", "=", ""])
    return up & (rows["form"] == NUMBER) & (actual["number_micro"] < rows["number_micro"]).fillna(False)


def check_overall_targets(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P19: departments of the register without a target for the whole department."""
    whole = facts.projects[facts.overall]
    register = facts.table("BAS_AGENCY_INFO")
    own = facts.table("BGT_PERF_GOAL_INFO")
    targeted = {project for project in whole.index if facts.goals.get(project)}
    untold = facts.goals.empty and own.empty  # no table of goals: nobody knows
    for project in whole.index.difference(list(targeted), sort=False) if not untold else []:
        place = Evidence("PM_PROJECT_INFO", int(whole["row"][project]), "PRO_CODE", str(project))
        agency = str(whole.at[project, "AGENCY_CODE"])
        says = f"部门整体支出“{whole['PRO_NAME'][project]}”没有绩效目标"
        yield Hit("P19", "overall", str(project), says, (place,), department=agency)
    if register.empty or (whole.empty and own.empty):
        return
    column = "DEPT_CODE" if facts.has("BAS_AGENCY_INFO", "DEPT_CODE") else "AGENCY_CODE"
    department = register[column].where(register[column] != "", register["AGENCY_CODE"])
    of_agency = dict(zip(register["AGENCY_CODE"], department, strict=True))
    have = {of_agency.get(code, code) for code in whole["AGENCY_CODE"]}
    if not own.empty:
        have |= set(own["DEPT_CODE"][own["KPI_TARGET"] != ""])
    everyone = register.assign(department=department).drop_duplicates("department")
    if len(have & set(department)) * 100 < len(everyone) * LIMITS["coverage_percent"]:
        return
    for row in everyone[~everyone["department"].isin(have)].to_dict("records"):
        title = row.get("DEPT_NAME") or row["AGENCY_NAME"]
        place = Evidence("BAS_AGENCY_INFO", int(row["row"]), column, str(row[column]))
        says = f"{title}没有编报部门整体绩效目标"
        yield Hit("P19", "department", None, says, (place,), department=str(row["department"]))
