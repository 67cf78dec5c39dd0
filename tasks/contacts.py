"""Proof of delivery for a department, contacts that may be dead, and putting a contact right."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.calendar import FormIssue
from models.database import insert_new, transaction
from models.intake import Submission
from models.letters import ContactReply, Delivery, Letter, MailReport
from models.people import Contact, Department
from models.vocabulary import LetterState, Role
from notifications.address_book import AddressBook
from notifications.message import is_address
from notifications.outbox import UNSETTLED, withdraw
from tasks.departments import department_named
from tasks.postmaster import redirect


class ContactRefused(ValueError):
    """The contact cannot be entered; the message says why and what to do."""


def delivery(work_year: int, addressee: str = "") -> list[str]:
    """A line a letter: day, addressee, subject, what became of it; of one addressee, with every try, or of all."""
    with transaction() as session:
        query = select(Letter).where(Letter.work_year == work_year)
        if addressee:
            query = query.where(Letter.addressee == addressee)
        letters = session.exec(query.order_by(col(Letter.written_at), Letter.key)).all()
        if not letters:
            return [f"没有发给“{addressee}”的函件。" if addressee else "还没有函件。"]
        if not addressee:
            return [_line(row) for row in letters]
        return [line for row in letters for line in (_line(row), *_proof(session, row))]


def _line(row: Letter) -> str:
    what = f"{row.written_on}　{row.addressee}　{row.goes_to}　{row.subject}　{row.state.value}"
    if row.sent_at and row.state == LetterState.SENT:
        return f"{what}（{row.sent_at:%m-%d %H:%M}，第{row.attempts}次）"
    again = f"，{row.next_try_at:%m-%d %H:%M}再发" if row.next_try_at and row.state in UNSETTLED else ""
    return f"{what}　{row.outcome}{again}　函件标识：{row.key}"


def _proof(session: Session, row: Letter) -> list[str]:
    """Every try with the server's answer, what came back, what the addressee answered."""
    lines = [f"邮件编号{row.message_id}" + (f"，抄送{row.copy_to}" if row.copy_to else "")]
    tries = session.exec(
        select(Delivery).where(Delivery.letter_key == row.key).order_by(col(Delivery.tried_at), Delivery.key)
    ).all()
    for one in tries:
        answer = f"，{one.server}应答：{one.answer}" if one.answer else ""
        lines.append(f"{one.tried_at:%Y-%m-%d %H:%M} {one.state.value} {one.says}{answer}")
    reports = select(MailReport).where(MailReport.letter_key == row.key).order_by(MailReport.key)
    for report in session.exec(reports).all():
        words = f"{report.kind.value} {report.address} {report.status} {report.says}"
        lines.append(f"{report.reported_at:%Y-%m-%d %H:%M} {words}")
    replies = select(ContactReply).where(ContactReply.letter_key == row.key).order_by(ContactReply.key)
    for reply in session.exec(replies).all():
        lines.append(f"{reply.received_at:%Y-%m-%d %H:%M} 回信：{reply.text[:60]}")
    return [f"    {line}" for line in lines]


def doubtful_contacts(work_year: int, at: datetime) -> list[str]:
    """Departments that cannot be reached, addresses given up, and who was asked and never answered anything."""
    with transaction() as session:
        book = AddressBook(session, at.date())
        active = session.exec(select(Department).where(Department.active).order_by(Department.code)).all()
        if not active:
            return ["没有登记任何单位，无从核实。请先开启工作年度（jixiao year open），读入单位和联系人。"]
        unreachable = [
            f"{one.name}：没有可用的联系人，请补充。" for one in active if not book.in_line(one.code)
        ]
        suspended = session.exec(
            select(Contact).where(Contact.suspended_reason != "").order_by(Contact.key)
        ).all()
        given_up = [
            f"{book.name_of(one.department_code)}：{one.role.value}{one.name}（{one.email}）已停用，{one.suspended_reason}。"
            for one in suspended
        ]
        asked = set(session.exec(select(FormIssue.addressee)).all())
        answered = set(session.exec(select(Submission.addressee)).all())
        silent = [
            f"{book.departments[code]}：发过表格但从未收到回复，请电话核实联系人{book.roles.get(code, {}).get(Role.CLERK.value, '')}是否仍在岗。"
            for code in sorted(asked - answered)
            if code in book.departments
        ]
    return unreachable + given_up + silent


