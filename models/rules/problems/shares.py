"""How money is shared among villages, towns, centres (P9, P10, P23)."""

from collections.abc import Iterator

import pandas as pd

from models.rules.columns import MICRO
from models.rules.finding import wan
from models.rules.problems.facts import Facts
from models.rules.problems.hits import Hit, at_rows, cells
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.payments import EMPTY, TABLE, payments_of
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules

INDICATORS = "PM_PERF_INDICATOR"


def shares_of(facts: Facts) -> pd.DataFrame:
    """Payments of each project by sub-unit: PRO_CODE, unit, paid_fen, row (of its first payment)."""
    rows = payments_of(facts)
    if rows.empty:
        return pd.DataFrame(columns=["PRO_CODE", "unit", "paid_fen", "row"])
    unit = rows["PAYEE"].where(rows["PAYEE"].str.contains("|".join(WORDS["sub_unit_patterns"])), "")
    if facts.has(TABLE, "SUB_UNIT"):
        unit = rows["SUB_UNIT"].where(rows["SUB_UNIT"] != "", unit)
    firm = unit.str.contains(any_of(WORDS["firms"]))
    mine = rows.assign(unit=unit)[(unit != "") & ~firm]
    return (
        mine.groupby(["PRO_CODE", "unit"], sort=False)
        .agg(paid_fen=("PAY_AMT_fen", "sum"), row=("row", "first"), PAYEE=("PAYEE", "first"))
        .reset_index()
    )


def check_shares(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P9: some get far less than the others, or nothing. P10: one gets nearly all."""
    shares = shares_of(facts)
    if shares.empty:
        return
    by = shares.groupby("PRO_CODE")["paid_fen"]
    shares = shares.assign(n=by.transform("size"), whole=by.transform("sum"), middle=by.transform("median"))
    several = shares["n"] >= LIMITS["fewest_shares"]
    little = several & (shares["paid_fen"] * 100 < shares["middle"] * LIMITS["little_percent"])
    yield from at_rows(
        "P9", "little", TABLE, shares, little, "PAYEE",
        lambda r: f"{r['unit']}只得{wan(r['paid_fen'])}万元，同类单位中间数{wan(int(r['middle']))}万元",
    )  # fmt: skip
    line = (LIMITS["most_times"] * 100 / shares["n"]).clip(lower=LIMITS["most_percent"], upper=90)
    most = several & (shares["paid_fen"] * 100 > shares["whole"] * line)
    yield from at_rows(
        "P10", "most", TABLE, shares, most, "PAYEE",
        lambda r: f"{r['n']}个单位中{r['unit']}得{wan(r['paid_fen'])}万元，占{int(r['paid_fen'] * 100 / r['whole'])}%",
    )  # fmt: skip
    yield from _unpaid(facts, shares)


def _unpaid(facts: Facts, shares: pd.DataFrame) -> Iterator[Hit]:
    """Fewer places paid than the project says it keeps."""
    rows = facts.table(INDICATORS)
    if rows.empty:
        return
    counted = rows[rows["LV2_PERF_IND_NAME"].str.contains("数量") & rows["number_micro"].notna()]
    places = counted[
        counted["name"].str.contains("|".join(WORDS["place_patterns"]))
        & counted["words"].isin(WORDS["place_units"])
    ]
    promised = places.drop_duplicates("PRO_CODE").set_index("PRO_CODE")["number_micro"] // MICRO
    paid = shares.groupby("PRO_CODE").agg(n=("unit", "nunique"))
    both = paid.join(promised.rename("promised"), how="inner")
    few = both[(both["n"] >= LIMITS["fewest_shares"]) & (both["n"] < both["promised"])]
    tables = dict(iter(shares[shares["PRO_CODE"].isin(few.index)].groupby("PRO_CODE", sort=False)))
    for project, one in few.iterrows():
        says = f"目标为{one['promised']}个，只有{one['n']}个得到支付"
        yield Hit("P9", "unpaid", str(project), says, cells(TABLE, tables[project], "PAYEE"))


def check_items(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P23: things paid for that the budget does not hold."""
    rows = payments_of(facts)
    if rows.empty:
        return
    found = rows["said"].str.extract(f"({'|'.join(WORDS['odd_items'])})", expand=False)
    odd = found.notna()
    about = _speaks_of(facts, rows["PRO_CODE"][odd], found[odd])
    yield from at_rows("P23", "odd", TABLE, rows, odd & ~about.reindex(rows.index, fill_value=False), "SUMMARY",
                       lambda r: f"支付“{r['said']}”{wan(r['PAY_AMT_fen'])}万元，与项目内容不符")  # fmt: skip
    if facts.has(TABLE, "ITEM") and facts.has("PM_PROJECT_INFO", "BGT_DETAIL"):
        detail = rows["PRO_CODE"].map(facts.projects["BGT_DETAIL"]).fillna("")
        outside = [item not in text for item, text in zip(rows["ITEM"], detail, strict=True)]
        flags = pd.Series(outside, index=rows.index) & ~rows["ITEM"].isin(EMPTY) & (detail != "")
        yield from at_rows(
            "P23", "item", TABLE, rows, flags, "ITEM", lambda r: f"“{r['ITEM']}”不在预算明细内"
        )


def _speaks_of(facts: Facts, codes: pd.Series, words: pd.Series) -> "pd.Series[bool]":
    """Whether a project's name, goal or indicators speak of a thing that was paid for."""
    rows = facts.table(INDICATORS)
    mine = rows[rows["PRO_CODE"].isin(codes)]
    names = (
        mine.groupby("PRO_CODE")["LV3_PERF_IND_NAME"].agg(" ".join)
        if not mine.empty
        else pd.Series(dtype="object")
    )
    about = [
        f"{facts.register['PRO_NAME'].get(code, '')}{facts.goals.get(code, '')}{names.get(code, '')}"
        for code in codes
    ]
    said = [
        any(word[place : place + 2] in text for place in range(len(word) - 1))
        or ("车" in word and "车" in text)
        for word, text in zip(words, about, strict=True)
    ]
    return pd.Series(said, index=codes.index, dtype="bool")
