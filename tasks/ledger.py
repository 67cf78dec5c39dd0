"""Decisions: what waits for a named officer, and the append-only ledger of what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from models.database import insert_new
from models.ledger import Decision
from models.vocabulary import DecisionKind


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a decision: the machine's proposal with its basis, and a sentence for people."""

    kind: DecisionKind
    about: str
    proposed: str
    basis: str
    says: str


def decided(kind: DecisionKind, about: Any) -> ColumnElement[bool]:
    """SQL: whether a decision of the kind exists about the column."""
    return exists().where(col(Decision.kind) == kind, col(Decision.about) == about)


def record(
    session: Session, item: Waiting, work_year: int, chosen: str, reason: str, officer: str, at: datetime
) -> bool:
    """Write the decision beside its proposal; False when it was decided before (the first decision stands)."""
    row = Decision(
        key=f"{item.kind.value}/{item.about}",
        kind=item.kind,
        about=item.about,
        work_year=work_year,
        proposed=item.proposed,
        basis=item.basis,
        decided=chosen,
        reason=reason,
        officer=officer,
        decided_on=at.date(),
        recorded_at=at,
    )
    return insert_new(session, [row]) == 1


def recorded(session: Session, kinds: Iterable[DecisionKind], about: Iterable[str]) -> list[Decision]:
    """Rows of the ledger about the things named, in order."""
    rows = session.exec(
        select(Decision)
        .where(col(Decision.kind).in_(list(kinds)), col(Decision.about).in_(list(about)))
        .order_by(Decision.key)
    ).all()
    return list(rows)
