"""登记簿: what officers enter by hand — exceptions and what was held, issued, published — each once, with who entered it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from models.database import insert_new, transaction
from models.people import Officer
from models.projects import Project
from models.registers import GrantedException, Publicity, RuleDocument, Training, TypicalCase
from models.vocabulary import DecisionKind, RoundKind
from tasks.decisions import DecisionRefused
from tasks.departments import department_named
from tasks.ledger import Waiting, record
from tasks.rounds import the_year


@dataclass(frozen=True)
class Exempt:
    """What an exception is about: its kind (延期, 免报, 不适用), a department or project, one matter or all, until when."""

    kind: str
    about: str
    matter: RoundKind | None
    reason: str
    until: date


def grant_exception(asked: Exempt, officer: str, work_year: int, at: datetime) -> tuple[str, int]:
    """Grant it with its row in the ledger; returns its identity and how many rows were new. Raises DecisionRefused with a sentence."""
    if asked.until < at.date():
        raise DecisionRefused(f"失效日期{asked.until}已经过去，例外不会起作用。请填今天或以后的日期。")
    with transaction() as session:
        the_year(session, work_year)
        about = _about(session, asked.about, work_year)
        round_key = f"{work_year}/{asked.matter.value}" if asked.matter else None
        key = "/".join((str(work_year), asked.kind, asked.matter.value if asked.matter else "全部", about))
        key = f"{key}/{asked.until.isoformat()}"
        says = Waiting(DecisionKind.GRANT_EXCEPTION, key, "", "", "")
        chosen = f"{asked.kind}至{asked.until.isoformat()}"
        new = record(session, says, work_year, chosen, asked.reason, officer, at)
        if new:
            row = GrantedException(
                key=key,
                work_year=work_year,
                kind=asked.kind,
                about=about,
                round_key=round_key,
                reason=asked.reason,
                officer=officer,
                granted_on=at.date(),
                expires_on=asked.until,
            )
            insert_new(session, [row])
    return key, int(new)


def _about(session: Session, words: str, work_year: int) -> str:
    """A department's code or a project's identity, from whatever an officer calls it."""
    given = words.strip()
    department = department_named(session, given)
    if department:
        return department.code
    called = or_(col(Project.key) == given, col(Project.code) == given, col(Project.name) == given)
    projects = session.exec(select(Project.key).where(called).order_by(Project.key)).all()
    if len(projects) == 1:
        return projects[0]
    if projects:
        raise DecisionRefused(
            f"“{given}”对应{len(projects)}个项目：{'、'.join(projects)}。请填其中一个项目标识。"
        )
    raise DecisionRefused(
        f"没有名为“{given}”的部门或项目。请填部门名称、部门编码或项目标识（如 {work_year}:4202…）。"
    )


Entry = Training | RuleDocument | Publicity | TypicalCase


def enter(row: Entry) -> bool:
    """Enter a row of a register; False when it is there already. Raises DecisionRefused, LookupError."""
    wrong = _wrong(row)
    if wrong:
        raise DecisionRefused(f"{wrong}未作任何改动。")
    with transaction() as session:
        the_year(session, row.work_year)
        if row.officer and session.get(Officer, row.officer) is None:
            raise DecisionRefused(f"经办人“{row.officer}”未登记，请核对姓名。未作任何改动。")
        if isinstance(row, TypicalCase) and row.about:
            row.about = _about(session, row.about, row.work_year)
        return insert_new(session, [row]) == 1


def _wrong(row: Entry) -> str:
    """Why a row cannot stand in its register; empty for none."""
    if not row.title.strip():
        return "名称（题目）是空的，请填写。"
    if isinstance(row, Training) and row.attendance < 1:
        return f"人次应为实到人数（至少1），读到的是{row.attendance}。"
    if isinstance(row, RuleDocument) and row.in_force_on < row.issued_on:
        return f"施行日期{row.in_force_on}早于印发日期{row.issued_on}。请核对后重新提交。"
    if isinstance(row, Publicity) and not row.medium.strip():
        return "没有填写媒体或汇报对象，请填写（如 区融媒体中心、区人大常委会）。"
    day = _day(row)
    if day.year != row.work_year:
        return f"日期{day}不在{row.work_year}工作年度内。请核对日期，或改填工作年度。"
    return ""


def _day(row: Entry) -> date:
    match row:
        case Training():
            return row.held_on
        case RuleDocument():
            return row.issued_on
        case Publicity():
            return row.published_on
        case _:
            return row.collected_on