def set_contact(department: str, role: str, name: str, email: str, phone: str, at: datetime) -> str:
    """Enter or replace a department's contact of a role; what did not reach the department goes out to it.

    Raises ContactRefused.
    """
    if not is_address(email):
        raise ContactRefused(f"“{email}”不是有效的邮箱地址，请核对（不要带空格和中文标点）。")
    if role not in {one.value for one in Role}:
        raise ContactRefused(f"角色应为{'、'.join(one.value for one in Role)}之一；读到的是“{role}”。")
    with transaction() as session:
        found = department_named(session, department)
        if found is None:
            raise ContactRefused(f"没有名为“{department}”的单位，请核对名称或编码。")
        _replace(session, found.code, Role(role), name, email, phone)
        count = _resend(session, found.code, at)
    return f"{found.name}{role}已更新为{name}（{email}）" + (
        f"，补发未送达函件{count}封。" if count else "。"
    )


def _replace(session: Session, code: str, role: Role, name: str, email: str, phone: str) -> None:
    """The old contact of the role stays on record, out of use."""
    mine = select(Contact).where(Contact.department_code == code, Contact.role == role)
    rows = session.exec(mine).all()
    for row in rows:
        if row.email != email and not row.suspended_reason:
            row.suspended_reason = "已更换"
        elif row.email == email:
            row.suspended_reason, row.name, row.phone = "", name or row.name, phone or row.phone
        session.add(row)
    if all(row.email != email for row in rows):
        key = f"{code}/{role.value}/{email}"
        new = Contact(key=key, department_code=code, role=role, name=name, email=email, phone=phone)
        insert_new(session, [new])
    session.flush()


def _resend(session: Session, code: str, at: datetime) -> int:
    moved = set(session.exec(select(Letter.redirected_from).where(Letter.redirected_from != "")).all())
    lost = session.exec(
        select(Letter)
        .where(
            Letter.department_code == code,
            Letter.copy_of == "",
            col(Letter.state).in_((LetterState.REFUSED, LetterState.EXPIRED)),
        )
        .order_by(col(Letter.written_at), Letter.key)
    ).all()
    line = AddressBook(session, at.date()).in_line(code)
    return sum(redirect(session, row, line[0], at) for row in lost if row.key not in moved and line)


def withdraw_letter(key: str, why: str) -> str:
    """Stop one letter that has not gone out. Raises ContactRefused with what became of it otherwise."""
    with transaction() as session:
        letter = session.get(Letter, key)
        if letter is None:
            raise ContactRefused(f"没有函件“{key}”，函件标识见 jixiao letters status。")
        if not withdraw(session, letter, why):
            raise ContactRefused(f"函件“{key}”的状态为“{letter.state.value}”，不能撤回。")
    return f"已撤回：{letter.addressee}《{letter.subject}》。"


def resend_letter(key: str, at: datetime) -> str:
    """Put a letter that ended without arriving back into the outbox, e.g. once its attachment is there again.

    Its tries and its waiting begin anew; the numbers of its deliveries go on. Raises ContactRefused.
    """
    with transaction() as session:
        letter = session.get(Letter, key)
        if letter is None:
            raise ContactRefused(f"没有函件“{key}”，函件标识见 jixiao letters status。")
        if letter.state not in ENDED:
            raise ContactRefused(f"函件“{key}”的状态为“{letter.state.value}”，不需要重发。")
        letter.state, letter.next_try_at = LetterState.QUEUED, None
        letter.tries_before, letter.requeued_at = letter.attempts, at
        session.add(letter)
    return f"已放回发件箱：{letter.addressee}《{letter.subject}》。"


ENDED = (LetterState.REFUSED, LetterState.EXPIRED, LetterState.WITHDRAWN)
