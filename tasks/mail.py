"""A mail taken apart: who sent it, what it says, which files it carries, also in mails forwarded within it."""

import email
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import PurePosixPath
from typing import cast

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".csv"})
DEEPEST = 5  # mails within mails
MOST_FILES = 60
MOST_TEXT = 4_000
NAME = re.compile(r"<[^<>\s]{3,200}>")
TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail. `inside` is a picture of the text itself, such as a signature's logo."""

    name: str
    data: bytes
    inside: bool

    @property
    def is_workbook(self) -> bool:
        """Whether it may be a form; told by its name, as the reader looks at the bytes anyway."""
        return PurePosixPath(self.name).suffix.lower() in WORKBOOKS


@dataclass(frozen=True)
class Mail:
    """What a mail says and carries."""

    sender: str
    subject: str
    text: str
    automatic: bool
    too_large: int
    """Bytes of a mail that was left on the server; 0 for one that is here."""
    files: tuple[Attachment, ...]
    answers: tuple[str, ...] = ()
    """Message-IDs of the mails it answers."""
    replied_automatically: bool = False
    """An automatic reply of somebody's mailbox (out of office), not a bounce or a list."""

    @property
    def address(self) -> str:
        """The bare address of the sender."""
        return parseaddr(self.sender)[1]


def take_apart(data: bytes) -> Mail:
    """Any bytes give a mail: what cannot be understood in it is empty, never an error."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    files = tuple(_files(mail, DEEPEST))[:MOST_FILES]
    size = _header(mail, "X-Jixiao-Too-Large")
    large = int(size) if size.isdigit() else 0
    return Mail(
        _header(mail, "From"),
        _header(mail, "Subject"),
        _text(mail),
        _automatic(mail),
        large,
        files,
        tuple(dict.fromkeys(NAME.findall(f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}"))),
        _replied(mail),
    )


def _header(mail: EmailMessage, name: str) -> str:
    """A header on one line; one that breaks the parser is empty."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception:  # noqa: BLE001  the header parser of the standard library raises what it likes on foreign bytes
        return ""


def _automatic(mail: EmailMessage) -> bool:
    """Bounces, out-of-office replies, lists: nobody reads an answer to them, and two machines could answer for ever."""
    submitted = _header(mail, "Auto-Submitted").lower()
    return (
        (submitted != "" and not submitted.startswith("no"))
        or _header(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
        or bool(_header(mail, "X-Autoreply") or _header(mail, "X-Auto-Response-Suppress"))
        or _header(mail, "Return-Path") == "<>"
        or mail.get_content_type() == "multipart/report"
        or parseaddr(_header(mail, "From"))[1].lower().startswith(("mailer-daemon@", "postmaster@"))
    )


def _replied(mail: EmailMessage) -> bool:
    words = _header(mail, "Auto-Submitted").lower(), _header(mail, "Precedence").lower()
    return (
        words[0].startswith("auto-replied") or words[1] == "auto_reply" or bool(_header(mail, "X-Autoreply"))
    )


def _files(mail: EmailMessage, depth: int) -> Iterator[Attachment]:
    for part in mail.walk():
        name = _name(part)
        if part.is_multipart() or not name:
            continue
        data = _content(part)
        if PurePosixPath(name).suffix.lower() == ".eml" and depth:
            inner = email.message_from_bytes(data, policy=email.policy.default)
            yield from _files(inner, depth - 1)
        else:
            picture = part.get_content_maintype() == "image"
            shown = part.get_content_disposition() == "inline" or bool(_header(part, "Content-ID"))
            yield Attachment(name, data, picture and shown)


def _name(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001  as above
        name = "附件"
    return PurePosixPath(name.replace("\\", "/")).name[:150]


def _content(part: EmailMessage) -> bytes:
    try:
        return cast(bytes, part.get_payload(decode=True)) or b""
    except Exception:  # noqa: BLE001  as above
        return b""


def _text(mail: EmailMessage) -> str:
    """The mail's own words, plain text preferred."""
    try:
        body = mail.get_body(("plain", "html"))
        text = body.get_content() if body is not None else ""
        if body is not None and body.get_content_subtype() == "html":
            text = html.unescape(TAG.sub(" ", text))
    except Exception:  # noqa: BLE001  as above: an unknown charset, a broken part
        return ""
    return re.sub(r"\s*\n\s*", "\n", str(text)).strip()[:MOST_TEXT]
