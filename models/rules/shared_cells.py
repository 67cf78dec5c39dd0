"""Rows that share one score cell: one row leads and carries the cell's points and weight, the others only count as met."""

import pandas as pd
from pandas.api.typing import NAType

from models.rules.indicators import Kind

SHARED_MISSED = "与其他行合并计分，其中有未完成或无法判断的指标，合并单元格如何扣分未定"


def join_shared(read: pd.DataFrame) -> pd.DataFrame:
    """Adds `leads` (bool), `scored_as` (kind), `scored_band`, `leader` (index label of the row that carries the points);
    weight_micro and reported_micro of a leader become those of the cell, of the others NA.

    A cell whose numeric members were all met is scored as met (as a judgement, if words are among them); one with
    a missed or unreadable member is undecided: no rule says what share of the cell it has.
    """
    read = read.assign(
        leads=True,
        scored_as=read["kind"],
        scored_band=read["band"],
        leader=pd.Series(read.index, index=read.index),
    )
    if "group" not in read or not (read["group"].fillna("") != "").any():
        return read
    shared = read[read["group"].fillna("") != ""]
    for _, members in shared.groupby(["project", "group"], sort=False):
        if len(members) > 1:
            _join(read, members)
    return read


def _join(read: pd.DataFrame, members: pd.DataFrame) -> None:
    first, rest = members.index[0], members.index[1:]
    read.loc[rest, "leads"] = False
    read.loc[members.index, "leader"] = first
    kind, band = _cell(members)
    read.loc[first, ["scored_as", "scored_band"]] = [kind, band]
    for name in ("weight_micro", "reported_micro"):
        read.loc[first, name] = _one(members[name])
        read.loc[rest, name] = pd.NA


def _cell(members: pd.DataFrame) -> tuple[int, int]:
    """Kind and band of the joined cell."""
    judged = members["kind"].isin([Kind.JUDGED, Kind.YES_NO])
    empty = (members["target"].fillna("") == "") & (members["actual"].fillna("") == "")
    plain = members[~judged & ~empty]
    if not plain["met"].fillna(False).all() or (members["kind"][judged] == Kind.YES_NO).any():
        return Kind.UNREADABLE, -1
    if not judged.any():
        return Kind.MET, -1
    return Kind.JUDGED, int(members["band"][judged].max()) if (members["band"][judged] >= 0).all() else -1


def _one(numbers: pd.Series) -> int | NAType:
    """The cell's number: written once, or the same on each row; different numbers add up."""
    written = numbers.dropna()
    if written.empty:
        return pd.NA
    return int(written.iloc[0]) if written.nunique() == 1 else int(written.sum())
