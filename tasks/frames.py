"""The one seam between database rows and pandas frames: a select becomes columns, without ORM objects."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
from sqlalchemy import Select
from sqlmodel import Session

from models.database import engine, transaction


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


def columns(*parts: Select[Any]) -> pd.DataFrame:
    """The rows of selects, one after the other, as columns: for a million rows. Integers come as int64 or float.

    With connectorx installed (the `bulk` extra) each part is read by a connection of its own, without a Python object
    a cell; else as `frame` reads. Not inside a transaction: Python's SQLite and connectorx's are two copies in one
    process, and with a connection of the one left open file locks are lost, so idle connections are closed first.
    """
    try:
        import connectorx
        import pyarrow
    except ImportError:
        with transaction() as session:
            return pd.concat([frame(session, part) for part in parts], ignore_index=True)
    engine().dispose()
    dialect = engine().dialect
    url = engine().url.set(drivername=engine().url.get_backend_name()).render_as_string(hide_password=False)
    url = url.replace("sqlite:///", "sqlite://", 1)

    def read(part: Select[Any]) -> Any:
        sql = str(part.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        return connectorx.read_sql(url, sql, return_type="arrow", protocol="binary")

    with ThreadPoolExecutor(2) as pool:
        tables = list(pool.map(read, parts))
    table = pyarrow.concat_tables(tables, promote_options="permissive")
    return pd.DataFrame({name: table.column(name).to_numpy() for name in table.column_names}, copy=False)
