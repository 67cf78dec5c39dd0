"""绩效目标: declared by departments, reviewed by experts, approved by an officer, adjusted with the budget."""

from collections import defaultdict
from datetime import date, datetime

import pandas as pd
from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from models.amounts import micro_of, points
from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Commission
from models.intake import Submission
from models.people import Department
from models.prior_assessment import PriorAssessment
from models.projects import Project
from models.rules.stage_questions import Approval
from models.rules.target_review import review_grades
from models.settings import settings
from models.target_review import AnnualTask, IndicatorTarget, Target, TargetApproval, TargetReview
from models.vocabulary import BudgetMoment, DecisionKind, Grade, PartyKind, ProjectKind, RoundKind
from tasks.commissions import assign, commissioned
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.money import by_source, in_force, projects_of, totals
from tasks.prior_assessment import initial_line
from tasks.problems import at_review, hint
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand, step
from tasks.targets import indicator_rows, latest_targets, target_rows, tasks_of, text_of, versions_of

HEADINGS = ("completeness", "relevance", "suitability", "feasibility")
READ = ("level_1", "level_2", "level_3", "operator", "value", "unit", "weight")
APPROVE, RETURN = "批复", "退回"


def _without_budget(session: Session, work_year: int, at: datetime) -> dict[str, int]:
    """Projects that asked for money, need no assessment, and have no 年初 amount yet → amount asked for."""
    if open_round(session, work_year, RoundKind.TARGET_DECLARATION, at) is None:
        return {}
    year = the_year(session, work_year)
    keys = {p.key for p in projects_of(session, year.target_year)}
    requested = totals(session, BudgetMoment.REQUESTED, at.date(), keys)
    arranged = totals(session, BudgetMoment.INITIAL, at.date(), keys)
    assessed = set(session.exec(select(PriorAssessment.project_key)).all())
    return {key: amount for key, amount in requested.items() if key not in arranged and key not in assessed}


@step("安排年初预算", owed=_without_budget)
def arrange_initial_budgets(session: Session, work_year: int, at: datetime) -> int:
    """What needs no prior assessment is arranged as asked for; the others wait for their officer's decision."""
    rows = [
        initial_line(session, key, amount, at.date(), "年初预算")
        for key, amount in _without_budget(session, work_year, at).items()
    ]
    return insert_new(session, rows)


