"""Public pages in a real browser: at two widths, without script, accessible, and asking nobody for anything."""

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from models.database import insert_new, transaction
from models.evaluation import Evaluation, IndicatorScore, Problem
from models.projects import Project
from models.registers import Publication
from models.result_application import Rectification
from models.rules.disclosure import Publicity, standing, without_personal
from models.vocabulary import EvaluationKind, Grade, ProjectKind
from tasks.disclosure import (
    DisclosureRefused,
    Due,
    accounts_approved,
    accounts_of_all_approved,
    published,
    tracker,
    withhold,
)
from tasks.reports.project_page import project_page
from tasks.rounds import the_year
from tasks.year_report import write_disclosure
from tests import people

DAY = date(2024, 12, 31)
HOSTILE = '=HYPERLINK("http://evil.example","点我")'


@pytest.fixture
def site(home: Path) -> Path:
    """Two departments; one project is withheld, one has a hostile name and a telephone in its text."""
    people.bureau()
    people.department()
    people.department("204001", "区教育局")
    for serial, name in enumerate(("养老服务补贴", f"{HOSTILE}<script>alert(1)</script>", "涉密项目名称"), 1):
        _project(serial, name)
    with transaction() as session:
        year = the_year(session, 2024)
        withhold(session, "2023:42020423T000000000003", "涉及国家秘密，按保密规定不公开", "李文静", DAY)
        accounts_approved(session, year, "203001", date(2024, 9, 2), "李文静")
    write_disclosure(2024, DAY, home / "site")
    return home / "site"


def _project(serial: int, name: str) -> None:
    code = f"42020423T{serial:012d}"
    key = f"2023:{code}"
    with transaction() as session:
        insert_new(
            session,
            [
                Project(
                    key=key,
                    fiscal_year=2023,
                    code=code,
                    name=name,
                    department_code="203001",
                    kind=ProjectKind.ORDINARY,
                    leader="王某某",
                    phone="13900001111",
                )
            ],
        )
        insert_new(
            session,
            [
                Evaluation(
                    key=f"单位自评/{key}/1",
                    kind=EvaluationKind.SELF,
                    project_key=key,
                    version=1,
                    received_on=date(2024, 3, 1),
                    budget_fen=123_456_789,
                    spent_fen=100_000_000,
                    execution_micro=16_200_000,
                    total_micro=96_200_000,
                    grade=Grade.EXCELLENT,
                    reason="联系13812345678核实；身份证420204199001011234。",
                    basis="办法",
                )
            ],
        )
        insert_new(
            session,
            [
                IndicatorScore(
                    key=f"{key}/指标{n}",
                    evaluation_key=f"单位自评/{key}/1",
                    sequence=n,
                    level_1="产出",
                    level_2="数量指标",
                    level_3=f"服务老年人次{n}",
                    target="≥12480人次",
                    actual="12600人次",
                    full_micro=10_000_000,
                    points_micro=10_000_000,
                )
                for n in range(1, 6)
            ],
        )


