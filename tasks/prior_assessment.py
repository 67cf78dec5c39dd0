"""事前绩效评估: find who must be assessed, ask the department, commission a third party, take its conclusion."""

from collections import defaultdict
from datetime import date, datetime

import pandas as pd
from sqlmodel import Session, col, select

from models.amounts import micro_of, points, wan, yuan
from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Commission
from models.intake import Submission
from models.people import Department
from models.prior_assessment import AssessmentApplication, AssessmentResult, PriorAssessment
from models.projects import BudgetLine, Project
from models.rules.prior_assessment import conclusions, needs_assessment
from models.vocabulary import BudgetMoment, Conclusion, DecisionKind, PartyKind, RoundKind
from tasks.commissions import assign, commission_key, commissioned, not_yet_sent
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.money import projects_of, totals
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand, step

DIMENSIONS = ("necessity", "economy", "target", "plan", "funding")


def _to_assess(session: Session, work_year: int, at: datetime) -> list[PriorAssessment]:
    """Projects that the rule sends to assessment and that are not registered yet."""
    if open_round(session, work_year, RoundKind.ASSESSMENT_APPLICATION, at) is None:
        return []
    year = the_year(session, work_year)
    projects = projects_of(session, year.target_year, overall=False)
    requested = totals(session, BudgetMoment.REQUESTED, at.date())
    frame = pd.DataFrame(
        {
            "project_key": [p.key for p in projects],
            "attribute": [p.attribute for p in projects],
            "requested_fen": pd.array([requested.get(p.key) for p in projects], dtype="Int64"),
        }
    )
    if frame.empty:
        return []
    reasons = needs_assessment(frame, rules_of(year.rules, at.date()))
    known = set(session.exec(select(PriorAssessment.project_key)).all())
    return [
        PriorAssessment(project_key=key, work_year=work_year, reason=reason, requested_fen=requested[key])
        for key, reason in zip(frame["project_key"], reasons, strict=True)
        if reason and key not in known
    ]


@step("登记应评项目", owed=_to_assess)
def register_assessments(session: Session, work_year: int, at: datetime) -> int:
    """Projects that need a prior assessment by the rule, with the reason."""
    return insert_new(session, _to_assess(session, work_year, at))


