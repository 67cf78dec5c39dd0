"""Ledgers of a work year as Excel sheets, and the tables for the budget division."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from tasks.problems import standing
from tasks.reports.figures import Figure
from tasks.reports.ledgers import desk, evaluations, parties, problems, registers, results, scorecard, targets
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger, workbook

__all__ = ["Ledger", "budget_tables", "figure_sheet", "ledgers", "problem_ledgers", "workbook"]


def ledgers(session: Session, work_year: int) -> list[Ledger]:
    """All ledgers of a work year."""
    books = Books(session, work_year)
    rooms = (
        targets.targets,
        targets.deliveries,
        targets.adjustments,
        targets.monitoring,
        evaluations.self_evaluations,
        evaluations.key_evaluations,
        results.rectifications,
        parties.commissions,
        parties.parties,
        parties.quality_sheets,
        registers.trainings,
        registers.rule_documents,
        registers.publicity,
        registers.typical_cases,
        desk.decisions,
        desk.submissions,
        desk.unanswered,
        desk.letters,
    )
    return [room(books) for room in rooms]


def problem_ledgers(session: Session, work_year: int, day: date, figures: Sequence[Figure]) -> list[Ledger]:
    """What the finder sees on a day, the matrix of stages, scorecards, the evidence pack, topics of training."""
    books = Books(session, work_year)
    found = standing(session, work_year, day)
    return [
        problems.problems(books, found),
        problems.rechecks(books, found),
        scorecard.stage_matrix(books),
        scorecard.scorecard(books, found),
        scorecard.assessment_pack(figures),
        problems.training_topics(books, found),
        problems.exceptions(books, found),
    ]


def budget_tables(session: Session, work_year: int) -> list[Ledger]:
    """Next year's budget: before and after, proposals with their blanks, trials of undecided cuts, priorities."""
    books = Books(session, work_year)
    rooms = (results.balance_table, results.budgets, results.trial_table, results.priority_table)
    return [room(books) for room in rooms]


def figure_sheet(figures: Sequence[Figure]) -> Ledger:
    """Every figure of the report with where it comes from."""
    cells = [(f.title, f.says, f.unit, f.query, len(f.rows)) for f in figures]
    return Ledger("报告数字来源", (("指标", 26), ("数值", 14), ("单位", 8), ("来源", 46), ("行数", 8)), cells)
