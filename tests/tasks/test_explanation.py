"""explain from the database: money, points, grade and decisions with where they came from."""

from datetime import date

import pytest

from models.database import insert_new, transaction
from models.evaluation import Evaluation, IndicatorScore
from models.people import Department
from models.projects import BudgetLine, Project
from models.vocabulary import BudgetMoment, EvaluationKind, Grade, ProjectKind
from tasks.explanation import ExplanationError, explain_project

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
    assert found["人数"]["value"] == "7.200000"
    assert found["人数"]["from"] == "导入数据第1行，目标≥10，实际9"
    assert found["质量"] | {"from": ""} == {"what": "质量", "value": "未定", "from": "", "basis": "没有评分"}
    assert found["单位自评总分"]["value"] == "未定"
    assert found["单位自评总分"]["from"] == "第2行的得分无法确定"
    assert found["单位自评等级"]["value"] == "良"


def test_a_project_that_is_not_there_is_one_sentence(evaluated):
    with pytest.raises(ExplanationError, match="没有2024年度的项目P1"):
        explain_project("P1", 2024)
