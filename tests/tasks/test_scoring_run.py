"""A year scored again out of the database: other rules tried, results appended under runs."""

import json
import struct
from datetime import date

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import register_all
from models.database import insert_new, transaction
from models.evaluation import Evaluation, IndicatorScore
from models.people import Department
from models.projects import Project
from models.rules.scoring import MISSING
from models.scoring_run import ScoredProject, ScoringRun
from models.vocabulary import EvaluationKind, ProjectKind
from tasks.exchange.errors import ExchangeError
from tasks.scoring_run import self_evaluations_of
from tasks.trial import dry_run_year
from tests import people

AT = people.at(12, 1)
ROWS = [
    ("产出指标", "场次", "≥10场", "8场", 40, 32),
    ("效益指标", "效果", "定性明显", "达成预期指标", 30, 28),
    ("满意度指标", "响应时间", "≤10天", "12天", 10, 8),
]


def evaluated(code: str, version: int = 1, actual: str = "8场") -> str:
    """A project of 2023 with a self-evaluation in a version."""
    key, evaluation = f"2023:{code}", f"单位自评/2023:{code}/{version}"
    project = Project(
        key=key,
        fiscal_year=2023,
        code=code,
        name=f"项目{code}",
        department_code="D1",
        kind=ProjectKind.ORDINARY,
    )
    result = Evaluation(
        key=evaluation,
        kind=EvaluationKind.SELF,
        project_key=key,
        version=version,
        received_on=date(2024, 3, 1),
        budget_fen=100_000,
        spent_fen=90_000,
        basis="甲",
    )
    rows = [
        IndicatorScore(
            key=f"{evaluation}/{n}",
            evaluation_key=evaluation,
            sequence=n,
            level_1=level,
            level_3=name,
            target=target,
            actual=actual if n == 1 else said,
            full_micro=full * 1_000_000,
            reported_micro=points * 1_000_000,
            reason="客观原因",
        )
        for n, (level, name, target, said, full, points) in enumerate(ROWS, 1)
    ]
    with transaction() as session:
        insert_new(session, [Department(code="D1", name="区民政局")])
        insert_new(session, [project])
        insert_new(session, [result])
        insert_new(session, rows)
    return key


def test_the_newest_self_evaluations_are_scored_under_both_profiles_and_kept(home):
    evaluated("P1", actual="1场")
    evaluated("P1", version=2)
    evaluated("P2", actual="12场")
    found = dry_run_year(2023, "huangshi", "mof-2020", AT)
    first, second = found["projects"]
    assert (first["pro_code"], first["from"]["total"]) == ("P1", "86.333333")  # 18+32+28+8.33
    assert second["from"]["total"] == "94.333333"
    assert "得分" in first["changes"]
    assert found["not_checked"][0]["code"] == "LIGHTS"
    with transaction() as session:
        runs = session.exec(select(ScoringRun).order_by(col(ScoringRun.number))).all()
        rows = session.exec(select(ScoredProject).where(ScoredProject.run == runs[0].number)).all()
    assert [(run.number, run.fiscal_year, run.rules) for run in runs] == [
        (found["runs"][0], 2023, "huangshi"),
        (found["runs"][1], 2023, "mof-2020"),
    ]
    assert [(row.place, row.project_key, row.total_micro) for row in rows] == [
        (0, "2023:P1", 86_333_333),
        (1, "2023:P2", 94_333_333),
    ]
    assert struct.unpack("<3q", rows[0].points) == (32_000_000, 28_000_000, 8_333_333)
    assert (rows[0].execution_micro, rows[0].grade, rows[0].undecided) == (18_000_000, "良", "")


def test_what_is_undecided_is_kept_as_undecided_and_a_second_trial_adds_runs(home):
    evaluated("P1", actual="完成")
    dry_run_year(2023, "huangshi", "huangshi", AT)
    dry_run_year(2023, "huangshi", "huangshi", AT)
    with transaction() as session:
        rows = session.exec(select(ScoredProject).order_by(col(ScoredProject.run))).all()
    assert [row.total_micro for row in rows] == [None, None]
    assert rows[0].undecided == "第1行的得分无法确定（见各行说明）"
    assert struct.unpack("<3q", rows[0].points)[0] == MISSING


def test_a_year_without_self_evaluations_is_one_sentence(home):
    with pytest.raises(ExchangeError, match="数据库中没有2019年度的单位自评"):
        self_evaluations_of(2019)


def test_the_command_takes_a_year_of_the_database_or_a_folder(home):
    evaluated("P1")
    register_all(app)
    run = CliRunner().invoke
    asked = ["rules", "dry-run", "--from", "huangshi", "--to", "sichuan-2025"]
    found = run(app, [*asked, "--year", "2023", "--json"])
    assert found.exit_code == 1
    assert json.loads(found.stdout)["runs"] == [1, 2]
    neither = run(app, asked)
    assert (neither.exit_code, neither.stdout) == (2, "")
    assert "请写明导出表所在文件夹" in neither.stderr
