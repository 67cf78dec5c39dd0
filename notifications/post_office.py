"""The post office: a folder of .eml by default (nothing to set up), SMTP by one setting."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from models.files import write_whole
from models.letters import Letter
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import mail_bytes
from notifications.outbox import Outcome

UNSAFE = re.compile(r"[^\w.\-\u4e00-\u9fff]+")
Done = Callable[[Letter, Outcome], None]


def deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    """Send each letter and tell `done` at once what became of it; one that fails stops no other."""
    if settings().smtp_url.get_secret_value():
        from notifications.smtp import deliver as by_smtp

        by_smtp(letters, at, done)
        return
    for letter in letters:
        done(letter, _into_folder(letter, at))


def _into_folder(letter: Letter, at: datetime) -> Outcome:
    try:
        path = mail_path(letter)
        write_whole(path, mail_bytes(letter, at))
    except OSError as error:
        return Outcome(LetterState.DEFERRED, f"无法写入函件文件夹：{error.strerror}")
    return Outcome(LetterState.SENT, str(path.relative_to(settings().home)))


def mail_path(letter: Letter) -> Path:
    """post/<day>/<addressee>.eml; the same letter is the same file."""
    name = UNSAFE.sub("_", letter.key.partition("/")[2])[:80]
    return settings().post / letter.written_on.isoformat() / f"{name}.eml"
