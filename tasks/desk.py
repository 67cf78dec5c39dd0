"""The steps around the stages: collecting answers, writing and sending letters, files of results, the day's end."""

import logging
from datetime import datetime

from sqlmodel import Session, col, select

from models.calendar import DayDone
from models.database import insert_new
from models.letters import Letter
from models.rules.calendar import plan
from models.settings import settings
from models.target_review import TargetApproval
from notifications.outbox import UNSETTLED
from tasks.intake import collect, inbox_files
from tasks.letters import anything_owed, send_letters, write_owed_letters
from tasks.mailbox import MailboxShut, fetch_mail, note_trouble
from tasks.secret_blocks import SecretMissing, fetch_secrets
from tasks.step import errand
from tasks.year_report import approval_path, report_path, write_approvals, write_results

log = logging.getLogger("jixiao")


def _mailbox_set(_session: Session, _work_year: int, _at: datetime) -> bool:
    return bool(settings().imap_url.get_secret_value())


@errand("读取邮箱", owed=_mailbox_set)
def read_mailbox(_work_year: int, _at: datetime) -> int:
    """New mails into the inbox. A mailbox that is shut stops nothing else: it is noted, told, and tried again."""
    try:
        fetch_secrets()
        count = fetch_mail()
    except (MailboxShut, SecretMissing) as shut:
        note_trouble(str(shut))
        log.warning(str(shut))
        return 0
    note_trouble("")
    return count


def _inbox_has_files(_session: Session, _work_year: int, _at: datetime) -> bool:
    return bool(inbox_files())


@errand("收取报送件", owed=_inbox_has_files)
def collect_answers(_work_year: int, at: datetime) -> int:
    """Everything in the inbox is stored, read, checked, and taken or returned."""
    return collect(at.date(), at)


def _approvals_without_file(session: Session, work_year: int, _at: datetime) -> bool:
    rows = session.exec(select(TargetApproval).where(TargetApproval.work_year == work_year)).all()
    return any(not approval_path(row).exists() for row in rows)


@errand("制作绩效目标批复", owed=_approvals_without_file)
def make_approvals(work_year: int, at: datetime) -> int:
    """The numbered official letters with their target tables, ready to print; the table alone where there is none."""
    return len(write_approvals(work_year, at.date()))


def _letters_owed(session: Session, work_year: int, at: datetime) -> bool:
    return anything_owed(session, work_year, at.date())


@errand("拟写函件", owed=_letters_owed)
def write_letters(work_year: int, at: datetime) -> int:
    """What is owed to each addressee today, in one letter."""
    return write_owed_letters(work_year, at.date(), at)


def _letters_queued(session: Session, _work_year: int, _at: datetime) -> bool:
    return session.exec(select(Letter.key).where(col(Letter.state).in_(UNSETTLED))).first() is not None


@errand("发送函件", owed=_letters_queued)
def post_letters(_work_year: int, at: datetime) -> int:
    """Through the post office, each once."""
    fetch_secrets()
    return send_letters(at.date(), at)


def _report_due(_session: Session, work_year: int, at: datetime) -> bool:
    return at.date() >= plan(work_year).moments["report"] and not report_path(work_year).exists()


@errand("编制年度报告", owed=_report_due)
def report_the_year(work_year: int, at: datetime) -> int:
    """Annual report, ledgers, budget table."""
    return len(write_results(work_year, at.date()))


def finish_day(session: Session, work_year: int, at: datetime, done: int) -> None:
    """Write down that the day's round is finished."""
    insert_new(session, [DayDone(work_year=work_year, day=at.date(), done=done, finished_at=at)])
