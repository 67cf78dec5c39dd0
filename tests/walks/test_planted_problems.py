"""The sample district's year-end export: every planted problem is found with evidence, nothing on clean projects."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from models.rules.profiles import load_rules
from tasks.finding import find_in

SCRIPT = Path(__file__).parents[2] / "examples" / "make_problems.py"
OFFICE = "201001"  # 区经信局: nothing of it is monitored


@pytest.fixture(scope="module")
def year_end(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year_end")
    subprocess.run([sys.executable, str(SCRIPT), "--out", str(folder)], check=True)
    document = find_in(folder, load_rules("huangshi", date(2025, 3, 1)))
    planted = list(csv.DictReader((folder / "planted.csv").open(encoding="utf-8")))
    return document, planted, folder


def test_every_problem_of_the_report_is_found_where_it_was_planted(year_end):
    document, planted, _ = year_end
    assert {row["code"] for row in planted} == {*(f"P{n}" for n in range(1, 33)), "C9", "C15", "C18"}
    missed = [
        row
        for row in planted
        if not any(
            one["code"] == row["code"]
            and one["project"] == (row["project"] or None)
            and (not row["department"] or one["department"] == row["department"])
            and one["evidence"]
            for one in document["problems"]
        )
    ]
    assert missed == []


def test_nothing_is_found_on_clean_projects(year_end):
    document, planted, _ = year_end
    marked = {row["project"] for row in planted}
    wrong = [
        (one["code"], one["project"], one["says"])
        for one in document["problems"]
        if one["project"] not in marked and one["department"] != OFFICE
    ]
    assert wrong == []


def test_without_payments_nothing_is_said_of_them(year_end, tmp_path):
    _, _, folder = year_end
    for path in folder.glob("*.csv"):
        if path.stem not in {"PAY_VOUCHER", "planted"}:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    document = find_in(tmp_path, load_rules("huangshi", date(2025, 3, 1)))
    codes = {"P8", "P10", "P11", "P12", "P13", "P26"}
    assert not codes & {one["code"] for one in document["problems"]}
    unchecked = {(one["code"], one["project"]) for one in document["not_checked"]}
    projects = {one["project"] for one in document["not_checked"] if one["code"] == "P11"}
    assert len(projects) == 252
    assert all((code, project) in unchecked for code in codes for project in projects)
