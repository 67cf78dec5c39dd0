"""After sending: bounces and automatic replies are noted, dead addresses suspended, undelivered letters redirected.

A bounce counts only when it names one of our letters (their identity cannot be guessed): a forged one suspends nobody.
"""

import html
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, func, select

from models.database import insert_new, transaction
from models.letters import ContactReply, Letter, LetterItem, MailReport
from models.people import Contact
from models.rules.rhythm import rhythm
from models.vocabulary import LetterState, ReportKind
from notifications.address_book import AddressBook
from notifications.message import message_id
from notifications.outbox import Outcome, put, withdraw
from notifications.reminders import open_forms
from tasks.dsn import Report, bounces, named_letters, said_in_words
from tasks.mail import Mail
from tasks.publicity_replies import take_word

YES = frozenset({"是", "是的", "是我", "是本人", "仍是我", "没有变化", "无变化", "不变", "对", "yes"})
COUNTED_DAYS = 180
POLICY = "5.7."


def note_refusal(letter: Letter, outcome: Outcome, at: datetime) -> None:
    """Addresses that the post office refused for good while a letter was handed over."""
    with transaction() as session:
        for address, says in outcome.bad.items():
            _note_bounce(session, address, letter.key, "", says, at)


def note_report(mail: Mail, data: bytes, at: datetime) -> str:
    """An automatic mail: what it says about our letters, in one sentence; "" for one that says nothing to us."""
    with transaction() as session:
        letters = _letters(session, named_letters(data))
        reports = bounces(data)
        if not reports and not mail.replied_automatically:
            named = [address for letter in letters for address in _addresses(letter)]
            reports = said_in_words(mail.text, list(dict.fromkeys(named)))
        if reports:
            return _bounced(session, reports_key(data), reports, letters, at)
        return _away(session, mail, reports_key(data), letters, at)


def reports_key(data: bytes) -> str:
    """The identity of a mail: its bytes."""
    return sha256(data).hexdigest()


def _letters(session: Session, names: list[str]) -> list[Letter]:
    rows = session.exec(select(Letter).where(col(Letter.message_id).in_(names)).order_by(Letter.key))
    return list(rows.all())


def _bounced(session: Session, key: str, reports: list[Report], letters: list[Letter], at: datetime) -> str:
    for one in reports:
        about = next((row for row in letters if one.address in _addresses(row)), None)
        row = MailReport(
            key=f"{key}/{one.address}"[:200],
            kind=one.kind,
            address=one.address,
            letter_key=about.key if about else None,
            reported_at=at,
            status=one.status,
            says=one.says,
        )
        if insert_new(session, [row]) and about and one.kind == ReportKind.BOUNCED:
            _undelivered(session, about, one.address, f"退信{one.status} {one.says}".strip(), at)
            if not one.status.startswith(POLICY):
                _suspend(session, one.address, at)
    return "；".join(f"{one.kind.value}：{one.address}" for one in reports) + "。"


def _addresses(letter: Letter) -> list[str]:
    return [one.lower() for one in (letter.recipient, *letter.copy_to.split(", ")) if one]


def _note_bounce(
    session: Session, address: str, letter_key: str, status: str, says: str, at: datetime
) -> None:
    row = MailReport(
        key=f"{letter_key}/{address}"[:200],
        kind=ReportKind.BOUNCED,
        address=address.lower(),
        letter_key=letter_key,
        reported_at=at,
        status=status,
        says=says,
    )
    if insert_new(session, [row]):
        _suspend(session, address.lower(), at)
        _undelivered(session, session.get_one(Letter, letter_key), address, says, at)


def _suspend(session: Session, address: str, at: datetime) -> None:
    """An address that bounced often enough is not written to any more, until an officer sees to it."""
    since = at - timedelta(days=COUNTED_DAYS)
    count = session.exec(
        select(func.count(func.distinct(MailReport.letter_key))).where(
            MailReport.address == address,
            MailReport.kind == ReportKind.BOUNCED,
            col(MailReport.letter_key).is_not(None),
            col(MailReport.reported_at) >= since,
        )
    ).one()
    if count < rhythm().contact.suspend_after:
        return
    contacts = select(Contact).where(func.lower(Contact.email) == address, Contact.suspended_reason == "")
    for contact in session.exec(contacts).all():
        contact.suspended_reason = f"{at.date()}第{count}次退信"
        session.add(contact)
    session.flush()


