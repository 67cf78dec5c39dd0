"""财政评价与部门评价: key projects approved by the party group, commissioned, graded, confirmed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd
from sqlmodel import Session, col, func, select

from models.amounts import micro_of, points
from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Commission, Evaluation, IndicatorScore, KeyProject, Problem, newest
from models.intake import Submission
from models.people import Department
from models.projects import Project
from models.rules.calendar import plan
from models.rules.evaluation_frame import frame as evaluation_frame
from models.rules.grading import grades
from models.vocabulary import (
    BudgetMoment,
    DecisionKind,
    EvaluationKind,
    Grade,
    PartyKind,
    RoundKind,
)
from tasks.commissions import assign, commission_key, commissioned, not_yet_sent
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.money import in_force, projects_of, totals
from tasks.problems import write_dossiers_of
from tasks.rounds import forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand, step

CONFIRM = "确认"
KEY_PROJECTS = 8  # how many the machine proposes; the party group may approve more or fewer


def candidates(session: Session, work_year: int, day: date) -> list[tuple[Project, str]]:
    """Key projects that the rule would pick: the largest of each kind and sector, with the reason."""
    year = the_year(session, work_year)
    projects = projects_of(session, year.evaluated_year, overall=False)
    spent = totals(session, BudgetMoment.SPENT, day)
    ranked = sorted(projects, key=lambda p: (-spent.get(p.key, 0), p.key))
    seen: set[str] = set()
    picked = []
    for project in ranked:
        if project.sector in seen:
            continue
        seen.add(project.sector)
        picked.append((project, f"{project.sector or '综合'}领域支出最大的项目"))
    return picked[:KEY_PROJECTS]


def waiting_list(session: Session, work_year: int, day: date) -> list[Waiting]:
    """The list of key projects, from its day on until the party group has approved one."""
    if day < plan(work_year).moments["key_projects_proposed"]:
        return []
    about = f"{work_year}年重点评价项目"
    if session.exec(select(KeyProject.key).where(KeyProject.work_year == work_year)).first():
        return []
    picked = candidates(session, work_year, day)
    return [
        Waiting(
            DecisionKind.KEY_PROJECTS,
            about,
            proposed="、".join(project.key for project, _ in picked),
            basis="按领域和支出规模拟定，报局党组审定",
            says=f"{about}名单待报局党组审定（系统拟定{len(picked)}个：{'、'.join(project.name for project, _ in picked)}；可增减）",
        )
    ]


def approve_key_projects(
    session: Session,
    work_year: int,
    chosen: Sequence[tuple[str, EvaluationKind, str]],
    meeting: str,
    day: date,
) -> int:
    """The approved list (project, kind of evaluation, reason) with the record of the party group's meeting."""
    rows = [
        KeyProject(
            key=f"{work_year}/{project}",
            work_year=work_year,
            project_key=project,
            kind=kind,
            sequence=number,
            reason=reason,
            proposed_on=day,
            meeting=meeting,
            approved_on=day,
        )
        for number, (project, kind, reason) in enumerate(chosen, 1)
    ]
    return insert_new(session, rows)


def _to_commission(session: Session, work_year: int, at: datetime) -> list[str]:
    """Approved key projects that no firm evaluates yet."""
    if open_round(session, work_year, RoundKind.FISCAL_EVALUATION, at) is None:
        return []
    keys = session.exec(
        select(KeyProject.project_key)
        .where(KeyProject.work_year == work_year, col(KeyProject.approved_on).is_not(None))
        .order_by(col(KeyProject.sequence))
    ).all()
    done = commissioned(session, RoundKind.FISCAL_EVALUATION, keys)
    return [key for key in keys if key not in done]


@step("委托第三方评价", owed=_to_commission)
def commission_evaluators(session: Session, work_year: int, at: datetime) -> int:
    """A firm for each key project, never one that serves the department under evaluation."""
    round_ = open_round(session, work_year, RoundKind.FISCAL_EVALUATION, at)
    assert round_ is not None
    return assign(session, round_, _to_commission(session, work_year, at), PartyKind.FIRM, at.date())


def _to_ask(session: Session, work_year: int, at: datetime) -> list[Commission]:
    return not_yet_sent(session, work_year, RoundKind.FISCAL_EVALUATION, at)


