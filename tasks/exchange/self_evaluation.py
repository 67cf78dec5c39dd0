"""The tables of a self-evaluation as the frames that the rules take: money in 分, points in millionths."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from models.rules.finding import Finding
from models.rules.funds import mark_totals
from models.rules.values import BLANK, NONE, NUMBER, parse_cell, plain_text, scale_of
from tasks.exchange.errors import ExchangeError
from tasks.exchange.reader import Exchange

TABLES = (
    "PM_PERF_SELF_EVAL",
    "PM_PERF_SELF_BGT",
    "PM_SELF_EVAL_INDICATOR",
    "PM_PROJECT_INFO",
    "PM_PERF_INDICATOR",
)
KEYS = ("PRO_CODE", "FISCAL_YEAR")
UNITS = {"", "分", "元", "千元", "百万元", "万元", "亿元", "千", "万", "亿", "%"}
SUMS = {"总分", "合计", "总计", "总得分", "小计"}
AMOUNTS = {"initial_fen": "REPLY_AMT", "budget_fen": "CUR_AMT", "spent_fen": "YEAR_EXE_AMT"}
# The table of each column of figures that is not one of the indicators'.
SHEETS = dict.fromkeys((*AMOUNTS.values(), "EXE_WEIGHT", "EXE_SCORE"), TABLES[1])
SHEETS["TOTAL_EVAL_VALUE"] = TABLES[0]
TEXTS = {
    "level_1": "LV1_PERF_IND_NAME",
    "level_2": "LV2_PERF_IND_NAME",
    "level_3": "LV3_PERF_IND_NAME",
    "sign": "COMPUTESIGN",
    "target": "KPI_VAL",
    "unit": "METERUNIT",
    "actual": "IND_COMP",
    "group": "SCORE_GROUP",
    "kpi_id": "KPI_ID",
}


@dataclass(frozen=True)
class SelfEvaluations:
    """Frames of one or more years; `project` is "code" or, with several years, "code@year".

    indicators: project, row, level_1 …, weight_micro, reported_micro (Int64), reason (NA without a column).
    sources: rows of money. heads (index project): code, name, year, reported_total_micro, reported_grade, reason.
    unread: amounts, weights or points that are no numbers.
    """

    indicators: pd.DataFrame
    sources: pd.DataFrame
    heads: pd.DataFrame
    unread: list[Finding]


def self_evaluations(exchange: Exchange, year: int | None = None) -> SelfEvaluations:
    """The self-evaluations of a folder, of one year if asked. Raises ExchangeError where there are none."""
    own = [exchange.tables[name] for name in TABLES[:3] if name in exchange.tables]
    if not own:
        raise ExchangeError(
            "文件夹中没有自评表（PM_SELF_EVAL_INDICATOR、PM_PERF_SELF_BGT、PM_PERF_SELF_EVAL）。请补上后重试。"
        )
    keys = pd.concat([frame[list(KEYS)] for frame in own]).drop_duplicates()
    several = year is None and keys["FISCAL_YEAR"][keys["FISCAL_YEAR"] != ""].nunique() > 1
    tables = {
        name: _of_year(frame, year, several) for name, frame in exchange.tables.items() if name in TABLES
    }
    unread: list[Finding] = []
    sources = _sources(tables.get("PM_PERF_SELF_BGT"), unread)
    indicators, sums = _indicators(
        tables.get("PM_SELF_EVAL_INDICATOR"), tables.get("PM_PERF_INDICATOR"), unread
    )
    heads = _heads(tables, sums, unread)
    if heads.empty:
        raise ExchangeError(
            f"自评表中没有{year}年度的项目。请核对--year。" if year else "自评表中没有数据。请核对文件。"
        )
    return SelfEvaluations(indicators, sources, heads, unread)


def _of_year(frame: pd.DataFrame, year: int | None, several: bool) -> pd.DataFrame:
    """Rows of the year, with their project. A code or year left blank below another was a merged cell and goes on
    there; rows above the first code belong to nobody and are left out, and so are the sums below the last (合计).
    """
    below = frame["PRO_CODE"] == ""
    frame = frame.assign(**{name: frame[name].mask(frame[name] == "").ffill().fillna("") for name in KEYS})
    years = frame["FISCAL_YEAR"].str.extract(r"(\d{4})", expand=False).fillna("")
    frame = frame.assign(project=frame["PRO_CODE"].str.cat(years, sep="@") if several else frame["PRO_CODE"])
    frame = frame.assign(year=years)
    footer = _is_sum(frame["PRO_CODE"]) | _is_sum(frame["FISCAL_YEAR"])
    footer |= below & _is_sum(_text(frame, "PRO_NAME"))
    keep = (frame["PRO_CODE"] != "") & ~footer & ((years == str(year)) if year else True)
    return frame[keep].reset_index(drop=True)


def _text(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column of text, empty where the file has none."""
    return frame[column] if column in frame else pd.Series("", index=frame.index, dtype="string")


