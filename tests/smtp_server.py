"""A scripted SMTP server on loopback: speaks well until one step, and there goes wrong in one way.

Also a post office that keeps what it gets. Certificates are trustme's, so that the line is really verified.
"""

import asyncio
import re
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET

STEPS = (
    "CONNECT",
    "GREETING",
    "EHLO",
    "STARTTLS",
    "AUTH",
    "MAIL",
    "RCPT",
    "RCPT COPY",
    "DATA",
    "BODY",
    "DOT",
    "QUIT",
)
ANSWERS = {
    "4xx": b"451 4.3.0 try later\r\n",
    "5xx": b"554 5.3.0 no\r\n",
    "421": b"421 4.3.2 closing\r\n",
    "garbage": b"hello, who is there?\r\n",
    "bad bytes": b"\xff\xfe\x00\x81 \xe4\xb8\r\n",
    "overlong line": b"250 " + b"x" * 60_000 + b"\r\n",
}
FAULTS = ("drop", "reset", "stall", *ANSWERS)
STALL = 5.0


class _HungUp(Exception):
    """The script says to stop talking."""


@dataclass
class Server:
    """What it does wrong, and everything that it heard and took."""

    step: str = ""
    fault: str = ""
    delay: float = 0.0
    login: bool = True
    receipts: bool = False
    """Whether it offers delivery notifications (DSN)."""
    port: int = 0
    tls: ssl.SSLContext | None = None
    direct: bool = False
    heard: list[tuple[bool, bytes]] = field(default_factory=list)
    """Every line of a client, with whether it came encrypted."""
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    """Every letter that was acknowledged, or whose dot was heard where the fault comes behind it."""
    refused: dict[str, bytes] = field(default_factory=dict)
    """Address → the answer to its RCPT."""
    errors: list[BaseException] = field(default_factory=list)

    @property
    def passwords_in_clear(self) -> list[bytes]:
        """Lines of a login that did not come encrypted."""
        return [line for encrypted, line in self.heard if not encrypted and line.upper().startswith(b"AUTH")]

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(_HungUp, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            try:
                await _Talk(self, reader, writer).run()
            except (ValueError, KeyError, RuntimeError) as error:
                self.errors.append(error)
        writer.close()


@dataclass
class _Talk:
    server: Server
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    encrypted: bool = False
    people: list[str] = field(default_factory=list)

    async def run(self) -> None:
        self.encrypted = self.server.direct
        await self.fail("CONNECT")
        await self.say("GREETING", b"220 ready\r\n")
        while line := await self.reader.readline():
            self.server.heard.append((self.encrypted, line))
            await self.answer(line)

    async def answer(self, line: bytes) -> None:
        word = line.split()[0].upper() if line.split() else b""
        match word:
            case b"EHLO" | b"HELO":
                await self.say(
                    "EHLO", b"".join(b"250-%s\r\n" % one for one in self.offers()) + b"250 SIZE\r\n"
                )
            case b"STARTTLS":
                await self.say("STARTTLS", b"220 go on\r\n")
                await self.writer.start_tls(self.server.tls)  # type: ignore[arg-type]
                self.encrypted = True
            case b"AUTH":
                await self.say("AUTH", b"235 welcome\r\n")
            case b"MAIL":
                self.people = []
                await self.say("MAIL", b"250 ok\r\n")
            case b"RCPT":
                address = re.search(rb"<(.*)>", line)
                name = address.group(1).decode() if address else ""
                if name in self.server.refused:
                    await self.put(self.server.refused[name])
                    return
                await self.say("RCPT COPY" if self.people else "RCPT", b"250 ok\r\n")
                self.people.append(name)
            case b"DATA":
                await self.say("DATA", b"354 go on\r\n")
                await self.text()
            case b"QUIT":
                await self.say("QUIT", b"221 bye\r\n")
                raise _HungUp
            case _:
                await self.put(b"250 ok\r\n")

    def offers(self) -> list[bytes]:
        found = [b"loopback", b"DSN"] if self.server.receipts else [b"loopback"]
        if self.server.tls is not None and not self.encrypted:
            found.append(b"STARTTLS")
        return [*found, b"AUTH PLAIN LOGIN"] if self.server.login else found

    async def text(self) -> None:
        head = await self.reader.readline()
        early = self.server.step == "BODY"
        if early:
            await self.fail("BODY")
        rest = await self.reader.readuntil(b"\r\n.\r\n")
        if early and self.server.fault in ANSWERS:
            return  # it has answered in the middle of the text, and says nothing more
        if self.server.step == "DOT" and self.server.fault in (
            "drop",
            "reset",
            "stall",
            "garbage",
            "bad bytes",
        ):
            self.server.taken.append((self.people, head + rest))
        await self.say("DOT", b"250 2.0.0 Ok: queued as ABC123\r\n")
        self.server.taken.append((self.people, head + rest))

    async def say(self, step: str, well: bytes) -> None:
        if not await self.fail(step):
            await self.put(well)

    async def put(self, data: bytes) -> None:
        if self.server.delay:
            await asyncio.sleep(self.server.delay)
        self.writer.write(data)
        await self.writer.drain()

    async def fail(self, step: str) -> bool:
        """Go wrong, if this is the step; True where the fault was an answer."""
        if self.server.step != step:
            return False
        match self.server.fault:
            case "drop":
                raise _HungUp
            case "reset":
                raw = self.writer.get_extra_info("socket")
                raw.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
                self.writer.transport.abort()
                raise _HungUp
            case "stall":
                await asyncio.sleep(STALL)
                raise _HungUp
        await self.put(ANSWERS[self.server.fault])
        return True


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Run it on a free port in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def start() -> None:
        # An implicit-TLS server whose handshake goes wrong answers in clear, so it must not wait for one.
        wrapped = server.tls if server.direct and server.step != "CONNECT" else None
        made = await asyncio.start_server(server.meet, "127.0.0.1", server.port, ssl=wrapped, limit=1 << 24)
        server.port = made.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()
        for one in asyncio.all_tasks(loop):
            one.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
