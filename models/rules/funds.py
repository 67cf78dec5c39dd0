"""项目资金 by source: which row is the published total, and what a correct roll-up gives."""

import re

import pandas as pd

from models.rules.values import plain_text

TOTAL = re.compile(
    r"^(本|年度|全年|项目|预算|部门|单位|整体)*(财政)?(资金|支出)?(总额|总计|合计|小计)$"
    r"|^(部门|单位)*(整体支出|(?<=部门)预算|(?<=部门)支出)$"
)
PARENT = re.compile(r"财政|拨款")
NESTED = re.compile(
    r"^(其中)?[:：]?(中央|上级|省级?|市级?|县级?|区级?|本级|地方|一般公共预算|政府性基金|国有资本|专项债|一般债)"
)
HEADING = re.compile(r"^按.+分(类|列)?$")
NATURE = re.compile(r"^(其中)?[:：]?(基本支出|项目支出|人员经费|公用经费|日常公用经费)$")
OTHER = re.compile(r"^(其他资金|上年结转|单位资金|自有资金|事业收入)")
AMOUNTS = ("initial_fen", "budget_fen", "spent_fen")


def mark_totals(sources: pd.DataFrame) -> pd.DataFrame:
    """Adds `is_total` and `nested` (a part of another source of the project, not to be added again).

    sources: project, source (name, "" where the file has no such column), amounts in 分 (Int64). A row alone in
    its project is its total, and so is a first row that all others add up to. 中央/省/市/县 rows are nested where a row of 财政拨款 or 财政资金 stands beside them.
    A table that breaks the same total down twice, by source and by 基本支出 and 项目支出, counts the first breakdown.
    """
    names = sources["source"].fillna("").map(plain_text).str.replace(r"\(.*\)$", "", regex=True)
    names = names.str.removeprefix("其中").str.strip(":")
    alone = sources.groupby("project")["project"].transform("size") == 1
    total = names.str.match(TOTAL) | alone | (names == "")
    total |= _first_is_sum(sources) & ~total.groupby(sources["project"]).transform("any")
    parent = names.str.contains(PARENT) & ~names.str.match(NESTED) & ~names.str.contains("专户") & ~total
    beside = parent.groupby(sources["project"]).transform("any")
    nested = beside & names.str.match(NESTED) & ~parent
    return sources.assign(is_total=total, nested=nested | _told_again(names, total, sources["project"]))


def _first_is_sum(sources: pd.DataFrame) -> pd.Series:
    """Whether a row is its project's first of at least three and all others add up to it."""
    amounts = sources[["budget_fen", "spent_fen"]].fillna(0)
    sums = amounts.groupby(sources["project"]).transform("sum")
    order = sources.groupby("project").cumcount()
    several = sources.groupby("project")["project"].transform("size") > 2
    whole = (amounts * 2 == sums).all(axis=1) & (amounts["budget_fen"] > 0)
    return (order == 0) & several & whole


def _told_again(names: pd.Series, total: pd.Series, projects: pd.Series) -> pd.Series:
    """Rows of a second breakdown: under its own heading (按支出性质分), or 基本支出 and 项目支出 beside sources."""
    heading = names.str.match(HEADING)
    second = heading.astype(int).groupby(projects).cumsum() > 1
    nature = names.str.match(NATURE)
    source = names.str.contains(PARENT) | names.str.match(NESTED) | names.str.match(OTHER)
    both = (source & ~total).groupby(projects).transform("any")
    return (second | (nature & both)) & ~total


def rolled_up(sources: pd.DataFrame) -> pd.DataFrame:
    """Amounts of each project, index project: the published total's, and the sources' sum (`…_of_sources`).

    `initial_fen`, `budget_fen`, `spent_fen` (Int64 分) are what the rules use: the sources' sum where the total row
    is empty or zero or contradicts the sources in any amount, else the total row. NA where neither is there.
    """
    parts = sources[~sources["is_total"] & ~sources["nested"]]
    summed = parts.groupby("project")[list(AMOUNTS)].sum(min_count=1)
    published = sources[sources["is_total"]].groupby("project")[list(AMOUNTS)].first()
    order = pd.Index(sources["project"].unique(), name="project")
    summed, published = summed.reindex(order).astype("Int64"), published.reindex(order).astype("Int64")
    found = published.add_suffix("_published").join(summed.add_suffix("_of_sources"))
    empty = (published[["budget_fen", "spent_fen"]].fillna(0) == 0).all(axis=1)
    for name in AMOUNTS:
        found[name] = summed[name].where(empty & summed["budget_fen"].notna(), published[name])
    return found


def disagreements(rolled: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Whether a published total row differs from the sum of its sources (boolean, by project).

    Amounts that are all whole hundreds of 元 were rounded to 0.01万元: half of that is allowed for each of them.
    """
    differs = pd.Series(False, index=rolled.index)
    parts = (
        (~sources["is_total"] & ~sources["nested"]).groupby(sources["project"]).sum().reindex(rolled.index)
    )
    for name in AMOUNTS:
        published, summed = rolled[f"{name}_published"], rolled[f"{name}_of_sources"]
        coarse = (
            (sources[name].fillna(0) % ROUNDED_FEN == 0)
            .groupby(sources["project"])
            .all()
            .reindex(rolled.index)
        )
        allowed = ((parts.fillna(0) + 1) * ROUNDED_FEN // 2).where(coarse, 0)
        differs |= ((published - summed).abs() > allowed).fillna(False).astype(bool)
    return differs


ROUNDED_FEN = 10_000  # 0.01万元


def same_money(one: int, other: int) -> bool:
    """Whether two amounts (分) are the same, one of them perhaps rounded to 0.01万元."""
    rounded = one % ROUNDED_FEN == 0 or other % ROUNDED_FEN == 0
    return abs(one - other) <= (ROUNDED_FEN // 2 if rounded else 0)
