"""The mailbox that departments answer to, read over IMAP; what is new goes into the inbox as whole mails.

Nothing is changed on the server (officers see their mail as before). How far was read is remembered beside the
inbox, per mailbox, after the mails lie there: a crash reads a mail twice, which is one submission, and loses none.
"""

import imaplib
import ssl
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from models.files import write_whole
from models.settings import settings

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

TIMEOUT = 60
MOST_BYTES = 40_000_000
AT_ONCE = 200
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class MailboxShut(Exception):
    """The mailbox cannot be read now; the message is one sentence for the officers, without any secret."""


def fetch_mail() -> int:
    """New mails into the inbox; how many. Does nothing where no mailbox is set. Raises MailboxShut."""
    return _visit(_take_new) if settings().imap_url.get_secret_value() else 0


def waiting() -> int:
    """How many mails have not been read yet. Raises MailboxShut."""
    return _visit(lambda _box, _mark, uids: len(uids))


Visit = Callable[["BaseMailBox", Path, list[int]], int]


def _visit(act: Visit) -> int:
    from imap_tools import MailboxLoginError
    from imap_tools.errors import ImapToolsError

    url = _address(settings().imap_url.get_secret_value())
    try:
        return _logged_in(url, act)
    except MailboxLoginError:
        raise MailboxShut(f"邮箱{url.hostname}拒绝登录，请核对JIXIAO_IMAP_URL中的用户和口令。") from None
    except ssl.SSLError as error:
        kind = type(error).__name__
        raise MailboxShut(f"邮箱{url.hostname}的加密连接没有通过验证（{kind}），未读取。") from None
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        kind = type(error).__name__
        raise MailboxShut(f"邮箱{url.hostname}暂时无法读取（{kind}），下次自动重试。") from None


def _address(text: str) -> SplitResult:
    """The mailbox's address; a password goes only over a verified line."""
    try:
        url = urlsplit(text)
        known = url.scheme in {"imaps", "imap+starttls", "imap"} and url.port != 0
        good = bool(known and url.hostname and url.username)
    except ValueError:
        good = False
    if not good:
        raise MailboxShut("JIXIAO_IMAP_URL不正确，应如 imaps://用户:口令@主机:993/INBOX。")
    if url.scheme == "imap" and url.hostname not in LOOPBACK:
        raise MailboxShut("JIXIAO_IMAP_URL没有加密，未连接。请改用 imaps:// 或 imap+starttls://。")
    return url


def _logged_in(url: SplitResult, act: Visit) -> int:
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    host, folder = url.hostname or "", unquote(url.path.strip("/")) or "INBOX"
    box: BaseMailBox
    if url.scheme == "imaps":
        box = MailBox(host, url.port or 993, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    elif url.scheme == "imap+starttls":
        box = MailBoxStartTls(
            host, url.port or 143, timeout=TIMEOUT, ssl_context=ssl.create_default_context()
        )
    else:
        box = MailBoxUnencrypted(host, url.port or 143, timeout=TIMEOUT)
    with box.login(unquote(url.username or ""), unquote(url.password or ""), initial_folder=folder):
        validity = box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        mark = _mark(host, url.username or "", folder, validity)
        last = int(mark.read_text()) if mark.exists() else 0
        return act(box, mark, sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last))


def _take_new(box: "BaseMailBox", mark: Path, uids: list[int]) -> int:
    for uid in uids[:AT_ONCE]:
        data = _whole(box, uid)
        if data is not None:
            write_whole(settings().inbox / f"{mark.stem}-{uid:010d}.eml", data)
        write_whole(mark, str(uid).encode())
    return len(uids[:AT_ONCE])


def _mark(host: str, user: str, folder: str, validity: int) -> Path:
    """Where the last mail read is remembered; a mailbox made anew has another UIDVALIDITY and is read from the start."""
    name = sha256(f"{user}@{host}/{folder}/{validity}".encode()).hexdigest()[:12]
    return settings().home / "mailbox" / f"{name}.uid"


def _whole(box: "BaseMailBox", uid: int) -> bytes | None:
    """The mail's bytes; of one that is too large only the headers, with a note; None if it is gone."""
    client = box.client
    size = _response(client.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    digits = size.partition(b"RFC822.SIZE ")[2].split(b")")[0].split()[:1]
    if digits and int(digits[0]) > MOST_BYTES:
        head = _response(client.uid("FETCH", str(uid), "(BODY.PEEK[HEADER])"))
        return b"X-Jixiao-Too-Large: " + digits[0] + b"\r\n" + head.strip() + b"\r\n\r\n"
    return _response(client.uid("FETCH", str(uid), "(BODY.PEEK[])")) or None


def _response(answer: tuple[str, list[bytes | tuple[bytes, bytes] | None]]) -> bytes:
    """The literal of a FETCH answer, or its line when it has none."""
    for part in answer[1]:
        if isinstance(part, tuple):
            return part[1]
    first = answer[1][0] if answer[1] else b""
    return first if isinstance(first, bytes) else b""


def note_trouble(says: str) -> None:
    """Keep, or with "" forget, why the mailbox could not be read, for `jixiao doctor` and the officers' digest."""
    path = settings().home / "mailbox" / "trouble.txt"
    if says:
        write_whole(path, says.encode())
    else:
        path.unlink(missing_ok=True)


def trouble() -> str:
    """Why the mailbox could not be read last time; "" when all is well."""
    path = settings().home / "mailbox" / "trouble.txt"
    return path.read_text() if path.exists() else ""
