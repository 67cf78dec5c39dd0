"""The tables that the finder looks at: the newest year of each project, the year before beside it, cells read."""

import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from models.rules.funds import mark_totals, rolled_up
from models.rules.problems.readings import days_of, fen_of, read_indicators
from models.rules.values import month_of

INDICATORS = ("PM_PERF_INDICATOR", "PM_SELF_EVAL_INDICATOR", "PAY_PERF_MONITOR_INFO")
AMOUNTS = {
    "PM_PROJECT_INFO": ("BGT_AMT", "ARRIVE_AMT", "ACCEPT_AMT", "SETTLE_AMT", "MAINTAIN_BGT"),
    "PM_PERF_SELF_BGT": ("REPLY_AMT", "CUR_AMT", "YEAR_EXE_AMT"),
    "PAY_VOUCHER": ("PAY_AMT",),
}
DATES = {
    "PM_PROJECT_INFO": (
        "START_DATE", "END_DATE", "POLICY_DATE", "POLICY_VALID_UNTIL", "ISSUE_DATE", "COMPLETE_DATE",
        "ACCEPT_DATE", "APPLY_DATE", "REVIEW_DATE", "PUBLICITY_DATE",
    ),
    "PAY_VOUCHER": (
        "PAY_DATE", "APPLY_DATE", "APPROVE_DATE", "PROC_APPLY_DATE", "PROC_REVIEW_DATE",
        "PROC_PUBLICITY_DATE", "PROC_ACCEPT_DATE",
    ),
    "PM_SELF_EVAL_INDICATOR": ("EVIDENCE_DATE",),
    "PM_PERF_SELF_EVAL": ("SUBMIT_DATE", "DUE_DATE"),
    "PAY_PERF_MONITOR_INFO": ("PERF_SEND_DATE", "TASK_END_DATE"),
}  # fmt: skip
YES = ("1", "是", "Y", "y", "true", "True", "TRUE", "有")


@dataclass(frozen=True)
class Facts:
    """`now`: national tables by name, of each project's newest year; `before`: those of the year before, under the
    code that the project bears now. Frames are text ("" where empty) with `row`; `<column>_fen` (Int64) and
    `<column>_on` (datetime) stand beside amounts and dates; indicators are read (form, operator, number_micro,
    words, name). `given`: the columns that each table came with and that hold anything.
    `register`: name and agency of every code of any year; `years`: the years in which it stands in the register.
    """

    now: dict[str, pd.DataFrame]
    before: dict[str, pd.DataFrame]
    given: dict[str, frozenset[str]]
    register: pd.DataFrame
    years: dict[str, frozenset[int]]

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table came with all of these columns, each with something in it."""
        return table in self.now and set(columns) <= self.given[table]

    @cached_property
    def projects(self) -> pd.DataFrame:
        """One row a project (index code) from the register, or else every code that any table names."""
        register = self.now.get("PM_PROJECT_INFO")
        if register is not None and not register.empty:
            return register.drop_duplicates("PRO_CODE").set_index("PRO_CODE")
        codes = dict.fromkeys(
            code for one in self.now.values() if "PRO_CODE" in one for code in one["PRO_CODE"]
        )
        index = pd.Index(list(codes), name="PRO_CODE", dtype="object")
        blank = pd.DataFrame({"PRO_NAME": "", "AGENCY_CODE": "", "row": 0}, index=index)
        blank.update(self.register)
        return blank

    @cached_property
    def overall(self) -> "pd.Series[bool]":
        """Which projects are a whole department's spending."""
        frame = self.projects
        named = frame["PRO_NAME"].str.contains("部门整体|整体支出")
        return frame["WHOLE_DEPT"].isin(YES) | named if "WHOLE_DEPT" in frame else named

    @cached_property
    def goals(self) -> "pd.Series[str]":
        """Goal of each project; long-term and annual goal are read together."""
        return goals_of(self.now.get("PM_PERF_GOAL_INFO"))

    @cached_property
    def money(self) -> pd.DataFrame:
        """Initial, revised budget and spending of each project (initial_fen, budget_fen, spent_fen; row)."""
        return money_of(self.now.get("PM_PERF_SELF_BGT"))

    @cached_property
    def money_before(self) -> pd.DataFrame:
        """The same of the year before."""
        return money_of(self.before.get("PM_PERF_SELF_BGT"))

    def table(self, name: str) -> pd.DataFrame:
        """A table of now; an empty frame with the few columns everyone needs where there is none."""
        found = self.now.get(name)
        return pd.DataFrame(columns=["PRO_CODE", "row"]) if found is None else found

    @cached_property
    def _firsts(self) -> dict[str, dict[str, int]]:
        return {}

    def first_rows(self, name: str) -> dict[str, int]:
        """Number of the first row of each project in a table."""
        if name not in self._firsts:
            first = self.table(name).drop_duplicates("PRO_CODE")
            self._firsts[name] = dict(zip(first["PRO_CODE"], first["row"].astype(int), strict=True))
        return self._firsts[name]

    def names(self, codes: pd.Series) -> "pd.Series[str]":
        """Project names of codes."""
        return codes.map(self.register["PRO_NAME"]).fillna("")

    def agencies(self, codes: pd.Series) -> "pd.Series[str]":
        """Agency codes of project codes."""
        return codes.map(self.register["AGENCY_CODE"]).fillna("")


