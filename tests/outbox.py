"""Letters in the outbox for tests of sending, and a rhythm without pauses."""

from datetime import datetime
from pathlib import Path

from sqlmodel import select

from models.database import insert_new, transaction
from models.letters import Letter
from models.settings import settings
from notifications.message import message_id
from tests import people

NOON = people.at(3, 1, 12)
QUICK = """
[limits]
daily = {daily}
per_minute = 0
connections = {connections}
timeout_seconds = {timeout}
"""


def quick_rules(folder: Path, *, daily: int = 100_000, connections: int = 5, timeout: float = 0.4) -> Path:
    """A rules folder whose rhythm has no pace and short waits."""
    folder.mkdir(parents=True, exist_ok=True)
    text = QUICK.format(daily=daily, connections=connections, timeout=timeout)
    (folder / "rhythm.toml").write_text(text, encoding="utf-8")
    return folder


def lead(patch, **names: str) -> None:
    """Settings of the installation from now on."""
    for name, value in names.items():
        patch.setenv(f"JIXIAO_{name.upper()}", value)
    settings.cache_clear()


def letter(addressee: str, sequence: int = 1, at: datetime = NOON, **more: object) -> Letter:
    """A letter as the tasks write it."""
    key = f"{at.date()}/{addressee}/{sequence}"
    about: dict[str, object] = {
        "kind": "opened",
        "about": "x",
        "work_year": people.YEAR,
        "recipient": f"{addressee}@dept.example",
        "subject": f"关于报送表格的函{sequence}",
        "text": "正文\n",
        "html": "<p>正文</p>",
        "message_id": message_id(key),
    }
    return Letter(
        key=key, written_on=at.date(), written_at=at, addressee=addressee, sequence=sequence, **about | more
    )


def put(*letters: Letter) -> None:
    """Into the outbox."""
    with transaction() as session:
        insert_new(session, letters)


def found(key: str) -> Letter:
    """A letter as it stands now."""
    with transaction() as session:
        return session.get_one(Letter, key)


def all_letters() -> list[Letter]:
    """Every letter, in order."""
    with transaction() as session:
        return list(session.exec(select(Letter).order_by(Letter.key)).all())
