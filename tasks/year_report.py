"""The year's results as files: approval letters, annual report with its figures' origins, ledgers, budget table."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from models.calendar import WorkYear
from models.database import transaction
from models.files import write_whole
from models.settings import settings
from tasks.reports import approvals
from tasks.reports.annual import Annual
from tasks.reports.approvals import approval_path
from tasks.reports.figures import Figure, figures
from tasks.reports.ledgers import budget_table, figure_sheet, ledgers, workbook
from tasks.rulebook import rules_of

__all__ = ["annual_report", "approval_path", "figures_of", "report_path", "write_approvals", "write_results"]


def results_folder(work_year: int) -> Path:
    """Where a work year's results lie."""
    return settings().results / str(work_year)


def report_path(work_year: int) -> Path:
    """The annual report."""
    return results_folder(work_year) / f"{work_year}年预算绩效工作报告.docx"


def write_approvals(work_year: int, day: date) -> list[Path]:
    """Official approval letters that are not written yet."""
    with transaction() as session:
        return approvals.write_approvals(session, work_year)


def figures_of(work_year: int) -> list[Figure]:
    """Every figure of the year's report with its origin."""
    with transaction() as session:
        return figures(session, work_year)


def annual_report(work_year: int, day: date) -> tuple[bytes, list[Figure]]:
    """The annual report as Word bytes, and its figures."""
    with transaction() as session:
        found = figures(session, work_year)
        rules = rules_of(session.get_one(WorkYear, work_year).rules, day)
        return Annual(session, work_year, found, rules).write().data(), found


def figures_json(work_year: int, found: Sequence[Figure]) -> str:
    """The figures as JSON."""
    about = {"work_year": work_year, "figures": [one.as_json() for one in found]}
    return json.dumps(about, ensure_ascii=False, indent=1)


def write_results(work_year: int, day: date) -> list[Path]:
    """Report, figures, ledgers and budget table into the results folder; the report last, as the sign that all is there."""
    folder = results_folder(work_year)
    report, found = annual_report(work_year, day)
    with transaction() as session:
        books = workbook([*ledgers(session, work_year), figure_sheet(found)])
        budget = budget_table(session, work_year)
    files = {
        folder / f"{work_year}年报告数字来源.json": figures_json(work_year, found).encode(),
        folder / f"{work_year}年绩效管理台账.xlsx": books,
        folder / f"{budget.name}.xlsx": workbook([budget]),
        report_path(work_year): report,
    }
    for path, data in files.items():
        write_whole(path, data)
    return list(files)
