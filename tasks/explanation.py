"""Every point, light and yuan of one project, back to the cell it came from and the rule that made it."""

import re
from pathlib import Path

from sqlmodel import Session, col, select

from models.amounts import points, yuan
from models.database import transaction
from models.evaluation import Evaluation, IndicatorScore
from models.ledger import Decision
from models.prior_assessment import AssessmentResult
from models.projects import BudgetLine, Project, project_key
from models.result_application import BudgetDecision, BudgetProposal
from models.target_review import IndicatorTarget, Target, TargetReview, wanted
from tasks.explained_lights import explained_lights
from tasks.origins import UNKNOWN, Line, Originals, line
from tasks.scoring import document, read_self_evaluations, rules_for, score


class ExplanationError(ValueError):
    """The project is not there; one clear sentence."""


def explain_folder(folder: Path, code: str, year: int, profile: str, own: Path | None = None) -> list[Line]:
    """From the tables of a folder, computed now."""
    given = read_self_evaluations(folder, year)
    found = [
        one
        for one in document(score(given, rules_for(profile, given, own)))["projects"]
        if one["pro_code"] == code
    ]
    if not found:
        raise ExplanationError(f"{folder.name}中没有{year}年度的项目{code}。请核对项目代码和年度。")
    one = found[0]
    money = one["execution"]
    lines = [
        line("全年预算数", f"{money['budget'] or UNKNOWN}元", "PM_PERF_SELF_BGT 变动后预算数"),
        line("全年执行数", f"{money['spent'] or UNKNOWN}元", "PM_PERF_SELF_BGT 全年执行数"),
        line(
            "预算执行得分",
            money["points"] or UNKNOWN,
            f"执行率{money['rate'] or UNKNOWN}，满分{money['full']}",
            money["basis"],
        ),
    ]
    for row in one["indicators"]:
        origin = f"PM_SELF_EVAL_INDICATOR 第{row['row']}行，填报{row['reported'] or '—'}，分值{row['full'] or UNKNOWN}"
        lines.append(line(row["lv3"], row["points"] or UNKNOWN, origin, row["basis"]))
    lines.append(line("总分", one["total"] or UNKNOWN, "；".join(one["undecided"]) or "以上各项相加"))
    lines.append(line("等级", one["grade"] or UNKNOWN, "总分", rules_for(profile, given, own).grades.basis))
    return lines


def explain_project(code: str, year: int) -> list[Line]:
    """From the database: money, assessment, targets, monitoring, evaluation, proposals and decisions."""
    with transaction() as session:
        project = session.get(Project, project_key(year, code))
        if project is None:
            raise ExplanationError(
                f"数据库中没有{year}年度的项目{code}。请核对项目代码和年度，或先导入数据。"
            )
        originals = Originals(session)
        rooms = (_money, _assessment, _targets, explained_lights, _evaluations, _proposals, _decisions)
        return [one for room in rooms for one in room(session, project.key, originals)]


def _money(session: Session, key: str, originals: Originals) -> list[Line]:
    rows = session.exec(
        select(BudgetLine).where(BudgetLine.project_key == key).order_by(col(BudgetLine.as_of))
    ).all()
    return [
        line(
            f"{row.moment.value}数（{row.source}）",
            f"{yuan(row.amount_fen)}元",
            f"截至{row.as_of}",
            row.document,
        )
        for row in rows
    ]


def _assessment(session: Session, key: str, originals: Originals) -> list[Line]:
    rows = session.exec(select(AssessmentResult).where(AssessmentResult.project_key == key)).all()
    return [
        line(
            "事前绩效评估",
            f"{points(row.total_micro)}分，{row.conclusion.value}",
            originals.file(row.submission),
            row.basis,
        )
        for row in rows
    ]


