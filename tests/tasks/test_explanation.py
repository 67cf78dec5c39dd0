"""explain from the database: money, points, grade and decisions with where they came from."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import select

from models.calendar import FormIssue, WorkYear
from models.database import insert_new, transaction
from models.evaluation import Evaluation, IndicatorScore
from models.intake import Finding, Submission
from models.ledger import Decision
from models.people import Department, Officer
from models.projects import BudgetLine, Project
from models.result_application import BudgetDecision, BudgetProposal
from models.target_review import IndicatorTarget, Target
from models.vocabulary import (
    BudgetMoment,
    DecisionKind,
    EvaluationKind,
    Grade,
    ProjectKind,
    RoundKind,
    Verdict,
)
from tasks.decisions import Choice, decide
from tasks.explanation import ExplanationError, explain_project
from tasks.forms.fill import fill
from tasks.forms.shape import Row, Sheet
from tasks.intake import receive
from tasks.mid_year_monitoring import issue_monitoring
from tests import people

DAY = date(2024, 3, 1)
KEY = "2023:P1"


@pytest.fixture
def evaluated(home):
    """A project with money and a scored self-evaluation."""
    with transaction() as session:
        insert_new(session, [Department(code="D1", name="区民政局")])
        insert_new(
            session,
            [
                Project(
                    key=KEY,
                    fiscal_year=2023,
                    code="P1",
                    name="养老服务",
                    department_code="D1",
                    kind=ProjectKind.ORDINARY,
                )
            ],
        )
        insert_new(
            session,
            [
                BudgetLine(
                    key="b",
                    project_key=KEY,
                    moment=BudgetMoment.SPENT,
                    source="财政拨款",
                    as_of=DAY,
                    amount_fen=123_456,
                    document="国库",
                )
            ],
        )
        evaluation = Evaluation(
            key="e",
            kind=EvaluationKind.SELF,
            project_key=KEY,
            version=1,
            received_on=DAY,
            execution_micro=17_300_000,
            total_micro=None,
            grade=Grade.GOOD,
            undecided="第2行的得分无法确定",
            basis="办法甲",
        )
        insert_new(session, [evaluation])
        rows = [
            IndicatorScore(
                key="s1",
                evaluation_key="e",
                sequence=1,
                level_1="产出指标",
                level_3="人数",
                target="≥10",
                actual="9",
                points_micro=7_200_000,
                basis="按比例",
            ),
            IndicatorScore(
                key="s2", evaluation_key="e", sequence=2, level_1="产出指标", level_3="质量", basis="没有评分"
            ),
        ]
        insert_new(session, rows)


def test_every_point_and_yuan_names_its_origin(evaluated):
    found = {one["what"]: one for one in explain_project("P1", 2023)}
    assert found["执行数（财政拨款）"] == {
        "what": "执行数（财政拨款）",
        "value": "1,234.56元",
        "from": "截至2024-03-01",
        "basis": "国库",
    }
    assert found["单位自评得分 人数"]["value"] == "7.200000"
    assert found["单位自评得分 人数"]["from"] == "导入数据第1项，目标≥10，实际9"
    assert found["单位自评得分 质量"] | {"from": ""} == {
        "what": "单位自评得分 质量",
        "value": "未定",
        "from": "",
        "basis": "没有评分",
    }
    assert found["单位自评总分"]["value"] == "未定"
    assert found["单位自评总分"]["from"] == "第2行的得分无法确定"
    assert found["单位自评等级"]["value"] == "良"


JULY = people.at(7, 5)


@pytest.fixture
def monitored(home):
    """A project half-way through the year: targets, the treasury's figures, and a form that came back by mail."""
    people.bureau()
    about = people.project(people.department(), 1, wan=100, name="社区居家养老服务")
    with transaction() as session:
        for moment, fen in ((BudgetMoment.INITIAL, 100_000_000), (BudgetMoment.SPENT, 12_000_000)):
            key = f"{about}/{moment.value}"
            day = date(2024, 6, 30) if moment == BudgetMoment.SPENT else date(2024, 1, 1)
            insert_new(
                session,
                [
                    BudgetLine(
                        key=key,
                        project_key=about,
                        moment=moment,
                        source="本级财政资金",
                        as_of=day,
                        amount_fen=fen,
                    )
                ],
            )
        target = Target(
            key=f"{about}/1",
            project_key=about,
            version=1,
            origin="导入",
            received_on=date(2024, 3, 1),
            annual_goal="服务",
        )
        insert_new(session, [target])
        names = (
            ("产出指标", "数量指标", "运营中心数量", "≥", "18", "个"),
            (
                "产出指标",
                "时效指标",
                "响应时间",
                "≤",
                "2",
                "小时",
            ),
        )
        rows = [
            IndicatorTarget(
                key=f"{target.key}/{n}",
                target_key=target.key,
                sequence=n,
                level_1=a,
                level_2=b,
                level_3=c,
                operator=d,
                value=e,
                unit=f,
            )
            for n, (a, b, c, d, e, f) in enumerate(names, 1)
        ]
        insert_new(session, rows)
    assert issue_monitoring.run(2024, JULY) == 1
    with transaction() as session:
        form = (home / session.exec(select(FormIssue)).one().path).read_bytes()
    rows = [
        {"actual": "8", "forecast": "18", "likelihood": "有可能", "reason": "场地未落实"},
        {"actual": "1.5", "forecast": "1.5", "likelihood": "确定能"},
    ]
    funds: list[Row] = [{"forecast": Decimal(100)}]
    fields: Row = {"reason": "场地未落实", "measures": "尽快落实场地"}
    data = fill(form, RoundKind.MONITORING, [Sheet(about, "", fields, {"funds": funds, "indicators": rows})])
    sha = receive(JULY.date(), data, "监控表.xlsx", "clerk@dept.example", JULY)
    with transaction() as session:
        found = [one.says for one in session.exec(select(Finding)).all()]
        assert (session.get_one(Submission, sha).verdict, found) == (Verdict.ACCEPTED, [])
    return about