def looked_up(codes: pd.Series, by_code: pd.Series) -> pd.Series:
    """The value of each code; missing where there is none. Keeps the kind of column even when it is empty."""
    return by_code.reindex(codes.to_numpy()).set_axis(codes.index)


def goals_of(goals: pd.DataFrame | None) -> "pd.Series[str]":
    """project → its goal; "" where the cell is empty."""
    if goals is None or goals.empty:
        return pd.Series(dtype="object")
    texts = goals["KPI_TARGET"].astype("object")
    if not goals["PRO_CODE"].duplicated().any():
        return pd.Series(texts.to_numpy(), index=goals["PRO_CODE"])
    return texts.groupby(goals["PRO_CODE"], sort=False).agg(lambda each: "；".join(filter(None, each)))


def money_of(table: pd.DataFrame | None) -> pd.DataFrame:
    """Rolled-up money of each project and the row that says it."""
    columns = ["initial_fen", "budget_fen", "spent_fen"]
    if table is None or table.empty:
        return pd.DataFrame({name: pd.array([], dtype="Int64") for name in [*columns, "row"]})
    source = table["FOUND_TYPE_NAME"] if "FOUND_TYPE_NAME" in table else pd.Series("", index=table.index)
    rows = pd.DataFrame(
        {
            "project": table["PRO_CODE"],
            "source": source,
            "row": table["row"],
            "place": table.index,
            "initial_fen": table["REPLY_AMT_fen"],
            "budget_fen": table["CUR_AMT_fen"],
            "spent_fen": table["YEAR_EXE_AMT_fen"],
        }
    )
    marked = mark_totals(rows)
    first = marked.sort_values("is_total", ascending=False, kind="stable").drop_duplicates("project")
    found = rolled_up(marked)[columns]
    first = first.set_index("project")
    found["row"] = first["row"].reindex(found.index)
    for name in ("CUR_AMT", "YEAR_EXE_AMT"):  # the cells as they stand, for evidence
        found[name] = table[name].reindex(first["place"]).set_axis(first.index).reindex(found.index)
    return found


def facts_of(tables: dict[str, pd.DataFrame], year: int | None = None) -> Facts:
    """Tables of any years (national column names, text, `row`) → Facts, as of one year if asked."""
    successor = _successors(tables.get("PM_PROJECT_INFO"))
    now, before, given = {}, {}, {}
    for name, table in tables.items():
        table = _aliased(name, table)
        one = table.copy()
        for column in one.columns:
            if column != "row":
                one[column] = one[column].astype("object").fillna("")
        if "PRO_CODE" in one:
            one = one[one["PRO_CODE"] != ""]
        one = _read(name, one.reset_index(drop=True))
        given[name] = frozenset(
            column for column in table.columns if column == "row" or (one[column] != "").any()
        )
        now[name], before[name] = _split(name, one, year, successor)
    return Facts(now, before, given, _names(tables), _registered(tables.get("PM_PROJECT_INFO")))


def _registered(register: pd.DataFrame | None) -> dict[str, frozenset[int]]:
    """Every year in which a code stands in the register, and those between its first and last day."""
    if register is None or register.empty:
        return {}
    years: dict[str, set[int]] = {}
    for code, year in zip(register["PRO_CODE"].astype(str), _years(register), strict=True):
        years.setdefault(code, set()).add(int(year))
    for code, first, last in zip(register["PRO_CODE"].astype(str), *_terms(register), strict=True):
        if 0 < last - first < LONGEST:
            years[code] |= set(range(int(first), int(last) + 1))
    return {code: frozenset(each) for code, each in years.items()}


LONGEST = 10  # a project of more years than this has a slip of the pen in its dates


