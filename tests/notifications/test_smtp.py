"""Letters through a real loopback SMTP server: sent, refused, deferred, in doubt; each outcome by its protocol step."""

import asyncio
import email
import socket
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from models.database import insert_new, transaction
from models.letters import Letter
from models.settings import settings
from models.vocabulary import LetterState
from notifications.message import message_id
from tasks.letters import send_letters
from tests import people

NOON = people.at(3, 1, 12)


class Office:
    """A post office that keeps what it gets and can be told to answer otherwise at one step."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.at_rcpt = "250 OK"
        self.at_end = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.at_end == "drop":
            assert server.transport is not None
            server.transport.abort()
            await asyncio.sleep(0)
        self.got.append(envelope)
        return "250 OK" if self.at_end == "drop" else self.at_end


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("JIXIAO_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("JIXIAO_SENDER", "jixiao@bureau.example")
    settings.cache_clear()
    people.bureau()
    yield made
    controller.stop()


def letters(count: int) -> None:
    rows = [
        Letter(
            key=f"2024-03-01/单位{n}",
            kind="opened",
            about="x",
            work_year=2024,
            written_on=NOON.date(),
            written_at=NOON,
            addressee=f"单位{n}",
            recipient=f"clerk{n}@dept.example",
            subject=f"关于报送表格的函{n}",
            text="正文\n",
            html="<p>正文</p>",
            message_id=message_id(f"2024-03-01/单位{n}"),
        )
        for n in range(count)
    ]
    with transaction() as session:
        insert_new(session, rows)


def states() -> set[LetterState]:
    with transaction() as session:
        return {row.state for row in session.exec(select(Letter)).all()}


def send(hour: int = 12) -> int:
    moment = people.at(3, 1, hour)
    return send_letters(moment.date(), moment)


def test_letters_arrive_whole_and_once(office: Office) -> None:
    letters(12)
    assert send() == 12
    assert send() == 0
    assert sorted(one.rcpt_tos[0] for one in office.got) == sorted(
        f"clerk{n}@dept.example" for n in range(12)
    )
    content = office.got[0].content
    assert isinstance(content, bytes)
    mail = email.message_from_bytes(content, policy=default)
    assert mail["Subject"].startswith("关于报送表格的函")
    assert mail["Reply-To"] == "jixiao@bureau.example"
    assert states() == {LetterState.SENT}


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("at_rcpt", "550 no such user", LetterState.REFUSED),
        ("at_rcpt", "450 try later", LetterState.DEFERRED),
        ("at_end", "554 refused", LetterState.REFUSED),
        ("at_end", "451 try later", LetterState.DEFERRED),
        ("at_end", "drop", LetterState.IN_DOUBT),
    ],
)
def test_the_step_decides_the_outcome(office: Office, step: str, answer: str, state: LetterState) -> None:
    letters(1)
    setattr(office, step, answer)
    assert send() == 0
    assert states() == {state}


def test_what_was_deferred_arrives_later_with_the_same_identity(office: Office) -> None:
    letters(1)
    office.at_end = "451 try later"
    send()
    office.at_end = "250 OK"
    assert send(12) == 0
    assert send(13) == 1
    first, second = (
        email.message_from_bytes(one.content, policy=default)["Message-ID"] for one in office.got
    )  # type: ignore[arg-type]
    assert first == second


def test_a_shut_post_office_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    letters(3)
    open_url = settings().smtp_url.get_secret_value()
    monkeypatch.setenv("JIXIAO_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    assert send() == 0
    assert states() == {LetterState.DEFERRED}
    monkeypatch.setenv("JIXIAO_SMTP_URL", open_url)
    settings.cache_clear()
    assert send(13) == 3
    assert len(office.got) == 3


def test_no_password_is_sent_without_encryption(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    letters(1)
    url = settings().smtp_url.get_secret_value()
    monkeypatch.setenv("JIXIAO_SMTP_URL", url.replace("smtp://", "smtp+starttls://user:verysecret@"))
    settings.cache_clear()
    assert send() == 0
    with transaction() as session:
        (row,) = session.exec(select(Letter)).all()
    assert row.state == LetterState.DEFERRED
    assert "verysecret" not in row.outcome
    assert office.got == []


def test_letters_go_out_also_from_within_a_running_loop(office: Office) -> None:
    """The steps of a flow run in Prefect's loop."""
    letters(3)

    async def round_() -> int:
        return send()

    assert asyncio.run(round_()) == 3
    assert len(office.got) == 3
