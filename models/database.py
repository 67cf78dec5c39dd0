"""The database: the memory of the cycle. SQLite by default, PostgreSQL by one setting (JIXIAO_DATABASE_URL)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from models.settings import settings


@cache
def engine_for(url: str) -> Engine:
    """One engine a database. SQLite: WAL, synchronous NORMAL, foreign keys on, writers wait for each other."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 60})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below decides, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A reader that becomes a writer half-way fails with "locked" at once; taking the lock first waits.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def engine() -> Engine:
    """The engine of the configured database."""
    url = settings().database_url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return engine_for(url)


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction: all of it or nothing. Never yield to a caller inside it; return lists."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


def insert_new(session: Session, rows: Iterable[SQLModel] | Sequence[SQLModel]) -> int:
    """Insert the rows whose identity is not there yet, in bulk; returns how many were new."""
    by_table: dict[type[SQLModel], list[dict[str, Any]]] = {}
    for row in rows:
        table: Table = row.__table__  # type: ignore[attr-defined]
        by_table.setdefault(type(row), []).append({c.name: getattr(row, c.key) for c in table.columns})
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    count = 0
    for model, values in by_table.items():
        table = model.__table__  # type: ignore[attr-defined]
        width = max(1, 900 // len(table.columns))
        for start in range(0, len(values), width):
            insert = dialect.insert(table).values(values[start : start + width]).on_conflict_do_nothing()
            # The rows that come back are the new ones; rowcount is -1 on PostgreSQL.
            identity = next(iter(table.primary_key.columns))
            count += len(session.connection().execute(insert.returning(identity)).all())
    return count


def insert_rows(
    session: Session, model: type[SQLModel], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> int:
    """Insert a great many rows, given as stored values column by column; returns how many were new.

    For imports of a million rows, where building objects would cost more than storing them. All constraints hold.
    """
    table: Table = model.__table__  # type: ignore[attr-defined]
    names = ", ".join(f'"{name}"' for name in columns)
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        return _copy(driver, f'"{table.name}"', names, rows)
    before = driver.total_changes
    marks = ", ".join("?" * len(columns))
    sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
    driver.executemany(sql, rows)
    return int(driver.total_changes - before)


def _copy(driver: Any, table: str, names: str, rows: Sequence[Sequence[Any]]) -> int:
    """COPY straight into the table; where rows are known already, by way of a stage without constraints."""
    from psycopg.errors import UniqueViolation

    with driver.cursor() as cursor:
        try:
            with driver.transaction():  # a savepoint
                _copied(cursor, table, names, rows)
            return len(rows)
        except UniqueViolation:
            pick = f"SELECT {names} FROM"
            cursor.execute(f"CREATE TEMP TABLE stage ON COMMIT DROP AS {pick} {table} LIMIT 0")
            _copied(cursor, "stage", names, rows)
            cursor.execute(f"INSERT INTO {table} ({names}) {pick} stage ON CONFLICT DO NOTHING")
            new = int(cursor.rowcount)
            cursor.execute("DROP TABLE stage")
            return new


def _copied(cursor: Any, table: str, names: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