def test_every_light_goes_back_to_cell_figures_and_rule(monitored):
    found = {one["what"]: one for one in explain_project(monitored.split(":")[1], 2024)}
    money = found["1-6月资金灯"]
    assert money["value"] == "红"
    assert re.fullmatch(
        r"报送件监控表.xlsx（[0-9a-f]{12}）“.+”C\d+，执行120,000.00元÷预算1,000,000.00元＝12%，时间进度6/12",
        money["from"],
    )
    assert money["basis"].startswith("低于时间进度的60%为红，低于80%为黄（")
    light = found["指标灯 运营中心数量"]
    assert light["value"] == "绿"
    assert re.search(
        r"”G\d+，目标≥18个，完成“8”，完成目标可能性“有可能”，偏差原因“场地未落实”$", light["from"]
    )
    assert "达到120%为蓝" in light["basis"]
    assert (found["1-6月目标灯"]["value"], found["1-6月综合灯"]["value"]) == ("绿", "红")
    warned = found["1-6月预警"]
    assert "资金进度为红灯" in warned["value"]
    assert "日" not in warned["value"] or "前作出处理决定" in warned["value"]
    assert warned["from"] == "预算执行率12%，目标完成率44.44%"


def test_decisions_stand_with_officer_day_and_reason_and_only_those_of_the_project(monitored):
    code = monitored.split(":")[1]
    other = people.project("203001", 10, name="另一个项目")  # its key begins with the same letters
    choice = Choice(DecisionKind.WARNING_MONEY, f"{monitored}/6/1", "继续执行", "场地八月落实")
    assert decide([choice], officer="李文静", work_year=2024, at=people.at(7, 8)) == 1
    with transaction() as session:
        about = f"{monitored}0/6/1"
        insert_new(
            session,
            [
                Decision(
                    key="x",
                    kind=DecisionKind.WARNING_MONEY,
                    about=about,
                    work_year=2024,
                    decided="取消收回",
                    officer="李文静",
                    decided_on=date(2024, 7, 8),
                    recorded_at=people.at(7, 8),
                )
            ],
        )
    decided = [one for one in explain_project(code, 2024) if one["what"] == "预警资金处理"]
    assert [(one["value"], one["from"]) for one in decided] == [
        ("继续执行", "李文静，2024-07-08，场地八月落实")
    ]
    assert decided[0]["basis"] != "—"
    assert [one for one in explain_project(other.split(":")[1], 2024) if "预警" in one["what"]] == []


def test_next_years_money_is_told_with_ground_and_officer(evaluated):
    with transaction() as session:
        insert_new(
            session,
            [
                WorkYear(
                    year=2024,
                    target_year=2024,
                    evaluated_year=2023,
                    applied_year=2025,
                    rules="huangshi",
                    opened_on=DAY,
                )
            ],
        )
        insert_new(session, [Officer(name="李文静", post="科长", email="a@b.example")])
        key = f"{KEY}/2025/等级"
        insert_new(
            session,
            [
                BudgetProposal(
                    key=key,
                    project_key=KEY,
                    work_year=2024,
                    applied_year=2025,
                    ground="评价等级",
                    grade=Grade.GOOD,
                    treatment="优先保障",
                    base_fen=123_456,
                    proposed_fen=123_456,
                    basis="办法乙",
                    proposed_on=DAY,
                )
            ],
        )
        insert_new(
            session,
            [
                BudgetDecision(
                    proposal_key=key, decided_fen=120_000, officer="李文静", reason="压缩公用", decided_on=DAY
                )
            ],
        )
    found = {one["what"]: one for one in explain_project("P1", 2023)}
    assert found["2025年预算建议"] == {
        "what": "2025年预算建议",
        "value": "1,234.56元",
        "from": "评价等级良，优先保障，基数1,234.56元",
        "basis": "办法乙",
    }
    assert (found["2025年预算核定"]["value"], found["2025年预算核定"]["from"]) == (
        "1,200.00元",
        "李文静，2024-03-01，压缩公用",
    )


def test_a_project_that_is_not_there_is_one_sentence(evaluated):
    with pytest.raises(ExplanationError, match="没有2024年度的项目P1"):
        explain_project("P1", 2024)