@errand("发出评价结果表", owed=_to_ask)
def issue_evaluations(work_year: int, at: datetime) -> int:
    """One workbook a firm, a sheet a project, with the frame of the rule."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.FISCAL_EVALUATION, at)
        assert round_ is not None
        rules = rules_of(the_year(session, work_year).rules, at.date())
        budgets = in_force(session, at.date())
        spent = totals(session, BudgetMoment.SPENT, at.date())
        kinds = {row.project_key: row.kind for row in session.exec(select(KeyProject)).all()}
        frame: list[Row] = [
            {"level_1": row.level_1, "level_2": row.level_2, "level_3": row.level_3, "full": row.full}
            for row in evaluation_frame(rules.fiscal_evaluation.classes)
        ]
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for given in _to_ask(session, work_year, at):
            project = session.get_one(Project, given.project_key)
            department = session.get_one(Department, project.department_code)
            fields: Row = {
                "project_code": project.code,
                "project_name": project.name,
                "department_name": department.name,
                "budget": budgets.get(project.key),
                "spent": spent.get(project.key),
                "kind": kinds[project.key].value,
            }
            table = {"scores": [dict(row) for row in frame], "problems": []}
            sheets[given.third_party][given.key] = Sheet(
                project.key, project.name, fields, table, layout="project"
            )
        forms = forms_for(session, round_, sheets, "增加委托项目")
        wanted = [sheet.about.partition(":")[2] for given in sheets.values() for sheet in given.values()]
        write_dossiers_of(session, work_year, at.date(), wanted)
    return issue_forms(round_, forms, at)


def take_fiscal_evaluation(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """Each sheet becomes an evaluation with its points, texts and problems, one row a problem."""
    round_ = session.get_one(Round, form.round_key)
    rules = rules_of(the_year(session, round_.work_year).rules, day)
    kinds = {row.project_key: row.kind for row in session.exec(select(KeyProject)).all()}
    scores = [
        [micro_of(str(row.get("score") or 0)) for row in s.tables.get("scores", [])] for s in form.sheets
    ]
    totals_micro = pd.Series([sum(parts) for parts in scores], dtype="Int64")
    graded = grades(totals_micro, rules)
    for sheet, total, grade, parts in zip(form.sheets, totals_micro, graded, scores, strict=True):
        evaluation = _evaluation(session, sheet, kinds[sheet.about], form, submission, day)
        evaluation.total_micro = int(total)
        evaluation.grade = Grade(grade)
        evaluation.basis = rules.fiscal_evaluation.basis
        insert_new(session, [evaluation])
        insert_new(session, _scores(evaluation.key, sheet, parts))
        insert_new(session, _problems(evaluation.key, sheet, day))
    return []


def _evaluation(
    session: Session, sheet: Sheet, kind: EvaluationKind, form: Form, submission: Submission, day: date
) -> Evaluation:
    round_ = session.get_one(Round, form.round_key)
    version = (
        1
        + session.exec(
            select(func.count())
            .select_from(Evaluation)
            .where(Evaluation.kind == kind, Evaluation.project_key == sheet.about)
        ).one()
    )
    concluded_on = sheet.fields.get("concluded_on")
    budget, spent = sheet.fields.get("budget"), sheet.fields.get("spent")
    return Evaluation(
        key=f"{kind.value}/{sheet.about}/{version}",
        kind=kind,
        project_key=sheet.about,
        version=version,
        submission=submission.sha256,
        commission_key=commission_key(round_, sheet.about, form.addressee),
        received_on=concluded_on if isinstance(concluded_on, date) else day,
        budget_fen=budget if isinstance(budget, int) else None,
        spent_fen=spent if isinstance(spent, int) else None,
        background=str(sheet.fields.get("background") or ""),
        effects=str(sheet.fields.get("effects") or ""),
        reason=str(sheet.fields.get("opinion") or ""),
        basis="",
    )


def _scores(evaluation: str, sheet: Sheet, parts: list[int]) -> list[IndicatorScore]:
    rows = sheet.tables.get("scores", [])
    return [
        IndicatorScore(
            key=f"{evaluation}/{number}",
            evaluation_key=evaluation,
            sequence=number,
            level_1=str(row.get("level_1") or ""),
            level_2=str(row.get("level_2") or ""),
            level_3=str(row.get("level_3") or ""),
            full_micro=micro_of(str(row.get("full") or 0)),
            reported_micro=part,
            points_micro=part,
            reason=str(row.get("reason") or ""),
            basis="第三方评价评分",
        )
        for number, (row, part) in enumerate(zip(rows, parts, strict=True), 1)
    ]


def _problems(evaluation: str, sheet: Sheet, day: date) -> list[Problem]:
    return [
        Problem(
            key=f"{evaluation}/问题{number}",
            evaluation_key=evaluation,
            project_key=sheet.about,
            sequence=number,
            text=str(row["text"]),
            requirement=str(row.get("requirement") or ""),
            found_on=day,
        )
        for number, row in enumerate((r for r in sheet.tables.get("problems", []) if r.get("text")), 1)
    ]


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """The list for the party group, and results of key projects that an officer has yet to confirm."""
    rows = session.exec(
        select(Evaluation, Project)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .join(Commission, col(Commission.key) == Evaluation.commission_key)
        .join(Round, col(Round.key) == Commission.round_key)
        .where(Round.work_year == work_year, newest(), ~decided(DecisionKind.CONFIRM_GRADE, Evaluation.key))
        .order_by(Evaluation.key)
    ).all()
    confirmations = [
        Waiting(
            DecisionKind.CONFIRM_GRADE,
            evaluation.key,
            CONFIRM,
            evaluation.basis,
            f"“{project.name}”{evaluation.kind.value}{points(evaluation.total_micro or 0)}分，"
            f"{evaluation.grade.value if evaluation.grade else '等级未定'}",
        )
        for evaluation, project in rows
    ]
    return waiting_list(session, work_year, day) + confirmations


def confirmed(evaluation_key: object) -> object:
    """SQL: whether an officer confirmed the evaluation."""
    return decided(DecisionKind.CONFIRM_GRADE, evaluation_key)
