"""Ledgers of the desk: decisions, what came in, what is still owed, letters."""

from sqlmodel import col, select

from models.calendar import Round
from models.intake import Finding, Submission
from models.ledger import Decision
from models.letters import Letter
from notifications.reminders import due_of, open_forms
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger


def decisions(books: Books) -> Ledger:
    """What officers decided, in order."""
    rows = books.session.exec(
        select(Decision)
        .where(Decision.work_year == books.year.year)
        .order_by(col(Decision.recorded_at), Decision.key)
    ).all()
    cells = [
        (d.decided_on, d.kind.value, d.about, d.proposed, d.decided, d.reason, d.basis, d.officer)
        for d in rows
    ]
    columns = (
        ("日期", 11),
        ("事项", 16),
        ("对象", 40),
        ("系统建议", 24),
        ("决定", 24),
        ("理由", 36),
        ("依据", 40),
        ("经办人", 10),
    )
    return Ledger("决定台账", columns, cells)


def submissions(books: Books) -> Ledger:
    """What came in and what became of it."""
    rows = books.session.exec(
        select(Submission, Round)
        .join(Round, col(Round.key) == Submission.round_key, isouter=True)
        .order_by(col(Submission.received_at), Submission.sha256)
    ).all()
    found: dict[str, int] = {}
    for key in books.session.exec(select(Finding.submission)).all():
        found[key] = found.get(key, 0) + 1
    cells = [
        (
            f"{s.received_at.date()}",
            r.kind.value if r else "",
            books.who(s.addressee),
            s.file_name,
            s.form_number or "",
            s.verdict.value,
            found.get(s.sha256, 0),
            "是" if r and s.received_at.date() > r.due_on else "",
            s.says,
        )
        for s, r in rows
    ]
    columns = (
        ("收到日期", 11),
        ("事项", 14),
        ("报送单位", 20),
        ("文件", 40),
        ("表单编号", 30),
        ("结果", 10),
        ("问题数", 8),
        ("逾期", 6),
        ("说明", 40),
    )
    return Ledger("报送台账", columns, cells)


def letters(books: Books) -> Ledger:
    """Every letter and whether it arrived."""
    rows = books.session.exec(
        select(Letter).where(Letter.work_year == books.year.year).order_by(col(Letter.written_on), Letter.key)
    ).all()
    cells = [
        (
            x.written_on,
            x.addressee,
            x.goes_to,
            "" if x.only_to else x.copy_to,
            x.subject,
            x.state.value,
            x.attempts,
            x.outcome,
        )
        for x in rows
    ]
    columns = (
        ("日期", 11),
        ("收件单位", 22),
        ("收件人", 28),
        ("抄送", 34),
        ("主题", 44),
        ("状态", 8),
        ("次数", 6),
        ("结果", 34),
    )
    return Ledger("函件台账", columns, cells)


def unanswered(books: Books) -> Ledger:
    """Forms that are still owed."""
    cells = [
        (round_.kind.value, books.who(issue.addressee), issue.form_number, due_of(issue, round_))
        for issue, round_ in open_forms(books.session, books.year.year)
    ]
    return Ledger("未报清单", (("事项", 14), ("单位", 22), ("表单编号", 32), ("截止日期", 12)), cells)
