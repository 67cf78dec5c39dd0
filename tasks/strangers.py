"""Answers that are not what they seem: last year's form, another department's person. Told apart, and said so."""

from datetime import date
from email.utils import parseaddr

from sqlmodel import Session, col, select

from models.calendar import FormIssue, Round
from models.people import Contact, Department
from models.vocabulary import RoundKind, Severity
from tasks.forms.shape import Found

CARRIED_OVER = {RoundKind.RECTIFICATION}  # what was not put right goes on into the next year


def of_last_year(session: Session, issue: FormIssue, round_: Round, file_name: str, day: date) -> str:
    """Why a form is not taken any more; "" while no later year has asked for the same."""
    later = session.exec(
        select(Round)
        .where(Round.kind == round_.kind, Round.fiscal_year > round_.fiscal_year, col(Round.opens_on) <= day)
        .order_by(col(Round.fiscal_year), col(Round.sequence))
    ).first()
    if later is None or round_.kind in CARRIED_OVER:
        return ""
    now = session.exec(
        select(FormIssue.form_number)
        .where(FormIssue.round_key == later.key, FormIssue.addressee == issue.addressee)
        .order_by(col(FormIssue.version).desc())
    ).first()
    sheet = f"表单编号为{now}的表格" if now else f"收到的{later.fiscal_year}年度表格"
    return (
        f"“{file_name}”是{round_.fiscal_year}年度的表格（表单编号“{issue.form_number}”），"
        f"现在布置的是{later.fiscal_year}年度的{later.kind.value}。请在{sheet}上填写后发回。"
    )


def of_another_department(session: Session, issue: FormIssue, sender: str) -> list[Found]:
    """A reminder where the sender is known as another department's contact; the number alone says whose form it is."""
    address = parseaddr(sender)[1].lower()
    known = session.exec(
        select(Contact.department_code, Contact.email, Department.name)
        .join(Department, col(Department.code) == Contact.department_code)
        .order_by(Contact.department_code)
    ).all()
    theirs = {code: name for code, email, name in known if email.lower() == address}
    own = session.get(Department, issue.addressee)
    if not theirs or own is None or issue.addressee in theirs:
        return []
    says = f"这是{own.name}的表格，由{'、'.join(theirs.values())}的联系人（{address}）发来。"
    return [Found("F-SENDER", Severity.WARNING, says, "请核对是否发错了表格；联系人有变动的请告知财政局。")]