def _undelivered(session: Session, letter: Letter, address: str, says: str, at: datetime) -> None:
    """The letter did not reach its addressee: it goes once more, to the next in line, and says so."""
    if address.lower() != letter.recipient.lower():
        return
    letter.state, letter.outcome, letter.next_try_at = LetterState.REFUSED, says, None
    session.add(letter)
    if letter.department_code is None:
        return
    tried = {row.recipient.lower() for row in _chain(session, letter)}
    line = AddressBook(session, at.date()).in_line(letter.department_code)
    to = next((one for one in line if one.lower() not in tried), None)
    if to is not None:
        redirect(session, letter, to, at)


def _chain(session: Session, letter: Letter) -> list[Letter]:
    """The letter and those from which it was redirected, or whose copy it makes up for."""
    found = [letter]
    while before := found[-1].copy_of or found[-1].redirected_from:
        found.append(session.get_one(Letter, before))
    return found


def redirect(session: Session, letter: Letter, to: str, at: datetime) -> bool:
    """The same letter to another address of the same department; False when that was done before."""
    note = f"本函原发往{letter.recipient}，未能送达，现改发给您，请转交经办人并尽快与我局核实联系人。"
    first = _chain(session, letter)[-1]
    key = f"{first.key}/改投{len(_chain(session, letter))}"
    copies = [one for one in letter.copy_to.split(", ") if one and one.lower() != to.lower()]
    again = Letter(
        **letter.model_dump(include=CARRIED),
        key=key,
        written_on=at.date(),
        written_at=at,
        sequence=letter.sequence,
        recipient=to,
        copy_to=", ".join(copies),
        text=f"{note}\n\n{letter.text}",
        html=letter.html.replace("<!--trial-->", f"<!--trial--><p>{html.escape(note)}</p>", 1),
        message_id=message_id(key),
        redirected_from=letter.key,
    )
    return put(session, again, [])


CARRIED = {"kind", "about", "work_year", "department_code", "addressee", "subject", "attachments"}


def _away(session: Session, mail: Mail, key: str, letters: list[Letter], at: datetime) -> str:
    address = mail.address.lower()
    known = session.exec(select(Contact).where(func.lower(Contact.email) == address)).first()
    if known is None or not mail.replied_automatically:
        return ""
    row = MailReport(
        key=f"{key}/{address}"[:200],
        kind=ReportKind.AWAY,
        address=address,
        letter_key=letters[0].key if letters else None,
        reported_at=at,
        says=" ".join((mail.text or mail.subject).split())[:300],
    )
    insert_new(session, [row])
    return f"{known.name}的自动答复。"


def note_reply(mail: Mail, data: bytes, at: datetime) -> str:
    """A person's words to one of our letters, without a form: confirmed contacts are noted, the rest goes to the officers."""
    with transaction() as session:
        letters = _letters(session, list(mail.answers))
        if not letters:
            return ""
        first = (mail.text or mail.subject).strip().splitlines()[:1]
        confirmed = bool(first) and first[0].strip(" 。.！!，,“”\"'").lower() in YES
        row = ContactReply(
            key=reports_key(data),
            letter_key=letters[0].key,
            sender=mail.sender,
            text=mail.text,
            confirmed=confirmed,
            received_at=at,
        )
        insert_new(session, [row])
        entered = take_word(session, letters, mail.text, mail.sender, at.date())
    return entered or ("已确认联系人。" if confirmed else "来信已转绩效管理人员。")


def withdraw_answered(session: Session) -> int:
    """A reminder that still waits in the outbox while its form has come in is not sent any more."""
    waiting = select(Letter).where(
        Letter.kind == "reminder",
        col(Letter.state).in_((LetterState.QUEUED, LetterState.DEFERRED)),
    )
    count = 0
    still: dict[int, set[str]] = {}
    for letter in session.exec(waiting).all():
        year = letter.work_year
        if year not in still:
            still[year] = {issue.form_number for issue, _ in open_forms(session, year)}
        told_in = _chain(session, letter)[-1].key  # one sent once more tells what the first one told
        about = session.exec(select(LetterItem.about).where(LetterItem.letter_key == told_in)).all()
        if not still[year] & set(about):
            count += withdraw(session, letter, "表格已收到，不再催报")
    return count
