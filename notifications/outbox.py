"""The outbox: a letter is put once, claimed with a lease, sent, settled. Nobody sends what he has not claimed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.database import insert_new, transaction
from models.letters import Letter, LetterItem
from models.rules.rhythm import rhythm
from models.vocabulary import LetterState

OPEN = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.IN_DOUBT)
BATCH = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one try: sent, deferred (later), refused (never), in doubt (maybe arrived)."""

    state: LetterState
    says: str = ""


def put(session: Session, letter: Letter, items: Sequence[LetterItem]) -> bool:
    """Put a letter with what it tells, once; False when it was there."""
    if insert_new(session, [letter]) == 0:
        return False
    insert_new(session, items)
    return True


def claim(at: datetime, by: str, limit: int = BATCH) -> list[Letter]:
    """Take letters that may be sent now, oldest first and one an addressee, so that their order is kept.

    `by` names the process: host/pid.
    """
    until = at + timedelta(minutes=rhythm().lease_minutes)
    with transaction() as session:
        _release_the_dead(session, by)
        ready = or_(
            col(Letter.state).in_(OPEN)
            & (col(Letter.next_try_at).is_(None) | (col(Letter.next_try_at) <= at)),
            (col(Letter.state) == LetterState.CLAIMED) & (col(Letter.claimed_until) < at),
        )
        query = (
            select(Letter)
            .where(ready)
            .order_by(col(Letter.written_on), Letter.key)
            .with_for_update(skip_locked=True)
        )
        waiting = select(Letter.recipient).where(
            col(Letter.state) == LetterState.CLAIMED, col(Letter.claimed_until) >= at
        )
        busy = set(session.exec(waiting).all())
        taken: list[Letter] = []
        for letter in session.exec(query):
            if len(taken) == limit:
                break
            if letter.recipient in busy:
                continue
            busy.add(letter.recipient)
            letter.state, letter.claimed_until, letter.claimed_by = LetterState.CLAIMED, until, by
            letter.attempts += 1
            session.add(letter)
            taken.append(letter)
        return taken


def _release_the_dead(session: Session, me: str) -> None:
    """What a process of this machine had in hand when it died goes back at once, without waiting for its lease."""
    host = me.partition("/")[0]
    rows = session.exec(select(Letter).where(col(Letter.state) == LetterState.CLAIMED)).all()
    for row in rows:
        its_host, _, pid = row.claimed_by.partition("/")
        if its_host == host and not _alive(int(pid)):
            row.state, row.claimed_until, row.attempts = LetterState.QUEUED, None, row.attempts - 1
            session.add(row)
    session.flush()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def settle(letter: Letter, outcome: Outcome, at: datetime) -> None:
    """Write down what became of a claimed letter; somebody else's claim is left alone."""
    with transaction() as session:
        row = session.get_one(Letter, letter.key)
        if row.state != LetterState.CLAIMED or row.claimed_by != letter.claimed_by:
            return
        row.state, row.outcome, row.claimed_until = outcome.state, outcome.says, None
        if outcome.state == LetterState.SENT:
            row.sent_at = at
        if outcome.state in (LetterState.DEFERRED, LetterState.IN_DOUBT):
            _postpone(row, at)
        session.add(row)


def _postpone(row: Letter, at: datetime) -> None:
    pauses = rhythm().pauses_minutes
    if row.attempts > len(pauses):
        row.state, row.outcome = LetterState.EXPIRED, f"多次发送未成功，已停止：{row.outcome}"
        return
    row.next_try_at = at + timedelta(minutes=pauses[row.attempts - 1])
