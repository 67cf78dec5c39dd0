"""On-lent money of special bonds: where it went and how it is kept (P26, P27)."""

from collections.abc import Iterator

import pandas as pd

from models.rules.problems.facts import YES, Facts
from models.rules.problems.hits import Hit, at_rows
from models.rules.problems.kept import bonded, silent
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.payments import EMPTY, REGISTER, TABLE, payments_of, shown
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules


def check_bonds(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P26, P27: on-lent bond money that leaves the project, or is kept with other money."""
    bond = bonded(facts)
    if facts.has(REGISTER, "SEPARATE_LEDGER"):
        register = facts.projects.reset_index()
        told = bond & ~silent(facts, "SEPARATE_LEDGER")
        mixed = told.set_axis(register.index) & ~register["SEPARATE_LEDGER"].isin(YES)
        yield from at_rows(
            "P27", "ledger", REGISTER, register, mixed, "SEPARATE_LEDGER", "专项债资金没有单独核算"
        )
    rows = payments_of(facts)
    if rows.empty:
        return
    mine = rows["PRO_CODE"].map(bond).fillna(False).astype(bool)
    inside = rows[mine]
    interest = inside["said"].str.contains(any_of(WORDS["interest"]))
    yield from at_rows("P27", "interest", TABLE, inside, interest, "SUMMARY",
                       lambda r: f"{shown(r)}，摘要“{r['said']}”，债券利息、费用与项目资金混在一起")  # fmt: skip
    if facts.has(TABLE, "FUND_TYPE"):
        stray = ~mine & rows["FUND_TYPE"].str.contains("专项债|转贷")
        yield from at_rows("P27", "stray", TABLE, rows, stray, "FUND_TYPE",
                           lambda r: f"{shown(r)}，用的是专项债资金，项目却不是专项债项目")  # fmt: skip
    yield from _outside(facts, inside[~interest])


def _outside(facts: Facts, rows: pd.DataFrame) -> Iterator[Hit]:
    """Bond money paid to those whom no contract names."""
    if rows.empty:
        return
    agency = facts.table("BAS_AGENCY_INFO")
    own = set(agency["AGENCY_NAME"]) if not agency.empty else set()
    pattern = any_of(WORDS["not_contractors"])
    stray = (
        rows["PAYEE"].isin(own)
        | rows["PAYEE"].str.contains(pattern)
        | rows["said"].str.contains(any_of(WORDS["lent_on"]))
    )
    yield from at_rows(
        "P26", "outside", TABLE, rows, stray, "PAYEE", lambda r: f"{shown(r)}，收款方不是项目承包单位"
    )
    if facts.has(TABLE, "CONTRACT_PARTY"):
        named = ~rows["CONTRACT_PARTY"].isin(EMPTY)
        yield from at_rows("P26", "party", TABLE, rows, named & (rows["CONTRACT_PARTY"] != rows["PAYEE"]), "PAYEE",
                           lambda r: f"{shown(r)}，合同对方是{r['CONTRACT_PARTY']}")  # fmt: skip
    if not facts.has(TABLE, "CONTRACT_NO"):
        return
    signed = rows[~rows["CONTRACT_NO"].isin(EMPTY)]
    contractors = set(zip(signed["PRO_CODE"], signed["PAYEE"], strict=True))
    known = pd.Series(
        [pair in contractors for pair in zip(rows["PRO_CODE"], rows["PAYEE"], strict=True)], index=rows.index
    )
    bare = (
        rows["CONTRACT_NO"].isin(EMPTY)
        & ~known
        & ~stray
        & (rows["PAY_AMT_fen"] >= LIMITS["large_payment_fen"])
    )
    yield from at_rows(
        "P26", "no_contract", TABLE, rows, bare, "CONTRACT_NO", lambda r: f"{shown(r)}，收款方不在合同名单中"
    )
    count = signed.groupby(["PRO_CODE", "CONTRACT_NO", "PAYEE"])["row"].transform("size")
    most = count.groupby([signed["PRO_CODE"], signed["CONTRACT_NO"]]).transform("max")
    other = (count < most) & ~stray.reindex(signed.index)
    yield from at_rows(
        "P26",
        "payee",
        TABLE,
        signed,
        other,
        "PAYEE",
        lambda r: f"{shown(r)}，与合同{r['CONTRACT_NO']}的收款方不同",
    )
