"""单位自评: every project and every whole department of the evaluated year, scored again by the rule."""

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from models.amounts import micro_of, wan
from models.calendar import Round
from models.database import insert_new, transaction
from models.evaluation import Evaluation, IndicatorScore
from models.intake import Submission
from models.people import Department
from models.projects import Project
from models.rules.self_evaluation import score_indicators, score_projects
from models.target_review import wanted
from models.vocabulary import BudgetMoment, EvaluationKind, Grade, ProjectKind, RoundKind
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.money import by_source, projects_of
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand
from tasks.targets import indicator_rows, targets_in_force, tasks_of, text_of

COLUMNS = (
    "row",
    "project",
    "level_1",
    "level_2",
    "level_3",
    "sign",
    "target",
    "unit",
    "actual",
    "weight_micro",
    "reported_micro",
)


def _to_ask(session: Session, work_year: int, at: datetime) -> list[Project]:
    """Projects of the evaluated year with a target, whose department has no self-evaluation form yet."""
    round_ = open_round(session, work_year, RoundKind.SELF_EVALUATION, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    targets = targets_in_force(session, round_.fiscal_year, at.date())
    return [p for p in projects_of(session, round_.fiscal_year) if p.key in targets and p.key not in asked]


@errand("发出绩效自评表", owed=_to_ask)
def issue_self_evaluations(work_year: int, at: datetime) -> int:
    """One workbook a department, a sheet a project; targets and the treasury's figures are filled in."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.SELF_EVALUATION, at)
        assert round_ is not None
        projects = _to_ask(session, work_year, at)
        targets = targets_in_force(session, round_.fiscal_year, at.date())
        tables = indicator_rows(session, [targets[p.key].key for p in projects])
        duties = tasks_of(session, [targets[p.key].key for p in projects])
        initial = by_source(session, BudgetMoment.INITIAL, at.date())
        revised = by_source(session, BudgetMoment.REVISED, at.date())
        spent = by_source(session, BudgetMoment.SPENT, at.date())
        names = dict(session.exec(select(Department.code, Department.name)).all())
        functions = dict(session.exec(select(Department.code, Department.functions)).all())
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for project in projects:
            target = targets[project.key]
            money = [side.get(project.key, {}) for side in (initial, revised, spent)]
            fields: Row = {
                "project_code": project.code,
                "project_name": project.name,
                "department_name": names[project.department_code],
                "annual_goal": target.annual_goal,
            }
            funds: list[Row] = [
                {
                    "source": source,
                    "initial": a.get(source),
                    "revised": b.get(source, a.get(source)),
                    "spent": c.get(source),
                }
                for a, b, c in [money]
                for source in sorted(set().union(*money))
            ]
            rows = [{**row, "full": row["weight"]} for row in tables.get(target.key, [])]
            layout = "overall" if project.kind == ProjectKind.OVERALL else "project"
            if layout == "overall":
                fields["functions"] = functions[project.department_code]
            tasks: list[Row] = [
                {"task": one.name, "content": one.content, "planned": one.amount_fen}
                for one in duties.get(target.key, [])
            ]
            sheets[project.department_code][project.key] = Sheet(
                project.key,
                project.name,
                fields,
                {"funds": funds, "tasks": tasks, "indicators": rows},
                layout=layout,
            )
        forms = forms_for(session, round_, sheets, "补充自评项目")
    return issue_forms(round_, forms, at)


def take_self_evaluation(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """Each sheet becomes an evaluation: what was reported, and what the rule gives, indicator by indicator."""
    round_ = session.get_one(Round, form.round_key)
    rules = rules_of(the_year(session, round_.work_year).rules, day)
    money = pd.DataFrame(
        {
            "budget_fen": pd.array([_sum(sheet, "revised") for sheet in form.sheets], dtype="Int64"),
            "spent_fen": pd.array([_sum(sheet, "spent") for sheet in form.sheets], dtype="Int64"),
        },
        index=[sheet.about for sheet in form.sheets],
    )
    scored = score_indicators(_indicator_frame(form.sheets), rules)
    totals = score_projects(money, scored, rules)
    versions = _earlier(session, [sheet.about for sheet in form.sheets])
    for sheet in form.sheets:
        key = f"{EvaluationKind.SELF.value}/{sheet.about}/{versions[sheet.about] + 1}"
        result = totals.loc[sheet.about]
        evaluation = Evaluation(
            key=key,
            kind=EvaluationKind.SELF,
            project_key=sheet.about,
            version=versions[sheet.about] + 1,
            submission=submission.sha256,
            received_on=day,
            budget_fen=known(money.at[sheet.about, "budget_fen"]),
            spent_fen=known(money.at[sheet.about, "spent_fen"]),
            execution_micro=known(result["execution_micro"]),
            reported_micro=_micro(sheet.fields.get("reported_total")),
            total_micro=known(result["total_micro"]),
            grade=None if pd.isna(result["grade"]) else Grade(result["grade"]),
            undecided="；".join(result["undecided"]),
            effects=_effects(sheet),
            reason=text_of(sheet.fields, "reason"),
            measures=text_of(sheet.fields, "measures"),
            basis=rules.self_evaluation.basis,
        )
        insert_new(session, [evaluation])
        insert_new(session, _indicator_scores(key, sheet, scored[scored["project"] == sheet.about]))
    return []


def _effects(sheet: Sheet) -> str:
    """What was reached, and of a whole department also task by task."""
    tasks = [
        f"{text_of(row, 'task')}：{text_of(row, 'done')}{_spent(row)}"
        for row in sheet.tables.get("tasks", [])
        if row.get("task")
    ]
    return "；".join(filter(None, (text_of(sheet.fields, "goal_actual"), *tasks)))


def _spent(row: Row) -> str:
    """What a task cost, beside what was planned."""
    sums = [(word, row.get(name)) for word, name in (("执行", "amount"), ("预算", "planned"))]
    told = "，".join(f"{word}{wan(amount)}万元" for word, amount in sums if isinstance(amount, int))
    return f"（{told}）" if told else ""


def _earlier(session: Session, projects: list[str]) -> Counter[str]:
    """How many self-evaluations each project has so far."""
    return Counter(
        session.exec(
            select(Evaluation.project_key).where(
                Evaluation.kind == EvaluationKind.SELF, col(Evaluation.project_key).in_(projects)
            )
        ).all()
    )


def _sum(sheet: Sheet, column: str) -> int | None:
    amounts = [row.get(column) for row in sheet.tables.get("funds", [])]
    known_amounts = [amount for amount in amounts if isinstance(amount, int)]
    return sum(known_amounts) if known_amounts else None


def _indicator_frame(sheets: list[Sheet]) -> pd.DataFrame:
    """The indicator rows of all sheets in the columns that the rules read."""
    rows = [
        {
            "row": number,
            "project": sheet.about,
            "level_1": text_of(row, "level_1"),
            "level_2": text_of(row, "level_2"),
            "level_3": text_of(row, "level_3"),
            "sign": text_of(row, "operator"),
            "target": text_of(row, "value"),
            "unit": text_of(row, "unit"),
            "actual": text_of(row, "actual"),
            "weight_micro": _micro(row.get("full")),
            "reported_micro": _micro(row.get("score")),
        }
        for sheet in sheets
        for number, row in enumerate(sheet.tables.get("indicators", []), 1)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"weight_micro": "Int64", "reported_micro": "Int64"})


def _indicator_scores(evaluation: str, sheet: Sheet, scored: pd.DataFrame) -> list[IndicatorScore]:
    results: list[Any] = list(scored.itertuples(index=False))
    return [
        IndicatorScore(
            key=f"{evaluation}/{number}",
            evaluation_key=evaluation,
            sequence=number,
            level_1=result.level_1,
            level_2=result.level_2,
            level_3=result.level_3,
            target=wanted(result.sign, result.target, result.unit),
            actual=result.actual,
            full_micro=known(result.full_micro),
            reported_micro=known(result.reported_micro),
            points_micro=known(result.points_micro),
            reason=text_of(row, "reason"),
            basis=result.undecided or result.basis,
        )
        for number, (row, result) in enumerate(
            zip(sheet.tables.get("indicators", []), results, strict=True), 1
        )
    ]


def known(value: object) -> int | None:
    """A number of a frame for the database; a missing one is nothing, never 0."""
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _micro(value: object) -> int | None:
    return None if value is None else micro_of(str(value))
