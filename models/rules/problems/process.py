"""The course of a project: stages left out, monitoring, policy papers, who is in charge (P5, P17, P20, P21, P24, P32)."""

from collections.abc import Iterator

import pandas as pd

from models.rules.problems.facts import Facts
from models.rules.problems.hits import Evidence, Hit, at_rows, cells
from models.rules.problems.kept import EMPTY, POLICY, assessable, awards, silent
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import read_actuals
from models.rules.profiles import Rules
from models.rules.values import NUMBER

REGISTER, MONITORING = "PM_PROJECT_INFO", "PAY_PERF_MONITOR_INFO"
STAGES = {
    "目标": ("PM_PERF_GOAL_INFO", "PM_PERF_INDICATOR"),
    "监控": (MONITORING,),
    "自评": ("PM_SELF_EVAL_INDICATOR", "PM_PERF_SELF_EVAL"),
}


def check_policies(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P5: policy papers that no longer hold, or do not say who gets how much; two standards for one thing."""
    register = facts.projects.reset_index()
    if facts.has(REGISTER, "POLICY_BASIS"):
        basis = register["POLICY_BASIS"]
        said = basis.str.replace(r"《[^》]*》", "", regex=True)  # a title may speak of ending something else
        ended = said.str.contains("|".join(WORDS["policy_ended"]))
        year = register["year"] if "year" in register else pd.Series(0, index=register.index)
        until = _ends(said)
        over = (until < year).fillna(False) & (year > 0)
        yield from at_rows("P5", "ended", REGISTER, register, ended | over, "POLICY_BASIS",
                           lambda r: f"政策依据“{r['POLICY_BASIS']}”已失效")  # fmt: skip
        bare = basis.isin(EMPTY) & ~facts.overall.to_numpy()
        yield from at_rows(
            "P5", "no_basis", REGISTER, register, bare, "POLICY_BASIS", "没有填写政策（立项）依据"
        )
    if "POLICY_VALID_UNTIL_on" in register:
        begun = (
            register["START_DATE_on"]
            if "START_DATE_on" in register
            else pd.Series(pd.NaT, index=register.index)
        )
        first = (
            pd.to_datetime(register["year"].astype(str) + "-01-01", errors="coerce")
            if "year" in register
            else begun
        )
        over = register["POLICY_VALID_UNTIL_on"] < begun.fillna(first)
        yield from at_rows("P5", "ended", REGISTER, register, over, "POLICY_VALID_UNTIL",
                           lambda r: f"政策有效期至{r['POLICY_VALID_UNTIL']}，项目仍在执行")  # fmt: skip
    given = awards(facts).set_axis(register.index)
    for column, what in zip(POLICY, ("标准", "享受条件"), strict=True):
        if facts.has(REGISTER, column):
            bare = given & register[column].isin(EMPTY) & ~silent(facts, column).to_numpy()
            yield from at_rows("P5", "unclear", REGISTER, register, bare, column,
                               f"奖补政策没有写明{what}")  # fmt: skip
    yield from _standards(facts)


YEAR = r"((?:19|20)\d{2})"
NUMERALS = {
    **{str(n): n for n in range(1, 10)},
    **dict(zip("一二两三四五六七八", (1, 2, 2, 3, 4, 5, 6, 7, 8), strict=True)),
}


def _ends(basis: "pd.Series[str]") -> pd.Series:
    """The last year in which a policy holds, where its text says so: 有效期至…, …到期, a span's end, 有效期N年 from its year."""
    text = basis.str.replace(r"[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]\s*\d*号?", "", regex=True)
    named = text.str.extract(
        rf"(?:有效期|有效|期限|执行|施行|实施|截)[^\d]{{0,6}}(?:至|到|止)\D{{0,3}}{YEAR}", expand=False
    )
    dated = text.str.extract(
        rf"{YEAR}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:到期|截止|止|失效|期满)", expand=False
    )
    span = text.str.extract(rf"{YEAR}年?(?:至|到|-|—|–|~)+{YEAR}年", expand=True)[1]
    until = pd.to_numeric(span.fillna(dated).fillna(named)).astype("Float64")
    length = basis.str.extract(r"有效期(?:为|限)?\D{0,1}?([\d一二两三四五六七八])年", expand=False).map(
        NUMERALS
    )
    begun = pd.to_numeric(basis.str.extract(YEAR, expand=False))
    return until.fillna(begun.astype("Float64") + length.astype("Float64"))


def _standards(facts: Facts) -> Iterator[Hit]:
    """The same item paid by two standards in one project."""
    rows = facts.table("PM_PERF_INDICATOR")
    if rows.empty:
        return
    priced = rows[
        (rows["form"] == NUMBER) & rows["name"].str.contains("标准") & rows["words"].str.contains("元")
    ]
    group = priced["YEARFLAG"] if "YEARFLAG" in priced else pd.Series("", index=priced.index)
    keys = [priced["PRO_CODE"], priced["name"], group]
    several = priced.groupby(keys)["number_micro"].transform("nunique") > 1
    yield from at_rows("P5", "two_standards", "PM_PERF_INDICATOR", priced, several, "KPI_VAL",
                       lambda r: f"“{r['LV3_PERF_IND_NAME']}”有不同标准：{r['KPI_VAL']}{r['METERUNIT']}")  # fmt: skip


def check_management(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P17: one project under several departments."""
    rows = facts.table(REGISTER)
    if rows.empty:
        return
    for key, column in (
        ("PRO_CODE", "AGENCY_CODE"),
        ("PRO_CODE", "MANAGE_DEPT"),
        ("PARENT_CODE", "MANAGE_DEPT"),
        ("PARENT_CODE", "AGENCY_CODE"),
    ):
        if key not in rows or column not in rows:
            continue
        keyed = rows[(rows[key] != "") & (rows[column] != "")]
        count = keyed.groupby(key)[column].transform("nunique")
        several = keyed[count > 1]
        for code, mine in several.groupby(key, sort=False):
            who = "、".join(dict.fromkeys(mine[column]))
            for project in dict.fromkeys(mine["PRO_CODE"]):
                says = f"项目{code}由{who}分别管理"
                kind = "named" if column == "MANAGE_DEPT" else "several"
                yield Hit("P17", kind, str(project), says, cells(REGISTER, mine, column))
    if facts.has(REGISTER, "MANAGE_DEPT"):
        many = rows["MANAGE_DEPT"].str.contains("|".join(WORDS["several_departments"]))
        yield from at_rows("P17", "named", REGISTER, rows, many, "MANAGE_DEPT",
                           lambda r: f"归口部门写了多个：{r['MANAGE_DEPT']}")  # fmt: skip


def coverage(facts: Facts) -> pd.DataFrame:
    """Which stage each project of the register has data of (columns of STAGES); a stage that the folder hardly
    holds at all is left out: then nobody can say that it was missed."""
    codes = facts.projects.index
    found = pd.DataFrame(index=codes)
    for stage, tables in STAGES.items():
        have: set[str] = set()
        for name in tables:
            table = facts.table(name)
            same = (
                table[table["year"] == table["PRO_CODE"].map(facts.projects["year"])]
                if _dated(facts, table)
                else table
            )
            have |= set(same["PRO_CODE"])
        done = codes.isin(list(have))
        if done.sum() * 100 >= len(codes) * LIMITS["coverage_percent"] and len(codes) > 1:
            found[stage] = done
    return found


def _dated(facts: Facts, table: pd.DataFrame) -> bool:
    return "year" in table and "year" in facts.projects


def check_stages(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P20, P21, P32: stages of the cycle that a project or a whole department left out."""
    if REGISTER not in facts.now:
        return
    have = coverage(facts)
    lacking = ~have.astype(bool)
    for stage in have:  # a stage that no whole department here goes through is not theirs
        if not have[stage][facts.overall].any():
            lacking.loc[facts.overall, stage] = False
    count = lacking.sum(axis=1)
    yield from _goalless(facts)
    for project in have.index[count > 0]:
        place = (Evidence(REGISTER, int(facts.projects["row"][project]), "PRO_CODE", str(project)),)
        missing = [str(stage) for stage in have if lacking.at[project, stage]]
        if facts.overall[project] and "目标" in missing:  # that is P19
            missing.remove("目标")
        if "监控" in missing:
            yield Hit("P32", "none", str(project), "没有报送绩效监控", place)
        if missing:
            yield Hit("P21", "stages", str(project), f"没有{'、'.join(missing)}，未开展全过程绩效管理", place)
    agencies = facts.projects["AGENCY_CODE"]
    for stage in have:
        none = lacking[stage].groupby(agencies).all()
        for department in none.index[none & (none.index != "")]:
            mine = facts.projects[agencies == department]
            each_project = cells(REGISTER, mine.assign(PRO_CODE=mine.index).head(20), "PRO_CODE")
            says = f"全部{len(mine)}个项目都没有{stage}"
            yield Hit("P20", "stage", None, says, each_project, department=str(department))
    yield from _assessed(facts)


def _goalless(facts: Facts) -> Iterator[Hit]:
    """Projects with indicators and no goal, where nearly all others have one."""
    rows, goals = facts.table("PM_PERF_INDICATOR"), facts.goals
    codes = facts.projects.index
    if goals.empty or codes.isin(goals.index).sum() * 100 < len(codes) * LIMITS["coverage_percent"]:
        return
    for project in codes[codes.isin(rows["PRO_CODE"]) & ~codes.isin(goals.index)]:
        place = Evidence(
            "PM_PERF_INDICATOR",
            facts.first_rows("PM_PERF_INDICATOR").get(str(project)),
            "PRO_CODE",
            str(project),
        )
        yield Hit("P30", "short", str(project), "有绩效指标，没有填写绩效目标", (place,))


def _assessed(facts: Facts) -> Iterator[Hit]:
    """New projects of the amount that must be assessed first, without a conclusion."""
    if not facts.has(REGISTER, "EX_ANTE", "ATTRIBUTE"):
        return
    register = facts.projects.reset_index()
    due = assessable(facts) & ~silent(facts, "EX_ANTE")
    bare = due.set_axis(register.index) & register["EX_ANTE"].isin([*EMPTY, "否", "未评估", "0"])
    yield from at_rows("P21", "assessment", REGISTER, register, bare, "EX_ANTE", "新增项目没有事前绩效评估")


def check_monitoring(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P32: monitoring that came late; red or doubtful without a reason; red and nothing done."""
    rows = facts.table(MONITORING)
    if rows.empty:
        return
    if facts.has(MONITORING, "PERF_SEND_DATE", "TASK_END_DATE"):
        late = rows.drop_duplicates("PRO_CODE")
        yield from at_rows("P32", "late", MONITORING, late, late["PERF_SEND_DATE_on"] > late["TASK_END_DATE_on"], "PERF_SEND_DATE",
                           lambda r: f"{r['PERF_SEND_DATE']}才报送，截止日期{r['TASK_END_DATE']}")  # fmt: skip
    said = read_actuals(rows["PERF_COMP"])
    up = (
        rows["operator"].isin(["≥", ">", "=", ""]) & (rows["number_micro"] > 0) & said["number_micro"].notna()
    )
    pace = (
        said["number_micro"].astype("Float64")
        * 12
        / (rows["number_micro"].astype("Float64") * rows["month"].astype("Float64"))
    )
    red = up & (pace * 100 < LIMITS["red_percent"]).fillna(False)
    red |= (rows["form"] != NUMBER) & rows["PERF_COMP"].str.contains("^(?:未达成|未完成|未开展|尚未)")
    if "LIGHT" in rows:
        red |= rows["LIGHT"].str.contains("红")
    reason = rows.get("ANA_DEV_REASONS")
    if reason is not None:
        bare = reason.isin(EMPTY)
        yield from at_rows("P32", "reason", MONITORING, rows, red & bare, "ANA_DEV_REASONS",
                           lambda r: f"“{r['LV3_PERF_IND_NAME']}”{r['month']}月完成{r['PERF_COMP']}（目标{r['KPI_VAL']}），红灯而没有写原因")  # fmt: skip
        doubtful = (
            rows["COMPLETE"].isin(WORDS["doubtful"])
            if "COMPLETE" in rows
            else pd.Series(False, index=rows.index)
        )
        yield from at_rows("P32", "reason", MONITORING, rows, doubtful & bare & ~red, "ANA_DEV_REASONS",
                           lambda r: f"“{r['LV3_PERF_IND_NAME']}”完成可能性为“{r['COMPLETE']}”，没有写原因")  # fmt: skip
    for column in ("MEASURE", "RECTIFY_EPILOG"):
        if facts.has(MONITORING, column):
            bare = red & rows[column].isin(EMPTY)
            if reason is not None:
                bare &= ~reason.isin(EMPTY)
            yield from at_rows("P32", "action", MONITORING, rows, bare, column,
                               lambda r: f"“{r['LV3_PERF_IND_NAME']}”红灯，没有整改措施")  # fmt: skip


def check_supervision(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P24: a finished project with neither monitoring nor inspection nor acceptance on record."""
    columns = [name for name in ("INSPECT_DATE", "ACCEPT_DATE") if facts.has(REGISTER, name)]
    if not columns:
        return
    register = facts.projects.reset_index()
    bare = pd.concat([register[name].isin(EMPTY) for name in columns], axis=1).all(axis=1)
    monitored = register["PRO_CODE"].isin(facts.table(MONITORING)["PRO_CODE"])
    finished = _finished(facts, register)
    alone = bare & finished & (~monitored | facts.has(REGISTER, "INSPECT_DATE"))
    yield from at_rows("P24", "nothing", REGISTER, register, alone, columns[0],
                       "从开工到完成，没有检查、验收等过程管理记录")  # fmt: skip


def _finished(facts: Facts, register: pd.DataFrame) -> "pd.Series[bool]":
    """Completed by its own dates or status; a register without either: by the end of its budget year."""
    if facts.has(REGISTER, "COMPLETE_DATE"):
        return register["COMPLETE_DATE_on"].notna()
    if facts.has(REGISTER, "STATUS"):
        return register["STATUS"].str.contains("完工|完成|竣工|结束|终验")
    if facts.has(REGISTER, "END_DATE") and "year" in register:
        return register["END_DATE_on"].dt.year <= register["year"]
    return pd.Series(False, index=register.index)
