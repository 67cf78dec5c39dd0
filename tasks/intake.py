"""收取报送件: the bytes first, then what they say; accepted with its facts, or returned with every mistake at once."""

import hashlib
import importlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import cast

from sqlmodel import Session, col, func, select

from models.calendar import FormCover, FormIssue, Round, WorkYear
from models.database import insert_new, transaction
from models.files import write_whole
from models.intake import Finding, Submission
from models.people import Department, Officer
from models.settings import settings
from models.vocabulary import RoundKind, Severity, Verdict
from tasks.forms.altered import altered
from tasks.forms.anew import sheets_anew
from tasks.forms.checks import check_form
from tasks.forms.layout import layout_of
from tasks.forms.number import form_number
from tasks.forms.pairing import in_order
from tasks.forms.reader import Book, open_book, read_form
from tasks.forms.shape import Form, Found
from tasks.forms.writer import write
from tasks.mail import Attachment, Mail, take_apart
from tasks.postmaster import note_reply, note_report
from tasks.rulebook import rules_of
from tasks.strangers import of_another_department, of_last_year
from tasks.targets import goals_of_last_year
from tasks.workbook import Unreadable

Taker = Callable[[Session, Submission, Form, date], list[Found]]
TAKERS = {
    RoundKind.ASSESSMENT_APPLICATION: "prior_assessment:take_assessment_application",
    RoundKind.ASSESSMENT_CONCLUSION: "prior_assessment:take_assessment_conclusion",
    RoundKind.TARGET_DECLARATION: "target_review:take_target_declaration",
    RoundKind.EXPERT_REVIEW: "target_review:take_expert_review",
    RoundKind.TARGET_ADJUSTMENT: "target_adjustment:take_target_adjustment",
    RoundKind.MONITORING: "mid_year_monitoring:take_monitoring",
    RoundKind.SELF_EVALUATION: "self_evaluation:take_self_evaluation",
    RoundKind.FISCAL_EVALUATION: "evaluation:take_fiscal_evaluation",
    RoundKind.RECTIFICATION: "result_application:take_rectification",
}
RETURNED = "退回修改"
FAILED = "系统处理时出错"


def issue_forms(round_: Round, forms: Sequence[Form], at: datetime) -> int:
    """Write the workbooks and their rows, each once by its identity; returns how many were new."""
    folder = settings().issued / round_.key
    with transaction() as session:
        names = _names(session)
        call = _whom_to_call(session)
    rows: list[FormIssue | FormCover] = []
    for form in forms:
        form.form_number = form_number(form.kind, round_.key, form.addressee, form.fiscal_year, form.version)
        form.cover = _cover(form, round_, names.get(form.addressee, form.addressee), call)
        rows += _issue(form, write(form), round_, folder, at, form.reason)
    with transaction() as session:
        new = insert_new(session, [row for row in rows if isinstance(row, FormIssue)])
        insert_new(session, [row for row in rows if isinstance(row, FormCover)])
    return new


def _issue(
    form: Form, data: bytes, round_: Round, folder: Path, at: datetime, reason: str
) -> list[FormIssue | FormCover]:
    path = folder / f"{form.form_number}.xlsx"
    write_whole(path, data)
    issue = FormIssue(
        form_number=form.form_number,
        round_key=round_.key,
        addressee=form.addressee,
        version=form.version,
        path=str(path.relative_to(settings().home)),
        sha256=hashlib.sha256(data).hexdigest(),
        issued_at=at,
        reason=reason,
    )
    return [issue, *(FormCover(form_number=form.form_number, about=about) for about in form.covers)]


def _names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Department.code, Department.name)).all())


def _whom_to_call(session: Session) -> str:
    officer = session.exec(select(Officer).order_by(Officer.name)).first()
    return f"{settings().bureau} {officer.name} {officer.phone}".strip() if officer else settings().bureau


def _cover(form: Form, round_: Round, name: str, call: str) -> dict[str, str]:
    layout = layout_of(form.kind, form.variant)
    period = str(form.sheets[0].fields.get("period") or "") if form.sheets else ""
    note = "（暂按，以放假通知为准）" if round_.provisional else ""
    return {
        "title": f"{settings().district}{round_.fiscal_year}年度{layout.title}",
        "addressee_name": name,
        "asks": layout.asks.replace("{period}", period),
        "due": f"{round_.due_on.year}年{round_.due_on.month}月{round_.due_on.day}日{note}",
        "call": call,
    }


