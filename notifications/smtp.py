"""SMTP, the only place that speaks it (aiosmtplib). The step that failed decides what became of a letter.

At connect, EHLO, STARTTLS, AUTH or MAIL the post office is shut, for all letters; then the next server of the list is
tried. RCPT decides for one address: the addressee's for the letter, a copy's for that copy alone. From DATA on a lost line leaves the letter in doubt (the library sends DATA and the
text in one go, so nobody can say how far it came): it goes again with the same Message-ID. QUIT changes nothing.
"""

import ssl
from dataclasses import replace
from urllib.parse import SplitResult, unquote

import aiosmtplib

from models.letters import Letter
from models.rules.rhythm import rhythm
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import envelope
from notifications.outbox import Outcome
from notifications.servers import SCHEMES, PostOfficeShut, encryption, plain

SHUT_CODE = 421
POLICY = "5.7."
"""Enhanced status codes of a server that will not take our mail; the address may be good (RFC 3463)."""
FAULTS = (aiosmtplib.SMTPException, OSError, ValueError, EOFError)
"""What a broken server, line or certificate makes the library raise; UnicodeError and ssl.SSLError are among them."""


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
            step = "问候"
            await _greeted(client)
        except FAULTS as error:
            client.close()
            raise _shut(url.hostname or "", step, error) from None
        return cls(client, url.hostname or "")

    async def send(self, letter: Letter, data: bytes) -> Outcome:
        """One letter: MAIL, RCPT for everybody, the bytes. Raises PostOfficeShut."""
        try:
            await self._client.mail(
                settings().bounce_to or settings().sender, options=self._asked("RET=HDRS")
            )
        except FAULTS as error:
            self._client.close()
            raise _shut(self._server, "发件人", error) from None
        main, *copies = envelope(letter)
        outcome = await self._recipient(main)
        if outcome is not None:
            await self._forget()
            return outcome
        missed: dict[str, Outcome] = {}
        for address in copies:
            outcome = await self._recipient(address)
            if not self.open_still:
                return self._settled(LetterState.DEFERRED, "发送中途连接中断，稍后重发")
            if outcome is not None:
                missed[address] = outcome
        return await self._text(data, missed)

    def _asked(self, option: str) -> list[str]:
        """Where the server knows how (RFC 3461), it is asked to tell what became of the letter behind it."""
        return [option] if rhythm().sender.receipts and self._client.supports_extension("dsn") else []

    async def _recipient(self, address: str) -> Outcome | None:
        """None when the server takes the address."""
        try:
            await self._client.rcpt(address, options=self._asked("NOTIFY=SUCCESS,FAILURE,DELAY"))
        except aiosmtplib.SMTPResponseException as error:
            if error.code == SHUT_CODE:
                self._client.close()
            return self._judged(error, "收件人地址", address)
        except FAULTS as error:
            self._client.close()
            return self._settled(LetterState.DEFERRED, f"投递时连接中断（{type(error).__name__}），稍后重发")
        return None

    async def _text(self, data: bytes, missed: dict[str, Outcome]) -> Outcome:
        """The bytes, for everybody whose address was taken; `missed` are the copies whose was not."""
        try:
            answer = await self._client.data(data)
        except aiosmtplib.SMTPResponseException as error:
            await self._forget()
            return self._judged(error, "邮件", "", in_doubt=True)
        except FAULTS:
            self._client.close()
            return self._settled(LetterState.IN_DOUBT, "连接中断，无法确认是否送达，稍后以同一邮件编号重发")
        says = "；".join(f"抄送{address}：{one.says}（{one.answer}）" for address, one in missed.items())
        later = tuple(address for address, one in missed.items() if one.state == LetterState.DEFERRED)
        bad = {address: words for one in missed.values() for address, words in one.bad.items()}
        return replace(self._settled(LetterState.SENT, says, plain(answer.message)), bad=bad, later=later)

    def _judged(
        self, error: aiosmtplib.SMTPResponseException, what: str, address: str, *, in_doubt: bool = False
    ) -> Outcome:
        """4xx later, 5xx never; an answer that is none says nothing, so the line is given up."""
        answer = f"{error.code} {plain(error.message)}"
        if 400 <= error.code < 500:
            return self._settled(LetterState.DEFERRED, f"{what}暂未被接收（{error.code}），稍后重发", answer)
        if 500 <= error.code < 600:
            policy = plain(error.message).startswith(POLICY)
            bad = {address: answer} if address and not policy else {}
            advice = "请核对联系人邮箱" if bad else "请看服务器应答"
            refused = self._settled(LetterState.REFUSED, f"{what}被拒收（{error.code}），{advice}", answer)
            return replace(refused, bad=bad)
        self._client.close()
        state = LetterState.IN_DOUBT if in_doubt else LetterState.DEFERRED
        return self._settled(state, "邮件服务器的应答无法理解，稍后重发")

    def _settled(self, state: LetterState, says: str, answer: str = "") -> Outcome:
        return Outcome(state, says, self._server, answer)

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


async def _greeted(client: aiosmtplib.SMTP) -> None:
    """What the server can do is known before the first letter; an old one without EHLO can do nothing more."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def _shut(server: str, step: str, error: Exception) -> PostOfficeShut:
    code = f" {error.code}" if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0 else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return PostOfficeShut(f"邮件服务器{server}的证书没有通过验证，口令未发出，稍后自动重发")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return PostOfficeShut(
            f"邮件服务器{server}拒绝登录（{error.code}），请核对JIXIAO_SMTP_URL中的用户和口令"
        )
    return PostOfficeShut(f"邮件服务器{server}暂不可用（{step}：{type(error).__name__}{code}），稍后自动重发")
