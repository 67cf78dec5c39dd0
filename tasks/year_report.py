"""The year's results as files: reports with their figures' origins, ledgers, budget tables, approval letters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.calendar import WorkYear
from models.database import transaction
from models.files import write_whole
from models.rules.report.faults import Fault
from models.settings import settings
from tasks.disclosure import tracker
from tasks.reports import approvals
from tasks.reports.annual import context
from tasks.reports.approvals import approval_path
from tasks.reports.contradictions import faults_of, is_error, said
from tasks.reports.disclosure import write_pages
from tasks.reports.figures import Figure, figures
from tasks.reports.ledgers import budget_tables, figure_sheet, ledgers, problem_ledgers, workbook
from tasks.reports.narrative import origins
from tasks.reports.public_facts import public_departments
from tasks.reports.reading import written
from tasks.reports.rendering import filled, saved
from tasks.rounds import the_year
from tasks.rulebook import rules_of

__all__ = ["annual_report", "approval_path", "report_path", "write_approvals", "write_results"]
VERSIONS = {
    "annual": "年预算绩效工作报告",
    "government": "年预算绩效工作报告（报政府）",
    "congress": "年预算绩效工作报告（报人大）",
}


class ReportRefused(ValueError):
    """The report's parts disagree; the message lists where. It is not issued until they agree."""


@dataclass(frozen=True)
class Report:
    """A report that may be issued: its bytes, figures with origins, and what should still be looked at."""

    data: bytes
    figures: list[Figure]
    sections: list[dict[str, object]]
    doubts: list[Fault]


def results_folder(work_year: int) -> Path:
    """Where a work year's results lie."""
    return settings().results / str(work_year)


def report_path(work_year: int, version: str = "annual") -> Path:
    """The annual report, or its version for the government or the People's Congress."""
    return results_folder(work_year) / f"{work_year}{VERSIONS[version]}.docx"


def write_approvals(work_year: int, day: date) -> list[Path]:
    """Official approval letters that are not written yet."""
    with transaction() as session:
        return approvals.write_approvals(session, work_year)


def approval_files(work_year: int) -> list[Path]:
    """The approval letters that are made, as Word files."""
    return sorted((results_folder(work_year) / "approvals").glob("*.docx"))


def annual_report(work_year: int, day: date, version: str = "annual") -> Report:
    """The report in one version. Raises ReportRefused while its own text contradicts itself."""
    with transaction() as session:
        year = the_year(session, work_year)
        rules = rules_of(year.rules, day)
        found = figures(session, work_year)
        about = context(session, year, found, rules)
    document = filled(version, about)
    faults = faults_of(written(document.docx).lines, rules)
    wrong = [one for one in faults if is_error(one)]
    if wrong:
        lines = "\n".join(f"【{one.code}】{said(one)}" for one in wrong)
        raise ReportRefused(f"年度报告前后不一致，未予编制。请改正下列事项后重新编制：\n{lines}")
    return Report(saved(document), found, origins(about["sections"]), faults)


def figures_json(work_year: int, report: Report) -> str:
    """The figures and sections with the rows they came from, as JSON."""
    about = {
        "work_year": work_year,
        "figures": [one.as_json() for one in report.figures],
        "sections": report.sections,
        "doubts": [{"code": one.code, "says": said(one), "row": one.line} for one in report.doubts],
    }
    return json.dumps(about, ensure_ascii=False, indent=1)


def write_results(work_year: int, day: date) -> list[Path]:
    """Reports, figures, ledgers and budget tables; the annual report last, as the sign that all is there."""
    folder = results_folder(work_year)
    report = annual_report(work_year, day)
    with transaction() as session:
        applied = session.get_one(WorkYear, work_year).applied_year
        found = problem_ledgers(session, work_year, day, report.figures)
        books = workbook([*ledgers(session, work_year), *found, figure_sheet(report.figures)])
        budget = workbook(budget_tables(session, work_year))
    files = {
        folder / f"{work_year}年报告数字来源.json": figures_json(work_year, report).encode(),
        folder / f"{work_year}年绩效管理台账.xlsx": books,
        folder / f"{applied}年预算安排表.xlsx": budget,
        **{
            report_path(work_year, version): annual_report(work_year, day, version).data
            for version in ("government", "congress")
        },
        report_path(work_year): report.data,
    }
    pages = write_disclosure(work_year, day, folder / "公开")
    for path, data in files.items():
        write_whole(path, data)
    return [*pages, *files]


def write_disclosure(work_year: int, day: date, folder: Path) -> list[Path]:
    """The public pages and data files into a folder."""
    with transaction() as session:
        year = the_year(session, work_year)
        return write_pages(folder, year, public_departments(session, year), tracker(session, year, day), day)


def doubts_in_words(faults: Sequence[Fault]) -> list[str]:
    """What should be looked at before signing, a line each."""
    return [f"【{one.code}】{said(one)}（{one.read}）" for one in faults]
