"""第三方机构和评审专家: the register, conflicts of interest, the quality sheet of what they delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlmodel import Session, func, select

from models.amounts import micro_of
from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Commission, QualityPoint, ReportQuality
from models.people import Interest, Officer, ThirdParty
from models.projects import Project
from models.rules.report_quality import sheet, wrong
from models.vocabulary import Grade, PartyKind
from tasks.commission_ledger import Entry, entries
from tasks.decisions import DecisionRefused
from tasks.departments import department_named
from tasks.rounds import the_year

NOTHING = "未作任何改动。"


def register_party(row: ThirdParty) -> bool:
    """Enter a firm or an expert; False when the name is there already. Raises DecisionRefused."""
    if not row.name.strip():
        raise DecisionRefused(f"名称是空的，请填写。{NOTHING}")
    if "@" not in row.email:
        raise DecisionRefused(
            f"“{row.name}”的邮箱“{row.email}”不对，委托函和表格无法送达。请填写完整邮箱。{NOTHING}"
        )
    with transaction() as session:
        _known(session, row.officer)
        return insert_new(session, [row]) == 1


def declare_interest(
    party: str, department: str, reason: str, officer: str, day: date
) -> tuple[str, list[str]]:
    """From now on the party judges no project of the department; returns what was done, and commissions that stand
    against it. Raises DecisionRefused."""
    if len(reason.strip()) < 2:
        raise DecisionRefused(f"登记利益关系须写明事由（如 承担该部门代理记账）。{NOTHING}")
    with transaction() as session:
        _known(session, officer)
        if session.get(ThirdParty, party) is None:
            raise DecisionRefused(f"没有登记“{party}”。请核对名称，或先登记第三方机构或专家。{NOTHING}")
        found = department_named(session, department)
        if found is None:
            raise DecisionRefused(f"没有部门“{department}”。请填部门名称或部门编码。{NOTHING}")
        row = Interest(
            key=f"{party}/{found.code}",
            third_party=party,
            department_code=found.code,
            reason=reason,
            officer=officer,
            declared_on=day,
        )
        new = insert_new(session, [row]) == 1
        against = session.exec(
            select(Commission.key, Project.name)
            .join(Project, Project.key == Commission.project_key)  # type: ignore[arg-type]
            .where(Commission.third_party == party, Project.department_code == found.code)
            .order_by(Commission.key)
        ).all()
    says = f"今后不再委托“{party}”评估、评审、评价{department}的项目。" if new else "此前已登记，未作改动。"
    return says, [f"{key}（“{name}”）" for key, name in against]


@dataclass(frozen=True)
class Check:
    """An officer's re-check of one report: points of each item, findings that did not stand, the grade if another."""

    commission: str
    points: Mapping[str, Decimal]
    overturned: int
    grade: Grade | None
    reason: str


def read_points(text: str) -> dict[str, Decimal]:
    """Lines or commas "项目 = 得分". Raises DecisionRefused."""
    found: dict[str, Decimal] = {}
    for part in filter(None, map(str.strip, text.replace("，", "\n").replace(",", "\n").splitlines())):
        name, sign, value = (word.strip() for word in part.replace("＝", "=").partition("="))
        try:
            points = Decimal(value)
        except InvalidOperation:
            points = Decimal("NaN")
        if not (sign and points.is_finite()):
            raise DecisionRefused(f"每项应写成“项目 = 得分”，如 要素 = 8；读到的是“{part}”。{NOTHING}")
        if name in found:
            raise DecisionRefused(f"“{name}”写了两次，请只留一次。{NOTHING}")
        found[name] = points
    return found


def check_report(asked: Check, officer: str, day: date) -> ReportQuality:
    """Take a quality sheet; a later one replaces it, the earlier stays. Raises DecisionRefused."""
    says = wrong(asked.points)
    if says:
        raise DecisionRefused(f"{says}{NOTHING}")
    with transaction() as session:
        _known(session, officer)
        entry = _delivered(session, asked.commission, day)
        _plausible(asked, entry)
        last = session.exec(
            select(func.max(ReportQuality.version)).where(ReportQuality.commission_key == asked.commission)
        ).one()
        version = (last or 0) + 1
        items, source = sheet()
        key = f"{asked.commission}/质量{version}"
        row = ReportQuality(
            key=key,
            commission_key=asked.commission,
            version=version,
            total_micro=micro_of(sum(asked.points.values())),
            overturned=asked.overturned,
            grade=asked.grade,
            reason=asked.reason,
            basis=source,
            officer=officer,
            checked_on=day,
        )
        points = [
            QualityPoint(
                key=f"{key}/{number}",
                quality_key=key,
                sequence=number,
                part=one.part,
                item=one.name,
                full_micro=micro_of(one.full),
                points_micro=micro_of(asked.points[one.name]),
            )
            for number, one in enumerate(items, 1)
        ]
        insert_new(session, [row])
        insert_new(session, points)
    return row


def _delivered(session: Session, commission: str, day: date) -> Entry:
    row = session.get(Commission, commission)
    if row is None:
        raise DecisionRefused(
            f"没有委托“{commission}”。委托标识见 jixiao parties commissions 或委托台账末列。{NOTHING}"
        )
    year = the_year(session, session.get_one(Round, row.round_key).work_year)
    entry = next((one for one in entries(session, year, day) if one.row.key == commission), None)
    if entry is None or entry.delivered_on is None:
        raise DecisionRefused(
            f"“{row.third_party}”尚未交来项目{row.project_key}的成果，不能复核质量。{NOTHING}"
        )
    if entry.party.kind != PartyKind.FIRM:
        raise DecisionRefused(f"质量表用于第三方机构的报告；“{row.third_party}”是评审专家。{NOTHING}")
    return entry


def _plausible(asked: Check, entry: Entry) -> None:
    if not 0 <= asked.overturned <= entry.problems:
        raise DecisionRefused(
            f"该报告发现问题{entry.problems}个，不成立的问题数应在0到{entry.problems}之间，"
            f"读到的是{asked.overturned}。{NOTHING}"
        )
    if asked.grade and entry.grade is None:
        raise DecisionRefused(f"该委托没有评价等级，不能填写复核等级。{NOTHING}")
    changed = asked.overturned or (asked.grade and asked.grade != entry.grade)
    if changed and len(asked.reason.strip()) < 4:
        raise DecisionRefused(f"推翻问题或改变等级须写明理由。{NOTHING}")


def _known(session: Session, officer: str) -> None:
    if session.get(Officer, officer) is None:
        raise DecisionRefused(f"经办人“{officer}”未登记，请核对姓名。{NOTHING}")
