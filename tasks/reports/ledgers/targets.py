"""Ledgers of targets, their changes, and monitoring."""

from datetime import date

from sqlmodel import col, select

from models.ledger import Decision
from models.letters import Letter, LetterItem
from models.mid_year_monitoring import MonitoringReport, MonitoringResult
from models.projects import BudgetLine, Project
from models.target_review import Target, TargetAdjustment, TargetApproval, TargetReview
from models.vocabulary import BudgetMoment
from tasks.money import totals
from tasks.reports.ledgers.books import Books
from tasks.reports.ledgers.sheet import Ledger


def targets(books: Books) -> Ledger:
    """Every version of every target, its review and approval."""
    rows = books.session.exec(
        select(Target, Project, TargetReview, TargetApproval)
        .join(Project, col(Project.key) == Target.project_key)
        .join(TargetReview, col(TargetReview.target_key) == Target.key, isouter=True)
        .join(TargetApproval, col(TargetApproval.target_key) == Target.key, isouter=True)
        .where(Project.fiscal_year == books.year.target_year)
        .order_by(Project.code, col(Target.version))
    ).all()
    initial = totals(books.session, BudgetMoment.INITIAL, date.max)
    cells = [
        (
            p.code,
            p.name,
            books.who(p.department_code),
            p.kind.value,
            initial.get(p.key),
            t.version,
            t.origin,
            t.received_on,
            r.reviewer if r else "",
            r.total_micro if r else None,
            r.grade.value if r else "",
            r.opinion if r else "",
            a.number if a and a.formal else "随预算批复" if a else "",
            a.approved_on if a else "",
        )
        for t, p, r, a in rows
    ]
    columns = (
        ("项目代码", 22),
        ("项目名称", 34),
        ("部门", 16),
        ("类型", 12),
        ("年初预算（万元）", 14),
        ("目标版次", 8),
        ("来源", 8),
        ("收到日期", 11),
        ("评审人", 10),
        ("评审得分", 9),
        ("等级", 6),
        ("评审意见", 34),
        ("批复文号", 20),
        ("批复日期", 11),
    )
    return Ledger("绩效目标台账", columns, cells)


def adjustments(books: Books) -> Ledger:
    """Target changes: before, after, reason, document and approver."""
    rows = books.session.exec(
        select(TargetAdjustment, Project, BudgetLine)
        .join(Project, col(Project.key) == TargetAdjustment.project_key)
        .join(BudgetLine, col(BudgetLine.key) == TargetAdjustment.budget_line)
        .where(TargetAdjustment.work_year == books.year.year)
        .order_by(TargetAdjustment.key)
    ).all()
    goals = {t.key: t.annual_goal for t in books.session.exec(select(Target)).all()}
    approvals = {one.target_key: one for one in books.session.exec(select(TargetApproval)).all()}
    cells = [
        (
            p.code,
            p.name,
            books.who(p.department_code),
            a.noticed_on,
            a.before_fen,
            a.after_fen,
            a.after_fen - a.before_fen,
            goals.get(a.from_target or "", ""),
            goals.get(a.to_target or "", "尚未报送"),
            a.reason,
            line.document,
            *_approver(approvals.get(a.to_target or "")),
        )
        for a, p, line in rows
    ]
    columns = (
        ("项目代码", 22),
        ("项目名称", 34),
        ("部门", 16),
        ("登记日期", 11),
        ("调整前（万元）", 14),
        ("调整后（万元）", 14),
        ("增减（万元）", 12),
        ("原绩效目标", 40),
        ("调整后绩效目标", 40),
        ("调整原因", 40),
        ("预算调整文号", 22),
        ("批复文号", 20),
        ("批复人", 10),
        ("批复日期", 11),
    )
    return Ledger("目标调整台账", columns, cells, ("调整前（万元）", "调整后（万元）", "增减（万元）"))


def _approver(approval: TargetApproval | None) -> tuple[str, str, str]:
    if approval is None:
        return "尚未批复", "", ""
    number = approval.number if approval.formal else "随预算批复"
    return number, approval.officer, str(approval.approved_on)


def deliveries(books: Books) -> Ledger:
    """批复送达: each official approval, what it replaces, to whom it went and when."""
    rows = books.session.exec(
        select(TargetApproval, Target, Project, Letter)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .join(
            LetterItem,
            (col(LetterItem.about) == Target.key) & (col(LetterItem.kind) == "approval"),
            isouter=True,
        )
        .join(Letter, col(Letter.key) == LetterItem.letter_key, isouter=True)
        .where(TargetApproval.work_year == books.year.year, col(TargetApproval.formal))
        .order_by(col(TargetApproval.approved_on), Target.key)
    ).all()
    cells = [
        (
            a.number,
            p.name,
            books.who(p.department_code),
            a.amount_fen,
            t.version,
            "调整后重新批复" if t.origin == "调整" else "",
            a.officer,
            a.approved_on,
            x.recipient if x else "",
            x.state.value if x else "尚未拟函",
            f"{x.sent_at:%Y-%m-%d %H:%M}" if x and x.sent_at else "",
        )
        for a, t, p, x in rows
    ]
    columns = (
        ("批复文号", 20),
        ("项目名称", 34),
        ("部门", 16),
        ("预算（万元）", 14),
        ("目标版次", 8),
        ("说明", 16),
        ("批复人", 10),
        ("批复日期", 11),
        ("送达邮箱", 30),
        ("送达状态", 10),
        ("发出时间", 17),
    )
    return Ledger("批复送达台账", columns, cells)


def monitoring(books: Books) -> Ledger:
    """Every monitoring report with its lights."""
    rows = books.session.exec(
        select(MonitoringReport, MonitoringResult, Project, Decision)
        .join(MonitoringResult, col(MonitoringResult.report_key) == MonitoringReport.key)
        .join(Project, col(Project.key) == MonitoringReport.project_key)
        .join(Decision, col(Decision.about) == MonitoringReport.key, isouter=True)
        .where(Project.fiscal_year == books.year.target_year)
        .order_by(Project.code, col(MonitoringReport.version))
    ).all()
    cells = [
        (
            p.code,
            p.name,
            books.who(p.department_code),
            f"1-{m.month}月",
            m.budget_fen,
            m.spent_fen,
            *(light.value if light else "" for light in (r.money_light, r.target_light, r.overall_light)),
            r.warning,
            m.reason,
            m.measures,
            r.decide_by if r.warning else "",
            d.decided if d else "",
        )
        for m, r, p, d in rows
    ]
    columns = (
        ("项目代码", 22),
        ("项目名称", 34),
        ("部门", 16),
        ("期间", 8),
        ("全年预算（万元）", 14),
        ("执行数（万元）", 14),
        ("资金灯", 7),
        ("目标灯", 7),
        ("综合灯", 7),
        ("预警", 36),
        ("原因", 30),
        ("措施", 30),
        ("处理期限", 11),
        ("处理决定", 16),
    )
    return Ledger("双监控台账", columns, cells, ("全年预算（万元）", "执行数（万元）"))
