"""Works: acceptance, settlement, final payment, what happens afterwards (P28, P29)."""

from collections.abc import Iterator

import pandas as pd

from models.rules.finding import wan
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Hit, at_rows
from models.rules.problems.kept import AFTERWARDS, EMPTY, completed, silent
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.payments import payments_of
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules

REGISTER, PAYMENTS = "PM_PROJECT_INFO", "PAY_VOUCHER"


def check_acceptance(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P28: accepted before it was finished, accepted for another sum than settled, paid off before acceptance."""
    rows = facts.table(REGISTER)
    if rows.empty:
        return
    if "ACCEPT_DATE_on" in rows and "COMPLETE_DATE_on" in rows:
        yield from at_rows("P28", "early", REGISTER, rows, rows["ACCEPT_DATE_on"] < rows["COMPLETE_DATE_on"], "ACCEPT_DATE",
                           lambda r: f"验收日期{r['ACCEPT_DATE']}早于完工日期{r['COMPLETE_DATE']}")  # fmt: skip
    if "ACCEPT_AMT_fen" in rows and "SETTLE_AMT_fen" in rows:
        yield from at_rows("P28", "amount", REGISTER, rows, rows["ACCEPT_AMT_fen"] != rows["SETTLE_AMT_fen"], "ACCEPT_AMT",
                           lambda r: f"验收金额{wan(r['ACCEPT_AMT_fen'])}万元，结算金额{wan(r['SETTLE_AMT_fen'])}万元")  # fmt: skip
    accepted = (
        ~rows["ACCEPT_DATE"].isin(EMPTY) if "ACCEPT_DATE" in rows else pd.Series(False, index=rows.index)
    )
    if facts.has(REGISTER, "ACCEPT_SIGN"):
        bare = rows["ACCEPT_SIGN"].isin([*EMPTY, "否", "0"]) | rows["ACCEPT_SIGN"].str.contains(
            "缺|不全|未签"
        )
        yield from at_rows(
            "P28",
            "signatures",
            REGISTER,
            rows,
            accepted & bare,
            "ACCEPT_SIGN",
            "验收资料或签字不全",
        )
    if facts.has(REGISTER, "ACCEPT_DATE", "COMPLETE_DATE"):
        works = rows["PRO_NAME"].str.contains(any_of(WORDS["works"]))
        never = works & rows["COMPLETE_DATE_on"].notna() & ~accepted
        yield from at_rows("P28", "never", REGISTER, rows, never, "ACCEPT_DATE",
                           lambda r: f"{r['COMPLETE_DATE']}完工，没有验收")  # fmt: skip
    yield from _final_payments(facts, rows)


def _final_payments(facts: Facts, register: pd.DataFrame) -> Iterator[Hit]:
    rows = payments_of(facts)
    if rows.empty:
        return
    day = pd.Series(pd.NaT, index=rows.index)
    if "ACCEPT_DATE_on" in register:
        day = rows["PRO_CODE"].map(
            register.drop_duplicates("PRO_CODE").set_index("PRO_CODE")["ACCEPT_DATE_on"]
        )
    if "PROC_ACCEPT_DATE_on" in rows:
        works = rows["project_name"].str.contains(any_of(WORDS["works"]))
        day = day.fillna(rows["PROC_ACCEPT_DATE_on"].where(works))
    final = rows["said"].str.contains(any_of(WORDS["final_payment"]))
    known = day.notna()
    before = final & known & (rows["PAY_DATE_on"] < day)
    yield from at_rows("P28", "final", PAYMENTS, rows.assign(day=day), before, "PAY_DATE",
                       lambda r: f"尾款{r['PAY_DATE']}已付，{r['day']:%Y-%m-%d}才验收")  # fmt: skip
    yield from _paid_off(facts, rows.assign(day=day)[known], set(rows["PRO_CODE"][final]))


def _paid_off(facts: Facts, rows: pd.DataFrame, told: set[str]) -> Iterator[Hit]:
    """Nearly the whole budget paid before acceptance, where no payment calls itself final."""
    budget = facts.projects.get("BGT_AMT_fen")
    if budget is None or rows.empty:
        return
    early = rows[rows["PAY_DATE_on"] < rows["day"]]
    paid = early.groupby("PRO_CODE")["PAY_AMT_fen"].sum()
    whole = paid.index.to_series().map(budget).astype("Int64")
    off = (paid * 100 >= whole * LIMITS["paid_off_percent"]).fillna(False) & (whole > 0).fillna(False)
    last = early.sort_values("PAY_DATE_on").drop_duplicates("PRO_CODE", keep="last")
    flags = last["PRO_CODE"].isin(set(paid.index[off]) - told)
    yield from at_rows("P28", "paid_off", PAYMENTS, last, flags, "PAY_DATE",
                       lambda r: f"{r['day']:%Y-%m-%d}验收，此前{r['PAY_DATE']}已付完全部预算")  # fmt: skip


def check_afterwards(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P29: finished and nobody named to look after it, or nothing to do it with."""
    if REGISTER not in facts.now:
        return
    finished = completed(facts)
    for column, what in zip(AFTERWARDS, ("管护责任单位", "移交", "管护经费"), strict=True):
        if facts.has(REGISTER, column):
            none = facts.projects[column].isin([*EMPTY, "0", "0.00"]) & ~silent(facts, column)
            rows = facts.projects[finished & none].reset_index()
            yield from at_rows("P29", "nobody", REGISTER, rows, pd.Series(True, index=rows.index), column,
                               f"项目已完工，没有落实{what}")  # fmt: skip
