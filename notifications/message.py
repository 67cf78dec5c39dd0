"""A letter as mail: built once as bytes, and the same letter is always the same bytes.

The old MIME classes cost a third of EmailMessage; what EmailMessage refuses in headers is made harmless here.
"""

import hashlib
import re
from base64 import encodebytes
from collections.abc import Iterator
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path

from models.letters import Letter
from models.rules.rhythm import rhythm
from models.settings import settings
from notifications.render import one_line

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
LONGEST_NAME = 80


class _AsWritten(Compat32):
    """Headers that are short, ASCII and folded already are written as they stand; looking at them again costs half a mail."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header; whatever is not plainly well formed goes the library's way."""
        first, *more = f"{name}: {value}".split("\r\n")
        plain = first.isascii() and first.isprintable() and len(first) <= LONGEST_LINE
        if plain and all(FOLDED.fullmatch(line) and len(line) <= LONGEST_LINE for line in more):
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


LONGEST_LINE = 78
FOLDED = re.compile(r" [!-~][ -~]*")
WIRE = _AsWritten(linesep="\r\n")


class Unsendable(ValueError):
    """A letter cannot be made into a mail; the message says why and what to do."""


def is_address(text: str) -> bool:
    """Whether a mail can be addressed so. Anything else (blanks, line breaks, Chinese letters) is refused."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def message_id(key: str) -> str:
    """The stable identity of a letter's mail."""
    domain = settings().sender.rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}@{domain}>"


def mail_bytes(letter: Letter) -> bytes:
    """The mail, ready to send. In trial mode it goes to one address and names the true addressees. Raises Unsendable."""
    try:
        return _mail(letter).as_bytes(policy=WIRE)
    except OSError as error:
        raise Unsendable(f"附件无法读取（{error.strerror}），请补上文件后重发") from error
    except (ValueError, LookupError) as error:
        raise Unsendable(f"邮件无法生成（{type(error).__name__}），请检查函件文字") from error


def _mail(letter: Letter) -> MIMEMultipart:
    mark = hashlib.sha256((letter.copy_of or letter.key).encode("utf-8", "replace")).hexdigest()[:24]
    files = [line.partition("|") for line in letter.attachments.splitlines() if line]
    words = MIMEMultipart("alternative", boundary=f"=={mark}.{int(bool(files))}==")
    note, note_html = _trial_note(letter)
    words.attach(_text(note + letter.text, "plain"))
    words.attach(_text(letter.html.replace("<!--trial-->", note_html), "html"))
    mail = words
    if files:
        mail = MIMEMultipart("mixed", boundary=f"=={mark}.0==")
        mail.attach(words)
    for path, _, name in files:
        mail.attach(_attachment(path, name))
    for name, value in _headers(letter):
        mail[name] = value
    return mail


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    trial = settings().trial_address
    subject = f"[试运行 → {letter.addressee}] {letter.subject}" if trial else letter.subject
    yield "From", f"{_word(rhythm().sender.name or settings().bureau)} <{settings().sender}>"
    to, *copies = [trial] if trial else named(letter)
    yield "To", to
    if copies:
        yield "Cc", ",\r\n ".join(copies)
    yield "Subject", _word(subject, used=len("Subject: "))
    yield "Date", format_datetime(letter.written_at)
    yield "Message-ID", letter.message_id
    yield "Reply-To", settings().reply_to or settings().sender
    yield "Auto-Submitted", "auto-generated"


@lru_cache(maxsize=256)
def _word(text: str, used: int = 0) -> str:
    """Any text as a header's value: one line, encoded where it is not plain ASCII."""
    line = one_line(text)
    # A long or encoded-looking ASCII text is encoded too, so that it is folded and comes out as it was.
    if line.isascii() and len(line) < 60 and not re.search(r'[=?<>@,;:"()\\\[\]]', line):
        return line
    return Header(line.encode("utf-8", "replace").decode(), "utf-8", header_name=" " * used).encode(
        linesep="\r\n"
    )


def _text(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(text.encode("utf-8", "replace")).decode("ascii"))
    return part


def _attachment(path: str, name: str) -> MIMEApplication:
    """Named twice: as the standard says and as old mail programs in use here read it."""
    shown = one_line(name)[-LONGEST_NAME:] or Path(path).name
    data = (settings().home / path).read_bytes()
    part = MIMEApplication(data, DOCX if shown.endswith(".docx") else XLSX)
    part.set_param("name", Header(shown, "utf-8", maxlinelen=10_000).encode(maxlinelen=0))
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", shown))
    return part


def _trial_note(letter: Letter) -> tuple[str, str]:
    if not settings().trial_address:
        return "", ""
    copies = f"；抄送：{letter.copy_to}" if letter.copy_to else ""
    note = one_line(f"【试运行】正式运行时收件人：{letter.addressee} {letter.recipient}{copies}")
    return f"{note}\n\n", f'<p style="background:#fff3cd;padding:8px 12px;margin:0 0 12px">{escape(note)}</p>'


def envelope(letter: Letter) -> list[str]:
    """Everybody whom the mail is handed to, the addressee first; a copy that is made up for goes to its own one."""
    if settings().trial_address:
        return [settings().trial_address]
    return [letter.only_to] if letter.only_to else named(letter)


def named(letter: Letter) -> list[str]:
    """Everybody whom the mail names, the addressee first."""
    copies = [one for one in letter.copy_to.split(", ") if is_address(one) and one != letter.recipient]
    return [letter.recipient, *copies]
