"""A year's clock that forgives: whatever is killed at whatever moment, the round's facts are those of an undisturbed one.

KILLS says at how many random moments each kill is tried (`make kills`: 20).
"""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from models.base import SHANGHAI, Moment
from models.database import engine, engine_for
from models.migrations.upgrade import upgrade
from models.settings import settings
from models.tables import MODULES
from tests import people
from tests.flows.stack import DEPLOYED, ENDED, Desk, desk, wait_for

assert MODULES
KILLS = int(os.environ.get("KILLS", "1"))
DAY = "2024-02-19"
PROCESSES = get_context("forkserver")
"""Rounds begin in a second: each is forked from a process that has loaded everything and done nothing yet."""
PROCESSES.set_forkserver_preload(["flows.annual_cycle", "tests.storms.test_kills"])
PASSING = {"attempts", "claimed_by", "outcome", "done"}
"""What may differ: moments, how often a letter was tried, how much of the day's work the round that ended it did itself."""
CHANCE = random.Random(20240219)
SWEPT = {("worker", 0), ("run", 1)}
"""After which moments it is waited until the patrol has swept the run and the same run has ended well by itself."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Eight departments on the day when targets are asked for: money to arrange, forms and letters to send."""
    home = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as here:
        for name in [key for key in os.environ if key.startswith("JIXIAO_")]:
            here.delenv(name)
        here.setenv("JIXIAO_HOME", str(home))
        settings.cache_clear()
        upgrade()
        people.bureau()
        for number in range(8):
            code = people.department(f"20300{number}", f"区第{number}局")
            for serial in range(2):
                people.project(code, 10 * number + serial)
        from tasks.forms.number import secret_key

        secret_key()
        with sqlite3.connect(home / "jixiao.sqlite3") as facts:
            facts.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine().dispose()
        yield home
        engine_for.cache_clear()
        settings.cache_clear()


