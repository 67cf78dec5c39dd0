"""Realistic published tables, one a case: what is computed, what is found, what cannot be known — and nothing else."""

import csv
import tomllib
from pathlib import Path

import pytest

from models.rules.audit import finding_codes
from tasks.scoring import checked, document, read_self_evaluations, rules_for, score

FILES = {
    "money": "PM_PERF_SELF_BGT",
    "indicators": "PM_SELF_EVAL_INDICATOR",
    "head": "PM_PERF_SELF_EVAL",
}
TABLES = [
    one
    for path in sorted((Path(__file__).parent / "tables").glob("*.toml"))
    for one in tomllib.loads(path.read_text(encoding="utf-8"))["table"]
]


def folder_of(case: dict, folder: Path) -> Path:
    """The case as a folder of national tables."""
    for part, name in FILES.items():
        if part not in case:
            continue
        header, *rows = [line.split("|") for line in case[part].splitlines()]
        keys = (["PRO_CODE", "FISCAL_YEAR"], ["P1", "2022"])
        if header[:2] == keys[0]:
            keys = ([], [])
        with (folder / f"{name}.csv").open("w", encoding=case.get("encoding", "utf-8"), newline="") as file:
            csv.writer(file).writerows([keys[0] + header, *(keys[1] + row for row in rows)])
    return folder


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["name"])
def test_a_table_gives_its_points_and_its_faults_and_no_others(case, tmp_path):
    given = read_self_evaluations(folder_of(case, tmp_path))
    projects = document(score(given, rules_for(case["rules"], given)))["projects"]
    found = [
        one["code"] + (f" {one['row']}" if one["row"] else "")
        for each in projects
        for one in each["findings"]
    ]
    assert found == case["findings"]
    assert [each["total"] or "" for each in projects] == case["totals"]
    assert [why for each in projects for why in each["undecided"]] == case["undecided"]


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["name"])
def test_check_finds_the_same_as_score(case, tmp_path):
    found = checked(folder_of(case, tmp_path), case["rules"])["findings"]
    assert [one["code"] + (f" {one['row']}" if one["row"] else "") for one in found] == case["findings"]
    assert all(one["severity"] in {"error", "warning", "note"} for one in found)


def test_nearly_every_code_of_the_table_is_shown_by_some_case():
    shown = {finding.split()[0] for case in TABLES for finding in case["findings"]}
    elsewhere = {"UNIT_MISMATCH", "TARGET_NOT_NUMBER", "TARGET_MISSING", "NAME_MISSING"}
    assert set(finding_codes()) - shown <= elsewhere
