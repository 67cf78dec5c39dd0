"""Reports from the database against the bare library calls that make the same files: at most 2 times.

A district of 60 departments and 192 evaluated projects in a SQLite file. The annual report tells all 192; it is read
from the database, drawn with charts, checked against itself and made steady. The yardsticks get their values ready
made: docxtpl renders and saves, Jinja2 renders and writes. Best of five, in turns, in one process.
"""

import csv
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

LIMIT = 2.0
DEPARTMENTS, PROJECTS, INDICATORS = 60, 192, 10
DAY = date(2024, 12, 31)
AT = datetime(2024, 6, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def fill() -> None:
    """The district's rows."""
    from models.database import insert_new, transaction
    from models.evaluation import Evaluation, IndicatorScore, Problem
    from models.ledger import Decision
    from models.people import Department, Officer
    from models.projects import Project
    from models.target_review import IndicatorTarget, Target, TargetApproval
    from models.vocabulary import DecisionKind, EvaluationKind, Grade, ProjectKind
    from tasks.rounds import open_work_year

    with transaction() as session:
        open_work_year(session, 2024, date(2024, 1, 1), "huangshi")
        insert_new(session, [Officer(name="李文静", post="科长", email="l@bureau.example")])
        insert_new(
            session, [Department(code=f"{201 + n}001", name=f"区第{n + 1}局") for n in range(DEPARTMENTS)]
        )
        tables: dict[type, list[object]] = {}

        def put(row: object) -> None:
            tables.setdefault(type(row), []).append(row)

        for n in range(PROJECTS):
            department = f"{201 + n % DEPARTMENTS}001"
            for year in (2023, 2024):
                code = f"420204{year % 100}T{n:012d}"
                put(
                    Project(
                        key=f"{year}:{code}",
                        fiscal_year=year,
                        code=code,
                        name=f"第{n + 1}号公共服务项目",
                        department_code=department,
                        kind=ProjectKind.ORDINARY,
                    )
                )
            done, planned = f"2023:42020423T{n:012d}", f"2024:42020424T{n:012d}"
            grade = (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR)[n % 3]
            for kind in (EvaluationKind.FISCAL, EvaluationKind.SELF):
                put(
                    Evaluation(
                        key=f"{kind.value}/{done}/1",
                        kind=kind,
                        project_key=done,
                        version=1,
                        received_on=DAY,
                        budget_fen=1_200_000_00 + n,
                        spent_fen=1_188_000_00,
                        execution_micro=19_800_000,
                        total_micro={Grade.EXCELLENT: 92, Grade.GOOD: 84, Grade.FAIR: 71}[grade] * 1_000_000,
                        grade=grade,
                        background="按部门职责和区委、区政府年度工作安排设立，用于改善公共服务。",
                        effects="完成年度任务，服务群众12600人次，设施完好率98%，群众满意度92%。",
                        basis="办法",
                    )
                )
            fiscal = f"财政评价/{done}/1"
            for place, text in enumerate(("绩效目标不够清晰", "资金拨付较慢"), 1):
                put(
                    Problem(
                        key=f"{fiscal}/{place}",
                        evaluation_key=fiscal,
                        project_key=done,
                        sequence=place,
                        text=text,
                        found_on=DAY,
                    )
                )
            put(
                Decision(
                    key=f"确认评价等级/{fiscal}",
                    kind=DecisionKind.CONFIRM_GRADE,
                    about=fiscal,
                    work_year=2024,
                    decided="确认",
                    officer="李文静",
                    decided_on=AT.date(),
                    recorded_at=AT,
                )
            )
            put(
                Target(
                    key=f"{planned}/1",
                    project_key=planned,
                    version=1,
                    origin="申报",
                    received_on=DAY,
                    annual_goal="服务群众12600人次，设施完好率不低于98%，12月底前全部完成。",
                )
            )
            for place in range(1, INDICATORS + 1):
                put(
                    IndicatorTarget(
                        key=f"{planned}/1/{place}",
                        target_key=f"{planned}/1",
                        sequence=place,
                        level_1="产出指标",
                        level_2="数量指标",
                        level_3=f"服务群众人次（第{place}类）",
                        operator="≥",
                        value="12600",
                        unit="人次",
                        weight_micro=8_000_000,
                    )
                )
                put(
                    IndicatorScore(
                        key=f"{done}/{place}",
                        evaluation_key=f"单位自评/{done}/1",
                        sequence=place,
                        level_1="产出指标",
                        level_2="数量指标",
                        level_3=f"服务群众人次（第{place}类）",
                        target="≥12600人次",
                        actual="12600人次",
                        full_micro=8_000_000,
                        points_micro=8_000_000,
                    )
                )
            put(
                TargetApproval(
                    target_key=f"{planned}/1",
                    work_year=2024,
                    number=f"财绩目〔2024〕{n + 1}号",
                    amount_fen=1_200_000_00,
                    formal=True,
                    officer="李文静",
                    approved_on=DAY,
                )
            )
        for table in (
            Project,
            Evaluation,
            Problem,
            Decision,
            Target,
            IndicatorTarget,
            IndicatorScore,
            TargetApproval,
        ):
            insert_new(session, tables[table])  # type: ignore[arg-type]


def annual(home: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """Ours from the database, and docxtpl alone with the values ready made: the same chart, the same file."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    from models.database import transaction
    from models.vocabulary import Grade
    from tasks.reports.annual import context
    from tasks.reports.charts import bars
    from tasks.reports.figures import figures
    from tasks.reports.rendering import template_path
    from tasks.rounds import the_year
    from tasks.rulebook import rules_of
    from tasks.year_report import annual_report

    with transaction() as session:
        year = the_year(session, 2024)
        found = figures(session, 2024)
        about = context(session, year, found, rules_of(year.rules, DAY))

    value = {one.name: one.value for one in found}
    grades = [value[f"grade_{grade.name.lower()}"] for grade in Grade]

    def bare() -> None:
        template = DocxTemplate(str(template_path("annual")))
        template.init_docx()
        chart = bars([grade.value for grade in Grade], grades, "个")
        charts = {"grades": InlineImage(template, BytesIO(chart), width=Mm(110)), "lights": None}
        template.render({**about, "charts": charts}, autoescape=True)
        template.save(home / "bare.docx")

    return lambda: (home / "ours.docx").write_bytes(annual_report(2024, DAY).data), bare


def approvals(home: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """192 letters from the database, and docxtpl alone 192 times."""
    from docxtpl import DocxTemplate

    from tasks.reports.rendering import template_path
    from tasks.year_report import results_folder, write_approvals

    row = {
        "level_1": "产出指标",
        "level_2": "数量指标",
        "level_3": "服务群众人次（第1类）",
        "value": "≥12600人次",
        "weight": "8",
    }
    about = {
        "bureau": "区财政局",
        "department": "区第1局",
        "project": "第1号公共服务项目",
        "turn": "",
        "code": "42020424T000000000000",
        "number": "财绩目〔2024〕1号",
        "fiscal_year": 2024,
        "change": "",
        "amount": "120.00",
        "replaces": "",
        "day": "2024年12月31日",
        "goal": "服务群众12600人次，设施完好率不低于98%，12月底前全部完成。",
        "indicators": [row] * INDICATORS,
    }

    def ours() -> None:
        shutil.rmtree(results_folder(2024), ignore_errors=True)
        assert len(write_approvals(2024, DAY)) == PROJECTS

    def bare() -> None:
        folder = home / "bare"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for n in range(PROJECTS):
            template = DocxTemplate(str(template_path("approval")))
            template.render(about, autoescape=True)
            template.save(folder / f"{n}.docx")

    return ours, bare


def pages(home: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """The public site from the database, and Jinja2 alone with the values ready made."""
    from jinja2 import Environment, FileSystemLoader

    from models.database import transaction
    from tasks.disclosure import tracker
    from tasks.reports.disclosure import COLUMNS, PAGES
    from tasks.reports.public_facts import PublicDepartment, public_departments
    from tasks.rounds import the_year
    from tasks.year_report import write_disclosure

    with transaction() as session:
        year = the_year(session, 2024)
        departments = public_departments(session, year)
        standing = {one.department.code: one for one in tracker(session, year, DAY)}
    engine = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    about = {"bureau": "区财政局", "year": 2023, "day": DAY}

    def plain(one: PublicDepartment) -> dict[str, object]:
        projects = [
            {**vars(row), "indicators": [i._asdict() for i in row.indicators]} for row in one.projects
        ]
        return {**vars(one), "projects": projects}

    def bare() -> None:
        folder = home / "bare_site"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        page = engine.get_template("department.html")
        for one in departments:
            (folder / f"{one.code}.html").write_text(
                page.render(about, department=one, up="../"), encoding="utf-8"
            )
            out = StringIO()
            writer = csv.writer(out)
            writer.writerow([title for _, title in COLUMNS])
            writer.writerows([getattr(row, name) for name, _ in COLUMNS] for row in one.projects)
            (folder / f"{one.code}.csv").write_text(out.getvalue(), encoding="utf-8-sig")
            text = json.dumps(plain(one), ensure_ascii=False)
            (folder / f"{one.code}.json").write_text(text, encoding="utf-8")
        index = engine.get_template("index.html").render(
            about, departments=departments, standing=standing, count=PROJECTS, up=""
        )
        (folder / "index.html").write_text(index, encoding="utf-8")
        everything = json.dumps([plain(one) for one in departments], ensure_ascii=False)
        (folder / "all.json").write_text(everything, encoding="utf-8")

    def ours() -> None:
        shutil.rmtree(home / "site", ignore_errors=True)
        write_disclosure(2024, DAY, home / "site")

    return ours, bare


def best(ours: Callable[[], object], bare: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """The shortest of several runs of each, in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for work, seconds in zip((ours, bare), found, strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return min(found[0]), min(found[1])


def main() -> None:
    """All three, each beside its yardstick."""
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["JIXIAO_HOME"] = folder
        from models.migrations.upgrade import upgrade

        upgrade()
        fill()
        works = (
            ("annual report of 192 projects", "docxtpl alone", annual),
            ("192 approval letters", "docxtpl alone", approvals),
            ("disclosure of 60 departments", "Jinja2 alone", pages),
        )
        for name, yardstick, prepare in works:
            ours, bare = best(*prepare(home))
            slow |= ours > LIMIT * bare
            print(
                f"{name}: {ours:.2f} s, {yardstick} {bare:.2f} s, ratio {ours / bare:.2f} (at most {LIMIT:g})"
            )
    if slow:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