def receive(day: date, data: bytes, file_name: str, sender: str, at: datetime, message: str = "") -> str:
    """Store one file, read it, take it or return it; the same bytes twice are one. Returns the hash.

    `message`: what the mail itself said.
    """
    sha = hashlib.sha256(data).hexdigest()
    path = _keep(data, sha, file_name)
    with transaction() as session:
        if session.get(Submission, sha) is not None:
            return sha
    base = Submission(
        sha256=sha,
        received_at=at,
        sender=sender,
        file_name=file_name,
        path=path,
        verdict=Verdict.UNREADABLE,
        message=message,
    )
    try:
        book = open_book(data, file_name)
    except Unreadable as error:
        _store(base, says=str(error))
        return sha
    with transaction() as session:
        issue = session.get(FormIssue, book.number) if book.number else None
        round_ = session.get(Round, issue.round_key) if issue else None
    if issue is None or round_ is None:
        base.verdict = Verdict.NOT_OURS
        _store(base, says=_why_not_ours(book, file_name))
        return sha
    with transaction() as session:
        passed = of_last_year(session, issue, round_, file_name, day)
    if passed:
        base.verdict = Verdict.NOT_OURS
        _store(base, says=passed)
        return sha
    base.form_number, base.round_key, base.addressee = issue.form_number, round_.key, issue.addressee
    try:
        _answer(base, book, issue, round_, day, at)
    except Exception as error:  # noqa: BLE001  one file must not stop the others; the officers are told of it
        base.verdict = Verdict.UNREADABLE
        _store(
            base,
            says=f"{FAILED}（{type(error).__name__}：{str(error)[:200]}）。原件已保存，请财政局绩效管理人员处理。",
        )
    return sha


def _keep(data: bytes, sha: str, file_name: str) -> str:
    """The original bytes, before anything is read in them."""
    path = settings().received / sha[:2] / f"{sha}{Path(file_name).suffix[:8]}"
    if not path.exists():
        write_whole(path, data)
    return str(path.relative_to(settings().home))


def _why_not_ours(book: Book, file_name: str) -> str:
    if book.number is None:
        return (
            f"“{file_name}”中没有表单编号，无法确认是哪个单位的哪张表。请在财政局发给您的表格上填写后发回。"
        )
    return f"“{file_name}”的表单编号“{book.number}”不是本局发出的（可能被改动，或来自其他地区）。请使用财政局发给您的表格。"


def _store(submission: Submission, says: str, found: Sequence[Found] = ()) -> None:
    submission.says = says
    with transaction() as session:
        insert_new(session, [submission])
        insert_new(session, _findings(submission.sha256, found))


def _findings(sha: str, found: Sequence[Found]) -> list[Finding]:
    return [
        Finding(key=f"{sha}/{number}", submission=sha, sequence=number, **one.__dict__)
        for number, one in enumerate(found, 1)
    ]


def _answer(
    submission: Submission, book: Book, issue: FormIssue, round_: Round, day: date, at: datetime
) -> None:
    """Accepted with its facts in one transaction, or returned with the workbook made anew."""
    form, found = read_form(book, round_.kind)
    form.addressee, form.fiscal_year, form.round_key = issue.addressee, round_.fiscal_year, round_.key
    sent = _as_sent(issue, round_)
    layout = layout_of(round_.kind, sent.variant)
    in_order(form, sent, layout)
    found += altered(form, sent, layout)
    with transaction() as session:
        found += of_another_department(session, issue, submission.sender)
        year = session.get_one(WorkYear, round_.work_year)
        last = goals_of_last_year(session, round_.fiscal_year)
        found += _without_repeats(check_form(form, rules_of(year.rules, day), last), found)
    if not _serious(found):
        found += _take(submission, form, found, round_.kind, day)
    if _serious(found):
        _return(submission, form, sent, found, round_, at)


def _as_sent(issue: FormIssue, round_: Round) -> Form:
    data = (settings().home / issue.path).read_bytes()
    form, _ = read_form(open_book(data, issue.path), round_.kind)
    return form


def _without_repeats(more: Sequence[Found], found: Sequence[Found]) -> list[Found]:
    """A cell that could not be read is not also told to be empty."""
    told = {(one.sheet, one.cell) for one in found if one.cell}
    return [one for one in more if not one.cell or (one.sheet, one.cell) not in told]


def _serious(found: Sequence[Found]) -> bool:
    return any(one.severity == Severity.ERROR for one in found)


class _Refused(Exception):
    """The stage found errors: everything of this transaction is undone."""


def _take(
    submission: Submission, form: Form, found: Sequence[Found], kind: RoundKind, day: date
) -> list[Found]:
    module, _, name = TAKERS[kind].partition(":")
    take = cast(Taker, getattr(importlib.import_module(f"tasks.{module}"), name))
    submission.verdict = Verdict.ACCEPTED
    more: list[Found] = []
    try:
        with transaction() as session:
            insert_new(session, [submission])
            more = take(session, submission, form, day)
            if _serious(more):
                raise _Refused
            insert_new(session, _findings(submission.sha256, [*found, *more]))
    except _Refused:
        submission.verdict = Verdict.RETURNED
    return more


