"""Cells of national tables read as columns: amounts, days, values of indicators."""

from typing import Any

import numpy as np
import pandas as pd

from models.rules.values import NUMBER, parse_cell, parse_values, plain_text, scale_of

PLAIN_SIGNS = ("定量", "定量指标", "数值", "无", "-")
DAY = r"(\d{4})[年./-]?(\d{1,2})[月./-]?(\d{1,2})"


def fen_of(cells: pd.Series) -> pd.Series:
    """分 (Int64) of cells in 元; NA where a cell is no amount."""
    text = cells.astype("string").str.replace(",", "")
    plain = text.str.extract(r"^(-?)(\d{1,14})(?:\.(\d{1,2})0*)?$")
    easy = plain[1].notna()
    whole = pd.to_numeric(plain[1], errors="coerce").astype("Int64") * 100
    cents = pd.to_numeric(plain[2].str.ljust(2, "0"), errors="coerce").astype("Int64").fillna(0)
    fen = (whole + cents) * (1 - 2 * (plain[0] == "-").fillna(False).astype("int64"))
    hard = text[~easy & (text != "")]
    for place, cell in hard.items():
        value = parse_cell(str(cell))
        if value.form == NUMBER and value.micro is not None and value.unit != "%":
            fen.at[place] = value.micro * scale_of(value.unit)[1] // 10_000
    return fen.astype("Int64")


def days_of(cells: pd.Series) -> pd.Series:
    """The day of each cell; NaT where it names none."""
    parts = cells.astype("string").str.extract(DAY)
    joined = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    return pd.to_datetime(joined.astype("object"), format="%Y-%m-%d", errors="coerce")


def read_indicators(rows: pd.DataFrame) -> pd.DataFrame:
    """Indicator rows with level names filled down and values read; the same cell is read once."""
    for level in ("LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME"):
        rows[level] = rows[level].mask(rows[level] == "").groupby(rows["PRO_CODE"]).ffill().fillna("")
    for column in ("COMPUTESIGN", "METERUNIT"):
        if column not in rows:
            rows[column] = ""
    sign = rows["COMPUTESIGN"].mask(rows["COMPUTESIGN"].isin(PLAIN_SIGNS), "").map(_evened())
    said = _parsed(rows["KPI_VAL"])
    unit = rows["METERUNIT"].where(rows["METERUNIT"] != "", said["unit"])
    codes, names = pd.factorize(rows["LV3_PERF_IND_NAME"])
    plain = np.array([plain_text(name) for name in names] or [""], dtype=object)
    rows["name"] = plain[codes] if len(codes) else ""
    return rows.assign(
        sign=sign,
        form=said["form"],
        operator=sign.where(sign != "", said["operator"]),
        number_micro=said["number_micro"],
        words=unit.replace({"百分比": "%", "百分点": "%", "％": "%"}),
        text=said["text"],
    )


def _evened() -> Any:
    ways = {">=": "≥", "<=": "≤", "≧": "≥", "≦": "≤", "＝": "=", "＞": ">", "＜": "<", "定性指标": "定性"}
    return lambda sign: ways.get(sign.strip(), sign.strip())


def _parsed(cells: pd.Series) -> pd.DataFrame:
    codes, distinct = pd.factorize(cells)
    said = parse_values(pd.Series(distinct, dtype="object")).astype(
        {"form": "object", "operator": "object", "unit": "object", "text": "object"}
    )
    if said.empty:
        return said.reindex(cells.index)
    return said.take(codes).set_axis(cells.index)


def read_actuals(cells: pd.Series) -> pd.DataFrame:
    """What the cells of results say: form, number_micro, unit, operator, text."""
    return _parsed(cells)
