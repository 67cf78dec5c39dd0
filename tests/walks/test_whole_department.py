"""A whole department's tasks: declared once, then prefilled, approved, evaluated and disclosed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlmodel import select

from models.calendar import FormIssue, WorkYear
from models.database import insert_new, transaction
from models.evaluation import Evaluation
from models.intake import Finding
from models.projects import Project
from models.target_review import AnnualTask, IndicatorTarget, Target
from models.vocabulary import ProjectKind, RoundKind, Verdict
from tasks.forms.fill import fill
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Row, Sheet
from tasks.reports.public_facts import public_departments
from tasks.self_evaluation import issue_self_evaluations
from tasks.target_review import arrange_initial_budgets, issue_declarations
from tasks.targets import tasks_in_words
from tests import people
from tests.walks.test_declaration_walk import INDICATORS, send

TASKS: list[Row] = [
    {"task": "养老服务", "content": "运营服务中心18个", "amount": 98_000_000},
    {"task": "社会救助", "content": "发放低保5200人", "amount": 260_000_000},
]
TOLD = "养老服务（预算98.00万元），运营服务中心18个；社会救助（预算260.00万元），发放低保5200人"


def newest(home: Path) -> bytes:
    with transaction() as session:
        issues = session.exec(select(FormIssue)).all()
        return (home / max(issues, key=lambda one: one.issued_at).path).read_bytes()


def declare(home: Path) -> str:
    """The department's declaration, sent in; returns the target's key."""
    moment = people.at(2, 19)
    arrange_initial_budgets.run(2024, moment)
    issue_declarations.run(2024, moment)
    data = newest(home)
    names = ("level_1", "level_2", "level_3", "operator", "value", "unit")
    rows: list[Row] = [
        dict(zip(names, row[:6], strict=True)) | {"weight": Decimal(row[6])} for row in INDICATORS
    ]
    goal = "运营养老服务中心18个，服务老年人9600人次，12月底前完成。"
    about = read_form(open_book(data, "表"), RoundKind.TARGET_DECLARATION)[0].sheets[0].about
    fields: Row = {"leader": "张三", "phone": "1", "annual_goal": goal}
    answer = Sheet(about, "", fields, {"indicators": rows, "tasks": TASKS})
    assert send(fill(data, RoundKind.TARGET_DECLARATION, [answer])).verdict == Verdict.ACCEPTED
    with transaction() as session:
        return session.exec(select(Target.key)).one()


def test_tasks_are_stored_as_rows(home: Path) -> None:
    people.bureau()
    people.project(people.department(), 1, wan=400, name="部门整体支出", kind=ProjectKind.OVERALL)
    target = declare(home)
    with transaction() as session:
        rows = session.exec(select(AnnualTask).order_by(AnnualTask.sequence)).all()
        told = [(one.target_key, one.name, one.content, one.amount_fen) for one in rows]
        assert told == [(target, one["task"], one["content"], one["amount"]) for one in TASKS]
        assert tasks_in_words(rows) == TOLD


def test_the_year_after_nobody_types_them_again(home: Path) -> None:
    people.bureau()
    key = people.evaluated(people.department(), 9, "部门整体支出", "社会", wan=350)
    with transaction() as session:
        session.get_one(Project, key).kind = ProjectKind.OVERALL
        goal = "运营养老服务中心18个，12月底前完成。"
        insert_new(
            session,
            [
                Target(
                    key=f"{key}/1",
                    project_key=key,
                    version=1,
                    origin="导入",
                    received_on=date(2023, 1, 1),
                    annual_goal=goal,
                )
            ],
        )
        names = ("level_1", "level_2", "level_3", "operator", "value", "unit")
        insert_new(session, [
            IndicatorTarget(key=f"{key}/1/{n}", target_key=f"{key}/1", sequence=n, weight_micro=int(row[6]) * 1_000_000,
                            **dict(zip(names, row[:6], strict=True)))
            for n, row in enumerate(INDICATORS, 1)
        ])  # fmt: skip
        insert_new(session, [
            AnnualTask(key=f"{key}/1/任务{n}", target_key=f"{key}/1", sequence=n, name=str(row["task"]),
                       content=str(row["content"]), amount_fen=int(str(row["amount"])))
            for n, row in enumerate(TASKS, 1)
        ])  # fmt: skip
    assert issue_self_evaluations.run(2024, people.at(3, 20)) == 1
    data = newest(home)
    sheet = read_form(open_book(data, "表"), RoundKind.SELF_EVALUATION)[0].sheets[0]
    assert [(one["task"], one["content"], one["planned"]) for one in sheet.tables["tasks"]] == [
        (one["task"], one["content"], one["amount"]) for one in TASKS
    ]
    done: list[Row] = [
        {"done": "运营18个", "amount": 95_000_000},
        {"done": "发放5210人", "amount": 255_000_000},
    ]
    rows: list[Row] = [{"actual": row[4], "score": Decimal(row[6])} for row in INDICATORS]
    fields: Row = {"goal_actual": "已完成", "reported_total": Decimal(100), "leader": "张三"}
    answer = Sheet(
        sheet.about, "", fields, {"tasks": done, "indicators": rows, "funds": [{"spent": 350_000_000}]}
    )
    sent = send(fill(data, RoundKind.SELF_EVALUATION, [answer]), 21)
    with transaction() as session:
        assert sent.verdict == Verdict.ACCEPTED, session.exec(select(Finding.says)).all()
        effects = session.exec(select(Evaluation.effects)).one()
        assert "养老服务：运营18个（执行95.00万元，预算98.00万元）" in effects
        (department,) = public_departments(session, session.get_one(WorkYear, 2024))
        assert department.projects[0].tasks == TOLD