def _terms(register: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    blank = pd.Series("", index=register.index)
    begun, ended = (
        days_of(register.get(name, blank)).dt.year.fillna(0) for name in ("START_DATE", "END_DATE")
    )
    return begun.where(ended > 0, 0), ended.where(begun > 0, 0)


# Columns of payments have no fixed names anywhere: they are told by what their names speak of.
ALIASES = {
    "ATTACH_COUNT": r"(ATTACH|ACCESSORY|FILE|附件).*(CNT|COUNT|NUM|QTY|数|张|份)",
    "CONTRACT_NO": r"(CONT|合同).*(NO|ID|NUM|CODE|号|编码)$",
    "SUMMARY": r"(DIGEST|ABSTRACT|SUMMARY|PURPOSE|REASON|USE_|_USE|摘要|用途|事由)",
}


def _aliased(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table of payments with columns of unknown names under ours."""
    if name != "PAY_VOUCHER":
        return table
    renamed = {}
    for ours, pattern in ALIASES.items():
        theirs = [one for one in table.columns if re.search(pattern, str(one).upper()) and one not in renamed]
        if ours not in table.columns and theirs:
            renamed[theirs[0]] = ours
    return table.rename(columns=renamed)


def _names(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """PRO_NAME and AGENCY_CODE of every code, the newest row first."""
    columns = ["PRO_NAME", "AGENCY_CODE"]
    register = tables.get("PM_PROJECT_INFO")
    if register is not None:
        frame = register.iloc[::-1].drop_duplicates("PRO_CODE").set_index("PRO_CODE")[columns]
        return frame.astype("object").fillna("")
    evaluated = tables.get("PM_PERF_SELF_EVAL")
    if evaluated is not None and "PRO_NAME" in evaluated:
        frame = evaluated.drop_duplicates("PRO_CODE").set_index("PRO_CODE")
        return pd.DataFrame({"PRO_NAME": frame["PRO_NAME"].astype("object"), "AGENCY_CODE": ""}).fillna("")
    return pd.DataFrame(columns=columns, dtype="object")


def _successors(register: pd.DataFrame | None) -> dict[str, str]:
    """Code of a past year's project → code of the same project (agency, name) in a later year."""
    if register is None or register.empty:
        return {}
    frame = register[["PRO_CODE", "PRO_NAME", "AGENCY_CODE"]].astype("object")
    frame["year"] = _years(register)
    frame = frame.sort_values("year", kind="stable")
    last = frame.groupby(["AGENCY_CODE", "PRO_NAME"], sort=False)["PRO_CODE"].transform("last")
    moved = frame["PRO_CODE"] != last
    later = frame.groupby("PRO_CODE")["year"].max()
    newer = last.map(later) > frame["year"]
    return dict(zip(frame["PRO_CODE"][moved & newer], last[moved & newer], strict=True))


def _years(frame: pd.DataFrame) -> "pd.Series[int]":
    if "FISCAL_YEAR" not in frame:
        return pd.Series(0, index=frame.index)
    found = frame["FISCAL_YEAR"].astype("string").str.extract(r"((?:19|20)\d{2})", expand=False)
    return found.fillna("0").astype("int64")


DECLARED = ("PM_PERF_GOAL_INFO", "PM_PERF_INDICATOR", "PM_PROJECT_INFO")


def _split(
    name: str, one: pd.DataFrame, year: int | None, successor: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(newest year of each project, the year before) of a table; payments keep all rows."""
    years = _years(one)
    if year is not None and name != "PAY_VOUCHER":
        one, years = one[years <= year], years[years <= year]
    one = one.assign(year=years)
    if name == "PAY_VOUCHER" or "FISCAL_YEAR" not in one or "PRO_CODE" not in one:
        return one.reset_index(drop=True), one.iloc[:0]
    if successor:
        moved = one["PRO_CODE"].map(successor)
        if name in DECLARED:
            one = one.assign(PRO_CODE=moved.fillna(one["PRO_CODE"]))
            newest = one["year"].groupby(one["PRO_CODE"]).transform("max")
        else:  # last year's evaluation is a fact of its own; it also serves as the year before
            newest = one["year"].groupby(one["PRO_CODE"]).transform("max")
            copies = one[moved.notna()].assign(PRO_CODE=moved.dropna(), copied=True)
            own = one[one["year"] == newest]
            past = pd.concat([one[one["year"] == newest - 1], copies])
            latest = own.groupby("PRO_CODE")["year"].first()
            past = past[past["year"] == past["PRO_CODE"].map(latest) - 1]
            return own.reset_index(drop=True), past.drop(columns="copied").reset_index(drop=True)
    else:
        newest = one["year"].groupby(one["PRO_CODE"]).transform("max")
    return (
        one[one["year"] == newest].reset_index(drop=True),
        one[one["year"] == newest - 1].reset_index(drop=True),
    )


def _read(name: str, one: pd.DataFrame) -> pd.DataFrame:
    """A table with what its cells say beside them."""
    for column in AMOUNTS.get(name, ()):
        if column in one:
            one[f"{column}_fen"] = fen_of(one[column])
    for column in DATES.get(name, ()):
        if column in one:
            one[f"{column}_on"] = days_of(one[column])
    if "PERIOD_END" in one:
        one["month"] = one["PERIOD_END"].map(month_of).astype("Int64")
    return read_indicators(one) if name in INDICATORS else one
