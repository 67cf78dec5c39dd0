"""The one seam between database rows and pandas frames: a select becomes columns, without ORM objects."""

from typing import Any

import pandas as pd
from sqlalchemy import Select
from sqlmodel import Session


def frame(session: Session, query: Select[Any]) -> pd.DataFrame:
    """The rows of a Core select as columns; integers as Int64 (missing stays missing), vocabulary as its word."""
    result = session.connection().execute(query)
    names = list(result.keys())
    columns = list(zip(*result.all(), strict=True)) or [()] * len(names)
    return pd.DataFrame({name: _column(values) for name, values in zip(names, columns, strict=True)})


def _column(values: tuple[Any, ...]) -> "pd.Series[Any]":
    plain = [getattr(value, "value", value) for value in values]
    if any(isinstance(value, int) and not isinstance(value, bool) for value in plain):
        return pd.Series(plain, dtype="Int64")
    return pd.Series(plain, dtype="object")
