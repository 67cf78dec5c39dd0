"""绩效目标批复: a numbered official letter a project, with its target table, ready to print.

A target that is approved with the budget gets its table alone, so that every department holds what binds it.
"""

from pathlib import Path

from sqlmodel import Session, col, select

from models.amounts import points_exact, wan
from models.files import write_whole
from models.people import Department
from models.projects import Project
from models.settings import settings
from models.target_review import AnnualTask, IndicatorTarget, Target, TargetApproval, wanted
from notifications.render import day_in_words
from notifications.target_review import WITH_BUDGET, approval_file
from tasks.reports.rendering import render
from tasks.targets import indicators_of, tasks_in_words, tasks_of

ONE_LINE = 20
"""Characters of a title in one line; a longer one breaks where its sense does."""


def approval_path(approval: TargetApproval) -> Path:
    """The file of an approval."""
    return settings().home / approval_file(approval)


def write_approvals(session: Session, work_year: int) -> list[Path]:
    """Write every approval that has no file yet; returns the new files."""
    rows = session.exec(
        select(TargetApproval, Target, Project, Department)
        .join(Target, col(Target.key) == TargetApproval.target_key)
        .join(Project, col(Project.key) == Target.project_key)
        .join(Department, col(Department.code) == Project.department_code)
        .where(TargetApproval.work_year == work_year)
        .order_by(Target.key)
    ).all()
    missing = [row for row in rows if not approval_path(row[0]).exists()]
    indicators = indicators_of(session, [target.key for _, target, _, _ in missing])
    duties = tasks_of(session, [target.key for _, target, _, _ in missing])
    replaced = _replaced(session)
    paths = []
    for approval, target, project, department in missing:
        path = approval_path(approval)
        letter = _letter(
            approval,
            target,
            project,
            department,
            indicators.get(target.key, []),
            duties.get(target.key, []),
            replaced.get(target.key, ""),
        )
        write_whole(path, letter)
        paths.append(path)
    return paths


def _letter(
    approval: TargetApproval,
    target: Target,
    project: Project,
    department: Department,
    rows: list[IndicatorTarget],
    tasks: list[AnnualTask],
    replaces: str,
) -> bytes:
    about = {
        "bureau": settings().bureau,
        "department": department.name,
        "project": project.name,
        "turn": "\n" if len(project.name) > ONE_LINE - len("关于绩效目标的批复") else "",
        "code": project.code,
        "number": approval.number,
        "fiscal_year": project.fiscal_year,
        "change": "随预算调整报送的" if target.origin == "调整" else "",
        "amount": wan(approval.amount_fen),
        "replaces": replaces,
        "day": day_in_words(approval.approved_on),
        "goal": target.annual_goal + (f"年度主要任务：{tasks_in_words(tasks)}。" if tasks else ""),
        "indicators": [_indicator(row) for row in rows],
    }
    return render("approval" if approval.formal else "target", about)


def _indicator(row: IndicatorTarget) -> dict[str, str]:
    return {
        "level_1": row.level_1,
        "level_2": row.level_2,
        "level_3": row.level_3,
        "value": wanted(row.operator, row.value, row.unit),
        "weight": "" if row.weight_micro is None else f"{points_exact(row.weight_micro)}",
    }


def _replaced(session: Session) -> dict[str, str]:
    """Target → the number of the approval of its project's earlier version, which it replaces."""
    rows = session.exec(
        select(Target.key, Target.project_key, TargetApproval.number, TargetApproval.formal)
        .join(TargetApproval, col(TargetApproval.target_key) == Target.key)
        .order_by(Target.project_key, col(Target.version))
    ).all()
    found: dict[str, str] = {}
    last: dict[str, str] = {}
    for key, project, number, formal in rows:
        if project in last:
            found[key] = last[project]
        last[project] = number if formal else WITH_BUDGET
    return found
