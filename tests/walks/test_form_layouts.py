"""Another region's forms by its rule profile: issued, filled and taken in the layout of the Ministry of Finance."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from models.calendar import FormIssue
from models.database import insert_new, transaction
from models.evaluation import IndicatorScore
from models.intake import Submission
from models.mid_year_monitoring import IndicatorProgress
from models.projects import BudgetLine, Project, project_key
from models.settings import settings
from models.target_review import IndicatorTarget, Target
from models.vocabulary import BudgetMoment, ProjectKind, RoundKind, Verdict
from tasks.forms.fill import fill
from tasks.forms.layout import layout_of, variant_for
from tasks.forms.reader import open_book, read_form
from tasks.forms.shape import Row, Sheet
from tasks.intake import receive
from tasks.mid_year_monitoring import issue_monitoring
from tasks.rounds import open_work_year
from tasks.self_evaluation import issue_self_evaluations
from tests import people

CODE = "42020424T000000000001"


def with_target(fiscal_year: int) -> None:
    """A project of the year with money, spending and a target of one indicator."""
    key = project_key(fiscal_year, CODE)
    project = Project(
        key=key,
        fiscal_year=fiscal_year,
        code=CODE,
        name="道路",
        department_code="203001",
        attribute="延续",
        kind=ProjectKind.ORDINARY,
    )
    money = [
        BudgetLine(
            key=f"{key}/{moment.value}",
            project_key=key,
            moment=moment,
            source="本级财政资金",
            as_of=date(fiscal_year, 1, 1),
            amount_fen=amount,
        )
        for moment, amount in ((BudgetMoment.INITIAL, 100_000_000), (BudgetMoment.SPENT, 70_000_000))
    ]
    target = Target(
        key=f"{key}/1",
        project_key=key,
        version=1,
        origin="导入",
        received_on=date(fiscal_year, 1, 1),
        annual_goal="修路12公里。",
    )
    indicator = IndicatorTarget(
        key=f"{key}/1/1",
        target_key=target.key,
        sequence=1,
        level_1="产出指标",
        level_2="数量指标",
        level_3="修路里程",
        operator="≥",
        value="12",
        unit="公里",
        weight_micro=90_000_000,
    )
    with transaction() as session:
        for rows in ([project], money, [target], [indicator]):
            insert_new(session, rows)


def walk(
    profile: str,
    issue: Callable[[int, datetime], int],
    at: datetime,
    answer: Callable[[str], Sheet],
    kind: RoundKind,
) -> tuple[str, Submission]:
    """Form out by the profile, answered, sent in; returns (layout, what became of it)."""
    with transaction() as session:
        open_work_year(session, people.YEAR, date(people.YEAR, 1, 1), profile)
    people.department()
    with_target(people.YEAR if kind == RoundKind.MONITORING else people.YEAR - 1)
    assert issue(people.YEAR, at) == 1
    with transaction() as session:
        data = (settings().home / session.exec(select(FormIssue)).one().path).read_bytes()
    form, _ = read_form(open_book(data, "表"), kind)
    sha = receive(at.date(), fill(data, kind, [answer(form.sheets[0].about)]), "表.xlsx", "", at)
    with transaction() as session:
        return layout_of(kind, form.variant).title, session.get_one(Submission, sha)


def monitored(about: str) -> Sheet:
    row: Row = {
        "actual": "6",
        "forecast": "12",
        "likelihood": "有可能",
        "cause_money": "√",
        "reason": "拨款晚",
    }
    return Sheet(about, "", {"measures": "抓紧"}, {"funds": [{"forecast": 100_000_000}], "indicators": [row]})


def evaluated(about: str) -> Sheet:
    row: Row = {"actual": "12", "score": Decimal(90)}
    fields: Row = {"goal_actual": "修路12公里。", "reported_total": Decimal(97)}
    return Sheet(about, "", fields, {"indicators": [row]})


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("profile", "title"), [("mof-2020", "项目支出绩效目标执行监控表"), ("huangshi", "项目支出绩效运行监控表")]
)
def test_monitoring_in_the_layout_of_the_profile(profile: str, title: str) -> None:
    shape, sent = walk(profile, issue_monitoring.run, people.at(8, 20), monitored, RoundKind.MONITORING)
    assert (shape, sent.verdict, sent.says) == (title, Verdict.ACCEPTED, "")
    with transaction() as session:
        (row,) = session.exec(select(IndicatorProgress)).all()
    assert row.reason == ("经费保障：拨款晚" if profile == "mof-2020" else "拨款晚")


@pytest.mark.usefixtures("home")
def test_self_evaluation_in_the_layout_of_the_ministry() -> None:
    _, sent = walk(
        "mof-2020", issue_self_evaluations.run, people.at(3, 20), evaluated, RoundKind.SELF_EVALUATION
    )
    assert (sent.verdict, sent.says) == (Verdict.ACCEPTED, "")
    with transaction() as session:
        assert session.exec(select(IndicatorScore.points_micro)).all() == [90_000_000]
    data = Path(settings().home / sent.path).read_bytes()
    words = {str(cell) for grid in open_book(data, "表").grids.values() for row in grid for cell in row}
    assert {"项目资金（10分）", "绩效指标（90分）", "年度指标值"} <= words


def test_a_profile_of_our_own_uses_the_forms_of_what_it_is_based_on() -> None:
    assert variant_for(RoundKind.MONITORING, ["kaifaqu", "huangshi", "mof-2020"], 2024) == ""
    assert variant_for(RoundKind.MONITORING, ["kaifaqu", "mof-2021", "mof-2020"], 2024) == "mof"
    assert variant_for(RoundKind.TARGET_DECLARATION, ["mof-2021"], 2024) == ""
