"""Every step of SMTP × every way to go wrong, against a scripted server: what becomes of the letter."""

import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import trustme

from models.settings import settings
from models.vocabulary import LetterState
from tasks.letters import send_letters
from tests import people
from tests.outbox import NOON, all_letters, found, lead, letter, put, quick_rules
from tests.smtp_server import FAULTS, STEPS, Server, serving

S = LetterState
SHUT = (S.DEFERRED, 0)  # the post office is shut: for all, not counted as a try
LATER = (S.DEFERRED, 1)
NEVER = (S.REFUSED, 1)
DOUBT = (S.IN_DOUBT, 1)
SENT = (S.SENT, 1)
OUTCOMES = {
    # step      drop   reset  stall  4xx    5xx    421    garbage bad bytes overlong line
    "CONNECT":  (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "GREETING": (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "EHLO":     (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "STARTTLS": (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "AUTH":     (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "MAIL":     (SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT),
    "RCPT":     (LATER, LATER, LATER, LATER, NEVER, LATER, LATER, LATER, LATER),
    "RCPT COPY": (LATER, LATER, LATER, SENT, SENT, LATER, LATER, LATER, LATER),
    "DATA":     (DOUBT, DOUBT, DOUBT, LATER, NEVER, LATER, DOUBT, DOUBT, DOUBT),
    "BODY":     (DOUBT, DOUBT, DOUBT, LATER, NEVER, LATER, DOUBT, DOUBT, DOUBT),
    "DOT":      (DOUBT, DOUBT, DOUBT, LATER, NEVER, LATER, DOUBT, DOUBT, DOUBT),
    "QUIT":     (SENT, SENT, SENT, SENT, SENT, SENT, SENT, SENT, SENT),
}  # fmt: skip
CELLS = [
    (step, fault, outcome) for step in STEPS for fault, outcome in zip(FAULTS, OUTCOMES[step], strict=True)
]
PASSWORD = "very%20secret%25"


@pytest.fixture(scope="module")
def paper() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def bureau(
    shared_home: Path, paper: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[pytest.MonkeyPatch]:
    folder = tmp_path_factory.mktemp("rules")
    paper.cert_pem.write_to_path(str(folder / "ca.pem"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        lead(patch, rules_folder=str(quick_rules(folder)), sender="jixiao@bureau.example")
        people.bureau()
        yield patch
    settings.cache_clear()


@pytest.fixture
def no_thread_dies() -> Iterator[None]:
    """An exception that nobody sees is one too."""
    unseen: list[object] = []
    before, threading.excepthook = threading.excepthook, unseen.append
    yield
    threading.excepthook = before
    assert unseen == []


def tls(paper: trustme.CA, name: str = "localhost", **more: object) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    paper.issue_cert(name, **more).configure_cert(context)  # type: ignore[arg-type]
    return context


def url(server: Server, scheme: str = "") -> str:
    scheme = scheme or ("smtps" if server.direct else "smtp+starttls")
    return f"{scheme}://jixiao:{PASSWORD}@localhost:{server.port}"


@pytest.mark.parametrize(("step", "fault", "expected"), CELLS)
def test_the_step_and_the_fault_decide(
    bureau: pytest.MonkeyPatch,
    paper: trustme.CA,
    no_thread_dies: None,
    step: str,
    fault: str,
    expected: tuple[LetterState, int],
) -> None:
    name = f"{step}.{fault}".replace(" ", "-")
    put(letter(name, copy_to=f"copy.{name}@dept.example" if step == "RCPT COPY" else ""))
    server = Server(step, fault, tls=tls(paper), direct=step == "CONNECT")
    with serving(server):
        lead(bureau, smtp_url=url(server))
        sent = send_letters(NOON.date(), NOON)
    row = found(letter(name).key)
    assert (row.state, row.attempts) == expected
    assert sent == (row.state == S.SENT)
    assert server.errors == []
    assert server.passwords_in_clear == []
    assert "secret" not in row.outcome
    if row.state in (S.DEFERRED, S.IN_DOUBT):
        assert row.next_try_at is not None
    put_off = [one.only_to for one in all_letters() if one.copy_of == row.key]
    assert put_off == ([f"copy.{name}@dept.example"] if (step, fault) == ("RCPT COPY", "4xx") else [])


def test_afterwards_a_sound_server_gets_everything_that_was_not_refused(
    bureau: pytest.MonkeyPatch, paper: trustme.CA
) -> None:
    rows = all_letters()
    waiting = {one.message_id for one in rows if one.state in (S.DEFERRED, S.IN_DOUBT)}
    assert len(waiting) > 70
    server = Server(tls=tls(paper))
    with serving(server):
        lead(bureau, smtp_url=url(server))
        assert send_letters(NOON.date(), NOON + timedelta(hours=2)) == len(waiting)
    arrived = [data.decode().partition("Message-ID: ")[2].split("\r\n")[0] for _, data in server.taken]
    assert sorted(arrived) == sorted(waiting)
    assert {one.state for one in all_letters()} == {S.SENT, S.REFUSED}


@pytest.mark.parametrize(
    "why", ["unknown authority", "another name", "not offered", "in clear", "unknown, direct"]
)
def test_no_password_without_verified_encryption(
    bureau: pytest.MonkeyPatch, paper: trustme.CA, why: str
) -> None:
    made = {
        "unknown authority": lambda: Server(tls=tls(trustme.CA())),
        "another name": lambda: Server(tls=tls(paper, "mail.elsewhere.example")),
        "not offered": lambda: Server(),
        "in clear": lambda: Server(tls=tls(paper)),
        "unknown, direct": lambda: Server(tls=tls(trustme.CA()), direct=True),
    }
    server = made[why]()
    name = f"password.{why.replace(' ', '-').replace(',', '')}"
    put(letter(name))
    with serving(server):
        lead(bureau, smtp_url=url(server, "smtp" if why == "in clear" else ""))
        assert send_letters(NOON.date(), NOON) == 0
    row = found(letter(name).key)
    assert (row.state, row.attempts) == SHUT
    assert [line for _, line in server.heard if line.upper().startswith(b"AUTH")] == []
    assert "secret" not in row.outcome


def test_the_next_server_is_tried_when_the_first_is_shut(
    bureau: pytest.MonkeyPatch, paper: trustme.CA
) -> None:
    put(*(letter(f"second.{n}") for n in range(6)))
    first, second = Server("AUTH", "5xx", tls=tls(paper)), Server(tls=tls(paper))
    with serving(first), serving(second):
        lead(bureau, smtp_url=f"{url(first)} {url(second)}")
        at = NOON + timedelta(hours=4)
        assert send_letters(at.date(), at) >= 6
    assert len(second.taken) >= 6
    assert first.taken == []
    assert found(letter("second.0").key).state == S.SENT


def test_the_password_is_nowhere_in_what_is_kept(bureau: pytest.MonkeyPatch, shared_home: Path) -> None:
    """After all these failed rounds: in no table, no file, no repr."""
    secret = unquote(PASSWORD)
    plain = b64encode(f"\0jixiao\0{secret}".encode())
    for path in (one for one in shared_home.rglob("*") if one.is_file()):
        kept = path.read_bytes()
        assert [form for form in (secret.encode(), PASSWORD.encode(), plain) if form in kept] == []
    assert "secret" not in repr(settings()) + str(settings().model_dump())
