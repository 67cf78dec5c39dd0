"""A real IMAP server (pymap) on loopback, with a certificate of its own; also behind a TLS line, as port 993 is."""

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "jixiao", "s3cret%pass"


@dataclass(frozen=True)
class Server:
    """Where it listens: in clear with STARTTLS offered, and encrypted from the first byte."""

    plain: int
    direct: int
    authority: Path

    def put(self, *mails: bytes) -> None:
        """As a mail server delivers: into the inbox."""
        with MailBoxUnencrypted("127.0.0.1", self.plain).login(USER, PASSWORD) as box:
            for mail in mails:
                box.append(mail, "INBOX")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start it, wait until it greets, stop it."""
    authority = trustme.CA()
    paper = authority.issue_cert("localhost", "127.0.0.1")
    names = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(names[0])
    paper.cert_chain_pems[0].write_to_path(names[1])
    paper.private_key_pem.write_to_path(names[2])
    plain, direct = free_port(), free_port()
    words = ["--host", "127.0.0.1", "--port", str(plain), "--cert", str(names[1]), "--key", str(names[2])]
    words += ["--no-service", "admin", "--no-service", "managesieve"]
    command = [str(Path(sys.executable).with_name("pymap")), *words, "dict", "--demo-data"]
    command += ["--demo-user", USER, "--demo-password", PASSWORD]
    with (folder / "pymap.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    paper.configure_cert(context)
    try:
        _wait(plain, process, folder / "pymap.log")
        with _encrypted(direct, plain, context):
            yield Server(plain, direct, names[0])
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(log.read_text())


@contextmanager
def _encrypted(port: int, to: int, context: ssl.SSLContext) -> Iterator[None]:
    """A line that is encrypted from the first byte and leads to the plain port."""
    loop = asyncio.new_event_loop()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(carry(reader, outer), carry(inner, writer), return_exceptions=True)

    def run() -> None:
        loop.run_until_complete(asyncio.start_server(meet, "127.0.0.1", port, ssl=context))
        ready.set()
        loop.run_forever()

    ready = threading.Event()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    yield
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
