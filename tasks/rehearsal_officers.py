"""The officers of a rehearsal: they decide what waits, as decisions.csv says, else as the machine proposes."""

from datetime import date, datetime
from pathlib import Path

from models.database import transaction
from models.vocabulary import DecisionKind
from tasks.decisions import Choice, decide, waiting
from tasks.ledger import Waiting
from tasks.opening import Record, district, table
from tasks.rectification_ledger import ACCEPT
from tasks.target_review import RETURN

DEFAULT = {DecisionKind.ACCEPT_RECTIFICATION: ACCEPT}
"""What the officers of a rehearsal say where neither their file nor the machine says anything."""


def decide_waiting(work_year: int, at: datetime, data: Path) -> int:
    """Decide everything that the officers of the files would decide today; returns how many decisions were new."""
    with transaction() as session:
        open_items = waiting(session, work_year, at.date())
    written = _written(data)
    by_officer: dict[str, list[Choice]] = {}
    for item in open_items:
        record = written.get((item.kind.value, item.about), {})
        choice = _choice(item, record, at.date())
        if choice is not None:
            by_officer.setdefault(record.get("officer") or _desk(data), []).append(choice)
    return sum(
        decide(choices, officer=officer, work_year=work_year, at=at)
        for officer, choices in by_officer.items()
    )


def _written(data: Path) -> dict[tuple[str, str], Record]:
    """What decisions.csv says, by kind and by what it is about."""
    return {(row["kind"], row["about"]): row for row in table(data, "decisions")}


def _desk(data: Path) -> str:
    """The officer who decides where the files name nobody: the first one of the district."""
    officers = district(data)["officers"]
    assert isinstance(officers, list)
    return str(officers[0]["name"])


def _choice(item: Waiting, record: Record, day: date) -> Choice | None:
    """The decision of today, or None while the officer waits or nothing was proposed."""
    if record.get("date") and date.fromisoformat(record["date"]) > day:
        return None
    chosen = record.get("decided") or item.proposed or DEFAULT.get(item.kind, "")
    if not chosen:
        return None
    returned = item.kind == DecisionKind.APPROVE_TARGET and chosen == RETURN
    kind = DecisionKind.RETURN_TARGET if returned else item.kind
    return Choice(kind, item.about, chosen, record.get("reason", ""), record.get("meeting", ""))
