"""What a day costs on which nothing is owed, and how many runs a year has for a district of 192 projects.

Yardstick: the same round as plain calls, without Prefect.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
HOME = Path(tempfile.mkdtemp(prefix="jixiao-idle"))
os.environ |= {
    "JIXIAO_HOME": str(HOME),
    "PREFECT_HOME": str(HOME / "prefect"),
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
}
YEAR, DAY = 2024, date(2024, 1, 8)
ROUNDS = 5


def opened() -> None:
    """The sample district on a day whose round is done."""
    from flows.annual_cycle import daily_round
    from models.database import transaction
    from models.migrations.upgrade import upgrade
    from tasks.opening import open_year

    upgrade()
    with transaction() as session:
        open_year(session, ROOT / "examples" / "district", YEAR, date(YEAR, 1, 1))
    asyncio.run(daily_round.fn(YEAR, DAY))


def plain() -> float:
    """Seconds of the round as plain calls."""
    from flows.annual_cycle import daily_round

    return timed(lambda: asyncio.run(daily_round.fn(YEAR, DAY)))


def with_prefect() -> tuple[float, int, int]:
    """Seconds of the round as a flow run on a running server, and the flow and task runs it made."""
    from prefect.testing.utilities import prefect_test_harness

    from flows.annual_cycle import daily_round

    with prefect_test_harness(server_startup_timeout=120):
        asyncio.run(daily_round(YEAR, DAY))
        seconds = timed(lambda: asyncio.run(daily_round(YEAR, DAY)))
        flows, tasks = asyncio.run(counted())
    return seconds, flows // (ROUNDS + 1), tasks // (ROUNDS + 1)


async def counted() -> tuple[int, int]:
    """Flow runs and task runs on the server."""
    from prefect import get_client

    async with get_client() as client:
        return len(await client.read_flow_runs(limit=200)), len(await client.read_task_runs(limit=200))


def timed(work: object) -> float:
    """The mean of a few."""
    began = time.perf_counter()
    for _ in range(ROUNDS):
        work()  # type: ignore[operator]
    return (time.perf_counter() - began) / ROUNDS


def planned() -> dict[str, int]:
    """Runs that the schedules plan in a year, by deployment."""
    from prefect.server.schemas.schedules import CronSchedule
    from ruamel.yaml import YAML

    zone = ZoneInfo("Asia/Shanghai")
    first = datetime(YEAR, 1, 1, tzinfo=zone)
    written = YAML(typ="safe").load(ROOT / "prefect.yaml")["deployments"]

    async def count(cron: str) -> int:
        schedule = CronSchedule(cron=cron, timezone="Asia/Shanghai")
        days = (first + timedelta(days=number) for number in range(366))  # it gives 1,000 dates at most
        ends = timedelta(days=1) - timedelta(seconds=1)
        return sum([len(await schedule.get_dates(n=1000, start=day, end=day + ends)) for day in days])

    return {one["name"]: sum(asyncio.run(count(row["cron"])) for row in one["schedules"]) for one in written}


def main() -> None:
    """Print the figures."""
    opened()
    bare = plain()
    seconds, flows, tasks = with_prefect()
    print(f"idle round, plain calls        {bare * 1000:7.0f} ms")
    print(
        f"idle round, flow run           {seconds * 1000:7.0f} ms   {seconds / bare:.1f} x   flows {flows}, tasks {tasks}"
    )
    runs = {name: count for name, count in planned().items() if count}
    for name, count in runs.items():
        print(f"planned a year                 {count:7d}      {name}")
    print(f"planned a year, all            {sum(runs.values()):7d}      whatever the number of projects")
    done = ROOT / "out" / "2024" / "prefect" / "prefect.db"
    if done.exists():
        both = "SELECT (SELECT count(*) FROM flow_run), (SELECT count(*) FROM task_run)"
        with sqlite3.connect(done) as database:
            flow_runs, task_runs = database.execute(both).fetchone()
        print(
            f"rehearsed year (make year)     {flow_runs:7d}      flow runs, {task_runs} task runs, 192 projects"
        )


if __name__ == "__main__":
    main()
