"""Logging in: wrong codes are counted by officer and address, so that who guesses from one place stops nobody elsewhere.

Each wrong code makes its address wait longer. When strangers guess all over the place, addresses from which that
officer never logged in wait too; who is logged in, or comes from where he always comes, is not touched.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlmodel import Session, col, delete, func, select

from models.database import transaction
from models.desk import LogIn, LogInPlace
from models.people import Officer
from tasks.officers import CodeRefused, matches

PAUSES = (0, 0, 0, 30, 60, 120, 240, 480, 900)
"""Seconds that an address waits after so many wrong codes in a row."""
CROWD = 40
"""Wrong codes an hour from addresses that never logged in, over all officers; then such addresses wait."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KNOWN, KEPT = timedelta(days=60), timedelta(days=90)
TOLD, WEEK = 5, 7
LOGGED_IN = timedelta(hours=9)
"""A working day: who forgets to log out is logged out by the evening."""
UNLOCK = "或请管理员在服务器上运行 jixiao officers unlock"


def check_code(name: str, code: str, place: str, at: datetime) -> None:
    """Whether the code is the officer's; the door lets one try in at a time. Raises CodeRefused with a sentence."""
    place = _place(place)
    with transaction() as session:
        officer = session.get(Officer, name)
        stored = officer.code_hash if officer else ""
        refused = _must_wait(session, name, place, at) if stored else ""
    if not stored:
        raise CodeRefused(
            f"“{name}”还没有个人口令，或未登记为经办人。请管理员在服务器上运行：jixiao officers code {name}"
        )
    if refused:
        raise CodeRefused(refused)
    good = matches(code, stored)  # costs a tenth of a second: outside of any transaction
    with transaction() as session:
        refused = _counted(session, name, place, at, good=good)
    if refused:
        raise CodeRefused(refused)


def _must_wait(session: Session, name: str, place: str, at: datetime) -> str:
    """Why nothing is tried from this address now; "" when a try is free."""
    row = session.get(LogInPlace, f"{name}/{place}")
    if row and row.wait_until and at < row.wait_until:
        return (
            f"口令连续输错{row.wrong}次，这台电脑（{place}）须等到{row.wait_until:%H:%M:%S}再试，"
            f"其他电脑不受影响。忘了口令请管理员重设，{UNLOCK} {name}。"
        )
    known = row is not None and row.good_at is not None and at - row.good_at < KNOWN
    if known or ip_address(place).is_loopback or _strangers(session, at) < CROWD:
        return ""
    return (
        f"一小时内有人多次输错口令，没有登录过的电脑（{place}）暂不能登录。请在常用的电脑上登录，{UNLOCK}。"
    )


def _strangers(session: Session, at: datetime) -> int:
    wrong = select(func.sum(LogInPlace.wrong)).where(
        col(LogInPlace.good_at).is_(None), col(LogInPlace.tried_at) > at - HOUR
    )
    return session.exec(wrong).one() or 0


def _counted(session: Session, name: str, place: str, at: datetime, *, good: bool) -> str:
    """Write down how the try went; returns why it was refused."""
    new = LogInPlace(key=f"{name}/{place}", officer=name, place=place, tried_at=at)
    row = session.get(LogInPlace, new.key) or new
    session.add(row)
    if good:
        row.wrong, row.wait_until, row.good_at = 0, None, at
        return ""
    row.wrong = 1 if at - row.tried_at > DAY else row.wrong + 1
    pause = PAUSES[min(row.wrong, len(PAUSES) - 1)]
    row.tried_at, row.wait_until = at, at + timedelta(seconds=pause)
    if pause:
        return f"口令不对，已连续输错{row.wrong}次。这台电脑请等到{row.wait_until:%H:%M:%S}再试，其他电脑不受影响。"
    left = sum(not one for one in PAUSES) - row.wrong
    return f"口令不对。请核对大小写和输入法；再错{left}次后，每次重试须等候。"


def log_in(name: str, place: str, at: datetime) -> str:
    """Write down a log-in; returns the sign that the browser keeps (here only its hash is kept)."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        session.exec(delete(LogIn).where(col(LogIn.since) < at - KEPT))
        session.exec(delete(LogInPlace).where(_longest_ago(at)))
        session.add(
            LogIn(token_hash=_hash(token), officer=name, place=_place(place), since=at, until=at + LOGGED_IN)
        )
    return token


def _longest_ago(at: datetime):  # type: ignore[no-untyped-def]
    return (col(LogInPlace.tried_at) < at - KEPT) & (
        col(LogInPlace.good_at).is_(None) | (col(LogInPlace.good_at) < at - KEPT)
    )


def officer_of(token: str, at: datetime) -> str | None:
    """Whose sign it is; None when it is made up, expired, or ended by logging out or by a new code."""
    with transaction() as session:
        row = session.get(LogIn, _hash(token))
        return row.officer if row and at < row.until else None


def log_out(token: str, at: datetime) -> None:
    """End a log-in here, so that a copy of the browser's sign opens nothing any more."""
    with transaction() as session:
        row = session.get(LogIn, _hash(token))
        if row and at < row.until:
            row.until = at
            session.add(row)


def unlock(name: str = "") -> int:
    """End all waiting of an officer's addresses, or of everybody's; returns at how many addresses codes were wrong."""
    with transaction() as session:
        wanted = select(LogInPlace).where(LogInPlace.wrong > 0)
        rows = session.exec(wanted.where(LogInPlace.officer == name) if name else wanted).all()
        for row in rows:
            row.wrong, row.wait_until = 0, None
            session.add(row)
    return len(rows)


def guessed(session: Session, day: date) -> list[tuple[str, str]]:
    """(identity, sentence) of each officer whose code was wrong often in the last week and was not right since."""
    often = select(LogInPlace).where(LogInPlace.wrong >= TOLD).order_by(col(LogInPlace.tried_at))
    lately = [row for row in session.exec(often).all() if 0 <= (day - row.tried_at.date()).days < WEEK]
    rows: dict[str, list[LogInPlace]] = {}
    for row in lately:
        rows.setdefault(row.officer, []).append(row)
    return [_guess(name, mine) for name, mine in rows.items()]


def _guess(name: str, rows: Sequence[LogInPlace]) -> tuple[str, str]:
    last, count = rows[-1], sum(row.wrong for row in rows)
    where = f"{last.place}" + (f"等{len(rows)}个地址" if len(rows) > 1 else "")
    return (
        f"guess/{name}/{last.tried_at:%Y-%m-%d}",
        f"{name}的口令从{where}连续输错{count}次（最近{last.tried_at:%m月%d日 %H:%M}），该处须等候后再试，别处不受影响。"
        "不是本人输错的，请告诉管理员查看来源。",
    )


def _place(address: str) -> str:
    """The caller's address; of IPv6 the network, of which one caller has as many addresses as he likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return "0.0.0.0"
    if found.version == 6 and not found.is_loopback:
        return str(ip_network(f"{found}/64", strict=False).network_address)
    return str(found)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
