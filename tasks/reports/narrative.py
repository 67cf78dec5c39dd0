"""One evaluated project in the words of its evaluation: background, effects, problems, follow-up; and its table row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.amounts import percent, points, wan
from models.calendar import WorkYear
from models.evaluation import Evaluation, Problem
from models.people import Department
from models.projects import Project
from models.vocabulary import ProjectKind
from notifications.render import numeral
from tasks.rectification_ledger import Entry, State, states

Evaluated = Sequence[tuple[Evaluation, Project]]
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Told:
    """A section of part two; `rows` are the database rows that its figures come from."""

    number: str
    title: str
    paragraphs: list[str]
    rows: list[str]


def sections(session: Session, year: WorkYear, counted: Evaluated, others: Evaluated) -> list[Told]:
    """The counted evaluations in order, then the others, which are only listed."""
    keys = [evaluation.key for evaluation, _ in [*counted, *others]]
    problems: dict[str, list[Problem]] = {}
    rows = session.exec(
        select(Problem)
        .where(col(Problem.evaluation_key).in_(keys))
        .order_by(Problem.evaluation_key, col(Problem.sequence))
    ).all()
    for one in rows:
        problems.setdefault(one.evaluation_key, []).append(one)
    entries = {one.problem.key: one for one in states(session, year)}
    found = []
    for number, (evaluation, project) in enumerate([*counted, *others], 1):
        listed = number > len(counted)
        title = f"“{project.name}”绩效执行结果"
        if listed:
            title = f"另：“{project.name}”{evaluation.kind.value}结果（单独列示，不计入上述个数）"
        mine = problems.get(evaluation.key, [])
        found.append(
            Told(
                numeral(number),
                title,
                _paragraphs(evaluation, project, mine, entries),
                [evaluation.key, *(one.key for one in mine)],
            )
        )
    return found


def result_rows(session: Session, counted: Evaluated) -> list[dict[str, str]]:
    """The table of results: the counted evaluations."""
    departments = dict(session.exec(select(Department.code, Department.name)).all())
    return [
        {
            "number": str(number),
            "name": project.name,
            "department": departments[project.department_code],
            "budget": "—" if evaluation.budget_fen is None else wan(evaluation.budget_fen),
            "score": "未定" if evaluation.total_micro is None else points(evaluation.total_micro),
            "grade": evaluation.grade.value if evaluation.grade else "未定",
        }
        for number, (evaluation, project) in enumerate(counted, 1)
    ]


def _paragraphs(
    evaluation: Evaluation, project: Project, problems: Sequence[Problem], entries: dict[str, Entry]
) -> list[str]:
    said = [_sentence(evaluation.background), _result(evaluation, project) + _sentence(evaluation.effects)]
    if not problems:
        return [*filter(None, said), "评价未发现需要整改的问题。"]
    listed = "；".join(
        f"{ORDINALS[place]}是{one.text.rstrip('。；')}" if place < len(ORDINALS) else one.text.rstrip("。；")
        for place, one in enumerate(problems)
    )
    follow = _follow_up([entries[one.key] for one in problems if one.key in entries], len(problems))
    return [*filter(None, said), f"评价发现问题{len(problems)}个：{listed}。{follow}"]


def _result(evaluation: Evaluation, project: Project) -> str:
    money = ""
    if evaluation.budget_fen:
        money = f"预算{wan(evaluation.budget_fen)}万元，"
        if evaluation.spent_fen is not None:
            rate = percent(evaluation.spent_fen, evaluation.budget_fen)
            money += f"执行{wan(evaluation.spent_fen)}万元，执行率{rate}，"
    score = "得分未定" if evaluation.total_micro is None else f"评价得分{points(evaluation.total_micro)}分"
    grade = evaluation.grade.value if evaluation.grade else "未定"
    subject = "该部门" if project.kind == ProjectKind.OVERALL else "该项目"
    return f"{subject}{project.fiscal_year}年度{money}{score}，等级为“{grade}”。"


def _follow_up(entries: Sequence[Entry], count: int) -> str:
    """How far the rectification has come, in numbers."""
    closed = [one for one in entries if one.state == State.CLOSED]
    overdue = [one for one in entries if one.overdue]
    done = f"已整改并验收通过{len(closed)}个" if closed else "尚无整改验收通过"
    left = count - len(closed)
    open_ = f"尚有{left}个正在整改" + (f"（其中逾期{len(overdue)}个）" if overdue else "") if left else ""
    return f"{done}，{open_ + '，' if open_ else ''}财政部门在以后年度目标审核、监控和评价中继续关注。"


def _sentence(text: str) -> str:
    """An evaluation's own words, ended by a full stop."""
    plain = " ".join(text.split())
    return plain if not plain or plain[-1] in "。！？；" else f"{plain}。"


def origins(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Where each section's figures come from, for the JSON beside the report."""
    return [
        {"section": f"（{one.number}）{one.title}", "says": one.paragraphs, "rows": one.rows} for one in told
    ]