def _targets(session: Session, key: str, originals: Originals) -> list[Line]:
    lines = []
    for target in session.exec(
        select(Target).where(Target.project_key == key).order_by(col(Target.version))
    ).all():
        rows = session.exec(
            select(IndicatorTarget)
            .where(IndicatorTarget.target_key == target.key)
            .order_by(col(IndicatorTarget.sequence))
        ).all()
        for number, row in enumerate(rows):
            place = originals.cell(target.submission, key, "indicators", str(number), "value")
            weight = "" if row.weight_micro is None else f"，分值{points(row.weight_micro)}"
            lines.append(
                line(
                    f"指标值 {row.level_3}",
                    f"{wanted(row.operator, row.value, row.unit)}{weight}",
                    f"第{target.version}版，{place}第{row.sequence}项",
                )
            )
        for review in session.exec(select(TargetReview).where(TargetReview.target_key == target.key)).all():
            value = f"{points(review.total_micro)}分，{review.grade.value}"
            lines.append(
                line(
                    f"绩效目标审核（{review.reviewer}）",
                    value,
                    originals.file(review.submission),
                    review.basis,
                )
            )
    return lines


def _evaluations(session: Session, key: str, originals: Originals) -> list[Line]:
    lines = []
    for one in session.exec(
        select(Evaluation).where(Evaluation.project_key == key).order_by(col(Evaluation.key))
    ).all():
        where = originals.file(one.submission)
        if one.execution_micro is not None:
            spent = originals.cell(one.submission, key, "funds", "0", "spent")
            money = f"{spent}，执行{_yuan(one.spent_fen)}÷预算{_yuan(one.budget_fen)}"
            lines.append(
                line(f"{one.kind.value}预算执行得分", points(one.execution_micro, 6), money, one.basis)
            )
        rows = session.exec(
            select(IndicatorScore)
            .where(IndicatorScore.evaluation_key == one.key)
            .order_by(col(IndicatorScore.sequence))
        ).all()
        for row in rows:
            value = UNKNOWN if row.points_micro is None else points(row.points_micro, 6)
            cell = originals.cell(one.submission, key, "indicators", str(row.sequence - 1), "actual")
            origin = f"{cell}第{row.sequence}项，目标{row.target or '—'}，实际{row.actual or '—'}"
            origin += "" if row.full_micro is None else f"，分值{points(row.full_micro)}"
            origin += "" if row.reported_micro is None else f"，填报{points(row.reported_micro)}"
            lines.append(line(f"{one.kind.value}得分 {row.level_3}", value, origin, row.basis))
        total = UNKNOWN if one.total_micro is None else points(one.total_micro, 6)
        lines.append(line(f"{one.kind.value}总分", total, one.undecided or where, one.basis))
        lines.append(
            line(f"{one.kind.value}等级", one.grade.value if one.grade else UNKNOWN, "总分", one.basis)
        )
    return lines


def _yuan(fen: int | None) -> str:
    return UNKNOWN if fen is None else f"{yuan(fen)}元"


def _proposals(session: Session, key: str, originals: Originals) -> list[Line]:
    """What the machine proposed for the next budget, and what an officer set."""
    lines = []
    for row in session.exec(select(BudgetProposal).where(BudgetProposal.project_key == key)).all():
        grade = row.grade.value if row.grade else UNKNOWN
        ground = f"{row.ground}{grade}，{row.treatment}，基数{yuan(row.base_fen)}元"
        ground += f"；{row.undecided}" if row.undecided else ""
        lines.append(line(f"{row.applied_year}年预算建议", _yuan(row.proposed_fen), ground, row.basis))
        decided = session.get(BudgetDecision, row.key)
        if decided is not None:
            by = f"{decided.officer}，{decided.decided_on}，{decided.reason}"
            lines.append(line(f"{row.applied_year}年预算核定", _yuan(decided.decided_fen), by, "经办人核定"))
    return lines


def _decisions(session: Session, key: str, originals: Originals) -> list[Line]:
    """Decisions whose object is the project or something of it (its target, report, evaluation, problem)."""
    rows = session.exec(
        select(Decision)
        .where(col(Decision.about).contains(key, autoescape=True))
        .order_by(col(Decision.recorded_at))
    ).all()
    return [
        line(
            row.kind.value,
            row.decided,
            f"{row.officer}，{row.decided_on}"
            + (f"，系统建议“{row.proposed}”" if row.proposed else "")
            + (f"，{row.reason}" if row.reason else ""),
            row.basis,
        )
        for row in rows
        if key in re.split(r"[/#]", row.about)
    ]
