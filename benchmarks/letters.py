"""Letters against Postfix's own tools, one run, the same sink (smtp-sink; Debian package postfix).

Sending ready bytes over the pool, and from facts to sent (render, build, send), each beside `smtp-source -s 10` sending
as many mails of the same size, and beside the usual way: a message object and a connection a mail. smtp-sink can only
delay by whole seconds, so the 20 ms of the slow post office are added by a small relay in a process of its own, through
which both sides go.
"""

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

COUNT, SLOW_COUNT, USUAL_COUNT = 1500, 300, 200
TURNS = 3
LIMITS = {"slow": 1.1, "quick": 4.5, "facts": 8.0, "usual": 6.0}
AT = datetime(2024, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
RELAY = """
import asyncio, sys
async def carry(reader, writer, delay):
    while data := await reader.read(65536):
        await asyncio.sleep(delay)
        writer.write(data)
        await writer.drain()
    writer.close()
async def meet(reader, writer):
    inner, outer = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
    await asyncio.gather(carry(reader, outer, 0), carry(inner, writer, float(sys.argv[3])), return_exceptions=True)
async def main():
    async with await asyncio.start_server(meet, "127.0.0.1", int(sys.argv[1]), backlog=256) as server:
        await server.serve_forever()
asyncio.run(main())
"""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(*command: str, port: int) -> Iterator[int]:
    """A server in a process of its own, up when its port answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def seconds(act: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def yardstick(port: int, count: int, size: int) -> Callable[[], object]:
    """Postfix's own test client: ten sessions, a connection a mail."""
    command = ["smtp-source", "-s", "10", "-m", str(count), "-l", str(size)]
    command += ["-f", "jixiao@bureau.example", "-t", "clerk@dept.example", f"127.0.0.1:{port}"]
    return lambda: subprocess.run(command, check=True)


def facts(n: int) -> dict[str, object]:
    """What a reminder tells."""
    return {
        "matter": "绩效运行监控",
        "fiscal_year": 2024,
        "due": date(2024, 7, 19),
        "left": 5,
        "rung": "提前5个工作日提醒",
        "number": f"JX24-JK-203001-1-{n:06d}",
    }


def written(n: int):  # type: ignore[no-untyped-def]
    """Facts to a letter, as the tasks do it: a section, the frame, the row."""
    from models.letters import Letter
    from notifications.message import message_id
    from notifications.render import letter, section

    name, key = f"第{n}单位", f"2024-03-01/第{n}单位"
    made = letter(name, [section("reminder", [facts(n)])], "李文静 0714-6350001", AT.date())
    return Letter(
        key=key,
        kind="reminder",
        about="x",
        work_year=2024,
        written_on=AT.date(),
        written_at=AT,
        addressee=name,
        recipient=f"clerk{n}@dept.example",
        subject=made.subject,
        text=made.text,
        html=made.html,
        message_id=message_id(key),
    )


def lead(port: int) -> None:
    """The product sends to the port from now on."""
    from models.settings import settings

    os.environ["JIXIAO_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    settings.cache_clear()


def over_the_pool(letters: list) -> Callable[[], object]:  # type: ignore[type-arg]
    """Ready bytes over the pool; everything must arrive."""
    from models.vocabulary import LetterState
    from notifications import sending

    def send() -> None:
        sent: list[bool] = []
        sending.deliver(letters, AT, lambda _one, outcome: sent.append(outcome.state == LetterState.SENT))
        assert sent == [True] * len(letters)

    return send


def facts_to_sent(count: int) -> Callable[[], object]:
    """Render, build, send."""
    return lambda: over_the_pool([written(n) for n in range(count)])()


def usual_way(port: int, count: int, *, keep: bool) -> Callable[[], object]:
    """What most programs do: a function a mail, which fills the templates, makes a message object, opens a connection.

    `keep`: the kinder version, with the templates kept between mails and one event loop for all.
    """
    import aiosmtplib

    from notifications import render

    def message(n: int) -> EmailMessage:
        if not keep:
            render._made.cache_clear()
        one, mail = written(n), EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "jixiao@bureau.example", one.recipient, one.subject
        mail["Message-ID"], mail["Date"] = one.message_id, AT
        mail.set_content(one.text)
        mail.add_alternative(one.html, subtype="html")
        return mail

    async def send(numbers: range) -> None:
        for n in numbers:
            await aiosmtplib.send(message(n), hostname="127.0.0.1", port=port, start_tls=False)

    def one_by_one() -> None:
        for n in range(count):
            asyncio.run(send(range(n, n + 1)))

    return (lambda: asyncio.run(send(range(count)))) if keep else one_by_one


def ratio(
    mine: Callable[[], object], other: Callable[[], object], scale: float = 1.0
) -> tuple[float, float, float]:
    """Median seconds of both, taking turns, and the median of their ratios."""
    pairs = [(seconds(mine), seconds(other) * scale) for _ in range(TURNS)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def main() -> None:
    """Every figure of the issue, in one run."""
    with tempfile.TemporaryDirectory() as folder:
        settle_in(Path(folder))
        fetch_tools(Path(folder))
        sink, slow = free_port(), free_port()
        # A sink without a host name of its own would look for one at every greeting.
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        command = ["smtp-sink", *user, "-h", "sink.example", f"127.0.0.1:{sink}", "256"]
        relay = [sys.executable, "-c", RELAY, str(slow), str(sink), "0.02"]
        with running(*command, port=sink), running(*relay, port=slow):
            results = measure(sink, slow)
    for name, says, value, limit, good in results:
        print(f"{name}: {says}, ratio {value:.2f} ({limit}){'' if good else ' MISSED'}")
    if not all(good for *_, good in results):
        raise SystemExit(1)


PATH = f"{os.environ['PATH']}:/usr/sbin"


def fetch_tools(folder: Path) -> None:
    """Postfix's test tools where they are missing: taken out of Debian's package, nothing is installed or started."""
    if shutil.which("smtp-sink") and shutil.which("smtp-source"):
        return
    try:
        subprocess.run(["apt-get", "download", "-q", "postfix"], cwd=folder, check=True, capture_output=True)
        subprocess.run(
            ["dpkg", "-x", *map(str, folder.glob("postfix_*.deb")), str(folder / "postfix")], check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"smtp-sink and smtp-source are missing: install the Debian package postfix ({error})"
        ) from None
    root = folder / "postfix" / "usr"
    os.environ["PATH"] += f":{root / 'sbin'}"
    os.environ["LD_LIBRARY_PATH"] = str(root / "lib" / "postfix")


def settle_in(folder: Path) -> None:
    """An installation without pace or daily limit."""
    os.environ.update(PATH=PATH, JIXIAO_HOME=str(folder), JIXIAO_SENDER="jixiao@bureau.example")
    os.environ["JIXIAO_RULES_FOLDER"] = str(folder)
    limits = "[limits]\ndaily = 1000000\nper_minute = 0\nconnections = 6\ntimeout_seconds = 60\n"
    (folder / "rhythm.toml").write_text(limits, encoding="utf-8")


def measure(sink: int, slow: int) -> list[tuple[str, str, float, str, bool]]:
    """(what, seconds in words, ratio, limit, kept) of each figure."""
    from notifications.message import mail_bytes

    lead(sink)
    letters = [written(n) for n in range(COUNT)]
    size = len(mail_bytes(letters[0]))
    over_the_pool(letters[:50])()
    lead(slow)
    a, b, r = ratio(over_the_pool(letters[:SLOW_COUNT]), yardstick(slow, SLOW_COUNT, size))
    lines = [line(f"pool, 20 ms, {SLOW_COUNT} mails of {size} bytes", a, b, r, LIMITS["slow"])]
    lead(sink)
    base = yardstick(sink, COUNT, size)
    a, b, r = ratio(over_the_pool(letters), base)
    lines.append(line(f"pool, no delay, {COUNT} mails", a, b, r, LIMITS["quick"]))
    a, b, r = ratio(facts_to_sent(COUNT), base)
    lines.append(line(f"from facts to sent, {COUNT} mails", a, b, r, LIMITS["facts"]))
    mine = a / COUNT
    lines.append(
        beside_the_usual_way("usual way, a function a mail", sink, mine, keep=False, limit=LIMITS["usual"])
    )
    lines.append(beside_the_usual_way("the same, templates and loop kept", sink, mine, keep=True))
    lead(slow)
    slowly = statistics.median(seconds(facts_to_sent(SLOW_COUNT)) for _ in range(TURNS)) / SLOW_COUNT
    name = "the same, kept, at 20 ms"
    return [*lines, beside_the_usual_way(name, slow, slowly, keep=True, limit=LIMITS["usual"], count=30)]


def beside_the_usual_way(
    name: str, port: int, mine: float, *, keep: bool, limit: float = 0.0, count: int = USUAL_COUNT
) -> tuple[str, str, float, str, bool]:
    """How much longer the usual way takes for a mail."""
    usual = statistics.median(seconds(usual_way(port, count, keep=keep)) for _ in range(TURNS)) / count
    words = f"{usual * 1000:.2f} ms a mail against our {mine * 1000:.2f}"
    return (
        name,
        words,
        usual / mine,
        f"at least {limit:.0f}" if limit else "for comparison",
        usual / mine >= limit,
    )


def line(
    name: str, mine: float, other: float, found: float, limit: float
) -> tuple[str, str, float, str, bool]:
    """One figure with its limit."""
    return (
        name,
        f"{mine:.2f} s against {other:.2f} s of smtp-source",
        found,
        f"at most {limit}",
        found <= limit,
    )


if __name__ == "__main__":
    main()
