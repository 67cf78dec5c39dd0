"""Warnings of the monitoring, and what was decided about the money."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, or_, select

from models.calendar import WorkYear
from models.ledger import Decision
from models.mid_year_monitoring import MonitoringReport, MonitoringResult, newest
from models.projects import Project
from models.vocabulary import DecisionKind
from notifications.owed import Owed, not_told


def owed(session: Session, work_year: int, day: date) -> Iterator[Owed]:
    """A warning a project with its decision clock; later the decision."""
    year = session.get_one(WorkYear, work_year)
    rows = session.exec(
        select(MonitoringResult, MonitoringReport, Project, Decision)
        .join(MonitoringReport, col(MonitoringReport.key) == MonitoringResult.report_key)
        .join(Project, col(Project.key) == MonitoringResult.project_key)
        .join(
            Decision,
            (col(Decision.about) == MonitoringResult.report_key)
            & (col(Decision.kind) == DecisionKind.WARNING_MONEY),
            isouter=True,
        )
        .where(
            MonitoringResult.warning != "",
            newest(),
            Project.fiscal_year == year.target_year,
            or_(
                not_told("warning/", MonitoringReport.key),
                col(Decision.key).is_not(None) & not_told("money/", MonitoringReport.key),
            ),
        )
        .order_by(Project.code)
    ).all()
    for result, report, project, decision in rows:
        facts = {
            "project": project.name,
            "month": report.month,
            "warning": result.warning,
            "budget_fen": report.budget_fen,
            "spent_fen": report.spent_fen,
            "decide_by": result.decide_by,
            "decided": decision.decided if decision else "",
            "reason": decision.reason if decision else "",
        }
        about = report.key
        yield Owed(f"warning/{about}", "warning", about, work_year, project.department_code, facts)
        if decision is not None:
            yield Owed(f"money/{about}", "money", about, work_year, project.department_code, facts)