def _to_ask(
    session: Session, work_year: int, at: datetime
) -> list[tuple[PriorAssessment, Project, Department]]:
    """Assessments whose department has no application form yet."""
    round_ = open_round(session, work_year, RoundKind.ASSESSMENT_APPLICATION, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    rows = session.exec(
        select(PriorAssessment, Project, Department)
        .join(Project, col(Project.key) == PriorAssessment.project_key)
        .join(Department, col(Department.code) == Project.department_code)
        .where(PriorAssessment.work_year == work_year)
        .order_by(Project.code)
    ).all()
    return [row for row in rows if row[1].key not in asked]


@errand("发出事前评估申请表", owed=_to_ask)
def issue_applications(work_year: int, at: datetime) -> int:
    """One workbook a department, a sheet a project."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.ASSESSMENT_APPLICATION, at)
        assert round_ is not None
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for need, project, department in _to_ask(session, work_year, at):
            sheets[department.code][project.key] = _application_sheet(need, project, department)
        forms = forms_for(session, round_, sheets)
    return issue_forms(round_, forms, at)


def _application_sheet(need: PriorAssessment, project: Project, department: Department) -> Sheet:
    fields: Row = {
        "project_code": project.code,
        "project_name": project.name,
        "department_name": department.name,
        "requested": need.requested_fen,
        "why_needed": need.reason,
    }
    return Sheet(project.key, project.name, fields, layout="project")


def take_assessment_application(
    session: Session, submission: Submission, form: Form, day: date
) -> list[Found]:
    """The department's five statements of each project."""
    rows = [
        AssessmentApplication(
            project_key=sheet.about,
            submission=submission.sha256,
            **{name: str(sheet.fields.get(name) or "") for name in DIMENSIONS},
        )
        for sheet in form.sheets
    ]
    insert_new(session, rows)
    return []


def _to_commission(session: Session, work_year: int, at: datetime) -> list[str]:
    """Projects whose application is in and that no third party assesses yet."""
    if open_round(session, work_year, RoundKind.ASSESSMENT_CONCLUSION, at) is None:
        return []
    applied = session.exec(
        select(AssessmentApplication.project_key)
        .join(PriorAssessment, col(PriorAssessment.project_key) == AssessmentApplication.project_key)
        .where(PriorAssessment.work_year == work_year)
        .order_by(AssessmentApplication.project_key)
    ).all()
    done = commissioned(session, RoundKind.ASSESSMENT_CONCLUSION, applied)
    return [key for key in applied if key not in done]


@step("委托第三方评估", owed=_to_commission)
def commission_assessors(session: Session, work_year: int, at: datetime) -> int:
    """A firm for each project, evenly, never one that serves the project's own department."""
    round_ = open_round(session, work_year, RoundKind.ASSESSMENT_CONCLUSION, at)
    assert round_ is not None
    return assign(session, round_, _to_commission(session, work_year, at), PartyKind.FIRM, at.date())


def _assessors_to_ask(session: Session, work_year: int, at: datetime) -> list[Commission]:
    return not_yet_sent(session, work_year, RoundKind.ASSESSMENT_CONCLUSION, at)


@errand("发出评估结论表", owed=_assessors_to_ask)
def issue_conclusions(work_year: int, at: datetime) -> int:
    """One workbook a firm, a sheet a project, with what the department applied."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.ASSESSMENT_CONCLUSION, at)
        assert round_ is not None
        rows = session.exec(
            select(PriorAssessment, Project, Department, AssessmentApplication)
            .join(Project, col(Project.key) == PriorAssessment.project_key)
            .join(Department, col(Department.code) == Project.department_code)
            .join(AssessmentApplication, col(AssessmentApplication.project_key) == Project.key)
            .where(PriorAssessment.work_year == work_year)
        ).all()
        about = {row[1].key: row for row in rows}
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for given in _assessors_to_ask(session, work_year, at):
            need, project, department, application = about[given.project_key]
            sheet = _application_sheet(need, project, department)
            sheet.fields |= {f"{name}_text": getattr(application, name) for name in DIMENSIONS}
            sheets[given.third_party][given.key] = sheet
        forms = forms_for(session, round_, sheets, "增加委托项目")
    return issue_forms(round_, forms, at)


def take_assessment_conclusion(
    session: Session, submission: Submission, form: Form, day: date
) -> list[Found]:
    """Five dimensions in points, the conclusion by the rule, the amount recommended."""
    round_ = session.get_one(Round, form.round_key)
    year = the_year(session, round_.work_year)
    rules = rules_of(year.rules, day)
    given = {
        name: [micro_of(str(sheet.fields.get(name) or 0)) for sheet in form.sheets] for name in DIMENSIONS
    }
    totals_micro = pd.Series([sum(parts) for parts in zip(*given.values(), strict=True)], dtype="Int64")
    concluded = conclusions(totals_micro, rules)
    rows: list[AssessmentResult] = []
    for place, sheet in enumerate(form.sheets):
        concluded_on = sheet.fields.get("concluded_on")
        rows.append(
            AssessmentResult(
                project_key=sheet.about,
                commission_key=commission_key(round_, sheet.about, form.addressee),
                submission=submission.sha256,
                **{f"{name}_micro": given[name][place] for name in DIMENSIONS},
                total_micro=int(totals_micro[place]),
                conclusion=Conclusion(concluded[place]),
                recommended_fen=int(sheet.fields.get("recommended") or 0),  # type: ignore[arg-type]
                opinion=str(sheet.fields.get("opinion") or ""),
                concluded_on=concluded_on if isinstance(concluded_on, date) else day,
                basis=rules.prior_assessment.basis,
            )
        )
    insert_new(session, rows)
    return []


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Conclusions by which an officer has yet to arrange the budget."""
    rows = session.exec(
        select(AssessmentResult, Project)
        .join(PriorAssessment, col(PriorAssessment.project_key) == AssessmentResult.project_key)
        .join(Project, col(Project.key) == AssessmentResult.project_key)
        .where(
            PriorAssessment.work_year == work_year,
            ~decided(DecisionKind.ARRANGE_BY_ASSESSMENT, AssessmentResult.project_key),
        )
        .order_by(AssessmentResult.project_key)
    ).all()
    return [
        Waiting(
            DecisionKind.ARRANGE_BY_ASSESSMENT,
            result.project_key,
            proposed=yuan(0 if result.conclusion == Conclusion.REFUSE else result.recommended_fen),
            basis=result.basis,
            says=f"“{project.name}”评估得分{points(result.total_micro)}，{result.conclusion.value}，"
            f"建议安排{wan(result.recommended_fen)}万元",
        )
        for result, project in rows
    ]


def arrange(session: Session, project_key: str, amount_fen: int, day: date) -> None:
    """The budget follows the decision: the arranged amount becomes 年初; nothing arranged leaves no line."""
    if amount_fen:
        insert_new(session, [initial_line(session, project_key, amount_fen, day, "事前绩效评估结果")])


def initial_line(session: Session, project_key: str, amount_fen: int, day: date, document: str) -> BudgetLine:
    """A 年初 line from the source that the project asked for."""
    source = session.exec(
        select(BudgetLine.source).where(
            BudgetLine.project_key == project_key, BudgetLine.moment == BudgetMoment.REQUESTED
        )
    ).first()
    return BudgetLine(
        key=f"{project_key}/{BudgetMoment.INITIAL.value}/{source or '本级财政资金'}",
        project_key=project_key,
        moment=BudgetMoment.INITIAL,
        source=source or "本级财政资金",
        as_of=day,
        amount_fen=amount_fen,
        document=document,
    )
