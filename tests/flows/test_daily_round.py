"""The daily round: a stage that fails stops no other one, and its sentence says which; a cut larger than the budget is shown."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import select

from flows.annual_cycle import RoundFailed, daily_round
from models.calendar import DayDone
from models.database import insert_new, transaction
from models.letters import Letter
from models.projects import BudgetLine
from models.target_review import TargetAdjustment
from models.vocabulary import BudgetMoment
from tasks.waiting_page import waiting_page
from tests import people

pytestmark = pytest.mark.usefixtures("bureau")
SEPTEMBER = date(2024, 9, 25)


@pytest.fixture
def bureau(home: object) -> None:
    people.bureau()
    people.project(people.department(), 1, name="养老服务")


def change(key: str, wan: int) -> None:
    line = BudgetLine(
        key=f"{key}/调整/{wan}",
        project_key=key,
        moment=BudgetMoment.ADJUSTMENT,
        source=f"本级财政资金{wan}",
        as_of=date(2024, 9, 2),
        amount_fen=wan * 1_000_000,
        document="财预〔2024〕7号",
    )
    with transaction() as session:
        insert_new(session, [line])


def test_a_cut_larger_than_the_budget_is_shown_and_stops_nothing() -> None:
    key = "2024:42020424T000000000001"
    change(key, -999_999)
    change(key, 20)
    asyncio.run(daily_round.fn(2024, SEPTEMBER))
    with transaction() as session:
        rows = session.exec(select(TargetAdjustment)).all()
        assert [row.after_fen - row.before_fen for row in rows] == [20_000_000]
        assert session.get(DayDone, (2024, SEPTEMBER)) is not None
    page = waiting_page(2024, people.at(9, 25))
    assert "养老服务的预算调整（财预〔2024〕7号）" in page
    assert "大于已登记的预算" in page


def test_a_stage_that_fails_stops_no_other_and_the_round_says_which() -> None:
    with transaction() as session:
        session.connection().execute(
            text("DROP TABLE targetadjustment")
        )  # what a damaged database or a fault of ours looks like
    with pytest.raises(RoundFailed, match=r"^绩效目标管理（OperationalError：.*没有办成，其余环节已照办。$"):
        asyncio.run(daily_round.fn(2024, SEPTEMBER))
    with transaction() as session:
        assert session.exec(select(Letter)).first() is not None
        assert session.exec(select(DayDone)).first() is None
