"""Growing up, tried for real: PostgreSQL for both databases, two workers, a second district with its data apart.

Not collected by itself (it takes a minute): `make growing`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import table as table_of

from models.database import engine, engine_for
from models.migrations.upgrade import upgrade
from models.settings import settings
from tests import people, postgres
from tests.flows.stack import ROOT, Desk, command_of, desk, wait_for

DAY = "2024-02-19"


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, str]]:
    """One PostgreSQL with a database for Prefect and one for each of two districts."""
    with postgres.server() as address:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            for name in ("prefect", "tieshan", "xialu"):
                connection.execute(f"CREATE DATABASE {name}")
        yield {name: address.rpartition("/")[0] + f"/{name}" for name in ("prefect", "tieshan", "xialu")}


@pytest.fixture(scope="module")
def homes(databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Two districts, each with its own folder, database and departments."""
    made = {}
    with pytest.MonkeyPatch.context() as here:
        for name in [key for key in os.environ if key.startswith("JIXIAO_")]:
            here.delenv(name)
        for district, departments in (("tieshan", 6), ("xialu", 2)):
            made[district] = tmp_path_factory.mktemp(district)
            here.setenv("JIXIAO_HOME", str(made[district]))
            here.setenv("JIXIAO_DATABASE_URL", databases[district])
            settings.cache_clear()
            upgrade()
            people.bureau()
            for number in range(departments):
                people.project(people.department(f"20300{number}", f"{district}第{number}局"), number)
            engine().dispose()
        engine_for.cache_clear()
        yield made
        settings.cache_clear()


@pytest.fixture(scope="module")
def stack(databases: dict[str, str], homes: dict[str, Path]) -> Iterator[Desk]:
    environment = {
        "JIXIAO_DATABASE_URL": databases["tieshan"],
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": databases["prefect"].replace("+psycopg", "+asyncpg"),
    }
    with desk(homes["tieshan"], **environment) as running:
        yield running


@pytest.fixture(scope="module")
def second_worker(stack: Desk, databases: dict[str, str], homes: dict[str, Path]) -> Iterator[str]:
    """Another worker process, as on another machine: the server's own address and its key are all it gets."""
    (port,) = {
        found.group(1)
        for pid in stack.children("server start")
        if (found := re.search(r"--port (\d+)", command_of(pid)))
    }
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JIXIAO_", "PREFECT_"))}
    mine = {
        "JIXIAO_HOME": str(homes["tieshan"]),
        "JIXIAO_DATABASE_URL": databases["tieshan"],
        "PREFECT_HOME": str(homes["tieshan"] / "second"),
        "PREFECT_API_AUTH_STRING": (homes["tieshan"] / "prefect" / "server.key").read_text(),
    }
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "worker",
        "--api",
        f"http://127.0.0.1:{port}/api",
        "--name",
        "second",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=clean | mine, stderr=subprocess.DEVNULL)
    workers = {"work_pools": {}}
    assert wait_for(lambda: len(stack.ask("/api/work_pools/jixiao/workers/filter", workers)) == 2, 60), (
        "the second worker did not come"
    )
    yield "second"
    process.terminate()
    process.wait(timeout=60)


def count(url: str, table: str) -> int:
    made = create_engine(url)
    with made.connect() as connection:
        found: int = connection.execute(select(func.count()).select_from(table_of(table))).scalar_one()
    made.dispose()
    return found


def test_two_workers_share_the_rounds_and_everything_happens_once(
    stack: Desk, second_worker: str, databases: dict[str, str]
) -> None:
    first = stack.start("绩效目标管理", work_year=2024, day=DAY)
    assert stack.end_of(first)["type"] == "COMPLETED"
    runs = [stack.start("函件与催报", work_year=2024, day=DAY) for _ in range(8)]
    assert {stack.end_of(run)["type"] for run in runs} == {"COMPLETED"}
    logs = stack.ask("/api/logs/filter", {"limit": 200, "logs": {"flow_run_id": {"any_": [first, *runs]}}})
    workers = {one["message"].split("'")[1] for one in logs if one["message"].startswith("Worker '")}
    print("workers:", workers)
    assert len(workers) == 2
    assert count(databases["tieshan"], "formissue") == 6
    assert count(databases["tieshan"], "letter") == 6
    assert count(databases["prefect"], "flow_run") >= 9


def test_another_district_has_its_data_apart(
    databases: dict[str, str], homes: dict[str, Path], stack: Desk
) -> None:
    with desk(homes["xialu"], JIXIAO_DATABASE_URL=databases["xialu"]) as other:
        run = other.start("每日办理", work_year=2024, day=DAY)
        assert other.end_of(run)["type"] == "COMPLETED"
    assert count(databases["xialu"], "letter") == 2
    assert count(databases["tieshan"], "letter") == 6
    assert len(list((homes["xialu"] / "post").rglob("*.eml"))) == 2