def _problem(project: str) -> str:
    """A problem of a project, with the rectification asked for: what its own page tells."""
    text = "部分社区居家养老服务中心经费不足，补助标准多年没有调整"
    problem = Problem(
        key=f"单位自评/{project}/1/问题1",
        evaluation_key=f"单位自评/{project}/1",
        project_key=project,
        sequence=1,
        text=text,
        found_on=date(2024, 6, 20),
    )
    asked = Rectification(
        problem_key=problem.key,
        department_code="203001",
        asked_on=date(2024, 7, 15),
        due_on=date(2024, 8, 26),
        basis="办法",
    )
    with transaction() as session:
        insert_new(session, [problem])
        insert_new(session, [asked])
    return text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own chromium."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_accessible_at_two_widths_without_script_and_ask_nobody(
    site: Path, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    problem = _problem("2023:42020423T000000000001")
    one_page = project_page("42020423T000000000001", 2023, DAY)
    assert problem in one_page
    (site / "project.html").write_text(one_page, encoding="utf-8")
    for name in ("index.html", "departments/203001.html", "departments/204001.html", "project.html"):
        page.goto((site / name).as_uri())
        found = Axe().run(page)
        assert [one["id"] for one in found.response["violations"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert all(url.startswith("file://") for url in asked)
    context.close()
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    plain = context.new_page()
    plain.goto((site / "departments" / "203001.html").as_uri())
    assert plain.get_by_role("heading", name="区民政局2023年度预算绩效信息").is_visible()
    assert plain.get_by_text("123.46万元").first.is_visible()
    context.close()


def test_what_a_department_wrote_is_text_and_no_person_is_named(site: Path) -> None:
    page = (site / "departments" / "203001.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    every = "".join(path.read_text(encoding="utf-8-sig") for path in site.rglob("*.*"))
    for secret in ("王某某", "13900001111", "13812345678", "420204199001011234", "涉密项目名称"):
        assert secret not in every
    assert "涉及国家秘密，按保密规定不公开" in page


def test_a_project_withheld_in_the_next_year_is_not_shown_with_the_year_before(site: Path) -> None:
    next_year = Project(
        key="2024:42020424T000000000001",
        fiscal_year=2024,
        code="42020424T000000000001",
        name="养老服务补贴",
        department_code="203001",
        kind=ProjectKind.ORDINARY,
    )
    with transaction() as session:
        insert_new(session, [next_year])
        withhold(session, next_year.key, "涉及国家秘密", "李文静", DAY)
    write_disclosure(2024, DAY, site)
    assert "养老服务补贴" not in "".join(path.read_text(encoding="utf-8-sig") for path in site.rglob("*.*"))


def test_data_files_are_exact_and_hold_no_formula(site: Path) -> None:
    with (site / "data" / "203001.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["全年预算数（元）"] for row in rows] == ["1234567.89", "1234567.89"]
    assert rows[1]["项目名称"].startswith("'=")
    about = json.loads((site / "data" / "203001.json").read_text(encoding="utf-8"))
    assert about["projects"][0]["indicators"][0]["target"] == "≥12480人次"
    assert about["withheld"] == ["涉及国家秘密，按保密规定不公开"]


@pytest.mark.usefixtures("site")
def test_the_tracker_counts_twenty_days_from_the_approval() -> None:
    with transaction() as session:
        year = the_year(session, 2024)
        row = session.get_one(Publication, "2024/203001")
        assert row.due_on == date(2024, 9, 23)  # the twentieth day is a Sunday
        states = {one.department.code: one.publicity for one in tracker(session, year, date(2024, 9, 24))}
        assert states == {"203001": Publicity.OVERDUE, "204001": Publicity.UNKNOWN}
        assert (
            published(session, year, "203001", date(2024, 9, 22), "https://a.example/1", "李文静")
            == "按期公开"
        )
        with pytest.raises(DisclosureRefused, match="还没有登记决算批复日期"):
            published(session, year, "204001", date(2024, 9, 22), "https://a.example/1", "李文静")
        with pytest.raises(DisclosureRefused, match="https://"):
            published(session, year, "203001", date(2024, 9, 22), "网站首页", "李文静")
        with pytest.raises(DisclosureRefused, match="理由"):
            withhold(session, "2023:42020423T000000000001", " ", "李文静", DAY)


@pytest.mark.usefixtures("site")
def test_many_departments_are_registered_at_once_by_name_or_all_or_none() -> None:
    people.department("205001", "区卫健局")
    day = date(2024, 9, 2)
    with pytest.raises(DisclosureRefused, match="没有部门“区水务局”"), transaction() as session:
        accounts_of_all_approved(
            session, the_year(session, 2024), ["区卫健局", "区水务局"], day, "李文静", DAY
        )
    with transaction() as session:
        year = the_year(session, 2024)
        due = accounts_of_all_approved(session, year, ["全部"], day, "李文静", DAY)
        assert [one.due_on for one in due] == [date(2024, 9, 23)] * 2  # 203001 was registered before
        with pytest.raises(DisclosureRefused, match="都已登记"):
            accounts_of_all_approved(session, year, ["全部"], day, "李文静", DAY)
        on = date(2024, 9, 20)
        assert published(session, year, "区卫健局", on, "https://a.example/2", "李文静") == Publicity.ON_TIME


@pytest.mark.usefixtures("site")
def test_a_day_of_approval_that_was_mistyped_is_put_right_and_an_impossible_one_refused() -> None:
    def register(day: date) -> list[Due]:
        with transaction() as session:
            year = the_year(session, 2024)
            return accounts_of_all_approved(session, year, ["区民政局"], day, "李文静", date(2025, 6, 1))

    for day, why in (
        (date(2025, 6, 2), "还没有到"),
        (date(2023, 9, 2), "不在2024工作年度"),
        (date(2024, 9, 2), "已经登记"),
    ):
        with pytest.raises(DisclosureRefused, match=why):
            register(day)
    (due,) = register(date(2024, 9, 10))
    assert (due.due_on, due.before) == (date(2024, 9, 30), date(2024, 9, 2))
    with transaction() as session:
        year = the_year(session, 2024)
        published(session, year, "203001", date(2024, 9, 20), "https://a.example/1", "李文静")
        state = {one.department.code: one.publicity for one in tracker(session, year, DAY)}
    assert state["203001"] == Publicity.ON_TIME
    with pytest.raises(DisclosureRefused, match="晚于已登记的公开日期"):
        register(date(2024, 9, 25))


def test_the_due_day_itself_is_on_time() -> None:
    due = date(2024, 9, 22)
    assert standing(due, None, due) == Publicity.WAITING
    assert standing(due, date(2024, 9, 23), DAY) == Publicity.LATE
    assert standing(None, None, DAY) == Publicity.UNKNOWN


def test_amounts_and_project_codes_are_not_taken_for_persons() -> None:
    text = "项目42020424T000000000001，预算1234567.89元，电话0714-6351234，文号〔2024〕15号"
    assert (
        without_personal(text)
        == "项目42020424T000000000001，预算1234567.89元，电话（已隐去），文号〔2024〕15号"
    )
