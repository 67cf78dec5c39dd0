"""The year's results as files: approval letters, annual report with its figures' origins, ledgers, budget table."""

from datetime import date
from pathlib import Path

from models.database import transaction
from models.settings import settings
from tasks.reports import approvals
from tasks.reports.approvals import approval_path

__all__ = ["approval_path", "report_path", "write_approvals", "write_results"]


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


def write_results(work_year: int, day: date) -> list[Path]:
    """Everything."""
    return []
