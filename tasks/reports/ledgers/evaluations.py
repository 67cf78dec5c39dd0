"""Ledgers of self-evaluations and key evaluations."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.evaluation import Evaluation
from models.projects import Project
from models.vocabulary import EvaluationKind
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger


def self_evaluations(books: Books) -> Ledger:
    """Self-evaluations as reported and as computed."""
    rows = _evaluations(books, [EvaluationKind.SELF])
    cells = [
        (
            p.code,
            p.name,
            books.who(p.department_code),
            p.kind.value,
            e.version,
            e.received_on,
            e.budget_fen,
            e.spent_fen,
            e.execution_micro,
            e.reported_micro,
            e.total_micro,
            e.grade.value if e.grade else "未定",
            e.undecided,
            e.reason,
            e.measures,
        )
        for e, p in rows
    ]
    columns = (
        ("项目代码", 22),
        ("项目名称", 34),
        ("部门", 16),
        ("类型", 12),
        ("版次", 6),
        ("收到日期", 11),
        ("全年预算（万元）", 14),
        ("全年执行（万元）", 14),
        ("执行得分", 9),
        ("填报总分", 9),
        ("核算总分", 9),
        ("等级", 6),
        ("未定原因", 30),
        ("偏差原因", 30),
        ("改进措施", 30),
    )
    return Ledger("单位自评台账", columns, cells)


def _evaluations(books: Books, kinds: Sequence[EvaluationKind]) -> list[tuple[Evaluation, Project]]:
    rows = books.session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(col(Evaluation.kind).in_(kinds))
        .order_by(Project.code, col(Evaluation.version))
    ).all()
    return list(rows)


def key_evaluations(books: Books) -> Ledger:
    """Evaluations by the bureau and by departments."""
    cells = [
        (
            p.fiscal_year,
            p.code,
            p.name,
            books.who(p.department_code),
            e.kind.value,
            e.received_on,
            e.budget_fen,
            e.spent_fen,
            e.total_micro,
            e.grade.value if e.grade else "未定",
            (e.commission_key or "").rpartition("/")[2],
        )
        for e, p in _evaluations(books, [EvaluationKind.FISCAL, EvaluationKind.DEPARTMENT])
    ]
    columns = (
        ("预算年度", 9),
        ("项目代码", 22),
        ("项目名称", 34),
        ("部门", 16),
        ("评价类型", 10),
        ("完成日期", 11),
        ("预算（万元）", 14),
        ("执行（万元）", 14),
        ("得分", 8),
        ("等级", 6),
        ("评价机构", 26),
    )
    return Ledger("重点评价台账", columns, cells)