def _numbers(frame: pd.DataFrame, column: str, what: str, scale: int, unread: list[Finding]) -> pd.Series:
    """A column of figures × scale as Int64; 万元 and % in the cell are heeded, words are a finding."""
    found: list[int | None] = []
    for project, row, cell in zip(frame["project"], frame["row"], _text(frame, column), strict=True):
        value = parse_cell(cell)
        if value.form == NUMBER and value.micro is not None and value.unit in UNITS:
            factor = scale_of(value.unit)[1]
            found.append(
                int((Decimal(value.micro) * factor * scale / 1_000_000).to_integral_value("ROUND_HALF_UP"))
            )
            continue
        found.append(None)
        if value.form not in {BLANK, NONE}:
            says = f"{what}填“{cell}”，不是数值"
            unread.append(
                Finding(project, int(row), "AMOUNT_UNREADABLE", says, SHEETS.get(column, TABLES[2]))
            )
    return pd.Series(found, index=frame.index, dtype="Int64")


def _sources(table: pd.DataFrame | None, unread: list[Finding]) -> pd.DataFrame:
    """Rows of money, with what is published about execution."""
    columns = ["project", "row", "source", *AMOUNTS, "rate", "exe_weight_micro", "exe_score_micro", "reason"]
    if table is None:
        table = pd.DataFrame(columns=["project", "row", *AMOUNTS.values()], dtype="string")
    names = {"REPLY_AMT": "年初预算数", "CUR_AMT": "全年预算数", "YEAR_EXE_AMT": "全年执行数"}
    frame = table.assign(source=_text(table, "FOUND_TYPE_NAME"), rate=_text(table, "EXE_AMT_RATE"))
    for name, column in AMOUNTS.items():
        frame[name] = _numbers(table, column, names[column], 100, unread)
    frame["exe_weight_micro"] = _numbers(table, "EXE_WEIGHT", "预算执行分值", 1_000_000, unread)
    frame["exe_score_micro"] = _numbers(table, "EXE_SCORE", "预算执行得分", 1_000_000, unread)
    frame["reason"] = pd.Series(table.get("EXE_REASON", pd.NA), index=table.index, dtype="string")
    sources = mark_totals(frame[columns])
    totals = sources[sources["is_total"]]
    unread += _twice(totals, [totals["project"], totals["source"].map(plain_text)], TABLES[1], "资金总额")
    return sources


def _twice(frame: pd.DataFrame, by: Any, sheet: str, what: str) -> list[Finding]:
    """Rows of a project that an earlier row of it has already filled: only the first counts."""
    place = frame.groupby(by, sort=False).cumcount()
    return [
        Finding(str(project), int(row), "DUPLICATE_ROW", f"{what}填了{nth + 1}次，只按第一次计算", sheet)
        for project, row, nth in zip(frame["project"], frame["row"], place, strict=True)
        if nth
    ]


def _is_sum(cells: pd.Series) -> pd.Series:
    """Cells that head a row of sums, however spaced (合　计：)."""
    return cells.fillna("").map(plain_text).str.rstrip(":").isin(SUMS)


def _indicators(
    table: pd.DataFrame | None, targets: pd.DataFrame | None, unread: list[Finding]
) -> tuple[pd.DataFrame, pd.Series]:
    """Indicator rows, and totals that stand as rows among them (by project)."""
    if table is None:
        table = pd.DataFrame(columns=["project", "row", *TEXTS.values()], dtype="string")
    frame = table[["project", "row"]].assign(**{name: _text(table, column) for name, column in TEXTS.items()})
    for name in ("level_1", "level_2"):
        within = frame["project"] if name == "level_1" else [frame["project"], frame["level_1"]]
        frame[name] = frame[name].mask(frame[name] == "").groupby(within).ffill().fillna("")
    frame["weight_micro"] = _numbers(table, "IND_WEIGHT", "分值", 1_000_000, unread)
    frame["reported_micro"] = _numbers(table, "EVAL_SCORE", "得分", 1_000_000, unread)
    frame["reason"] = pd.Series(table.get("DEVI_ANALY", pd.NA), index=table.index, dtype="string")
    frame["year"] = _text(table, "year")
    first = _is_sum(table["LV1_PERF_IND_NAME"])
    is_sum = first | _is_sum(_text(table, "LV2_PERF_IND_NAME")) | _is_sum(_text(table, "LV3_PERF_IND_NAME"))
    sums = frame[first & ~table["LV1_PERF_IND_NAME"].map(plain_text).str.startswith("小计")]
    frame = frame[~is_sum & ~_placeholder(frame)].reset_index(drop=True)
    return _with_targets(frame, targets), sums.groupby("project")["reported_micro"].last()


