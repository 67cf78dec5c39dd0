"""The money of projects at a moment: one query a question, in 分."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, select

from models.projects import BudgetLine, Project
from models.vocabulary import BudgetMoment, ProjectKind

M = BudgetMoment


def totals(
    session: Session, moment: BudgetMoment, as_of: date, keys: Iterable[str] | None = None
) -> dict[str, int]:
    """Project key → sum over sources of a moment's amounts, each source by its latest day up to `as_of`.

    Adjustments are sums of all their lines; a project without any line is absent, never 0.
    """
    return {key: sum(parts.values()) for key, parts in by_source(session, moment, as_of, keys).items()}


def by_source(
    session: Session, moment: BudgetMoment, as_of: date, keys: Iterable[str] | None = None
) -> dict[str, dict[str, int]]:
    """Project key → source → 分, as `totals`."""
    latest = (
        select(BudgetLine.project_key, BudgetLine.source, func.max(BudgetLine.as_of).label("day"))
        .where(BudgetLine.moment == moment, BudgetLine.as_of <= as_of)
        .group_by(BudgetLine.project_key, BudgetLine.source)
        .subquery()
    )
    query = select(BudgetLine.project_key, BudgetLine.source, func.sum(BudgetLine.amount_fen)).where(
        BudgetLine.moment == moment, BudgetLine.as_of <= as_of
    )
    if moment != M.ADJUSTMENT:
        query = query.join(
            latest,
            (latest.c.project_key == BudgetLine.project_key)
            & (latest.c.source == BudgetLine.source)
            & (latest.c.day == BudgetLine.as_of),
        )
    wanted = None if keys is None else set(keys)
    found: dict[str, dict[str, int]] = {}
    rows = session.exec(
        query.group_by(BudgetLine.project_key, BudgetLine.source).order_by(
            BudgetLine.project_key, BudgetLine.source
        )
    ).all()
    for key, source, amount in rows:
        if wanted is None or key in wanted:
            found.setdefault(key, {})[source] = int(amount)
    return found


def in_force(session: Session, as_of: date, keys: Iterable[str] | None = None) -> dict[str, int]:
    """全年预算数 of each project on a day: the revised amount where one is known, else initial plus adjustments."""
    wanted = None if keys is None else set(keys)
    initial = totals(session, M.INITIAL, as_of, wanted)
    changes = totals(session, M.ADJUSTMENT, as_of, wanted)
    revised = totals(session, M.REVISED, as_of, wanted)
    return {key: revised.get(key, initial.get(key, 0) + changes.get(key, 0)) for key in initial | revised}


def projects_of(session: Session, fiscal_year: int, *, overall: bool | None = None) -> list[Project]:
    """Projects of a fiscal year in order of code; `overall` picks or leaves out whole departments."""
    query = select(Project).where(Project.fiscal_year == fiscal_year).order_by(Project.code)
    if overall is not None:
        same = Project.kind == ProjectKind.OVERALL
        query = query.where(same if overall else ~same)  # type: ignore[arg-type]
    return list(session.exec(query).all())
