"""A problem from its finding to its closure, sent back, overdue, and back again the next year."""

from datetime import date

import pytest

from models.database import insert_new, transaction
from models.evaluation import Evaluation, Problem
from models.intake import Submission
from models.ledger import Decision
from models.projects import Project
from models.result_application import Rectification, RectificationReply
from models.vocabulary import DecisionKind, EvaluationKind, ProjectKind, Verdict
from tasks.ledger import Waiting
from tasks.rectification_ledger import State, assign, returned, states, with_history
from tasks.rounds import the_year
from tests import people

TEXT = "部分社区居家养老服务中心经费不足"


def problem(year: int, text: str = TEXT) -> Problem:
    """A problem of the project in a year, with its rectification."""
    code = f"420204{year % 100}T000000000007"
    key = f"{year}:{code}"
    evaluation = f"财政评价/{key}/1"
    row = Problem(
        key=f"{evaluation}/1",
        evaluation_key=evaluation,
        project_key=key,
        sequence=1,
        text=text,
        found_on=date(2024, 6, 20),
    )
    with transaction() as session:
        insert_new(
            session,
            [
                Project(
                    key=key,
                    fiscal_year=year,
                    code=code,
                    name="养老服务",
                    department_code="203001",
                    kind=ProjectKind.ORDINARY,
                )
            ],
        )
        insert_new(
            session,
            [
                Evaluation(
                    key=evaluation,
                    kind=EvaluationKind.FISCAL,
                    project_key=key,
                    version=1,
                    received_on=date(2024, 6, 20),
                    basis="办法",
                )
            ],
        )
        insert_new(session, [row.model_copy()])
        insert_new(
            session,
            [
                Rectification(
                    problem_key=row.key,
                    department_code="203001",
                    asked_on=date(2024, 7, 15),
                    due_on=date(2024, 8, 26),
                    basis="本局参数",
                )
            ],
        )
    return row


def reply(row: Problem, version: int, on: date, verdict: str = "") -> None:
    """A department's answer, and what an officer said to it."""
    key = f"{row.key}/回复{version}"
    sha = f"{version}".rjust(64, "0")
    with transaction() as session:
        insert_new(
            session,
            [
                Submission(
                    sha256=sha,
                    file_name="回复.xlsx",
                    path="received/x",
                    sender="",
                    received_at=people.at(on.month, on.day),
                    verdict=Verdict.ACCEPTED,
                    says="",
                    addressee="203001",
                )
            ],
        )
        insert_new(
            session,
            [
                RectificationReply(
                    key=key,
                    problem_key=row.key,
                    version=version,
                    submission=sha,
                    replied_on=on,
                    measure="补足经费",
                    outcome="已拨付",
                )
            ],
        )
        if verdict:
            insert_new(
                session,
                [
                    Decision(
                        key=f"整改验收/{key}",
                        kind=DecisionKind.ACCEPT_RECTIFICATION,
                        about=key,
                        work_year=2024,
                        decided=verdict,
                        officer="李文静",
                        decided_on=on,
                        recorded_at=people.at(on.month, on.day),
                    )
                ],
            )


def entry(day: date) -> tuple[State, bool, bool]:
    with transaction() as session:
        one = states(session, the_year(session, 2024), day)[0]
        return one.state, one.overdue, one.late


@pytest.fixture
def asked(home: object) -> Problem:
    people.bureau()
    people.department()
    return problem(2023)


def test_a_problem_is_followed_until_an_officer_accepts_its_rectification(asked: Problem) -> None:
    assert entry(date(2024, 8, 26)) == (State.ASKED, False, False)
    assert entry(date(2024, 8, 27)) == (State.ASKED, True, False)
    reply(asked, 1, date(2024, 8, 20), "退回")
    assert entry(date(2024, 8, 26)) == (State.SENT_BACK, False, False)
    reply(asked, 2, date(2024, 8, 28))
    assert entry(date(2024, 8, 29)) == (State.REPLIED, True, True)
    reply(asked, 3, date(2024, 8, 29), "通过")
    assert entry(date(2024, 12, 31)) == (State.CLOSED, False, True)


def test_a_body_without_account_can_owe_a_rectification(asked: Problem) -> None:
    with transaction() as session:
        assign(session, asked.key, "太子镇财政所", "czs@town.example")
    with transaction() as session:
        assert states(session, the_year(session, 2024), date(2024, 9, 1))[0].owner == "太子镇财政所"
        with pytest.raises(LookupError, match="没有下达过"):
            assign(session, "无此问题", "甲", "")


def test_an_accepted_problem_that_returns_next_year_is_known_again(asked: Problem) -> None:
    reply(asked, 1, date(2024, 8, 20), "通过")
    again = problem(2024, "部分社区居家养老服务中心经费仍不足")
    other = problem(2025, "大额支出费用不够明晰")
    with transaction() as session:
        project = session.get_one(Project, again.project_key)
        assert returned(session, session.get_one(Problem, again.key), project) == asked.key
        project = session.get_one(Project, other.project_key)
        assert returned(session, session.get_one(Problem, other.key), project) == ""


def test_next_years_decisions_about_the_project_show_what_was_wrong_before(asked: Problem) -> None:
    item = Waiting(DecisionKind.APPROVE_TARGET, "2024:42020424T000000000007/1", "", "", "批复目标")
    money = Waiting(DecisionKind.NEXT_BUDGET, "2025/42020423T000000000007/等级", "", "", "核定")
    with transaction() as session:
        said = with_history(session, [item, money])
    assert said[0].says == f"批复目标。往年问题：2023年度“{TEXT}”（待回复）"
    assert said[1] == money
