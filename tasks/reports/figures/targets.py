"""Figures of prior assessments, targets, their approvals and adjustments."""

from datetime import date

from sqlmodel import Session, col, select

from models.amounts import wan, yi
from models.calendar import WorkYear
from models.ledger import Decision
from models.prior_assessment import AssessmentResult, PriorAssessment
from models.projects import Project
from models.target_review import Target, TargetAdjustment, TargetApproval, TargetReview
from models.vocabulary import BudgetMoment, Conclusion, DecisionKind, ProjectKind
from tasks.money import totals
from tasks.reports.figures.figure import Figure, count

OVERALL = ProjectKind.OVERALL


def assessment_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Prior assessments of the year and what they cut."""
    rows = session.exec(
        select(AssessmentResult.project_key, AssessmentResult.conclusion, PriorAssessment.requested_fen)
        .join(PriorAssessment, col(PriorAssessment.project_key) == AssessmentResult.project_key)
        .where(PriorAssessment.work_year == year.year)
        .order_by(AssessmentResult.project_key)
    ).all()
    arranged = totals(session, BudgetMoment.INITIAL, date.max, [key for key, _, _ in rows])
    asked = sum(requested for _, _, requested in rows)
    given = sum(arranged.values())
    keys = tuple(key for key, _, _ in rows)
    query = f"评估结论表中工作年度{year.year}的项目"
    found = [count("assessed", "事前绩效评估项目", "个", query, keys)]
    for word in Conclusion:
        chosen = [key for key, conclusion, _ in rows if conclusion == word]
        found.append(count(f"assessed_{word.name.lower()}", f"结论为{word.value}", "个", query, chosen))
    amounts = (
        ("assessed_requested", "申报金额", asked, f"{query}的申报数之和"),
        ("assessed_arranged", "评估后安排", given, f"{query}的年初预算之和"),
        ("assessed_cut", "评估核减", asked - given, "申报金额减评估后安排"),
    )
    return found + [
        Figure(name, title, fen, wan(fen), "万元", how, keys) for name, title, fen, how in amounts
    ]


def target_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Targets reviewed, returned, approved."""
    reviewed = session.exec(
        select(Project.key)
        .join(Target, col(Target.project_key) == Project.key)
        .join(TargetReview, col(TargetReview.target_key) == Target.key)
        .where(Project.fiscal_year == year.target_year, Project.kind != OVERALL)
        .distinct()
        .order_by(Project.key)
    ).all()
    money = totals(session, BudgetMoment.INITIAL, date.max, reviewed)
    amount = sum(money.values())
    approvals = session.exec(
        select(TargetApproval, Target)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .where(TargetApproval.work_year == year.year)
        .order_by(TargetApproval.target_key)
    ).all()
    overall = session.exec(
        select(Target.key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == year.target_year, Project.kind == OVERALL, Target.origin == "申报")
        .order_by(Target.key)
    ).all()
    returned = session.exec(
        select(Decision.about)
        .where(Decision.kind == DecisionKind.RETURN_TARGET, Decision.work_year == year.year)
        .order_by(Decision.about)
    ).all()
    query = f"{year.target_year}年度项目（不含部门整体）中经专家评审的"
    first = [a for a, target in approvals if a.formal and target.origin != "调整"]
    again = [a for a, target in approvals if a.formal and target.origin == "调整"]
    return [
        count("reviewed", "评审绩效目标的项目", "个", query, reviewed),
        Figure(
            "reviewed_amount", "涉及金额", amount, yi(amount), "亿元", f"{query}年初预算之和", tuple(money)
        ),
        count("returned_targets", "评审退回修改", "个", "决定台账中退回绩效目标", returned),
        count(
            "approved_formal", "正式批复绩效目标", "个", "批复表中首次正式行文", [a.target_key for a in first]
        ),
        count(
            "approved_again", "调整后重新批复", "个", "批复表中调整后正式行文", [a.target_key for a in again]
        ),
        count("declared_overall", "申报部门整体支出绩效目标", "个", "部门整体支出目标", overall),
    ]


def adjustment_figures(session: Session, year: WorkYear) -> list[Figure]:
    """Targets adjusted."""
    rows = session.exec(
        select(TargetAdjustment.key)
        .where(TargetAdjustment.work_year == year.year, col(TargetAdjustment.to_target).is_not(None))
        .order_by(TargetAdjustment.key)
    ).all()
    return [count("adjusted", "审核调整绩效目标", "项", "已收到新目标的绩效目标调整", rows)]
