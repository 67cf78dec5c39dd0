"""The finder on the labelled projects: precision and recall on both halves, evidence that stands where it says."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import register_all
from models.rules.problems.facts import facts_of
from models.rules.problems.limits import problem_types
from models.rules.problems.registry import find_problems
from models.rules.profiles import load_rules
from tasks.exchange.reader import read_folder
from tests.cases.problems.folder import write_folder
from tests.cases.problems.precision import DAY, everyone, figures, found_and_labelled

GIVEN = everyone()
KEPT = {one.code for one in GIVEN if one.kept}


@pytest.fixture(scope="module")
def looked():
    return found_and_labelled(GIVEN)


def test_the_labelled_set_is_large_enough_and_half_of_it_is_kept():
    assert len(GIVEN) >= 60
    assert sum(len(one.rows) for one in GIVEN) >= 300
    assert 0.4 < len(KEPT) / len(GIVEN) < 0.6


@pytest.mark.parametrize("half", ["tuned", "kept"])
def test_precision_and_recall(looked, half):
    found, labelled, _ = looked
    mine = [{pair for pair in pairs if (pair[1] in KEPT) == (half == "kept")} for pairs in (found, labelled)]
    right, wrong, missed = figures(*mine)
    assert right / (right + wrong) >= 0.9
    assert right / (right + missed) >= 0.85


def test_every_type_is_documented_with_its_meaning():
    page = (Path(__file__).parents[2] / "docs" / "problems.md").read_text(encoding="utf-8")
    assert [
        one.code
        for one in problem_types().values()
        if f"| {one.code} | {one.title} | {one.means}" not in page
    ] == []


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_folder(GIVEN, folder)
    register_all(app) if not app.registered_commands else None
    done = CliRunner().invoke(app, ["find", str(folder), "--json"])
    return folder, done


def test_the_command_prints_one_document_and_says_that_it_found_something(answer):
    _, done = answer
    document = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {"problems", "not_checked"} == set(document)
    assert {one["certainty"] for one in document["problems"]} == {"found", "suspected"}


def test_the_evidence_reads_what_stands_in_the_file(answer):
    folder, done = answer
    tables = {path.stem: list(csv.DictReader(path.open(encoding="utf-8"))) for path in folder.glob("*.csv")}
    quoted = [
        (place, tables[place["table"]][place["row"] - 1])
        for one in json.loads(done.stdout)["problems"]
        for place in one["evidence"]
        if place["read"] and place["row"] and not place["read"].startswith("上年第")
    ]
    assert len(quoted) > 100
    assert [(place, row) for place, row in quoted if place["read"] != row[place["field"]]] == []


def test_payments_are_not_checked_where_there_are_none(answer):
    _, done = answer
    unpaid = {one.full_code for one in GIVEN if not one.payments}
    told = {
        one["project"]
        for one in json.loads(done.stdout)["not_checked"]
        if one["code"] in {"P11", "P12", "P13"}
    }
    assert unpaid <= told


def test_what_is_no_longer_found_without_a_table_is_not_checked(answer):
    folder, _ = answer
    tables, rules = read_folder(folder).tables, load_rules("huangshi", DAY)
    known = {(one.code, one.project) for one in find_problems(facts_of(tables), rules).problems}
    for gone in (
        "PM_PROJECT_INFO",
        "PM_PERF_GOAL_INFO",
        "PM_PERF_INDICATOR",
        "PAY_VOUCHER",
        "PM_PERF_SELF_BGT",
    ):
        left = find_problems(facts_of({name: tables[name] for name in tables if name != gone}), rules)
        found = {(one.code, one.project) for one in left.problems}
        told = {(one.code, project) for one in left.not_checked for project in one.projects or (None,)}
        lost = known - found
        assert {pair for pair in lost if pair not in told and (pair[0], None) not in told} == set(), gone
        assert len(lost) > 0, gone
