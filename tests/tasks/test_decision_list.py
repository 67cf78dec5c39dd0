"""The bureau's own list: made, filled by an officer, taken whole or told at its cells."""

import io

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from models.database import transaction
from models.evaluation import KeyProject
from models.ledger import Decision
from models.vocabulary import Severity
from tasks.decision_list import KIND, Taken, decision_list, take_list
from tasks.forms.fill import fill
from tasks.forms.shape import Row, Sheet
from tests import people

APRIL = people.at(4, 18)
MEETING = "局党组2024年第7次会议（4月16日）"


@pytest.fixture
def project(home: object) -> str:
    people.bureau()
    return people.project(people.department(), 1)


def filled(row: Row, *key_projects: Row) -> bytes:
    data, count = decision_list(2024, APRIL.date())
    assert count == 1
    answers = [
        Sheet("decisions", "", {}, {"decisions": [row]}),
        Sheet("key_projects", "", {}, {"projects": list(key_projects)}),
    ]
    return fill(data, KIND, answers)


def take(data: bytes, officer: str = "李文静") -> Taken:
    return take_list(data, "决定单.xlsx", officer=officer, work_year=2024, at=APRIL)


def picked(project: str, kind: str = "财政评价") -> Row:
    return {"picked": "是", "project": project, "kind": kind, "reason": "资金量大"}


def test_a_filled_list_becomes_decisions_once(project: str) -> None:
    data = filled({"meeting": MEETING}, picked(project))
    assert take(data) == Taken(1, [])
    with transaction() as session:
        (row,) = session.exec(select(Decision)).all()
        assert (row.officer, row.reason) == ("李文静", MEETING)
        assert session.exec(select(KeyProject.project_key)).all() == [project]
    assert take(data).new == 0


@pytest.mark.parametrize(
    ("meeting", "row", "says"),
    [
        ("", picked("2024:没有的项目"), "没有项目"),
        (MEETING, picked("2024:没有的项目"), "没有项目"),
        (MEETING, {"picked": "否"}, "名单是空的"),
    ],
)
def test_what_cannot_be_decided_is_told_at_its_cell_and_nothing_is_stored(
    project: str, meeting: str, row: Row, says: str
) -> None:
    taken = take(filled({"meeting": meeting, "chosen": "同意"}, row))
    assert taken.new == 0
    (found,) = taken.found
    assert (found.code, found.severity, found.cell) == ("F-DECISION", Severity.ERROR, "E5")
    assert says in found.says or "党组" in found.says
    page = load_workbook(io.BytesIO(taken.returned)).worksheets[1]
    assert page["E5"].comment is not None
    with transaction() as session:
        assert session.exec(select(Decision)).all() == []


def test_an_empty_list_a_list_of_another_year_and_an_unknown_officer_are_sentences(project: str) -> None:
    with pytest.raises(ValueError, match="全部空白"):
        take(filled({}, picked(project)))
    data = filled({"meeting": MEETING}, picked(project))
    with pytest.raises(ValueError, match="不是本局2023年度的决定单"):
        take_list(data, "决定单.xlsx", officer="李文静", work_year=2023, at=APRIL)
    with pytest.raises(ValueError, match="未登记"):
        take(data, officer="路人甲")