def _to_declare(session: Session, work_year: int, at: datetime) -> list[str]:
    """Projects with money arranged that were not asked for a target yet, or whose target was returned since."""
    round_ = open_round(session, work_year, RoundKind.TARGET_DECLARATION, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    arranged = totals(session, BudgetMoment.INITIAL, at.date())
    returned = session.exec(
        select(Target.key, Target.project_key)
        .join(Project, col(Project.key) == Target.project_key)
        .where(Project.fiscal_year == round_.fiscal_year, decided(DecisionKind.RETURN_TARGET, Target.key))
    ).all()
    again = [project for target, project in returned if f"{project}#{target}" not in asked]
    fresh = [
        p.key
        for p in projects_of(session, round_.fiscal_year)
        if p.key not in asked and (p.kind == ProjectKind.OVERALL or p.key in arranged)
    ]
    return sorted({*again, *fresh})


@errand("发出绩效目标申报表", owed=_to_declare)
def issue_declarations(work_year: int, at: datetime) -> int:
    """One workbook a department, a sheet a project and one for the whole department."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.TARGET_DECLARATION, at)
        assert round_ is not None
        wanted = _to_declare(session, work_year, at)
        arranged = by_source(session, BudgetMoment.INITIAL, at.date(), wanted)
        latest = latest_targets(session, wanted)
        tables = indicator_rows(session, [t.key for t in latest.values()])
        duties = tasks_of(session, [t.key for t in latest.values()])
        departments = {d.code: d for d in session.exec(select(Department)).all()}
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for project in projects_of(session, round_.fiscal_year):
            if project.key not in wanted:
                continue
            target = latest.get(project.key)
            identity = f"{project.key}#{target.key}" if target else project.key
            sheet = _declaration_sheet(
                project, departments[project.department_code], arranged.get(project.key, {}), target, tables
            )
            if target and target.key in duties:
                sheet.tables["tasks"] = [
                    {"task": one.name, "content": one.content, "amount": one.amount_fen}
                    for one in duties[target.key]
                ]
            sheets[project.department_code][identity] = sheet
        forms = forms_for(session, round_, sheets, "补充申报")
        opinions = _opinions(session, [target.key for target in latest.values()])
        for form in forms:
            said = [
                f"“{s.title}”{opinions[latest[s.about].key]}"
                for s in form.sheets
                if s.about in latest and latest[s.about].key in opinions
            ]
            form.reason = f"专家评审意见：{'；'.join(said)}" if said else form.reason
    return issue_forms(round_, forms, at)


def _opinions(session: Session, targets: list[str]) -> dict[str, str]:
    """Target → what its expert said."""
    rows = session.exec(
        select(TargetReview.target_key, TargetReview.opinion).where(col(TargetReview.target_key).in_(targets))
    ).all()
    return dict(rows)


def _declaration_sheet(
    project: Project,
    department: Department,
    money: dict[str, int],
    target: Target | None,
    tables: dict[str, list[Row]],
) -> Sheet:
    fields: Row = {
        "project_code": project.code,
        "project_name": project.name,
        "department_name": department.name,
        "agency_name": project.agency_name or department.name,
        "project_kind": project.kind.value,
        "attribute": project.attribute,
        "policy_basis": project.policy_basis,
        "budget": sum(money.values()) or None,
        "leader": project.leader or None,
        "phone": project.phone or None,
    }
    overall = project.kind == ProjectKind.OVERALL
    if overall:
        fields["functions"] = department.functions
    if target is not None:
        fields |= {
            "long_term_goal": target.long_term_goal,
            "annual_goal": target.annual_goal,
            "calculation_basis": target.calculation_basis,
        }
    funds: list[Row] = [{"source": source, "amount": amount} for source, amount in money.items()]
    table = {"funds": funds, "indicators": tables.get(target.key, []) if target else []}
    return Sheet(project.key, project.name, fields, table, layout="overall" if overall else "project")


def take_target_declaration(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """Each sheet becomes a new version of its project's target, with its indicators."""
    versions = versions_of(session, [sheet.about for sheet in form.sheets])
    rows: list[Target | IndicatorTarget | AnnualTask] = []
    for sheet in form.sheets:
        rows += target_rows(
            sheet, sheet.about, versions.get(sheet.about, 0) + 1, "申报", submission.sha256, day
        )
    insert_new(session, rows)
    return []


def _newest() -> ColumnElement[bool]:
    """SQL: the project has no later version of its target."""
    later = aliased(Target)
    return ~(
        select(later.key)
        .where(later.project_key == Target.project_key, col(later.version) > Target.version)
        .exists()
    )


def _declared(session: Session, fiscal_year: int) -> list[tuple[Target, Project]]:
    """The newest target of each ordinary project, where it is a declared one, in order of project."""
    rows = session.exec(
        select(Target, Project)
        .join(Project, col(Project.key) == Target.project_key)
        .where(
            Project.fiscal_year == fiscal_year,
            Project.kind != ProjectKind.OVERALL,
            Target.origin == "申报",
            _newest(),
        )
        .order_by(Target.project_key)
    ).all()
    return list(rows)


def _without_expert(session: Session, work_year: int, at: datetime) -> list[str]:
    """Declared projects that no expert has been given."""
    round_ = open_round(session, work_year, RoundKind.EXPERT_REVIEW, at)
    if round_ is None:
        return []
    declared = [project.key for _, project in _declared(session, round_.fiscal_year)]
    given = commissioned(session, RoundKind.EXPERT_REVIEW, declared)
    return [key for key in declared if key not in given]


@step("分派评审专家", owed=_without_expert)
def commission_experts(session: Session, work_year: int, at: datetime) -> int:
    """An expert for each project; a later version of the target stays with the same expert."""
    round_ = open_round(session, work_year, RoundKind.EXPERT_REVIEW, at)
    assert round_ is not None
    return assign(session, round_, _without_expert(session, work_year, at), PartyKind.EXPERT, at.date())


def _to_review(session: Session, work_year: int, at: datetime) -> list[tuple[Target, Project]]:
    """Declared targets that no expert was asked about yet."""
    round_ = open_round(session, work_year, RoundKind.EXPERT_REVIEW, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    return [row for row in _declared(session, round_.fiscal_year) if row[0].key not in asked]


@errand("发出专家评审意见表", owed=_to_review)
def issue_expert_reviews(work_year: int, at: datetime) -> int:
    """One workbook an expert: a list to fill, and the targets to read."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.EXPERT_REVIEW, at)
        assert round_ is not None
        targets = _to_review(session, work_year, at)
        experts = dict(
            session.exec(
                select(Commission.project_key, Commission.third_party).where(
                    Commission.round_key == round_.key
                )
            ).all()
        )
        money = in_force(session, at.date())
        names = dict(session.exec(select(Department.code, Department.name)).all())
        tables = indicator_rows(session, [target.key for target, _ in targets])
        known = at_review(session, round_.fiscal_year, the_year(session, work_year).rules, at.date())
        lists: dict[str, Sheet] = {}
        readings: dict[str, Sheet] = {}
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for target, project in targets:
            expert = experts.get(project.key)
            if expert is None:
                continue
            sheet = lists.setdefault(expert, Sheet("list", "评审意见", tables={"reviews": []}, layout="list"))
            head: Row = {"project_code": project.code, "project_name": project.name}
            department = {"department_name": names[project.department_code], "budget": money.get(project.key)}
            seen = {"problems": hint(known.get(project.key, []))}
            sheet.tables["reviews"].append({"target_key": target.key, **head, **department, **seen})
            sheets[expert][target.key] = sheet
            reading = readings.setdefault(
                expert, Sheet("targets", "绩效目标", tables={"indicators": []}, layout="targets")
            )
            reading.tables["indicators"] += [
                {**head, "annual_goal": target.annual_goal, **{k: v for k, v in row.items() if k in READ}}
                for row in tables.get(target.key, [])
            ]
        forms = forms_for(session, round_, sheets, "增加评审项目")
        for form in forms:
            form.sheets.append(readings[form.addressee])
    return issue_forms(round_, forms, at)


def take_expert_review(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """Four headings of each target in points; total and grade by the rule."""
    year = the_year(session, session.get_one(Round, form.round_key).work_year)
    rules = rules_of(year.rules, day)
    given = [row for sheet in form.sheets for row in sheet.tables.get("reviews", [])]
    scores = [[micro_of(str(row.get(name) or 0)) for name in HEADINGS] for row in given]
    totals_micro = pd.Series([sum(parts) for parts in scores], dtype="Int64")
    grades = review_grades(totals_micro, rules)
    rows = [
        TargetReview(
            key=f"{row['target_key']}/{form.addressee}",
            target_key=str(row["target_key"]),
            reviewer=form.addressee,
            submission=submission.sha256,
            **{f"{name}_micro": part for name, part in zip(HEADINGS, parts, strict=True)},
            total_micro=sum(parts),
            grade=Grade(grade),
            opinion=text_of(row, "opinion"),
            reviewed_on=day,
            basis=rules.target_review.basis,
        )
        for row, parts, grade in zip(given, scores, grades, strict=True)
    ]
    insert_new(session, rows)
    return []


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Newest targets that wait to be approved or returned: reviewed ones, whole departments, adjusted ones."""
    year = the_year(session, work_year)
    rules = rules_of(year.rules, day)
    rows = session.exec(
        select(Target, Project, TargetReview)
        .join(Project, col(Project.key) == Target.project_key)
        .join(TargetReview, col(TargetReview.target_key) == Target.key, isouter=True)
        .where(
            Project.fiscal_year == year.target_year,
            Target.origin != "导入",
            _newest(),
            or_(
                col(Target.origin) == "调整",
                col(Project.kind) == ProjectKind.OVERALL,
                col(TargetReview.key).is_not(None),
            ),
            ~decided(DecisionKind.APPROVE_TARGET, Target.key),
            ~decided(DecisionKind.RETURN_TARGET, Target.key),
        )
        .order_by(Target.project_key, col(Target.version))
    ).all()
    known = at_review(session, year.target_year, year.rules, day) if rows else {}
    return [
        _proposal(target, project, review, rules.target_review.basis, hint(known.get(project.key, [])))
        for target, project, review in rows
    ]


def _proposal(
    target: Target, project: Project, review: TargetReview | None, basis: str, seen: str
) -> Waiting:
    """`seen`: what the finder sees in the target, told beside the proposal; the proposal does not depend on it."""
    beside = f"。系统发现：{seen}" if seen else ""
    if review is None:
        kind = "绩效目标调整" if target.origin == "调整" else "部门整体支出绩效目标"
        return Waiting(
            DecisionKind.APPROVE_TARGET,
            target.key,
            APPROVE,
            "表单审核通过",
            f"“{project.name}”{kind}已通过表单审核{beside}",
        )
    passed = review.grade in (Grade.EXCELLENT, Grade.GOOD)
    return Waiting(
        DecisionKind.APPROVE_TARGET,
        target.key,
        APPROVE if passed else RETURN,
        review.basis or basis,
        f"“{project.name}”专家评审{points(review.total_micro)}分，{review.grade.value}{beside}",
    )


def approve(session: Session, target_key: str, work_year: int, officer: str, day: date) -> None:
    """The approval follows the decision; from the threshold up it is a numbered official letter."""
    target = session.get_one(Target, target_key)
    rules = rules_of(the_year(session, work_year).rules, day)
    project = session.get_one(Project, target.project_key)
    amount = in_force(session, day, [project.key]).get(project.key, 0)
    formal = project.kind != ProjectKind.OVERALL and _over_threshold(amount, rules.approval)
    count = session.exec(
        select(func.count())
        .select_from(TargetApproval)
        .where(TargetApproval.work_year == work_year, TargetApproval.formal)
    ).one()
    number = (
        f"{settings().number_prefix}〔{work_year}〕{count + 1}号" if formal else f"随预算批复/{target_key}"
    )
    insert_new(
        session,
        [
            TargetApproval(
                target_key=target_key,
                work_year=work_year,
                number=number,
                amount_fen=amount,
                formal=formal,
                officer=officer,
                approved_on=day,
            )
        ],
    )


def _over_threshold(amount: int, rule: Approval) -> bool:
    line = rule.threshold_fen
    return line is None or amount > line or (rule.threshold_included and amount == line)
