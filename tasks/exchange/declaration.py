"""The tables of target declarations as the frames that the rules take."""

from dataclasses import dataclass

import pandas as pd

from tasks.exchange.reader import Exchange

TABLES = ("PM_PERF_GOAL_INFO", "PM_PERF_INDICATOR", "PM_PROJECT_INFO")
TEXTS = {
    "level_1": "LV1_PERF_IND_NAME",
    "level_2": "LV2_PERF_IND_NAME",
    "level_3": "LV3_PERF_IND_NAME",
    "sign": "COMPUTESIGN",
    "value": "KPI_VAL",
    "unit": "METERUNIT",
    "group": "YEARFLAG",
}
COLUMNS = (
    "row",
    "project",
    "level_1",
    "level_2",
    "level_3",
    "sign",
    "value",
    "unit",
    "group",
    "weight_micro",
)
"""What an indicators frame has."""
PLAIN_SIGNS = {"定量", "定量指标", "数值", "无", "-"}


@dataclass(frozen=True)
class Declarations:
    """indicators and projects as `models.rules.declaration.check_declarations` wants them.

    `goal_rows`: where a project's goal stands in its table (project → row).
    """

    indicators: pd.DataFrame
    projects: pd.DataFrame
    goal_rows: dict[str, int]


def declarations(exchange: Exchange, year: int | None = None) -> Declarations | None:
    """The declarations of the newest year in a folder (or of one year); None where it has none.

    A year before it in the goal table serves to see whether a goal was copied.
    """
    rows, goals = exchange.get("PM_PERF_INDICATOR"), exchange.get("PM_PERF_GOAL_INFO")
    if rows is None and goals is None:
        return None
    years = pd.concat([_years(one) for one in (rows, goals) if one is not None])
    wanted = str(year) if year else max(years, default="")
    rows = _of(rows, wanted)
    indicators = _indicators(rows)
    mine = _goals(_of(goals, wanted))
    last = _goals(_of(goals, str(int(wanted) - 1))) if wanted.isdigit() else pd.Series(dtype="object")
    names = list(dict.fromkeys([*indicators["project"], *mine.index]))
    register = _register(exchange, wanted)
    projects = pd.DataFrame(index=pd.Index(names, dtype="object"))
    projects["name"] = register["name"].reindex(names).fillna(pd.Series(names, index=names))
    projects["goal"] = mine.reindex(names)
    projects["last_goal"] = last.reindex(names).fillna("")
    projects["overall"] = register["overall"].reindex(names).fillna(False).astype(bool)
    projects["budget_fen"] = register["budget_fen"].reindex(names).astype("Int64")
    return Declarations(indicators, projects, _goal_rows(_of(goals, wanted)))


def _years(frame: pd.DataFrame) -> "pd.Series[str]":
    return frame["FISCAL_YEAR"].str.extract(r"(\d{4})", expand=False).fillna("")


def _of(frame: pd.DataFrame | None, year: str) -> pd.DataFrame | None:
    if frame is None:
        return None
    return frame[(_years(frame) == year) & (frame["PRO_CODE"] != "")].reset_index(drop=True)


def _indicators(rows: pd.DataFrame | None) -> pd.DataFrame:
    if rows is None:
        rows = pd.DataFrame(columns=["PRO_CODE", "row"], dtype="string")
    frame = pd.DataFrame({"row": rows["row"].astype("int64"), "project": rows["PRO_CODE"].astype("object")})
    for name, column in TEXTS.items():
        text = rows[column] if column in rows else pd.Series("", index=rows.index, dtype="string")
        frame[name] = text.fillna("").str.strip().astype("object")
    for level in ("level_1", "level_2"):  # merged cells are filled down within a project
        frame[level] = frame[level].mask(frame[level] == "").groupby(frame["project"]).ffill().fillna("")
    frame["sign"] = frame["sign"].mask(frame["sign"].isin(PLAIN_SIGNS), "")
    weight = rows["WEIGHT"] if "WEIGHT" in rows else pd.Series("", index=rows.index, dtype="string")
    number = pd.to_numeric(weight.str.rstrip("分%"), errors="coerce")
    frame["weight_micro"] = (number * 1_000_000).round().astype("Int64")
    return frame


def _goals(goals: pd.DataFrame | None) -> "pd.Series[str]":
    """project → its goal; several rows (long-term and annual) are read together."""
    if goals is None or goals.empty:
        return pd.Series(dtype="object")
    return (
        goals["KPI_TARGET"].fillna("").astype("object").groupby(goals["PRO_CODE"], sort=False).agg("；".join)
    )


def _goal_rows(goals: pd.DataFrame | None) -> dict[str, int]:
    if goals is None:
        return {}
    return {str(code): int(row) for code, row in goals.groupby("PRO_CODE")["row"].min().items()}


def _register(exchange: Exchange, year: str) -> pd.DataFrame:
    from tasks.exchange.monitoring import amounts

    table = _of(exchange.get("PM_PROJECT_INFO"), year)
    if table is None or table.empty:
        return pd.DataFrame({"name": [], "overall": [], "budget_fen": pd.array([], dtype="Int64")})
    flag = table["WHOLE_DEPT"] if "WHOLE_DEPT" in table else pd.Series("", index=table.index)
    frame = pd.DataFrame(
        {
            "name": table["PRO_NAME"].astype("object"),
            "overall": flag.isin(["1", "是", "Y", "y", "true", "True"]),
            "budget_fen": amounts(table, "BGT_AMT"),
        }
    )
    return frame.groupby(table["PRO_CODE"]).first()
