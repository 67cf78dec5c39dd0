"""Targets and their indicators as rows: written from a filled sheet, read in the version in force."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, func, select

from models.amounts import micro_of, points_exact, wan
from models.projects import Project, project_key, same_code
from models.target_review import AnnualTask, IndicatorTarget, Target, TargetApproval
from tasks.forms.shape import Row, Sheet

INDICATOR = ("level_1", "level_2", "level_3", "operator", "value", "unit")


def target_rows(
    sheet: Sheet, project_key: str, version: int, origin: str, submission: str | None, day: date
) -> list[Target | IndicatorTarget | AnnualTask]:
    """A target of one version with its indicators, and a whole department's tasks, from a filled sheet."""
    key = f"{project_key}/{version}"
    target = Target(
        key=key,
        project_key=project_key,
        version=version,
        origin=origin,
        submission=submission,
        received_on=day,
        long_term_goal=text_of(sheet.fields, "long_term_goal"),
        annual_goal=text_of(sheet.fields, "annual_goal"),
        calculation_basis=text_of(sheet.fields, "calculation_basis"),
    )
    indicators = [
        IndicatorTarget(
            key=f"{key}/{number}",
            target_key=key,
            sequence=number,
            **{name: text_of(row, name) for name in INDICATOR},
            weight_micro=None if row.get("weight") is None else micro_of(str(row["weight"])),
            note=text_of(row, "note"),
        )
        for number, row in enumerate((r for r in sheet.tables.get("indicators", []) if r.get("level_3")), 1)
    ]
    tasks = [
        AnnualTask(
            key=f"{key}/任务{number}",
            target_key=key,
            sequence=number,
            name=text_of(row, "task"),
            content=text_of(row, "content"),
            amount_fen=amount if isinstance(amount := row.get("amount"), int) else None,
        )
        for number, row in enumerate((r for r in sheet.tables.get("tasks", []) if r.get("task")), 1)
    ]
    return [target, *indicators, *tasks]


def text_of(row: Row, name: str) -> str:
    """A cell as text; an empty one is the empty text."""
    value = row.get(name)
    return "" if value is None else str(value)


def versions_of(session: Session, projects: list[str]) -> dict[str, int]:
    """Project → its highest version so far."""
    rows = session.exec(
        select(Target.project_key, func.max(col(Target.version)))
        .where(col(Target.project_key).in_(projects))
        .group_by(Target.project_key)
    ).all()
    return dict(rows)


def latest_targets(session: Session, projects: list[str]) -> dict[str, Target]:
    """Project → its newest target, approved or not."""
    rows = session.exec(
        select(Target)
        .where(col(Target.project_key).in_(projects))
        .order_by(Target.project_key, col(Target.version))
    ).all()
    return {row.project_key: row for row in rows}


def targets_in_force(session: Session, fiscal_year: int, day: date) -> dict[str, Target]:
    """Project → the newest target in force on a day: approved by then, or imported from last year's books."""
    rows = session.exec(
        select(Target)
        .join(Project, col(Project.key) == Target.project_key)
        .join(TargetApproval, col(TargetApproval.target_key) == Target.key, isouter=True)
        .where(
            Project.fiscal_year == fiscal_year,
            (col(TargetApproval.approved_on) <= day) | (Target.origin == "导入"),
        )
        .order_by(Target.project_key, col(Target.version))
    ).all()
    return {row.project_key: row for row in rows}


def indicators_of(session: Session, targets: list[str]) -> dict[str, list[IndicatorTarget]]:
    """Target → its indicators in order."""
    found: dict[str, list[IndicatorTarget]] = defaultdict(list)
    rows = session.exec(
        select(IndicatorTarget)
        .where(col(IndicatorTarget.target_key).in_(targets))
        .order_by(IndicatorTarget.target_key, col(IndicatorTarget.sequence))
    ).all()
    for row in rows:
        found[row.target_key].append(row)
    return found


def indicator_rows(session: Session, targets: Iterable[str]) -> dict[str, list[Row]]:
    """Target → its indicators as rows of a form, with their key."""
    return {
        key: [
            {
                "indicator_key": row.key,
                **{name: getattr(row, name) for name in INDICATOR},
                "weight": None if row.weight_micro is None else points_exact(row.weight_micro),
                "note": row.note,
            }
            for row in rows
        ]
        for key, rows in indicators_of(session, list(targets)).items()
    }


def tasks_of(session: Session, targets: Iterable[str]) -> dict[str, list[AnnualTask]]:
    """Target of a whole department → its tasks in order."""
    found: dict[str, list[AnnualTask]] = defaultdict(list)
    rows = session.exec(
        select(AnnualTask)
        .where(col(AnnualTask.target_key).in_(list(targets)))
        .order_by(AnnualTask.target_key, col(AnnualTask.sequence))
    ).all()
    for row in rows:
        found[row.target_key].append(row)
    return found


def tasks_in_words(tasks: list[AnnualTask]) -> str:
    """A clause a task: its name, its money, what is done."""
    return "；".join(
        one.name
        + ("" if one.amount_fen is None else f"（预算{wan(one.amount_fen)}万元）")
        + (f"，{one.content.rstrip('。')}" if one.content else "")
        for one in tasks
    )


def goals_of_last_year(session: Session, fiscal_year: int) -> dict[str, str]:
    """Project key of a year → the goal of the same project in the year before, its newest version."""
    projects = session.exec(
        select(Project.key, Project.code).where(Project.fiscal_year == fiscal_year - 1)
    ).all()
    targets = latest_targets(session, [key for key, _ in projects])
    return {
        project_key(fiscal_year, same_code(code, fiscal_year)): targets[key].annual_goal
        for key, code in projects
        if key in targets
    }
