"""SMTP, the only place that speaks it (aiosmtplib). The step that failed decides what became of a letter.

At connect, EHLO, STARTTLS, AUTH or MAIL the post office is shut, for all letters; then the next server of the list is
tried. RCPT decides for one letter. From DATA on a lost line leaves the letter in doubt (the library sends DATA and the
text in one go, so nobody can say how far it came): it goes again with the same Message-ID. QUIT changes nothing.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import SplitResult, unquote

import aiosmtplib

from models.letters import Letter
from models.rules.rhythm import rhythm
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import Unsendable, envelope, is_address, mail_bytes
from notifications.outbox import Outcome
from notifications.pace import Pace
from notifications.servers import SCHEMES, PostOfficeShut, encryption, plain, servers

SHUT_CODE = 421
Done = Callable[[Letter, Outcome], None]
FAULTS = (aiosmtplib.SMTPException, OSError, ValueError, EOFError)
"""What a broken server, line or certificate makes the library raise; UnicodeError and ssl.SSLError are among them."""


def deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    """Send the letters over a few lines, ready bytes each."""
    _apart(Round(letters, at, done).run)


def greet() -> list[str]:
    """What is wrong with each server of the setting, in order; "" for one that lets us in. Nothing is sent."""
    found: list[str] = []
    _apart(partial(_greet, found))
    return found


def _apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a loop and a thread of its own: a caller may live in a loop already, as the steps of a flow do."""
    with ThreadPoolExecutor(1, thread_name_prefix="post") as thread:
        thread.submit(lambda: asyncio.run(work())).result()


async def _greet(found: list[str]) -> None:
    for server in servers():
        try:
            line = await Line.open(server)
            await line.quit()
            found.append("")
        except PostOfficeShut as shut:
            found.append(str(shut))


class Round:
    """One round of sending: a few carriers share the letters; once every server is shut nobody tries any more."""

    def __init__(self, letters: Sequence[Letter], at: datetime, done: Done) -> None:
        self._left, self._at, self._done = deque(letters), at, done
        self._shut = ""
        self._pace = Pace(rhythm().limits.per_minute)
        self._servers = servers()

    async def run(self) -> None:
        """Send everything, each letter settled at once."""
        lines = min(rhythm().limits.connections, len(self._left))
        await asyncio.gather(*(self._carry() for _ in range(lines)))

    async def _carry(self) -> None:
        line: Line | None = None
        while self._left:
            letter = self._left.popleft()
            if self._shut:
                self._done(letter, Outcome(LetterState.DEFERRED, self._shut, shut=True))
                continue
            outcome, line = await self._one(letter, line)
            self._done(letter, outcome)
        if line is not None:
            await line.quit()

    async def _one(self, letter: Letter, line: "Line | None") -> "tuple[Outcome, Line | None]":
        """One letter over the open line; if that is shut, over a new one, server by server."""
        if not is_address(envelope(letter)[0]):
            says = f"邮箱“{letter.recipient}”不是有效地址，请核对联系人邮箱"
            return Outcome(LetterState.REFUSED, says, bad=(letter.recipient,)), line
        try:
            data = mail_bytes(letter)
        except Unsendable as error:
            return Outcome(LetterState.REFUSED, str(error)), line
        await self._pace.turn()
        says = ""
        for server in (None, *self._servers):
            try:
                if server is not None:
                    line = await Line.open(server)
                if line is None or not line.open_still:
                    continue
                return await line.send(letter, data), line
            except PostOfficeShut as shut:
                says, line = str(shut), None
            except Exception as error:  # noqa: BLE001  a surprise with one letter must not stop the others
                return Outcome(LetterState.IN_DOUBT, f"发送时出错（{type(error).__name__}），稍后重发"), None
        self._shut = says
        return Outcome(LetterState.DEFERRED, says, shut=True), None


