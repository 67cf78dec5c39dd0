"""绩效目标调整: a budget change asks for a changed target; before and after are both kept."""

from collections import defaultdict
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.amounts import yuan
from models.database import insert_new, transaction
from models.intake import Submission
from models.people import Department
from models.projects import BudgetLine, Project
from models.target_review import Target, TargetAdjustment
from models.vocabulary import BudgetMoment, RoundKind
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.money import totals
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.step import errand, step
from tasks.targets import INDICATOR, indicator_rows, target_rows, targets_in_force, text_of, versions_of


def _changes(session: Session, work_year: int, at: datetime) -> list[BudgetLine]:
    """Budget changes of the year whose target nobody has been asked to adjust."""
    year = the_year(session, work_year)
    rows = session.exec(
        select(BudgetLine)
        .join(Project, col(Project.key) == BudgetLine.project_key)
        .join(TargetAdjustment, col(TargetAdjustment.budget_line) == BudgetLine.key, isouter=True)
        .where(
            Project.fiscal_year == year.target_year,
            BudgetLine.moment == BudgetMoment.ADJUSTMENT,
            BudgetLine.as_of <= at.date(),
            col(TargetAdjustment.key).is_(None),
        )
        .order_by(BudgetLine.project_key, col(BudgetLine.as_of))
    ).all()
    return list(rows)


@step("登记预算调整对应的目标调整", owed=_changes)
def register_adjustments(session: Session, work_year: int, at: datetime) -> int:
    """One row a budget change: amounts before and after, and the target in force before."""
    year = the_year(session, work_year)
    targets = targets_in_force(session, year.target_year, at.date())
    rows = []
    for line, before in _amounts(session, work_year, at):
        if before + line.amount_fen < 0:
            continue  # shown as what cannot be done: `cuts_too_large`
        target = targets.get(line.project_key)
        rows.append(
            TargetAdjustment(
                key=f"{line.key}#目标调整",
                project_key=line.project_key,
                work_year=work_year,
                budget_line=line.key,
                noticed_on=at.date(),
                before_fen=before,
                after_fen=before + line.amount_fen,
                from_target=target.key if target else None,
            )
        )
    return insert_new(session, rows)


def _amounts(session: Session, work_year: int, at: datetime) -> list[tuple[BudgetLine, int]]:
    """Each change with the budget before it; a cut of more than there is changes nothing."""
    initial = totals(session, BudgetMoment.INITIAL, at.date())
    earlier: dict[str, int] = defaultdict(int)
    for row in session.exec(select(TargetAdjustment).order_by(col(TargetAdjustment.noticed_on))).all():
        earlier[row.project_key] += row.after_fen - row.before_fen
    found = []
    for line in _changes(session, work_year, at):
        before = initial.get(line.project_key, 0) + earlier[line.project_key]
        if before + line.amount_fen >= 0:
            earlier[line.project_key] += line.amount_fen
        found.append((line, before))
    return found


def cuts_too_large(session: Session, work_year: int, at: datetime) -> list[tuple[str, str, str]]:
    """(what, why, what to do) of each cut that is more than the budget known so far."""
    return [
        (
            f"{session.get_one(Project, line.project_key).name}的预算调整（{line.document or line.as_of}）",
            f"调减{yuan(-line.amount_fen)}元，大于已登记的预算{yuan(before)}元，没有发出目标调整表",
            "年初预算还没有安排的，先办理“按评估结论安排预算”；已安排的，核对一体化系统的调整数",
        )
        for line, before in _amounts(session, work_year, at)
        if before + line.amount_fen < 0
    ]


def _to_ask(session: Session, work_year: int, at: datetime) -> list[TargetAdjustment]:
    """Adjustments whose department has no form yet."""
    round_ = open_round(session, work_year, RoundKind.TARGET_ADJUSTMENT, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    rows = session.exec(
        select(TargetAdjustment).where(TargetAdjustment.work_year == work_year).order_by(TargetAdjustment.key)
    ).all()
    return [row for row in rows if row.key not in asked]


@errand("发出绩效目标调整表", owed=_to_ask)
def issue_adjustments(work_year: int, at: datetime) -> int:
    """One workbook a department, a sheet a change: the old target beside the new."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.TARGET_ADJUSTMENT, at)
        assert round_ is not None
        asked = _to_ask(session, work_year, at)
        tables = indicator_rows(session, [row.from_target for row in asked if row.from_target])
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for row in asked:
            project = session.get_one(Project, row.project_key)
            department = session.get_one(Department, project.department_code)
            line = session.get_one(BudgetLine, row.budget_line)
            target = session.get(Target, row.from_target) if row.from_target else None
            fields: Row = {
                "project_code": project.code,
                "project_name": project.name,
                "department_name": department.name,
                "before": row.before_fen,
                "after": row.after_fen,
                "document": line.document,
                "old_goal": target.annual_goal if target else "",
                "annual_goal": target.annual_goal if target else None,
            }
            old = tables.get(row.from_target or "", [])
            rows = [{**{f"old_{name}": one[name] for name in INDICATOR}, **_new_side(one)} for one in old]
            sheet = Sheet(row.key, project.name, fields, {"indicators": rows}, layout="project")
            sheets[department.code][row.key] = sheet
        forms = forms_for(session, round_, sheets, "新增预算调整")
    return issue_forms(round_, forms, at)


def _new_side(row: Row) -> Row:
    """The new target starts as the old one, so that only what changes is typed."""
    return {name: row[name] for name in (*INDICATOR, "weight", "note")}


def take_target_adjustment(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """The new version of each target; the old stays, the adjustment points at both."""
    adjustments = {sheet.about: session.get_one(TargetAdjustment, sheet.about) for sheet in form.sheets}
    versions = versions_of(session, [row.project_key for row in adjustments.values()])
    for sheet in form.sheets:
        row = adjustments[sheet.about]
        old = session.get(Target, row.from_target) if row.from_target else None
        if old is not None:
            kept = {"long_term_goal": old.long_term_goal, "calculation_basis": old.calculation_basis}
            sheet.fields = {**kept, **sheet.fields}
        version = versions.get(row.project_key, 0) + 1
        versions[row.project_key] = version
        insert_new(session, target_rows(sheet, row.project_key, version, "调整", submission.sha256, day))
        row.to_target = f"{row.project_key}/{version}"
        row.reason = text_of(sheet.fields, "reason")
        session.add(row)
    session.flush()
    return []
