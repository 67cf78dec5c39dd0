"""Who is at the desk: an officer's personal code (only its hash is kept), few tries, and a sign that he is logged in."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, select

from models.database import insert_new, transaction
from models.desk import StartedRun
from models.people import Officer
from tasks.forms.number import secret_key

TRIES = 5
LOCKED = timedelta(minutes=15)
SHORTEST = 8
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
LOGGED_IN = timedelta(hours=9)
"""A working day: who forgets to log out is logged out by the evening."""


class CodeRefused(ValueError):
    """The code was not accepted; the message says why and what to do."""


def officer_names() -> list[str]:
    """Everybody who may decide."""
    with transaction() as session:
        return list(session.exec(select(Officer.name).order_by(Officer.name)).all())


def standing(at: datetime) -> list[str]:
    """A line an officer: name, post, and whether he can log in."""
    with transaction() as session:
        rows = session.exec(select(Officer).order_by(Officer.name)).all()
    if not rows:
        return ["还没有登记经办人。请先运行 jixiao year open，读入数据目录中的人员名单。"]
    return [f"{one.name}　{one.post}　{_says(one, at)}" for one in rows]


def _says(officer: Officer, at: datetime) -> str:
    if not officer.code_hash:
        return f"未设口令（jixiao officers code {officer.name}）"
    locked = officer.locked_until is not None and at < officer.locked_until
    return f"已锁定到{officer.locked_until:%H:%M}" if locked else "已设口令"


def set_code(name: str, code: str) -> None:
    """Give an officer a new code; ends his lock and whatever he was logged in with. Raises CodeRefused."""
    if len(code) < SHORTEST or len(set(code)) < 4 or name in code:
        raise CodeRefused(
            f"口令至少{SHORTEST}位，至少含4个不同的字符，且不能含姓名。请换一个（可以用字母、数字、汉字）。"
        )
    with transaction() as session:
        officer = _officer(session, name)
        officer.code_hash, officer.failed_tries, officer.locked_until = _hashed(code), 0, None
        session.add(officer)


def check_code(name: str, code: str, at: datetime) -> None:
    """Whether the code is the officer's. Tries of one officer wait for each other, so that none is uncounted.

    Raises CodeRefused with a sentence.
    """
    with transaction() as session:
        officer = session.get(Officer, name, with_for_update=True)
        refused = _try(officer, name, code, at)
        if officer is not None:
            session.add(officer)
    if refused:
        raise CodeRefused(refused)


def _try(officer: Officer | None, name: str, code: str, at: datetime) -> str:
    """Look at one try and count it; returns why it was refused, "" when it was right."""
    if officer is None or not officer.code_hash:
        return (
            f"“{name}”还没有个人口令，或未登记为经办人。请管理员在服务器上运行：jixiao officers code {name}"
        )
    if officer.locked_until and at < officer.locked_until:
        return f"口令连续输错{TRIES}次，已锁定到{officer.locked_until:%H:%M}。届时再试，或请管理员重设口令。"
    if _matches(code, officer.code_hash):
        officer.failed_tries, officer.locked_until = 0, None
        return ""
    officer.failed_tries += 1
    if officer.failed_tries < TRIES:
        return f"口令不对。还可以试{TRIES - officer.failed_tries}次。"
    officer.failed_tries, officer.locked_until = 0, at + LOCKED
    return f"口令不对。连续输错{TRIES}次，已锁定到{officer.locked_until:%H:%M}。"


def login_token(name: str, at: datetime) -> str:
    """A signed sign of being logged in for a working day; changing the code makes it worthless."""
    until = int((at + LOGGED_IN).timestamp())
    with transaction() as session:
        stored = _officer(session, name).code_hash
    words = base64.urlsafe_b64encode(f"{name}|{until}".encode()).decode()
    return f"{words}.{_signature(words, stored)}"


def officer_of(token: str, at: datetime) -> str | None:
    """Whose sign it is; None when it is made up, expired, or the code was changed since."""
    words, _, signature = token.partition(".")
    try:
        name, until = base64.urlsafe_b64decode(words).decode().split("|")
        fresh = at.timestamp() < int(until)
    except ValueError:
        return None
    with transaction() as session:
        officer = session.get(Officer, name)
        stored = officer.code_hash if officer else ""
    good = bool(stored) and hmac.compare_digest(signature, _signature(words, stored))
    return name if good and fresh else None


def note_start(run_id: str, officer: str, title: str, at: datetime) -> None:
    """Write down who started a run."""
    with transaction() as session:
        insert_new(session, [StartedRun(run_id=run_id, officer=officer, title=title, started_at=at)])


def starter(run_id: str) -> str | None:
    """Who started the run, if anybody was logged in."""
    with transaction() as session:
        row = session.get(StartedRun, run_id)
        return row.officer if row else None


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


def _matches(code: str, stored: str) -> bool:
    _, salt, expected = stored.split("$")
    made = hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), **SCRYPT)
    return hmac.compare_digest(made.hex(), expected)


def _signature(words: str, stored: str) -> str:
    return hmac.new(secret_key(), f"login\n{words}\n{stored}".encode(), hashlib.sha256).hexdigest()
