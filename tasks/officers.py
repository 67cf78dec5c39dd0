"""Who is at the desk: an officer's personal code, of which only a hash is kept, and who started which run."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from models.database import insert_new, transaction
from models.desk import LogIn, LogInPlace, StartedRun
from models.people import Officer

SHORTEST = 8
SCRYPT = {"n": 2**14, "r": 8, "p": 1}


class CodeRefused(ValueError):
    """The code was not accepted; the message says why and what to do."""


def officer_names() -> list[str]:
    """Everybody who may decide."""
    with transaction() as session:
        return list(session.exec(select(Officer.name).order_by(Officer.name)).all())


def standing(at: datetime) -> list[str]:
    """A line an officer: name, post, and whether he can log in from everywhere."""
    with transaction() as session:
        rows = session.exec(select(Officer).order_by(Officer.name)).all()
        places = session.exec(select(LogInPlace).order_by(LogInPlace.key)).all()
    if not rows:
        return ["还没有登记经办人。请先运行 jixiao year open，读入数据目录中的人员名单。"]
    return [
        f"{one.name}　{one.post}　{_says(one, [row for row in places if row.officer == one.name], at)}"
        for one in rows
    ]


def _says(officer: Officer, places: Sequence[LogInPlace], at: datetime) -> str:
    if not officer.code_hash:
        return f"未设口令（jixiao officers code {officer.name}）"
    waits = [
        f"{row.place}须等到{row.wait_until:%H:%M:%S}"
        for row in places
        if row.wait_until and at < row.wait_until
    ]
    return "，".join(["已设口令", *waits])


def set_code(name: str, code: str) -> None:
    """Give an officer a new code; ends his waiting and whatever he was logged in with. Raises CodeRefused."""
    if len(code) < SHORTEST or len(set(code)) < 4 or name in code:
        raise CodeRefused(
            f"口令至少{SHORTEST}位，至少含4个不同的字符，且不能含姓名。请换一个（可以用字母、数字、汉字）。"
        )
    with transaction() as session:
        officer = _officer(session, name)
        officer.code_hash = _hashed(code)
        session.add(officer)
        session.exec(update(LogIn).where(col(LogIn.officer) == name).values(until=LogIn.since))
        places = update(LogInPlace).where(col(LogInPlace.officer) == name)
        session.exec(places.values(wrong=0, wait_until=None))


def note_start(run_id: str, officer: str, title: str, at: datetime) -> None:
    """Write down who started a run."""
    with transaction() as session:
        insert_new(session, [StartedRun(run_id=run_id, officer=officer, title=title, started_at=at)])


def starter(run_id: str) -> str | None:
    """Who started the run, if anybody was logged in."""
    with transaction() as session:
        row = session.get(StartedRun, run_id)
        return row.officer if row else None


def known(name: str) -> None:
    """Raises CodeRefused, with who is registered, when nobody of that name is."""
    with transaction() as session:
        _officer(session, name)


def _officer(session: Session, name: str) -> Officer:
    officer = session.get(Officer, name)
    if officer is None:
        known = "、".join(session.exec(select(Officer.name).order_by(Officer.name)).all()) or "无"
        raise CodeRefused(f"“{name}”未登记为经办人。已登记：{known}。请核对姓名。")
    return officer


def _hashed(code: str) -> str:
    salt = secrets.token_bytes(16)
    made = hashlib.scrypt(code.encode(), salt=salt, **SCRYPT)
    return f"scrypt${salt.hex()}${made.hex()}"


def matches(code: str, stored: str) -> bool:
    """Whether the code is the one of which the hash is kept."""
    _, salt, expected = stored.split("$")
    made = hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), **SCRYPT)
    return hmac.compare_digest(made.hex(), expected)
