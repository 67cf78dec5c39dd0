"""The post office: a folder of .eml by default (nothing to set up), SMTP by one setting."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from models.files import write_whole
from models.letters import Letter
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import Unsendable, mail_bytes
from notifications.outbox import Outcome

UNSAFE = re.compile(r"[^\w.\-\u4e00-\u9fff]+")
Done = Callable[[Letter, Outcome], None]


def deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    """Send each letter and tell `done` at once what became of it; one that fails stops no other."""
    if settings().smtp_url.get_secret_value():
        from notifications.sending import deliver as by_smtp

        by_smtp(letters, at, done)
        return
    for letter in letters:
        done(letter, _into_folder(letter))


def _into_folder(letter: Letter) -> Outcome:
    try:
        path = mail_path(letter)
        write_whole(path, mail_bytes(letter))
    except Unsendable as error:
        return Outcome(LetterState.REFUSED, str(error))
    except OSError as error:
        return Outcome(LetterState.DEFERRED, f"无法写入函件文件夹：{error.strerror}")
    return Outcome(LetterState.SENT, str(path.relative_to(settings().home)), "文件夹")


def mail_path(letter: Letter) -> Path:
    """post/<day>/<addressee>.eml; the same letter is the same file."""
    whole = letter.key.partition("/")[2]
    name = UNSAFE.sub("_", whole)[:80]
    if name != whole:  # two names that are written alike stay two files
        name = f"{name}_{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:6]}"
    return settings().post / letter.written_on.isoformat() / f"{name}.eml"
