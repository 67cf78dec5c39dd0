"""SMTP, the only place that speaks it (aiosmtplib). The step that failed decides what became of a letter.

Before RCPT the post office is shut for all; RCPT decides for one letter; a line lost after the final dot leaves it
in doubt (it goes again with the same Message-ID); a QUIT that fails changes nothing.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from models.letters import Letter
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import envelope, mail_bytes
from notifications.outbox import Outcome

CONNECTIONS = 5
TIMEOUT = 60
Done = Callable[[Letter, Outcome], None]


class PostOfficeShut(Exception):
    """Nothing can be sent now; the message says at which step it failed."""


def deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    """Send the letters over a few connections, ready bytes each."""
    asyncio.run(_deliver(letters, at, done))


async def _deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    queue: asyncio.Queue[Letter] = asyncio.Queue()
    for letter in letters:
        queue.put_nowait(letter)
    await asyncio.gather(*(_carrier(queue, at, done) for _ in range(min(CONNECTIONS, len(letters)))))


async def _carrier(queue: "asyncio.Queue[Letter]", at: datetime, done: Done) -> None:
    """One connection that carries letters until there are none; a lost line is opened anew for the next."""
    client: aiosmtplib.SMTP | None = None
    while not queue.empty():
        letter = queue.get_nowait()
        try:
            client = client if client is not None and client.is_connected else await _connect()
        except PostOfficeShut as shut:
            done(letter, Outcome(LetterState.DEFERRED, str(shut)))
            continue
        done(letter, await _send(client, letter, at))
    if client is not None and client.is_connected:
        try:
            await client.quit()
        except (aiosmtplib.SMTPException, OSError):
            client.close()


async def _connect() -> aiosmtplib.SMTP:
    """A line to the post office, encrypted and logged in as the settings say; no password without verified TLS."""
    url = urlsplit(settings().smtp_url.get_secret_value())
    direct, upgraded = url.scheme == "smtps", url.scheme == "smtp+starttls"
    client = aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port or (465 if direct else 587),
        use_tls=direct,
        start_tls=upgraded,
        tls_context=ssl.create_default_context() if direct or upgraded else None,
        timeout=TIMEOUT,
    )
    try:
        await client.connect()
        if url.username and (direct or upgraded):
            await client.login(unquote(url.username), unquote(url.password or ""))
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError) as error:
        client.close()
        raise PostOfficeShut(f"邮件服务器暂不可用（{type(error).__name__}），稍后自动重发") from None
    return client


async def _send(client: aiosmtplib.SMTP, letter: Letter, at: datetime) -> Outcome:
    """One letter over an open line."""
    try:
        data = mail_bytes(letter, at)
    except OSError as error:
        return Outcome(LetterState.DEFERRED, f"附件无法读取：{error.strerror}")
    try:
        refused, _ = await client.sendmail(settings().sender, envelope(letter), data)
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _refused(max(one.code for one in error.recipients), "收件人地址")
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error.code, "邮件")
    except (aiosmtplib.SMTPException, OSError):
        client.close()
        return Outcome(LetterState.IN_DOUBT, "连接中断，无法确认是否送达，稍后以同一邮件编号重发")
    return Outcome(LetterState.SENT, f"其中{len(refused)}个抄送地址被拒" if refused else "")


def _refused(code: int, what: str) -> Outcome:
    if 400 <= code < 500:
        return Outcome(LetterState.DEFERRED, f"{what}暂未被接收（{code}），稍后重发")
    return Outcome(LetterState.REFUSED, f"{what}被拒收（{code}），请核对联系人邮箱")
