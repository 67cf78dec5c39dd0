"""The whole year of a small district: through Prefect and by plain calls, run twice, killed and started again."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from models.rules.workdays import is_workday

ROOT = Path(__file__).parents[2]
UNLIKE = {"letter": {"claimed_by"}, "daydone": {"done"}}
"""Columns that speak of the run, not of a fact: who sent, and how much of a day was left to do."""


def rehearse(data: Path, out: Path, *more: str) -> "subprocess.Popen[bytes]":
    """The command as an officer would run it, in a process of its own."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JIXIAO_", "PREFECT_"))
    }
    environment |= {"JIXIAO_FORM_KEY": "rehearsal", "DO_NOT_TRACK": "1"}
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "year",
        "rehearse",
        "--data",
        str(data),
        "--work-year",
        "2024",
        "--out",
        str(out),
    ]
    return subprocess.Popen(
        [*command, *more], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finish(process: "subprocess.Popen[bytes]") -> str:
    out, err = process.communicate(timeout=280)
    assert process.returncode == 0, err.decode()[-3000:]
    return out.decode()


def facts(out: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in order."""
    with sqlite3.connect(out / "jixiao.sqlite3") as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        found = {}
        for table in sorted(tables):
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            kept = ", ".join(f'"{name}"' for name in columns if name not in UNLIKE.get(table, set()))
            rows = connection.execute(f'SELECT {kept} FROM "{table}"').fetchall()  # noqa: S608  names from the schema
            found[table] = sorted(rows, key=repr)
    return found


def mails(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in (out / "post").rglob("*.eml")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district of 10 departments, made by the documented script."""
    out = tmp_path_factory.mktemp("district")
    script = ROOT / "examples" / "make_district.py"
    subprocess.run(
        [sys.executable, str(script), "--projects", "32", "--departments", "10", "--out", str(out)],
        check=True,
    )
    return out


@pytest.fixture(scope="module")
def plain(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The year by plain calls, undisturbed."""
    out = tmp_path_factory.mktemp("plain")
    assert "2024工作年度办理完毕" in finish(rehearse(data, out, "--without-prefect"))
    return out


def test_the_year_makes_what_the_report_names(plain: Path) -> None:
    found = facts(plain)
    assert len({row[0] for row in found["targetapproval"]}) > 32
    assert len(found["budgetdecision"]) >= 5
    names = {path.name for path in (plain / "results" / "2024").iterdir()}
    assert {
        "2024年预算绩效工作报告.docx",
        "2024年绩效管理台账.xlsx",
        "2025年预算安排表.xlsx",
        "approvals",
    } <= names


def test_nothing_is_proposed_from_an_undecided_rule(plain: Path) -> None:
    with sqlite3.connect(plain / "jixiao.sqlite3") as connection:
        rows = connection.execute("SELECT grade, proposed_fen, undecided FROM budgetproposal").fetchall()
    assert {grade for grade, _, _ in rows} - {None} == {"优", "良", "中"}
    blank = {"中", None}  # what 中, low execution and open rectifications do to a budget is undecided
    assert all((amount is None) == (grade in blank) for grade, amount, _ in rows)
    assert all(why for grade, _, why in rows if grade in blank)


def test_what_departments_say_of_publishing_stands_in_the_tracker(plain: Path) -> None:
    with sqlite3.connect(plain / "jixiao.sqlite3") as connection:
        rows = connection.execute(
            "SELECT approved_on, due_on, published_on, officer FROM publication"
        ).fetchall()
    assert len(rows) == 10
    assert {(approved, due) for approved, due, _, _ in rows} == {("2024-08-26", "2024-09-18")}
    assert all("2024-09-01" <= on <= "2024-09-13" and officer.endswith("来信") for _, _, on, officer in rows)


def test_no_letter_and_no_item_twice(plain: Path) -> None:
    with sqlite3.connect(plain / "jixiao.sqlite3") as connection:
        again = connection.execute(
            "SELECT written_on, addressee, count(*) FROM letter GROUP BY 1, 2 HAVING count(*) > 1"
        ).fetchall()
        state = connection.execute("SELECT DISTINCT state FROM letter").fetchall()
        letters = connection.execute("SELECT count(*) FROM letter").fetchone()[0]
    assert again == []
    assert state == [("已发",)]
    assert letters == len(mails(plain))


def test_who_hears_what_on_which_day_is_what_was_reckoned_by_hand(plain: Path) -> None:
    """Two departments, a firm and an expert: every letter of their year, none more, none less."""
    with (Path(__file__).with_name("year_letters.csv")).open(encoding="utf-8") as file:
        wanted = {(r["day"], r["addressee"], r["kinds"], int(r["copies"])) for r in csv.DictReader(file)}
    names = {addressee for _, addressee, _, _ in wanted}
    with sqlite3.connect(plain / "jixiao.sqlite3") as connection:
        rows = connection.execute(
            "SELECT l.key, written_on, addressee, copy_to, i.kind FROM letter l JOIN letteritem i ON i.letter_key = l.key"
        ).fetchall()
    found: dict[str, tuple[str, str, int, set[str]]] = {}
    for key, day, addressee, copies, kind in rows:
        if addressee in names:
            found.setdefault(key, (day, addressee, copies.count("@"), set()))[3].add(kind)
    assert {(day, who, " ".join(sorted(kinds)), n) for day, who, n, kinds in found.values()} == wanted


def test_nobody_is_written_to_on_a_day_off_unless_he_wrote(plain: Path) -> None:
    with sqlite3.connect(plain / "jixiao.sqlite3") as connection:
        days = [
            date.fromisoformat(day) for (day,) in connection.execute("SELECT DISTINCT written_on FROM letter")
        ]
    assert [day for day in days if not is_workday(day)] == []


def test_a_second_run_adds_nothing(data: Path, plain: Path) -> None:
    before, post = facts(plain), mails(plain)
    finish(rehearse(data, plain, "--without-prefect"))
    assert facts(plain) == before
    assert mails(plain) == post


def test_through_prefect_the_facts_are_the_same(data: Path, plain: Path, tmp_path: Path) -> None:
    finish(rehearse(data, tmp_path))
    assert facts(tmp_path) == facts(plain)
    assert mails(tmp_path) == mails(plain)


@pytest.mark.parametrize("moments", [(4.0, 14.0, 8.0)])
def test_killed_and_started_again_the_year_ends_with_the_same_facts(
    data: Path, plain: Path, tmp_path: Path, moments: tuple[float, ...]
) -> None:
    for seconds in moments:
        process = rehearse(data, tmp_path, "--without-prefect")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finish(rehearse(data, tmp_path, "--without-prefect"))
    assert facts(tmp_path) == facts(plain)
    assert mails(tmp_path) == mails(plain)
