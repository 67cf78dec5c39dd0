"""Treasury payments (P1, P2, P8, P11, P12, P13, P16 idle months, P26, P27): without them nothing is said."""

import re
from collections.abc import Callable, Iterator

import pandas as pd

from models.rules.finding import wan
from models.rules.problems.facts import Facts, looked_up
from models.rules.problems.hits import Hit, at_rows, cells, worded
from models.rules.problems.kept import procedural, silent
from models.rules.problems.limits import LIMITS, WORDS
from models.rules.problems.readings import days_of
from models.rules.problems.wording import any_of
from models.rules.profiles import Rules

TABLE, REGISTER = "PAY_VOUCHER", "PM_PROJECT_INFO"
STEPS = {
    "PROC_APPLY_DATE": "申报",
    "PROC_REVIEW_DATE": "评审",
    "PROC_PUBLICITY_DATE": "公示",
    "PROC_ACCEPT_DATE": "验收",
}
OF_PROJECT = {"APPLY_DATE": "申报", "REVIEW_DATE": "评审", "PUBLICITY_DATE": "公示"}
APPROVAL = r"^(?!PROC_).*(审批|审核|终审|初审|复审|批准|复核|签批|核准|APPR|AUDIT).*(日期|时间|DATE|TIME)"
PERSON = r"(审批人|审核人|批准人|复核人|APPROVER|AUDITOR)"
EMPTY = ("", "无", "/", "-", "—")


def payments_of(facts: Facts, *, all_years: bool = False) -> pd.DataFrame:
    """Payments that went out, with project name and summary text; those of an earlier budget year of the same project
    only if asked for."""
    rows = facts.table(TABLE)
    if rows.empty:
        return rows
    if not all_years and facts.years:
        rows = rows[~_of_another_year(facts, rows)]
    summary = rows["SUMMARY"] if "SUMMARY" in rows else pd.Series("", index=rows.index)
    return rows.assign(said=summary, project_name=facts.names(rows["PRO_CODE"]))


def shown(row: dict) -> str:
    """A payment in words: day, amount, payee."""
    return f"{row['PAY_DATE']}支付{wan(row['PAY_AMT_fen']) if not pd.isna(row['PAY_AMT_fen']) else row['PAY_AMT']}万元给{row['PAYEE']}"


def _told(text: str) -> Callable[[dict], str]:
    """A sentence with the payment as {shown} and the row's columns in braces."""
    return lambda row: text.format_map({**row, "shown": shown(row)})


def _of_another_year(facts: Facts, rows: pd.DataFrame) -> "pd.Series[bool]":
    """Payments in a year before the project's newest, in which it stood in the register too."""
    newest = (
        rows["PRO_CODE"].map(facts.projects["year"])
        if "year" in facts.projects
        else rows["PAY_DATE_on"].dt.year
    )
    paid = rows["PAY_DATE_on"].dt.year
    own = [year in facts.years.get(code, ()) for code, year in zip(rows["PRO_CODE"], paid, strict=True)]
    return pd.Series(own, index=rows.index) & (paid < newest)


