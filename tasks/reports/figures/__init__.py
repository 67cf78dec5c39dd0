"""Every figure of the annual report with its origin: the question asked of the database, and the rows it came from."""

from sqlmodel import Session

from tasks.reports.figures.evaluations import (
    key_evaluation_figures,
    self_evaluation_figures,
    with_texts,
)
from tasks.reports.figures.figure import Figure, count
from tasks.reports.figures.parties import party_figures
from tasks.reports.figures.results import result_figures
from tasks.reports.figures.targets import adjustment_figures, assessment_figures, target_figures
from tasks.reports.figures.work import monitoring_figures, work_figures
from tasks.rounds import the_year

__all__ = ["Figure", "count", "figures", "with_texts"]


def figures(session: Session, work_year: int) -> list[Figure]:
    """All figures of a work year, in the order of the report."""
    year = the_year(session, work_year)
    parts = (
        assessment_figures,
        target_figures,
        adjustment_figures,
        monitoring_figures,
        self_evaluation_figures,
        key_evaluation_figures,
        party_figures,
    )
    found = [one for part in parts for one in part(session, year)]
    rows = {one.name: one.rows for one in found}
    evaluated = rows["key_evaluations"] + rows["other_evaluations"]
    return [*found, *result_figures(session, year, evaluated), *work_figures(session, year)]
