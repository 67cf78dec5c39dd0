"""Decisions: by named officers only, once, with their consequences, or refused with a sentence."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select, text

from models.database import transaction
from models.ledger import Decision
from models.projects import BudgetLine
from models.vocabulary import BudgetMoment, DecisionKind
from tasks.decisions import Choice, DecisionRefused, decide, waiting
from tests import people

LIST = "2024年重点评价项目"
APRIL = people.at(4, 18)


@pytest.fixture
def project(home: Path) -> str:
    people.bureau()
    return people.project(people.department(), 1)


def take(
    chosen: str, *, officer: str = "李文静", meeting: str = "局党组2024年第7次会议", about: str = LIST
) -> int:
    choice = Choice(DecisionKind.KEY_PROJECTS, about, chosen, meeting=meeting)
    return decide([choice], officer=officer, work_year=2024, at=APRIL)


def test_a_decision_is_taken_once_and_stands(project: str) -> None:
    assert take(f"{project}|财政评价|资金量大") == 1
    assert take(f"{project}|部门评价|另一个决定") == 0
    with transaction() as session:
        (row,) = session.exec(select(Decision)).all()
        assert (row.officer, row.decided) == ("李文静", f"{project}|财政评价|资金量大")
        assert waiting(session, 2024, APRIL.date()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"officer": "路人甲"}, "未登记"),
        ({"meeting": ""}, "党组"),
        ({"chosen": ""}, "名单是空的"),
        ({"chosen": "x|随便评价|y"}, "评价类型"),
        ({"about": "没有的名单"}, "没有待决定"),
    ],
)
def test_a_wrong_decision_is_refused_whole_with_a_sentence(
    project: str, change: dict[str, str], says: str
) -> None:
    given = {"chosen": f"{project}|财政评价|资金量大"} | change
    with pytest.raises(DecisionRefused, match=says):
        take(**given)
    with transaction() as session:
        assert session.exec(select(Decision)).all() == []


@pytest.mark.parametrize("act", ["UPDATE decision SET decided = 'x'", "DELETE FROM decision"])
def test_the_ledger_refuses_change_in_sql_itself(project: str, act: str) -> None:
    take(f"{project}|财政评价|资金量大")
    with pytest.raises(DBAPIError, match="只增不改"), transaction() as session:
        session.connection().execute(text(act))


def test_money_is_stored_as_whole_fen(project: str) -> None:
    with transaction() as session:
        line = session.exec(select(BudgetLine).where(BudgetLine.moment == BudgetMoment.REQUESTED)).one()
    assert line.amount_fen == 100_000_000