class Line:
    """An open line to one server, encrypted and logged in as its address says."""

    def __init__(self, client: aiosmtplib.SMTP, server: str) -> None:
        self._client, self._server = client, server

    @property
    def open_still(self) -> bool:
        """Whether the server has not hung up."""
        return self._client.is_connected

    @classmethod
    async def open(cls, url: SplitResult) -> "Line":
        """No password goes over a line that is not encrypted and verified. Raises PostOfficeShut."""
        direct, upgraded = encryption(url)
        client = aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port or SCHEMES[url.scheme],
            use_tls=direct,
            start_tls=False,
            tls_context=ssl.create_default_context() if direct or upgraded else None,
            timeout=rhythm().limits.timeout_seconds,
        )
        step = "连接"
        try:
            await client.connect()
            if upgraded:
                step = "加密"
                await client.starttls()
            if url.username:
                step = "登录"
                await client.login(unquote(url.username), unquote(url.password or ""))
        except FAULTS as error:
            client.close()
            raise _shut(url.hostname or "", step, error) from None
        return cls(client, url.hostname or "")

    async def send(self, letter: Letter, data: bytes) -> Outcome:
        """One letter: MAIL, RCPT for everybody, the bytes. Raises PostOfficeShut."""
        try:
            await self._client.mail(settings().bounce_to or settings().sender)
        except FAULTS as error:
            self._client.close()
            raise _shut(self._server, "发件人", error) from None
        main, *copies = envelope(letter)
        refused: list[str] = []
        for address in (main, *copies):
            outcome = await self._recipient(address)
            if outcome is not None and address == main:
                await self._forget()
                return outcome
            if outcome is not None:
                refused.append(address)
            if not self.open_still:
                return self._settled(LetterState.DEFERRED, "发送中途连接中断，稍后重发")
        return await self._text(data, refused)

    async def _recipient(self, address: str) -> Outcome | None:
        """None when the server takes the address."""
        try:
            await self._client.rcpt(address)
        except aiosmtplib.SMTPResponseException as error:
            if error.code == SHUT_CODE:
                self._client.close()
            return self._judged(error, "收件人地址", address)
        except FAULTS as error:
            self._client.close()
            return self._settled(LetterState.DEFERRED, f"投递时连接中断（{type(error).__name__}），稍后重发")
        return None

    async def _text(self, data: bytes, refused: list[str]) -> Outcome:
        try:
            answer = await self._client.data(data)
        except aiosmtplib.SMTPResponseException as error:
            await self._forget()
            return self._judged(error, "邮件", "", in_doubt=True)
        except FAULTS:
            self._client.close()
            return self._settled(LetterState.IN_DOUBT, "连接中断，无法确认是否送达，稍后以同一邮件编号重发")
        says = f"抄送地址{'、'.join(refused)}被拒" if refused else ""
        return self._settled(LetterState.SENT, says, plain(answer.message), tuple(refused))

    def _judged(
        self, error: aiosmtplib.SMTPResponseException, what: str, address: str, *, in_doubt: bool = False
    ) -> Outcome:
        """4xx later, 5xx never; an answer that is none says nothing, so the line is given up."""
        answer = f"{error.code} {plain(error.message)}"
        if 400 <= error.code < 500:
            return self._settled(LetterState.DEFERRED, f"{what}暂未被接收（{error.code}），稍后重发", answer)
        if 500 <= error.code < 600:
            policy = plain(error.message).startswith("5.7")
            bad = (address,) if address and not policy else ()
            advice = "请核对联系人邮箱" if bad or address else "请看服务器应答"
            return self._settled(LetterState.REFUSED, f"{what}被拒收（{error.code}），{advice}", answer, bad)
        self._client.close()
        state = LetterState.IN_DOUBT if in_doubt else LetterState.DEFERRED
        return self._settled(state, "邮件服务器的应答无法理解，稍后重发")

    def _settled(self, state: LetterState, says: str, answer: str = "", bad: tuple[str, ...] = ()) -> Outcome:
        return Outcome(state, says, self._server, answer, bad=bad)

    async def _forget(self) -> None:
        """Clear the envelope of a letter that did not go; a server that cannot is left."""
        try:
            if self.open_still:
                await self._client.rset()
        except FAULTS:
            self._client.close()

    async def quit(self) -> None:
        """Say goodbye; what was sent is sent, whatever the answer."""
        try:
            if self.open_still:
                await self._client.quit()
        except FAULTS:
            pass
        finally:
            self._client.close()


def _shut(server: str, step: str, error: Exception) -> PostOfficeShut:
    code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0 else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return PostOfficeShut(f"邮件服务器{server}的证书没有通过验证，口令未发出，稍后自动重发")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return PostOfficeShut(
            f"邮件服务器{server}拒绝登录（{error.code}），请核对JIXIAO_SMTP_URL中的用户和口令"
        )
    return PostOfficeShut(f"邮件服务器{server}暂不可用（{step}：{type(error).__name__}{code}），稍后自动重发")
