"""The monitoring table as frames that the rules take."""

from dataclasses import dataclass

import pandas as pd

from models.rules.values import NUMBER, month_of, parse_cell, scale_of
from tasks.exchange.reader import Exchange

TEXTS = {
    "level_1": "LV1_PERF_IND_NAME",
    "level_2": "LV2_PERF_IND_NAME",
    "level_3": "LV3_PERF_IND_NAME",
    "sign": "COMPUTESIGN",
    "target": "KPI_VAL",
    "unit": "METERUNIT",
    "actual": "PERF_COMP",
    "forecast": "EST_PERF_ANNUAL",
    "likelihood": "COMPLETE",
    "reason": "ANA_DEV_REASONS",
    "measure": "MEASURE",
}


@dataclass(frozen=True)
class Monitorings:
    """indicators: project, row, month (Int64), text columns. money (index project): budget_fen, spent_fen (Int64).

    absent: text columns that the file does not have, or left empty from top to bottom though a choice is asked for.
    """

    indicators: pd.DataFrame
    money: pd.DataFrame
    absent: frozenset[str] = frozenset()


def monitorings(exchange: Exchange, year: int | None = None) -> Monitorings | None:
    """Monitoring of a folder, of one year if asked; None where the folder has no such table."""
    table = exchange.get("PAY_PERF_MONITOR_INFO")
    if table is None:
        return None
    if year is not None:
        table = table[table["FISCAL_YEAR"].str.contains(str(year), regex=False)]
    frame = pd.DataFrame({"project": table["PRO_CODE"], "row": table["row"]})
    for name, column in TEXTS.items():
        frame[name] = table[column] if column in table else pd.Series("", index=table.index, dtype="string")
    frame["month"] = pd.array([month_of(cell) for cell in table["PERIOD_END"]], dtype="Int64")
    spent = amounts(table, "PRO_BGT_COMP").groupby(table["PRO_CODE"]).max()
    money = pd.DataFrame({"spent_fen": spent.astype("Int64")})
    money["budget_fen"] = _budgets(exchange).reindex(money.index).astype("Int64")
    absent = {name for name, column in TEXTS.items() if column not in table}
    if not (frame["likelihood"].fillna("").str.strip() != "").any():
        absent.add("likelihood")
    return Monitorings(frame.reset_index(drop=True), money, frozenset(absent))


def amounts(table: pd.DataFrame, column: str) -> pd.Series:
    """分 of a column of 元; NA where it is no amount."""
    if column not in table:
        return pd.Series(pd.NA, index=table.index, dtype="Int64")
    found = [parse_cell(cell) for cell in table[column]]
    fen = [
        value.micro * scale_of(value.unit)[1] // 10_000
        if value.form == NUMBER and value.micro is not None and value.unit != "%"
        else None
        for value in found
    ]
    return pd.Series(fen, index=table.index, dtype="Int64")


def _budgets(exchange: Exchange) -> pd.Series:
    """Budgets by project from the project register."""
    table = exchange.get("PM_PROJECT_INFO")
    if table is None:
        return pd.Series(dtype="Int64")
    return amounts(table, "BGT_AMT").groupby(table["PRO_CODE"]).first()