def check_timeliness(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P1: late money after the policy, money issued late in the year, payments crowded into its end."""
    register = facts.projects.reset_index()
    rows = payments_of(facts)
    first = (
        rows.groupby("PRO_CODE")["PAY_DATE_on"].min() if not rows.empty else pd.Series(dtype="datetime64[ns]")
    )
    register = register.assign(first=looked_up(register["PRO_CODE"], first))
    policy, issued = register.get("POLICY_DATE_on"), register.get("ISSUE_DATE_on")
    if policy is None and "POLICY_BASIS" in register:
        policy = days_of(
            register["POLICY_BASIS"].where(
                register["POLICY_BASIS"].str.contains(r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}"), ""
            )
        )
    spans = []
    if policy is not None:
        recent = policy.dt.year >= register.get("year", 0)
        spans += [
            (
                "POLICY_DATE",
                "政策出台到首笔支付",
                register["first"] - policy.where(recent),
                "policy_to_payment_days",
            )
        ]
        if issued is not None:
            spans.append(
                ("ISSUE_DATE", "政策出台到资金下达", issued - policy.where(recent), "policy_to_issue_days")
            )
    if issued is not None:
        spans.append(
            ("ISSUE_DATE", "资金下达到首笔支付", register["first"] - issued, "issue_to_payment_days")
        )
        late = issued.dt.month > LIMITS["last_issue_month"]
        yield from at_rows("P1", "issued_late", REGISTER, register, late, "ISSUE_DATE",
                           lambda r: f"资金{r['ISSUE_DATE']}才下达，已过第三季度")  # fmt: skip
    for field, what, span, limit in spans:
        days = span.dt.days
        counted = register.assign(days=days)
        yield from at_rows(
            "P1", "slow", REGISTER, counted, days > LIMITS[limit], field,
            worded(f"{what}{{days:.0f}}天，超过{LIMITS[limit]}天"),
        )  # fmt: skip
    yield from _crowded(facts, rows)


def _crowded(facts: Facts, rows: pd.DataFrame) -> Iterator[Hit]:
    if rows.empty:
        return
    dated = rows[rows["PAY_DATE_on"].notna() & (rows["PAY_AMT_fen"] > 0)]
    dated = dated.assign(late=dated["PAY_AMT_fen"].where(dated["PAY_DATE_on"].dt.month >= 11, 0))
    sums = dated.groupby("PRO_CODE").agg(late=("late", "sum"), whole=("PAY_AMT_fen", "sum"))
    crowded = sums[sums["late"] * 100 > sums["whole"] * LIMITS["year_end_percent"]]
    ends = dated[dated["PRO_CODE"].isin(crowded.index) & (dated["late"] > 0)]
    begun = facts.projects.get("START_DATE_on")
    tables = dict(iter(ends.groupby("PRO_CODE", sort=False)))
    for project, one in crowded.iterrows():
        start = None if begun is None else begun.get(project)
        if (
            start is not None
            and not pd.isna(start)
            and start.month >= 9
            and start.year == tables[project]["PAY_DATE_on"].iloc[0].year
        ):
            continue
        says = f"11—12月支付{wan(one['late'])}万元，占全部支付{wan(one['whole'])}万元的{int(one['late'] * 100 / one['whole'])}%"
        yield Hit("P1", "crowded", str(project), says, cells(TABLE, tables[project], "PAY_DATE"))


def check_procedure(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P2: steps that the procedure asks for missing, or dated after the money went out."""
    rows = payments_of(facts)
    for column, step in STEPS.items():
        if facts.has(TABLE, column):
            if step == "验收":  # works are accepted at their end (P28), not before each payment
                rows = rows[~rows["project_name"].str.contains(any_of(WORDS["works"]))]
            yield from at_rows("P2", "missing", TABLE, rows, rows[column].isin(EMPTY) & _asked(rows, column, step), column,
                               _told(f"{{shown}}，没有{step}记录"))  # fmt: skip
            yield from at_rows(
                "P2", "after", TABLE, rows, rows[f"{column}_on"] > rows["PAY_DATE_on"], column,
                _told(f"{{shown}}，{step}日期{{{column}}}在支付之后"),
            )  # fmt: skip
    register = facts.projects.reset_index()
    first = (
        rows.groupby("PRO_CODE")["PAY_DATE_on"].min() if not rows.empty else pd.Series(dtype="datetime64[ns]")
    )
    register = register.assign(first=looked_up(register["PRO_CODE"], first))
    for column, step in OF_PROJECT.items():
        if not facts.has(REGISTER, column):
            continue
        asked = (procedural(facts) & ~silent(facts, column)).to_numpy()
        yield from at_rows("P2", "missing", REGISTER, register, register[column].isin(EMPTY) & asked, column,
                           f"没有{step}记录")  # fmt: skip
        yield from at_rows("P2", "after", REGISTER, register, register[f"{column}_on"] > register["first"], column,
                           worded(f"{step}日期{{{column}}}在首笔支付{{first:%Y-%m-%d}}之后"))  # fmt: skip


def _asked(rows: pd.DataFrame, column: str, step: str) -> "pd.Series[bool]":
    """A step is asked for where the project itself fills it on other rows, or where its kind needs it."""
    words = WORDS["purchases"] if step == "验收" else WORDS["needs_procedure"]
    own = (~rows[column].isin(EMPTY)).groupby(rows["PRO_CODE"]).transform("any")
    return own | rows["project_name"].str.contains(any_of(words))


def check_years(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P8: payments of another year than the budget's, or said to be for another year or project."""
    rows = payments_of(facts, all_years=True)
    if rows.empty:
        return
    paid = rows["PAY_DATE_on"].dt.year
    if facts.has(TABLE, "FISCAL_YEAR"):
        other = (rows["year"] > 0) & (paid != rows["year"])
    else:
        budget = facts.projects.get("year")
        years = rows["PRO_CODE"].map(budget) if budget is not None else pd.Series(0, index=rows.index)
        own = [year in facts.years.get(code, ()) for code, year in zip(rows["PRO_CODE"], paid, strict=True)]
        other = (years > 0) & ~pd.Series(own, index=rows.index)
    yield from at_rows("P8", "year", TABLE, rows, other & paid.notna(), "PAY_DATE",
                       lambda r: f"{shown(r)}，不在预算年度内")  # fmt: skip
    bare = rows["said"].str.replace(r"[(（〔\[][^)）〕\]]*[)）〕\]]", "", regex=True)
    told = bare.str.extract(
        r"((?:19|20)\d{2})年度?(?!.{0,6}(?:招标|合同|签订|文件|印发)).{0,12}(?:款|费|补贴|工资|资金|补助)",
        expand=False,
    )
    past = pd.to_numeric(told, errors="coerce") < paid
    words = rows["said"].str.contains(any_of(WORDS["cross_year"]))
    yield from at_rows("P8", "summary", TABLE, rows, (words | past) & ~other.fillna(False), "SUMMARY",
                       lambda r: f"{shown(r)}，摘要“{r['said']}”")  # fmt: skip


def check_approval(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P11: payments without approval, approved afterwards, or approved by who asked for them."""
    rows = payments_of(facts)
    if rows.empty:
        return
    given = facts.given[TABLE]
    for column in [one for one in rows.columns if one in given and _names_approval(one)]:
        yield from at_rows("P11", "none", TABLE, rows, rows[column].isin(EMPTY), column,
                           lambda r: f"{shown(r)}，没有审批记录")  # fmt: skip
        after = days_of(rows[column]) > rows["PAY_DATE_on"]
        yield from at_rows("P11", "after", TABLE, rows, after, column,
                           _told(f"{{shown}}，审批日期{{{column}}}在支付之后"))  # fmt: skip
    people = [one for one in rows.columns if one in given and re.search(PERSON, one)]
    for column in people:
        yield from at_rows("P11", "none", TABLE, rows, rows[column].isin(EMPTY), column,
                           lambda r: f"{shown(r)}，没有审批人")  # fmt: skip
        if "APPLICANT" in given:
            same = (rows[column] == rows["APPLICANT"]) & ~rows[column].isin(EMPTY)
            yield from at_rows("P11", "same", TABLE, rows, same, column,
                               _told(f"{{shown}}，申请人和审批人都是{{{column}}}"))  # fmt: skip


def _names_approval(column: str) -> bool:
    return not column.endswith("_on") and re.search(APPROVAL, column.upper()) is not None


def check_large(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P12: large payments that say nothing of what was bought, or rest on no contract."""
    rows = payments_of(facts)
    if rows.empty:
        return
    large = rows["PAY_AMT_fen"] >= LIMITS["large_payment_fen"]
    if facts.has(TABLE, "SUMMARY"):
        words = "|".join(WORDS["generic_summary"])
        generic = rows["said"].str.fullmatch(
            f"(支付|拨付|付|划拨|列支)?(本年|年度|本月|项目|部门|专项)*({words})+(款|款项|支出|费用|费|资金)?"
        ) | rows["said"].isin(EMPTY)
        yield from at_rows("P12", "generic", TABLE, rows, large & generic, "SUMMARY",
                           lambda r: f"{shown(r)}，摘要只写“{r['said']}”")  # fmt: skip
    if facts.has(TABLE, "CONTRACT_NO"):
        bare = rows["CONTRACT_NO"].isin(EMPTY) & large
        if "DETAIL" in rows:
            bare &= rows["DETAIL"].isin(EMPTY)
        direct = (rows["said"] + rows["PAYEE"]).str.contains(any_of(WORDS["no_contract_needed"]))
        yield from at_rows("P12", "contract", TABLE, rows, bare & ~direct, "CONTRACT_NO",
                           lambda r: f"{shown(r)}，没有合同或明细")  # fmt: skip


def check_attachments(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P13: payments without a single paper."""
    rows = payments_of(facts)
    if rows.empty or not facts.has(TABLE, "ATTACH_COUNT"):
        return
    none = rows["ATTACH_COUNT"].isin(["", "0", "无", "0.0", "0张", "0份"])
    yield from at_rows("P13", "none", TABLE, rows, none, "ATTACH_COUNT", lambda r: f"{shown(r)}，没有附件")


def _waited(facts: Facts, dated: pd.DataFrame) -> "pd.Series[float]":
    """Months from January (or the project's start) to its first payment, where they are very many; else NaN."""
    first = ~dated["PRO_CODE"].duplicated()
    begun = facts.projects.get("START_DATE_on")
    start = dated["PRO_CODE"].map(begun) if begun is not None else pd.Series(pd.NaT, index=dated.index)
    month = start.dt.month.where(start.dt.year == dated["PAY_DATE_on"].dt.year, 1).fillna(1)
    months = (dated["PAY_DATE_on"].dt.month - month).astype("float64")
    newest = (
        dated["PRO_CODE"].map(facts.projects["year"])
        if "year" in facts.projects
        else dated["PAY_DATE_on"].dt.year
    )
    own = (dated["PAY_DATE_on"].dt.year == newest) & (dated["PAY_DATE_on"].dt.month < 11)  # later is P1's
    return months.where(first & own & (months >= LIMITS["idle_months_first"]))


def check_gaps(facts: Facts, rules: Rules) -> Iterator[Hit]:
    """P16: many months without any payment between the first and the last."""
    rows = payments_of(facts)
    if rows.empty:
        return
    dated = rows[rows["PAY_DATE_on"].notna()].sort_values("PAY_DATE_on", kind="stable")
    months = dated["PAY_DATE_on"].dt.year * 12 + dated["PAY_DATE_on"].dt.month
    gap = months.groupby(dated["PRO_CODE"]).diff() - 1
    many = dated.groupby("PRO_CODE")["row"].transform("size") >= 3
    before = dated["PAY_DATE_on"].groupby(dated["PRO_CODE"]).shift()
    many &= before.dt.year == dated["PAY_DATE_on"].dt.year
    waited = _waited(facts, dated)
    gap = gap.fillna(waited)
    many |= waited.notna()
    spaced = dated.assign(gap=gap)
    yield from at_rows("P16", "gap", TABLE, spaced, many & (gap >= LIMITS["idle_months"]), "PAY_DATE",
                       lambda r: f"{r['PAY_DATE']}之前连续{int(r['gap'])}个月没有支付")  # fmt: skip
