"""Ledgers of result application: rectification to closure, next year's budget, what-if, priorities."""

from sqlmodel import col, select

from models.projects import Project
from models.result_application import BudgetDecision, BudgetProposal
from tasks.budget_balance import balanced, priorities, trials
from tasks.rectification_ledger import states
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger

NOBODY = "没有评价为优、良而本年安排低于申报数的项目"


def rectifications(books: Books) -> Ledger:
    """One row a problem: owner, due day, reply, evidence, verdict, overdue, whether it returned."""
    cells = [
        (
            one.project.name,
            books.who(one.row.department_code),
            one.owner,
            one.problem.text,
            one.problem.requirement,
            one.row.asked_on,
            one.row.due_on,
            one.reply.replied_on if one.reply else "未回复",
            "是" if one.late else "",
            one.reply.measure if one.reply else "",
            one.reply.outcome if one.reply else "",
            one.reply.evidence if one.reply else "",
            one.state.value,
            one.decision.officer if one.decision else "",
            "逾期未完成" if one.overdue else "",
            one.reopens,
        )
        for one in states(books.session, books.year)
    ]
    columns = (
        ("项目", 30),
        ("责任部门", 16),
        ("责任单位", 16),
        ("存在问题", 36),
        ("整改要求", 36),
        ("下达日期", 11),
        ("整改期限", 11),
        ("回复日期", 11),
        ("回复逾期", 8),
        ("整改措施", 36),
        ("整改结果", 30),
        ("佐证材料", 18),
        ("状态", 10),
        ("验收人", 10),
        ("逾期", 12),
        ("上年同一问题", 30),
    )
    return Ledger("整改台账", columns, cells)


def budgets(books: Books) -> Ledger:
    """Proposals and decisions, one row a ground; the blanks say why."""
    rows = books.session.exec(
        select(BudgetProposal, Project, BudgetDecision)
        .join(Project, col(Project.key) == BudgetProposal.project_key)
        .join(BudgetDecision, col(BudgetDecision.proposal_key) == BudgetProposal.key, isouter=True)
        .where(BudgetProposal.work_year == books.year.year)
        .order_by(BudgetProposal.key)
    ).all()
    cells = [
        (
            p.name,
            books.who(p.department_code),
            b.ground,
            b.grade.value if b.grade else "",
            b.treatment,
            b.base_fen,
            b.proposed_fen,
            d.decided_fen if d else None,
            None if d is None else d.decided_fen - b.base_fen,
            b.undecided,
            b.basis,
            d.officer if d else "",
            d.decided_on if d else "",
            d.reason if d else "",
        )
        for b, p, d in rows
    ]
    columns = (
        ("项目", 22),
        ("部门", 16),
        ("事由", 24),
        ("等级", 6),
        ("应用方式", 20),
        ("基数（万元）", 14),
        ("建议数（万元）", 14),
        ("核定数（万元）", 14),
        ("增减（万元）", 12),
        ("未定原因", 22),
        ("依据", 24),
        ("经办人", 10),
        ("核定日期", 11),
        ("理由", 16),
    )
    return Ledger(f"{books.year.applied_year}年预算安排建议", columns, cells)


def balance_table(books: Books) -> Ledger:
    """前后对照 for the budget division: one row a project, before = after + freed to the 分."""
    found = balanced(books.session, books.year)
    cells = [
        (
            one.name,
            books.who(one.department_code),
            one.grounds,
            one.before_fen,
            one.after_fen,
            one.freed_fen,
            one.open_fen,
        )
        for one in found.projects
    ]
    columns = (
        ("项目", 30),
        ("部门", 16),
        ("事由", 30),
        ("调整前（万元）", 16),
        ("调整后（万元）", 16),
        ("腾出（万元）", 16),
        ("其中规则未定（万元）", 18),
    )
    sums = tuple(title for title, _ in columns[3:])
    return Ledger(f"{books.year.applied_year}年预算前后对照", columns, cells, sums)


def trial_table(books: Books) -> Ledger:
    """核减比例测算: what several percentages would free for grades and grounds whose cut nobody decided."""
    cells = [
        (one.rule, one.count, one.base_fen, one.percent, one.cut_fen)
        for one in trials(books.session, books.year)
    ]
    columns = (
        ("等级或事由", 18),
        ("项目数", 8),
        ("基数（万元）", 16),
        ("核减比例", 10),
        ("核减额（万元）", 16),
    )
    return Ledger("核减比例测算", columns, cells)


def priority_table(books: Books) -> Ledger:
    """腾出资金优先用于: projects of good grade with a gap, in order, as far as the freed money reaches."""
    cells = [
        (number, one.name, books.who(one.department_code), one.grade, one.gap_fen, one.served_fen)
        for number, one in enumerate(priorities(books.session, books.year), 1)
    ]
    columns = (
        ("序号", 6),
        ("项目", 30),
        ("部门", 16),
        ("等级", 6),
        ("缺口（万元）", 16),
        ("可安排（万元）", 16),
    )
    if not cells:
        return Ledger("腾出资金优先用于", columns, [(None, NOBODY, "", "", None, None)])
    return Ledger("腾出资金优先用于", columns, cells, ("缺口（万元）", "可安排（万元）"))
