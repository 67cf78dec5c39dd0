"""Figures of result application: rectifications to closure, proposals, the balanced budget, disclosure."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.amounts import wan
from models.calendar import WorkYear
from models.evaluation import Problem
from models.registers import Publication
from models.result_application import BudgetProposal
from tasks.budget_balance import balanced
from tasks.rectification_ledger import State, states
from tasks.reports.figures.figure import Figure, count


def result_figures(session: Session, year: WorkYear, evaluated: Sequence[str]) -> list[Figure]:
    """What came of the evaluations; `evaluated`: keys of those that are counted or listed."""
    return [*_rectifications(session, year, evaluated), *_money(session, year), *_disclosed(session, year)]


def _rectifications(session: Session, year: WorkYear, evaluated: Sequence[str]) -> list[Figure]:
    mine = set(session.exec(select(Problem.key).where(col(Problem.evaluation_key).in_(evaluated))).all())
    rows = [one for one in states(session, year) if one.problem.key in mine]
    return [
        count("rectifications", "下达整改要求", "项", "整改要求", [one.problem.key for one in rows]),
        count(
            "rectified",
            "整改验收通过",
            "项",
            "决定台账中整改验收通过",
            [one.problem.key for one in rows if one.state == State.CLOSED],
        ),
        count(
            "rectification_overdue",
            "整改逾期未完成",
            "项",
            "超过期限、没有验收通过的整改要求",
            [one.problem.key for one in rows if one.overdue],
        ),
        count(
            "rectification_returned",
            "上年已整改本年又发现",
            "项",
            "与上年已验收问题相同的整改要求",
            [one.problem.key for one in rows if one.reopens],
        ),
    ]


def _money(session: Session, year: WorkYear) -> list[Figure]:
    proposals = session.exec(
        select(BudgetProposal).where(BudgetProposal.work_year == year.year).order_by(BudgetProposal.key)
    ).all()
    found = balanced(session, year)
    blank = [row.key for row in proposals if row.proposed_fen is None]
    query = f"{year.applied_year}年预算安排建议"
    every = tuple(one.code for one in found.projects)
    at_stake = tuple(one.code for one in found.projects if one.open_fen)
    sums = (
        ("money_before", "涉及预算", found.before_fen, "各项目基数之和，一个项目只计一次", every),
        ("money_after", "调整后预算", found.after_fen, "有核定的按核定，其次按建议，未定的按基数", every),
        ("money_freed", "腾出资金", found.freed_fen, "涉及预算减调整后预算", every),
        (
            "stake",
            "未定涉及金额",
            found.open_fen,
            "有规则未定而未核定的项目基数之和，一个项目只计一次",
            at_stake,
        ),
    )
    return [
        count("proposals", "预算安排建议", "项", query, [row.key for row in proposals]),
        count("proposals_undecided", "规则未定", "项", f"{query}中无金额的", blank),
        count("budget_decisions", "已核定", "项", "核定表", found.decided),
        *(
            Figure(name, title, fen, wan(fen), "万元", f"{query}：{how}", keys)
            for name, title, fen, how, keys in sums
        ),
    ]


def _disclosed(session: Session, year: WorkYear) -> list[Figure]:
    rows = session.exec(
        select(Publication.department_code)
        .where(Publication.work_year == year.year, col(Publication.published_on).is_not(None))
        .order_by(Publication.department_code)
    ).all()
    return [count("disclosed", "公开绩效信息的部门", "个", "公开登记中已公开的", rows)]