def _return(
    submission: Submission, form: Form, sent: Form, found: Sequence[Found], round_: Round, at: datetime
) -> None:
    """The same workbook made anew: entries kept, locked cells restored, every finding beside its cell."""
    errors = sum(one.severity == Severity.ERROR for one in found)
    with transaction() as session:
        names, call = _names(session), _whom_to_call(session)
        version = (
            1
            + session.exec(
                select(func.max(FormIssue.version)).where(
                    FormIssue.round_key == round_.key, FormIssue.addressee == submission.addressee
                )
            ).one()
        )
        covers = session.exec(
            select(FormCover.about)
            .where(FormCover.form_number == submission.form_number)
            .order_by(FormCover.about)
        ).all()
    sheets = sheets_anew(form, sent, layout_of(form.kind, sent.variant), found)
    anew = Form(round_.kind, form.addressee, form.fiscal_year, sheets, sent.variant, round_key=round_.key)
    anew.version, anew.covers = version, tuple(covers)
    anew.form_number = form_number(round_.kind, round_.key, anew.addressee, anew.fiscal_year, version)
    anew.reason = f"您{at.month}月{at.day}日报送的表格有{errors}处需要改正，已在表中标红并列在下面。"
    anew.cover = _cover(anew, round_, names.get(anew.addressee, anew.addressee), call)
    rows = _issue(anew, write(anew, found), round_, settings().issued / round_.key, at, RETURNED)
    submission.verdict = Verdict.RETURNED
    submission.says = f"{errors}处需要改正，已退回（{anew.form_number}）。"
    with transaction() as session:
        for one in ([submission], _findings(submission.sha256, found), rows[:1], rows[1:]):
            insert_new(session, one)


def inbox_files() -> list[Path]:
    """What lies in the inbox, in order; files still being written (dot files) are left alone."""
    return sorted(p for p in settings().inbox.rglob("*") if p.is_file() and not p.name.startswith("."))


def collect(day: date, at: datetime) -> int:
    """Take every file out of the inbox; returns how many were received."""
    count = 0
    for path in inbox_files():
        data = path.read_bytes()
        if path.suffix.lower() == ".eml":
            count += _receive_mail(day, data, path.name, at)
        else:
            receive(day, data, path.name, "", at)
            count += 1
        path.unlink()
    return count


def _receive_mail(day: date, data: bytes, file_name: str, at: datetime) -> int:
    """Every workbook of a mail is read; what else is attached is kept with it. A mail without any is kept whole.

    Nobody is answered who did not write: automatic mails (out of office, bounces) are kept and no letter follows.
    """
    mail = take_apart(data)
    sender = "" if mail.automatic else mail.sender
    if mail.automatic and (says := note_report(mail, data, at)):
        _keep_whole(
            mail, data, file_name, sender, at, says
        )  # what a bounce returns is our own form, no answer
        return 1
    files = [one for one in mail.files if not one.inside]
    books = [one for one in files if one.is_workbook] or files
    received = [receive(day, one.data, one.name, sender, at, mail.text) for one in books]
    for one in files:
        if one not in books:
            _keep_beside(one, received[0], sender, at)
    if not files:
        says = "" if mail.automatic or mail.too_large else note_reply(mail, data, at)
        _keep_whole(mail, data, file_name, sender, at, says)
    return max(1, len(files))


def _keep_beside(file: Attachment, form: str, sender: str, at: datetime) -> None:
    """Evidence that came with a form: stored, and findable by the form's round and department."""
    sha = hashlib.sha256(file.data).hexdigest()
    path = _keep(file.data, sha, file.name)
    with transaction() as session:
        main = session.get_one(Submission, form)
        kept = Submission(
            sha256=sha,
            received_at=at,
            sender=sender,
            file_name=file.name,
            path=path,
            verdict=Verdict.KEPT,
            form_number=main.form_number,
            round_key=main.round_key,
            addressee=main.addressee,
            says=f"随“{main.file_name}”报送的附件。",
        )
        insert_new(session, [kept])


def _keep_whole(mail: Mail, data: bytes, file_name: str, sender: str, at: datetime, noted: str = "") -> None:
    sha = hashlib.sha256(data).hexdigest()
    base = Submission(
        sha256=sha,
        received_at=at,
        sender=sender,
        file_name=mail.subject or file_name,
        path=_keep(data, sha, file_name),
        verdict=Verdict.KEPT if mail.automatic or noted else Verdict.NOT_OURS,
        message=mail.text,
    )
    says = "邮件没有附件。请回复邮件并附上填好的表格。"
    if mail.too_large:
        says = f"邮件有{mail.too_large // 1_000_000}MB，过大未收。请删去图片等无关内容后重发。"
    _store(base, says=noted or ("自动回复或退信，已留存。" if mail.automatic else says))


def last_answers(session: Session, round_key: str) -> dict[str, Submission]:
    """Addressee → its newest accepted submission of a round."""
    rows = session.exec(
        select(Submission)
        .where(Submission.round_key == round_key, col(Submission.verdict) == Verdict.ACCEPTED)
        .order_by(col(Submission.received_at))
    ).all()
    return {row.addressee: row for row in rows}