def facts_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table without what may differ, and the names of the letters that went out.

    That a round failed is told to the officers at once, in letters of the real day: rows of that day are left out.
    """
    today = datetime.now(SHANGHAI).date().isoformat()
    from sqlmodel import SQLModel

    with sqlite3.connect(home / "jixiao.sqlite3") as facts:
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            columns = [
                c.name for c in table.columns if not isinstance(c.type, Moment) and c.name not in PASSING
            ]
            rows = facts.execute(f"SELECT {', '.join(columns)} FROM {table.name}").fetchall()  # noqa: S608
            found[table.name] = sorted((row for row in rows if today not in repr(row)), key=repr)
    found["post"] = sorted((path.name,) for path in (home / "post").rglob("*.eml") if today not in str(path))
    return found


def house(template: Path, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place)
    return place


def letters_of(home: Path) -> str:
    """How far the round had come when it was disturbed."""
    with sqlite3.connect(home / "jixiao.sqlite3") as facts:
        forms, written = (
            facts.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("formissue", "letter")
        )
    sent = len(list((home / "post").rglob("*.eml")))
    return f"{forms} forms, {written} letters written, {sent} sent"


def a_round(home: str, begun: Connection) -> None:
    """A round in a process of its own, as the clock starts it; says when it begins."""
    for name in [key for key in os.environ if key.startswith(("JIXIAO_", "PREFECT_"))]:
        del os.environ[name]
    os.environ["JIXIAO_HOME"] = home
    from flows.annual_cycle import daily_round

    settings.cache_clear()
    begun.send(True)
    asyncio.run(daily_round.fn(2024, date.fromisoformat(DAY)))


def start_round(home: Path) -> BaseProcess:
    """A round that has just begun."""
    heard, said = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=a_round, args=(str(home), said))
    process.start()
    said.close()
    assert heard.recv()
    return process


def ended(process: BaseProcess) -> int | None:
    process.join()
    return process.exitcode


@pytest.fixture(scope="module")
def undisturbed(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, list[tuple[object, ...]]], float]:
    """The facts of a round that nobody disturbs, and how long it works."""
    home = house(template, tmp_path_factory.mktemp("calm") / "home")
    round_, began = start_round(home), time.monotonic()
    assert ended(round_) == 0
    seconds = time.monotonic() - began
    facts = facts_of(home)
    assert len(facts["formissue"]) == len(facts["post"]) == 8
    return facts, seconds


def test_a_killed_round_is_made_up_for_by_the_next(
    template: Path, undisturbed: tuple[object, float], tmp_path: Path
) -> None:
    facts, seconds = undisturbed
    for number in range(KILLS):
        home = house(template, tmp_path / "home")
        round_, moment = start_round(home), CHANCE.uniform(0.0, seconds)
        time.sleep(moment)
        round_.kill()
        ended(round_)
        far = letters_of(home)
        assert ended(start_round(home)) == 0
        assert facts_of(home) == facts
        print(f"round alone {number + 1}: killed after {moment:.2f} s, {far}; facts equal", flush=True)


def test_two_rounds_at_once_do_everything_once(
    template: Path, undisturbed: tuple[object, float], tmp_path: Path
) -> None:
    facts, _ = undisturbed
    for _ in range(KILLS):
        home = house(template, tmp_path / "home")
        both = [start_round(home), start_round(home)]
        assert [ended(one) for one in both] == [0, 0]
        assert facts_of(home) == facts


@pytest.fixture(scope="module")
def stack(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = house(template, tmp_path_factory.mktemp("stack") / "home")
    with desk(home, PREFECT_WORKER_QUERY_SECONDS="2") as running:
        yield running


def as_it_was(template: Path, home: Path) -> None:
    """The facts before the round, put back into the living database."""
    with sqlite3.connect(template / "jixiao.sqlite3") as old, sqlite3.connect(home / "jixiao.sqlite3") as now:
        old.backup(now)
    for folder in ("post", "issued", "results"):
        shutil.rmtree(home / folder, ignore_errors=True)


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def back(stack: Desk) -> bool:
    """Server answering, all deployments there and a worker alive again."""

    def up() -> bool:
        try:
            return set(stack.deployments()) == DEPLOYED and bool(stack.children("worker start"))
        except Exception:  # noqa: BLE001 - whatever a restarting server answers means: not yet
            return False

    return bool(wait_for(up, 300))


def gets_to(stack: Desk, run: str, state: str) -> bool:
    """Wait until a run is in a state; a crashed one is not at its end yet, and a busy server answers later."""

    def there() -> bool:
        try:
            return bool(stack.ask(f"/api/flow_runs/{run}")["state"]["type"] == state)
        except OSError:
            return False

    return bool(wait_for(there, 400))


@pytest.fixture(scope="module")
def lasting(stack: Desk, template: Path) -> float:
    """Seconds from the start of a run of the stack to its last letter, when nobody disturbs it."""
    as_it_was(template, stack.home)
    run = stack.start("每日办理", work_year=2024, day=DAY)
    assert gets_to(stack, run, "RUNNING")
    began = time.monotonic()
    assert wait_for(lambda: len(list((stack.home / "post").rglob("*.eml"))) == 8, 120)
    seconds = time.monotonic() - began
    assert stack.end_of(run)["type"] == "COMPLETED"
    return seconds


def put_away(stack: Desk, run: str) -> None:
    """The disturbed run would run again by itself; an officer cancels it, as the next moment needs its place."""
    if stack.ask(f"/api/flow_runs/{run}")["state"]["type"] not in ENDED:
        stack.ask(f"/api/flow_runs/{run}/set_state", {"state": {"type": "CANCELLED"}, "force": True})


@pytest.mark.parametrize("victim", ["run", "worker", "server", "database"])
def test_whatever_is_killed_the_officers_find_the_same_facts(
    victim: str, stack: Desk, template: Path, undisturbed: tuple[object, float], lasting: float
) -> None:
    facts, _ = undisturbed
    for number in range(KILLS):
        began = time.monotonic()
        as_it_was(template, stack.home)
        run = stack.start("每日办理", work_year=2024, day=DAY)
        assert gets_to(stack, run, "RUNNING")
        moment = CHANCE.uniform(0.0, 1.2 * lasting)
        time.sleep(moment)
        disturb(victim, stack)
        far = letters_of(stack.home)
        assert back(stack)
        if (victim, number % 10) in SWEPT:
            assert gets_to(stack, run, "COMPLETED")
        assert ended(start_round(stack.home)) == 0  # the next round, as the clock or an officer starts it
        assert facts_of(stack.home) == facts
        if victim != "database":
            put_away(stack, run)
        assert wait_for(lambda: not stack.children("prefect.engine"), 400)  # it gives the server up by and by
        took = time.monotonic() - began
        print(
            f"{victim} {number + 1}: killed after {moment:.2f} s, {far}; facts equal ({took:.0f} s)",
            flush=True,
        )


def disturb(victim: str, stack: Desk) -> None:
    if victim == "run":
        kill(stack.children("prefect.engine"))
    elif victim == "worker":
        kill(
            stack.children("worker start")
            + stack.children("_workspace_supervisor")
            + stack.children("prefect.engine")
        )
    else:
        kill(stack.children("server start"))
    if victim == "database":
        for path in (stack.home / "prefect").glob("prefect.db*"):
            path.unlink()


def test_a_run_missed_while_the_worker_was_down_happens_once_when_it_returns(stack: Desk) -> None:
    worker = stack.children("worker start")
    for pid in worker:
        os.kill(pid, signal.SIGSTOP)  # down, and nobody knows it
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    planned = {"type": "SCHEDULED", "state_details": {"scheduled_time": soon}}
    number = stack.deployments()["函件与催报"]["id"]
    asked = {"parameters": {"work_year": 2024, "day": DAY}, "state": planned}
    run = stack.ask(f"/api/deployments/{number}/create_flow_run", asked)["id"]
    assert wait_for(lambda: stack.ask(f"/api/flow_runs/{run}")["state"]["name"] == "Late", 60)
    kill(worker)
    assert stack.end_of(run)["type"] == "COMPLETED"
    assert stack.ask(f"/api/flow_runs/{run}")["run_count"] == 1
