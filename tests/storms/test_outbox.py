"""Rounds at once, killed rounds, a post office shut for days: no letter lost, none sent twice, order kept."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.vocabulary import LetterState
from tasks.letters import send_letters
from tests import people, postgres
from tests.outbox import NOON, all_letters, lead, letter, put, quick_rules
from tests.smtp_server import Server, serving

ROOT = Path(__file__).parents[2]
ROUND = """
import sys
from datetime import datetime
from tasks.letters import send_letters
at = datetime.fromisoformat(sys.argv[1])
print(send_letters(at.date(), at))
"""
WRITING = """
import sys, time
from datetime import datetime
from pathlib import Path
from tasks.letters import write_owed_letters
at = datetime.fromisoformat(sys.argv[1])
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
print(write_owed_letters(at.year, at.date(), at))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path, monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """An installation on each database, with a rhythm without pauses."""
    from models.database import engine, engine_for
    from models.migrations.upgrade import upgrade
    from models.settings import settings

    lead(monkeypatch, home=str(tmp_path), rules_folder=str(quick_rules(tmp_path / "rules", timeout=10)))
    server = postgres.server() if request.param == "postgresql" else None
    if server is not None:
        lead(monkeypatch, database_url=server.__enter__())
    upgrade()
    people.bureau()
    yield monkeypatch
    engine().dispose()
    engine_for.cache_clear()
    settings.cache_clear()
    if server is not None:
        server.__exit__(None, None, None)


def start(at: datetime = NOON) -> "subprocess.Popen[str]":
    """A round in a process of its own, with the settings of now."""
    command = [sys.executable, "-c", ROUND, at.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def arrived(server: Server) -> Counter[str]:
    return Counter(people_[0] for people_, _ in server.taken)


def test_two_rounds_at_once_send_nothing_twice(house: pytest.MonkeyPatch) -> None:
    put(*(letter(f"unit{n}") for n in range(120)))
    with serving(Server(delay=0.004)) as server:
        lead(house, smtp_url=f"smtp://127.0.0.1:{server.port}")
        rounds = [start() for _ in range(2)]
        counts = [int(one.communicate(timeout=100)[0]) for one in rounds]
    assert sum(counts) == 120
    assert set(arrived(server).values()) == {1}
    assert len(server.taken) == 120
    assert all(one.state == LetterState.SENT and one.attempts == 1 for one in all_letters())


def test_a_missed_day_made_up_for_beside_the_round_of_today_sends_nothing_twice(
    house: pytest.MonkeyPatch,
) -> None:
    put(*(letter(f"unit{n}") for n in range(80)))
    with serving(Server(delay=0.02)) as server:
        lead(house, smtp_url=f"smtp://127.0.0.1:{server.port}")
        rounds = [start()]
        wait_until(server, 5)
        rounds.append(start(NOON + timedelta(days=3)))
        counts = [int(one.communicate(timeout=100)[0]) for one in rounds]
    assert sum(counts) == len(server.taken) == 80
    assert set(arrived(server).values()) == {1}
    assert {one.attempts for one in all_letters()} == {1}


def test_two_rounds_at_once_write_nothing_twice(house: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everybody is asked whether he is still there, by two rounds that begin at the same moment."""
    for n in range(25):
        people.department(f"{n:06d}", f"单位{n}")
    at = people.at(1, 5)
    command = [sys.executable, "-c", WRITING, at.isoformat(), str(tmp_path / "go")]
    rounds = [
        subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [one.stdout.readline() for one in rounds if one.stdout] == ["ready\n"] * 2
    (tmp_path / "go").touch()
    counts = sorted(int(one.communicate(timeout=60)[0]) for one in rounds)
    assert counts == [0, 25]
    assert sorted(one.addressee for one in all_letters()) == sorted(f"单位{n}" for n in range(25))


@pytest.mark.parametrize(("house", "connections"), [("sqlite", 1), ("postgresql", 5)], indirect=["house"])
def test_killed_between_claim_and_settle_nothing_is_lost_and_only_what_was_in_hand_goes_twice(
    house: pytest.MonkeyPatch, tmp_path: Path, connections: int
) -> None:
    quick_rules(tmp_path / "rules", timeout=10, connections=connections)
    put(*(letter(f"unit{n}") for n in range(40)))
    with serving(Server(delay=0.01)) as server:
        lead(house, smtp_url=f"smtp://127.0.0.1:{server.port}")
        for stop_at in (5, 20):
            round_ = start()
            wait_until(server, stop_at)
            round_.send_signal(signal.SIGKILL)
            round_.communicate()
        last = start()
        assert last.communicate(timeout=100)[0]
        assert last.returncode == 0
    got = arrived(server)
    assert len(got) == 40
    assert sum(count - 1 for count in got.values()) <= 2 * connections
    assert {one.state for one in all_letters()} == {LetterState.SENT}


def wait_until(server: Server, count: int) -> None:
    limit = time.monotonic() + 60
    while len(server.taken) < count:
        assert time.monotonic() < limit
        time.sleep(0.005)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_shut_for_three_days_everything_arrives_in_order_and_once(house: pytest.MonkeyPatch) -> None:
    """Monday to Thursday: a letter a day to each of ten departments, written while nobody answers."""
    monday = people.at(3, 4, 12)
    lead(house, smtp_url="smtp://127.0.0.1:1")
    for hours in range(0, 72, 2):
        at = monday + timedelta(hours=hours)
        if hours % 24 == 0:
            put(*(letter(f"unit{n}", hours // 24 + 1, at) for n in range(10)))
        assert send_letters(at.date(), at) == 0
    assert {one.state for one in all_letters()} == {LetterState.DEFERRED, LetterState.QUEUED}
    assert {one.attempts for one in all_letters()} == {0}
    with serving(Server()) as server:
        lead(house, smtp_url=f"smtp://127.0.0.1:{server.port}")
        at = monday + timedelta(hours=72)
        assert send_letters(at.date(), at) == 30
        assert send_letters(at.date(), at + timedelta(hours=1)) == 0
    days: dict[str, list[str]] = {}
    for people_, data in server.taken:
        days.setdefault(people_[0], []).append(data.partition(b"Date: ")[2].split(b"\r\n")[0].decode())
    assert len(days) == 10
    assert all([day[5:7] for day in got] == ["04", "05", "06"] for got in days.values())
