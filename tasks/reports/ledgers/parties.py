"""Ledgers of third parties and experts: every commission, everybody's work of the year, quality sheets."""

from collections.abc import Sequence

from sqlmodel import select

from models.evaluation import QualityPoint
from models.people import Department
from tasks.commission_ledger import Entry, by_party, entries
from tasks.commissions import interests
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger


def commissions(books: Books) -> Ledger:
    """One row a commission: delivered when, late, returned, overturned, how good."""
    cells = [
        (
            one.row.third_party,
            one.party.kind.value,
            one.row.kind.value,
            one.project.name,
            books.who(one.project.department_code),
            one.row.commissioned_on,
            one.row.due_on,
            one.delivered_on or "未交",
            one.days_late,
            one.returned,
            one.problems,
            one.sent_back,
            one.overturned,
            one.grade.value if one.grade else "",
            one.quality.grade.value if one.quality and one.quality.grade else "",
            one.quality.total_micro if one.quality else None,
            one.quality.reason if one.quality else "",
            "是" if one.conflict else "",
            one.row.key,
        )
        for one in entries(books.session, books.year)
    ]
    columns = (
        ("受托方", 26),
        ("类别", 11),
        ("委托事项", 14),
        ("项目", 32),
        ("部门", 16),
        ("委托日期", 11),
        ("应交日期", 11),
        ("交来日期", 11),
        ("逾期天数", 8),
        ("退回次数", 8),
        ("发现问题", 8),
        ("其中整改退回", 12),
        ("复核不成立", 8),
        ("评价等级", 8),
        ("复核等级", 8),
        ("质量得分", 9),
        ("复核说明", 30),
        ("利益关系", 8),
        ("委托标识", 50),
    )
    return Ledger("委托台账", columns, cells)


def parties(books: Books) -> Ledger:
    """The register with everybody's work: on time, days late, returned, overturned, quality."""
    names = dict(books.session.exec(select(Department.code, Department.name)).all())
    conflicts = interests(books.session)
    cells = []
    for work in by_party(books.session, entries(books.session, books.year)):
        one, given = work.party, work.given
        apart = "、".join(names.get(code, code) for code in sorted(conflicts[one.name]))
        counts = (*_counts(given), work.quality_micro)
        cells.append((one.name, one.kind.value, one.field, one.contact, one.phone, apart, *counts))
    columns = (
        ("名称", 28),
        ("类别", 11),
        ("专业领域", 12),
        ("联系人", 10),
        ("电话", 14),
        ("利益相关部门", 24),
        ("委托", 6),
        ("已交", 6),
        ("按期", 6),
        ("逾期", 6),
        ("逾期天数合计", 9),
        ("退回次数", 8),
        ("发现问题", 8),
        ("复核不成立", 8),
        ("改变等级", 8),
        ("质量平均得分", 10),
    )
    return Ledger("第三方和专家台账", columns, cells)


def _counts(given: Sequence[Entry]) -> tuple[int, ...]:
    return (
        len(given),
        sum(one.delivered_on is not None for one in given),
        sum(one.on_time for one in given),
        sum(one.days_late > 0 for one in given),
        sum(one.days_late for one in given),
        sum(one.returned for one in given),
        sum(one.problems for one in given),
        sum(one.overturned for one in given),
        sum(one.regraded for one in given),
    )


def quality_sheets(books: Books) -> Ledger:
    """The newest sheet of every report, an item a row."""
    cells = []
    for one in entries(books.session, books.year):
        if one.quality is None:
            continue
        points = books.session.exec(
            select(QualityPoint)
            .where(QualityPoint.quality_key == one.quality.key)
            .order_by(QualityPoint.sequence)  # type: ignore[arg-type]
        ).all()
        head = (one.row.third_party, one.row.kind.value, one.project.name)
        foot = (one.quality.officer, one.quality.checked_on, one.quality.basis)
        cells += [(*head, row.part, row.item, row.full_micro, row.points_micro, *foot) for row in points]
        total = (*head, "合计", "", sum(row.full_micro for row in points), one.quality.total_micro, *foot)
        cells.append(total)
    columns = (
        ("受托方", 26),
        ("委托事项", 14),
        ("项目", 32),
        ("部分", 10),
        ("复核项目", 14),
        ("满分", 8),
        ("得分", 8),
        ("复核人", 10),
        ("复核日期", 11),
        ("依据", 36),
    )
    return Ledger("报告质量表", columns, cells)