def _placeholder(frame: pd.DataFrame) -> pd.Series:
    """Rows that a printed form keeps for indicators that there are not: "指标2", "……", blank, "无" or "/"; no points."""
    nothing = frame[["weight_micro", "reported_micro"]].fillna(0).eq(0).all(axis=1)
    for name in ("level_3", "target", "actual"):
        nothing &= frame[name].map(
            lambda cell: parse_cell(cell).form in {BLANK, NONE} or bool(UNUSED.match(plain_text(cell)))
        )
    return nothing


UNUSED = re.compile(r"^(指标\d*:?|[.…]+)$")


def _with_targets(frame: pd.DataFrame, targets: pd.DataFrame | None) -> pd.DataFrame:
    """Weight, sign and unit that the self-evaluation leaves out, from the approved indicator of the same key."""
    if targets is None or frame.empty:
        return frame
    approved: dict[tuple[str, str], dict[Any, Any]] = {}
    for row in targets.to_dict("records"):
        for key in (row.get("KPI_ID"), row["LV3_PERF_IND_NAME"]):
            if isinstance(key, str) and key:
                approved.setdefault((row["project"], key), row)
    for place, row in enumerate(frame.to_dict("records")):
        known = approved.get((row["project"], row["kpi_id"])) or approved.get(
            (row["project"], row["level_3"])
        )
        if known is None:
            continue
        for name, column in (("sign", "COMPUTESIGN"), ("unit", "METERUNIT")):
            if row[name] == "" and isinstance(known.get(column), str):
                frame.at[place, name] = known[column]
        weight = parse_cell(str(known.get("WEIGHT") or ""))
        if pd.isna(row["weight_micro"]) and weight.micro is not None and weight.form == NUMBER:
            frame.at[place, "weight_micro"] = weight.micro
    return frame


def _heads(tables: dict[str, pd.DataFrame], sums: pd.Series, unread: list[Finding]) -> pd.DataFrame:
    """One row a project that any table of the self-evaluation names, in order of appearance."""
    own = [tables[name] for name in TABLES[:3] if name in tables]
    keys = pd.concat([frame[["project", "PRO_CODE", "year"]] for frame in own]).drop_duplicates("project")
    heads = keys.set_index("project").rename(columns={"PRO_CODE": "code"})
    evaluated = tables.get("PM_PERF_SELF_EVAL")
    heads["name"] = _names(tables, heads)
    heads["reported_total_micro"] = sums.reindex(heads.index).astype("Int64")
    heads["reported_grade"], heads["reason"] = "", pd.array([pd.NA] * len(heads), dtype="string")
    if evaluated is None:
        return heads
    unread += _twice(evaluated, evaluated["project"], TABLES[0], "自评总分")
    total = _numbers(evaluated, "TOTAL_EVAL_VALUE", "总分", 1_000_000, unread)
    first = evaluated.assign(total=total).drop_duplicates("project").set_index("project")
    published = first["total"].reindex(heads.index).astype("Int64")
    heads["reported_total_micro"] = published.fillna(heads["reported_total_micro"])
    for name, column in (("reported_grade", "GRADE"), ("reason", "DEVI_ANALY")):
        if column in first:
            heads[name] = first[column].reindex(heads.index)
    return heads.assign(reported_grade=heads["reported_grade"].fillna("").str.strip())


def _names(tables: dict[str, pd.DataFrame], heads: pd.DataFrame) -> pd.Series:
    names = pd.Series("", index=heads.index, dtype="string")
    for name in ("PM_PROJECT_INFO", "PM_PERF_SELF_EVAL"):
        if name in tables and "PRO_NAME" in tables[name]:
            known = tables[name][tables[name]["PRO_NAME"] != ""].drop_duplicates("project")
            names = known.set_index("project")["PRO_NAME"].reindex(heads.index).fillna(names)
    return names
