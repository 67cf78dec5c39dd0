"""The outbox: a letter is put once, claimed with a lease, sent, settled. Nobody sends what he has not claimed.

The letters of one addressee go out one after another, in the order in which they were written. A letter that keeps
failing by its own fault is not waited for after a few tries; a post office that is shut is nobody's fault.

A lease is about the process that holds it, so it goes by the machine's own clock: rounds of different days, as when a
missed day is made up for, may be at work at once.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text, update
from sqlmodel import Session, col, func, select

from models.database import insert_new, transaction
from models.letters import Delivery, Letter, LetterItem
from models.rules.rhythm import is_quiet, rhythm
from models.vocabulary import LetterState

OPEN = (LetterState.QUEUED, LetterState.DEFERRED, LetterState.IN_DOUBT)
UNSETTLED = (*OPEN, LetterState.CLAIMED)
BATCH = 30
"""Few enough that even a post office that answers at the last second is done with them within the lease."""
QUEUE_LOCK = 20150


@dataclass(frozen=True)
class Outcome:
    """What became of one try: sent, deferred (later), refused (never), in doubt (maybe arrived).

    `answer` is what the server said, the proof of delivery. `shut`: the post office itself was shut, which does not
    count as a try of the letter. `bad`: address → answer, where the server refused the address for good. `later` are
    copies that the server put off while the addressee's own went through.
    """

    state: LetterState
    says: str = ""
    server: str = ""
    answer: str = ""
    shut: bool = False
    bad: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = ()


def put(session: Session, letter: Letter, items: Sequence[LetterItem]) -> bool:
    """Put a letter with what it tells, once; False when it was there."""
    if insert_new(session, [letter]) == 0:
        return False
    insert_new(session, items)
    return True


def claim(at: datetime, by: str, limit: int = BATCH) -> list[Letter]:
    """Take letters that may be sent now, oldest first and one an addressee, so that their order is kept.

    `by` names the process: host/pid. On quiet days only answers to mail go out; beyond the daily limit nothing.
    """
    until = _present() + timedelta(minutes=rhythm().retry.lease_minutes)
    with transaction() as session:
        one_at_a_time(session)
        _release_the_dead(session, by)
        _expire(session, at)
        keys = _ready(session, at)[: min(limit, daily_room(session, at))]
        taken = list(session.exec(select(Letter).where(col(Letter.key).in_(keys))).all())
        for letter in taken:
            letter.state, letter.claimed_until, letter.claimed_by = LetterState.CLAIMED, until, by
            letter.attempts += 1
            session.add(letter)
    return sorted(taken, key=lambda one: keys.index(one.key))


def one_at_a_time(session: Session) -> None:
    """Rounds at once see each other's letters: SQLite begins with the write lock, PostgreSQL takes one here."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({QUEUE_LOCK})"))


def _ready(session: Session, at: datetime) -> list[str]:
    """Keys of letters that may go now. One that may not holds back the later ones of its addressee.

    A copy that is made up for stands in its own row: it holds nobody up.
    """
    rows = session.execute(
        select(col(Letter.key), col(Letter.addressee) + col(Letter.only_to), col(Letter.kind))
        .add_columns(col(Letter.state), col(Letter.attempts) - col(Letter.tries_before))
        .add_columns(col(Letter.next_try_at), col(Letter.claimed_until))
        .where(col(Letter.state).in_(UNSETTLED))
        .order_by(col(Letter.written_on), col(Letter.written_at), col(Letter.sequence), Letter.key)
    ).all()
    rules, quiet, present = rhythm(), is_quiet(at.date()), _present()
    busy: set[str] = set()
    keys: list[str] = []
    for key, addressee, kind, state, tries, next_try_at, claimed_until in rows:
        if addressee in busy or (quiet and kind not in rules.letters.prompt):
            continue
        held = state == LetterState.CLAIMED
        waits_until, reached = (claimed_until, present) if held else (next_try_at, at)
        if waits_until is None or waits_until <= reached:
            keys.append(key)
        elif not held and tries >= rules.retry.order_tries:
            continue
        busy.add(addressee)
    return keys


def _present() -> datetime:
    return datetime.now(UTC)


def daily_room(session: Session, at: datetime) -> int:
    """How many more letters may go out today."""
    morning = at.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = session.exec(select(func.count()).select_from(Letter).where(col(Letter.sent_at) >= morning)).one()
    return max(0, rhythm().limits.daily - sent)


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


def _expire(session: Session, at: datetime) -> None:
    """A letter that nobody could send for so long is stale news; the officers are told. One put back is tried."""
    oldest = at - timedelta(days=rhythm().retry.expire_days)
    since = func.coalesce(col(Letter.requeued_at), col(Letter.written_at))
    session.connection().execute(
        update(Letter)
        .where(col(Letter.state) != LetterState.QUEUED, col(Letter.state).in_(OPEN))
        .where(since < oldest)
        .values(state=LetterState.EXPIRED, outcome="长时间未能发出，已停止发送。" + Letter.outcome)
    )


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
            _postpone(row, outcome, at)
        session.add(row)
        if not outcome.shut:
            insert_new(session, [_try(row, outcome, at)])
        if outcome.state == LetterState.SENT:
            insert_new(session, [_made_up(row, address, at) for address in outcome.later])


def _made_up(row: Letter, address: str, at: datetime) -> Letter:
    """The same mail once more, for one copy that was put off: whoever has it does not get it again."""
    what = row.model_dump(exclude={"sent_at", "outcome", "tries_before", "claimed_by"})
    copy = {
        "key": f"{row.key}/抄送{row.copy_to.split(', ').index(address) + 1}",
        "copy_of": row.key,
        "only_to": address,
        "state": LetterState.DEFERRED,
        "attempts": 1,
        "requeued_at": at,
        "next_try_at": at + timedelta(minutes=next(iter(rhythm().retry.pauses_minutes), 0)),
    }
    return Letter(**(what | copy))


def _try(row: Letter, outcome: Outcome, at: datetime) -> Delivery:
    return Delivery(
        key=f"{row.key}/{row.attempts}",
        letter_key=row.key,
        tried_at=at,
        recipient=row.goes_to,
        server=outcome.server,
        state=outcome.state,
        says=outcome.says,
        answer=outcome.answer,
    )


def _postpone(row: Letter, outcome: Outcome, at: datetime) -> None:
    retry = rhythm().retry
    if outcome.shut:
        row.attempts -= 1
        row.next_try_at = at + timedelta(minutes=retry.shut_minutes)
        return
    if row.tries > len(retry.pauses_minutes):
        row.state, row.outcome = LetterState.EXPIRED, f"多次发送未成功，已停止：{row.outcome}"
        return
    row.next_try_at = at + timedelta(minutes=retry.pauses_minutes[row.tries - 1])


def withdraw(session: Session, letter: Letter, why: str) -> bool:
    """Stop a letter that has not gone out; False when it has, or is just being sent."""
    if letter.state not in OPEN:
        return False
    letter.state, letter.outcome, letter.next_try_at = LetterState.WITHDRAWN, why, None
    session.add(letter)
    return True
