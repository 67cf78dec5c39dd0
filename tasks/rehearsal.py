"""The world outside in a rehearsal: departments, third parties and experts read their mail and answer with workbooks.

They know only what stands in their files (`answers/`) and what a letter brought them: the attached workbook is
opened, filled and mailed back, early, late, wrong or never, as `answers/replies.csv` says. That they published they say
in words, as `answers/publications.csv` has them.
"""

import email
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from models.files import write_whole
from models.rules.calendar import plan
from models.rules.workdays import add_workdays, on_or_after
from models.settings import settings
from models.vocabulary import RoundKind
from tasks.forms.fill import fill
from tasks.forms.number import CODES, looks_like
from tasks.forms.reader import open_book, read_form
from tasks.opening import Record, table
from tasks.rehearsal_answers import answer, spoil

KINDS = {code: kind for kind, code in CODES.items() if isinstance(kind, RoundKind)}
PUBLISH = "随部门决算一并公开"  # how a letter that asks to publish is known
RAW = {
    "raw_pdf": ("扫描件.pdf", b"%PDF-1.4\n%scanned form with stamp\n%%EOF\n"),
    "raw_html": ("表格.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
}


@dataclass(frozen=True)
class Received:
    """A workbook that a letter brought: its number, kind and version, to whom, on which day, where the mail lies."""

    number: str
    kind: RoundKind
    version: int
    addressee: str
    address: str
    day: date
    mail: Path
    file_name: str


def stay_at_home() -> None:
    """A rehearsal writes to nobody and reads nobody's mailbox, whatever the installation's settings are."""
    settings().smtp_url = settings().imap_url = SecretStr("")


def reach(day: date) -> None:
    """Remember the day that the rehearsal's clock shows, for whoever starts it again after a stop."""
    write_whole(_clock(), day.isoformat().encode())


def reached_day() -> date | None:
    """The day at which an earlier rehearsal here was stopped, or None."""
    return date.fromisoformat(_clock().read_text(encoding="utf-8")) if _clock().exists() else None


def _clock() -> Path:
    return settings().home / "outside" / "day"


@dataclass(frozen=True)
class Reminded:
    """A letter that asks to publish: to whom, its identity, and its first words."""

    address: str
    message_id: str
    words: str


def answer_mail(day: date, at: datetime, data: Path) -> int:
    """Everybody answers what he means to answer by today; the same day twice sends nothing new."""
    asked = list(_post(data))
    forms = [one for one in asked if isinstance(one, Received)]
    clerks = _clerks(data)
    last = {clerks.get(one.address, ""): one for one in asked if isinstance(one, Reminded)}
    return _answer_forms(forms, day, at, data) + _tell_of_publishing(last, day, at, data)


def _answer_forms(forms: Sequence[Received], day: date, at: datetime, data: Path) -> int:
    count = 0
    for one in forms:
        manner = _manners(data).get((one.kind.value, one.addressee))
        if manner is None:
            continue
        for attempt, due in enumerate(_when(one, manner), 1):
            sent = settings().home / "outside" / f"{one.number}.{attempt}"
            if due <= day and not sent.exists():
                _send(one, manner, attempt, at, data)
                write_whole(sent, b"")
                count += 1
    return count


def _tell_of_publishing(last: Mapping[str, Reminded], day: date, at: datetime, data: Path) -> int:
    """Departments that have published, or have something to say about it, answer the last letter in words."""
    count = 0
    words = {row["addressee"]: row for row in table(data / "answers", "publications")}
    for code, asked in last.items():
        sent = settings().home / "outside" / f"publication.{code}"
        if code not in words or date.fromisoformat(words[code]["date"]) > day or sent.exists():
            continue
        mail = _mail(asked.address, "回复：绩效信息公开", f"publication.{code}", at)
        mail["In-Reply-To"] = asked.message_id
        quoted = "".join(f"> {line}\n" for line in asked.words.splitlines())
        mail.set_content(f"{words[code]['words']}\n\n{settings().bureau}写道：\n{quoted}")
        write_whole(settings().inbox / f"publication.{code}.eml", mail.as_bytes())
        write_whole(sent, b"")
        count += 1
    return count


@cache
def _manners(data: Path) -> dict[tuple[str, str], Record]:
    return {(row["kind"], row["addressee"]): row for row in table(data / "answers", "replies")}


@cache
def _parties(data: Path) -> dict[str, str]:
    return {row["email"]: row["name"] for row in table(data, "third_parties")}


@cache
def _clerks(data: Path) -> dict[str, str]:
    return {row["CONTACT_EMAIL"]: row["AGENCY_CODE"] for row in table(data, "BAS_AGENCY_INFO")}


_opened: dict[Path, list[Received | Reminded]] = {}


def _post(data: Path) -> Iterator[Received | Reminded]:
    """Everything in the post so far that asks for an answer; a mail is opened once."""
    for path in sorted(settings().post.rglob("*.eml")):
        if path not in _opened:
            _opened[path] = list(_open(path, data))
        yield from _opened[path]


def _open(path: Path, data: Path) -> Iterator[Received | Reminded]:
    mail = email.message_from_bytes(path.read_bytes(), policy=SMTP)
    day = mail["Date"].datetime.date()
    address = mail["To"].addresses[0].addr_spec
    body = mail.get_body(("plain",))
    if body is not None and PUBLISH in (words := body.get_content()):
        yield Reminded(address, mail["Message-ID"], words)
    for part in mail.iter_attachments():
        name = part.get_filename() or ""
        number = looks_like(name)
        if number is None:
            continue
        _, code, who, version, _ = number.split("-")
        addressee = _parties(data).get(address, who)
        yield Received(number, KINDS[code], int(version), addressee, address, day, path, name)


def _when(one: Received, manner: Record) -> list[date]:
    """The days on which a form is sent back: once, or twice where the first file is not a workbook at all."""
    patience = int(manner["corrected_after_days"])
    if one.version > 1:
        return [add_workdays(one.day, patience)]
    if not manner["day_offset"]:
        return []
    due = next(row.due_on for row in plan(one.day.year).rounds if row.kind == one.kind.value)
    first = max(on_or_after(due + timedelta(days=int(manner["day_offset"]))), add_workdays(one.day, 1))
    again = manner["mistakes"].startswith("raw_")
    return [first, add_workdays(first, patience)] if again else [first]


def _send(one: Received, manner: Record, attempt: int, at: datetime, data: Path) -> None:
    mistake = manner["mistakes"] if one.version == 1 and attempt == 1 else ""
    name, content = _content(one, mistake, data)
    copies = 2 if mistake == "duplicate" else 1
    for copy in range(1, copies + 1):
        mail = _mail(one.address, f"回复：{one.kind.value}", f"{one.number}.{attempt}.{copy}", at)
        mail.set_content("您好，表格已填好，请查收附件。\n")
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        mail.set_boundary(f"=={one.number}.{attempt}==")
        path = settings().inbox / f"{one.number}.{attempt}.{copy}.eml"
        write_whole(path, mail.as_bytes())


def _mail(sender: str, subject: str, name: str, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = settings().reply_to or settings().sender
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{name}@outside.example>"
    return mail


def _content(one: Received, mistake: str, data: Path) -> tuple[str, bytes]:
    if mistake in RAW:
        return RAW[mistake]
    workbook = _attachment(one)
    form, _ = read_form(open_book(workbook, one.file_name), one.kind)
    answers = [
        sheet for sheet in (answer(one.kind, asked, one.version, data) for asked in form.sheets) if sheet
    ]
    locked = spoil(mistake, answers) if mistake else False
    filled = fill(workbook, one.kind, answers, also_locked=locked)
    if mistake == "raw_truncated":
        return one.file_name, filled[: len(filled) // 2]
    return one.file_name, filled


def _attachment(one: Received) -> bytes:
    mail = email.message_from_bytes(one.mail.read_bytes(), policy=SMTP)
    for part in mail.iter_attachments():
        if part.get_filename() == one.file_name:
            content = part.get_content()
            assert isinstance(content, bytes)
            return content
    raise LookupError(one.file_name)
