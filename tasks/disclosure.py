"""绩效信息公开: what is withheld and why, who published when and where, and how that keeps the deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.calendar import WorkYear
from models.database import insert_new
from models.people import Department, Officer
from models.projects import Project
from models.registers import Publication, Withholding
from models.rules.disclosure import Publicity, standing
from models.rules.profiles import Rules
from models.rules.workdays import due_day
from tasks.departments import department_named
from tasks.rulebook import rules_of

EVERY = "全部"


class DisclosureRefused(ValueError):
    """An entry cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Standing:
    """One department in the tracker."""

    department: Department
    publication: Publication | None
    publicity: Publicity


@dataclass(frozen=True)
class Due:
    """Until when a department must publish, and the day of approval that stood there before."""

    department: str
    due_on: date
    before: date | None


def accounts_approved(session: Session, year: WorkYear, department: str, day: date, officer: str) -> Due:
    """Register the day on which a department's final accounts were approved, or put it right; until when it must publish."""
    row = to_publish(year.year, _known(session, department, officer), day, rules_of(year.rules, day), officer)
    known = session.get(Publication, row.key)
    before = known.approved_on if known else None
    if before == day:
        raise DisclosureRefused(f"{year.year}年度{department}的决算批复日期{day}已经登记，未作改动。")
    if known and known.published_on and known.published_on < day:
        raise DisclosureRefused(f"批复日期{day}晚于已登记的公开日期{known.published_on}。请核对，未作改动。")
    if known:
        known.approved_on, known.due_on, known.officer = day, row.due_on, officer
    session.add(known or row)
    return Due(session.get_one(Department, row.department_code).name, row.due_on, before)


def to_publish(work_year: int, department: str, day: date, rules: Rules, officer: str) -> Publication:
    """What a department whose final accounts were approved on a day has to publish, and by when."""
    due = due_day(day, rules.deadlines.disclosure)
    if due is None:
        raise DisclosureRefused("规则集没有规定公开期限（deadlines.disclosure）。请先由本局确定。")
    return Publication(
        key=f"{work_year}/{department}",
        work_year=work_year,
        department_code=department,
        approved_on=day,
        due_on=due,
        officer=officer,
    )


def accounts_of_all_approved(
    session: Session, year: WorkYear, departments: Sequence[str], day: date, officer: str, today: date
) -> list[Due]:
    """The same for several departments, all or none; 全部 are those that have no day yet."""
    codes = list(departments)
    if not codes:
        raise DisclosureRefused("没有填部门。请填部门名称或编码，或“全部”。未作任何改动。")
    _plausible(year, day, today)
    if codes == [EVERY]:
        codes = [one.department.code for one in tracker(session, year, day) if one.publication is None]
    if not codes:
        raise DisclosureRefused(f"{year.year}年度全部部门的决算批复日期都已登记，未作改动。")
    return [accounts_approved(session, year, one, day, officer) for one in dict.fromkeys(codes)]


def put_right(rows: Sequence[Due]) -> str:
    """What stood there before, in words; empty where nothing did."""
    changed = "、".join(f"{one.department}原为{one.before}" for one in rows if one.before)
    return f"（已更正：{changed}）" if changed else ""


def _plausible(year: WorkYear, day: date, today: date) -> None:
    """Refuse a day to come, and one of another time than the work year and the year after."""
    if day > today:
        raise DisclosureRefused(f"日期{day}还没有到。请核对，未作任何改动。")
    if day.year not in (year.year, year.year + 1):
        raise DisclosureRefused(f"日期{day}不在{year.year}工作年度或下一年内。请核对日期，或改填工作年度。")


def published_by(
    session: Session, year: WorkYear, department: str, day: date, link: str, officer: str, today: date
) -> tuple[str, Publicity, str]:
    """(department, how it kept the deadline, what stood there before and was put right)."""
    _plausible(year, day, today)
    code = _known(session, department.strip(), officer)
    row = session.get(Publication, f"{year.year}/{code}")
    before = f"{row.published_on} {row.link}" if row and row.published_on else ""
    state = published(session, year, code, day, link.strip(), officer)
    return session.get_one(Department, code).name, state, before if before != f"{day} {link.strip()}" else ""


def published(
    session: Session, year: WorkYear, department: str, day: date, link: str, officer: str
) -> Publicity:
    """Register that a department published on a day at an address."""
    department = _known(session, department, officer)
    row = session.get(Publication, f"{year.year}/{department}")
    if row is None:
        raise DisclosureRefused(f"部门{department}还没有登记决算批复日期。请先登记批复日期，再登记公开。")
    if not link.startswith(("http://", "https://")):
        raise DisclosureRefused(f"公开网址应以http://或https://开头；读到的是“{link}”。")
    if day < row.approved_on:
        raise DisclosureRefused(f"公开日期{day}早于决算批复日期{row.approved_on}。请核对。")
    row.published_on, row.link, row.officer = day, link, officer
    session.add(row)
    return standing(row.due_on, day, day)


def withhold(session: Session, project: str, reason: str, officer: str, day: date) -> bool:
    """Leave a project out of disclosure, with the reason; False when that was decided before."""
    if session.get(Project, project) is None:
        raise DisclosureRefused(f"没有项目{project}。项目标识的写法是 年度:项目代码。")
    if not reason.strip():
        raise DisclosureRefused("不公开必须写明理由（如涉密依据）。")
    if session.get(Officer, officer) is None:
        raise DisclosureRefused(f"经办人“{officer}”未登记，请核对姓名。")
    row = Withholding(project_key=project, reason=reason.strip(), officer=officer, approved_on=day)
    return insert_new(session, [row]) == 1


def tracker(session: Session, year: WorkYear, day: date) -> list[Standing]:
    """Every department in use and where it stands."""
    rows = {
        one.department_code: one
        for one in session.exec(select(Publication).where(Publication.work_year == year.year)).all()
    }
    departments = session.exec(
        select(Department).where(col(Department.active)).order_by(Department.code)
    ).all()
    found = []
    for one in departments:
        row = rows.get(one.code)
        state = standing(row.due_on if row else None, row.published_on if row else None, day)
        found.append(Standing(one, row, state))
    return found


def _known(session: Session, department: str, officer: str) -> str:
    """The code of a department that is named by its code or its name."""
    found = department_named(session, department)
    if found is None:
        raise DisclosureRefused(f"没有部门“{department}”。请核对部门编码或名称。未作任何改动。")
    if session.get(Officer, officer) is None:
        raise DisclosureRefused(f"经办人“{officer}”未登记，请核对姓名。")
    return found.code
