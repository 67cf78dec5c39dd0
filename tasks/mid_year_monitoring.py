"""绩效运行监控（双监控）: money and targets half-way, lights by the rule, money decided where they warn."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from models.calendar import Round
from models.database import insert_new, transaction
from models.intake import Submission
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport, MonitoringResult, newest
from models.people import Department
from models.projects import Project
from models.rules.indicators import Kind
from models.rules.monitoring import (
    budget_pace,
    indicator_lights,
    money_lights,
    overall_lights,
    project_lights,
    target_pace,
    warnings,
)
from models.rules.profiles import Rules
from models.rules.self_evaluation import read_indicators
from models.rules.workdays import due_day
from models.target_review import IndicatorTarget, Target
from models.vocabulary import BudgetMoment, DecisionKind, Light, RoundKind
from tasks.forms.shape import Form, Found, Row, Sheet
from tasks.intake import issue_forms
from tasks.ledger import Waiting, decided
from tasks.money import by_source, in_force, projects_of
from tasks.problems import at_monitoring, hint
from tasks.rounds import covered, forms_for, open_round, the_year
from tasks.rulebook import rules_of
from tasks.step import errand
from tasks.targets import indicator_rows, targets_in_force, text_of

CAUSES = {
    "cause_money": "经费保障",
    "cause_rules": "制度保障",
    "cause_people": "人员保障",
    "cause_means": "硬件条件保障",
    "cause_other": "其他",
}
"""Columns to tick in the form of the Ministry of Finance; they become the head of the reason."""


def _to_ask(session: Session, work_year: int, at: datetime) -> list[Project]:
    """Projects with a target in force whose department has no monitoring form yet."""
    round_ = open_round(session, work_year, RoundKind.MONITORING, at)
    if round_ is None:
        return []
    asked = covered(session, round_)
    targets = targets_in_force(session, round_.fiscal_year, at.date())
    projects = projects_of(session, round_.fiscal_year, overall=False)
    return [p for p in projects if p.key in targets and p.key not in asked]


@errand("发出绩效运行监控表", owed=_to_ask)
def issue_monitoring(work_year: int, at: datetime) -> int:
    """One workbook a department, a sheet a project: what is known is filled in, down to the treasury's figures."""
    with transaction() as session:
        round_ = open_round(session, work_year, RoundKind.MONITORING, at)
        assert round_ is not None
        rules = rules_of(the_year(session, work_year).rules, at.date())
        projects = _to_ask(session, work_year, at)
        targets = targets_in_force(session, round_.fiscal_year, at.date())
        tables = indicator_rows(session, [targets[p.key].key for p in projects])
        initial = by_source(session, BudgetMoment.INITIAL, at.date())
        spent = by_source(session, BudgetMoment.SPENT, at.date())
        names = dict(session.exec(select(Department.code, Department.name)).all())
        sheets: dict[str, dict[str, Sheet]] = defaultdict(dict)
        for project in projects:
            target = targets[project.key]
            fields: Row = {
                "project_code": project.code,
                "project_name": project.name,
                "department_name": names[project.department_code],
                "period": f"1-{rules.monitoring.window.end_month}月",
                "annual_goal": target.annual_goal,
            }
            paid = spent.get(project.key, {})
            money = initial.get(project.key, {})
            funds: list[Row] = [
                {"source": source, "initial": money.get(source), "spent": paid.get(source)}
                for source in sorted(money | paid)
            ]
            content = {"funds": funds, "indicators": tables.get(target.key, [])}
            sheets[project.department_code][project.key] = Sheet(
                project.key, project.name, fields, content, layout="project"
            )
        forms = forms_for(session, round_, sheets, "补充监控项目")
    return issue_forms(round_, forms, at)


def take_monitoring(session: Session, submission: Submission, form: Form, day: date) -> list[Found]:
    """Each sheet becomes a report with its indicators' progress, and the lights that follow."""
    round_ = session.get_one(Round, form.round_key)
    rules = rules_of(the_year(session, round_.work_year).rules, day)
    month = rules.monitoring.window.end_month
    earlier = session.exec(select(MonitoringReport.project_key).where(MonitoringReport.month == month)).all()
    targets = targets_in_force(session, round_.fiscal_year, day)
    budgets = in_force(session, day, [sheet.about for sheet in form.sheets])
    reports = []
    progress = []
    for sheet in form.sheets:
        version = 1 + sum(key == sheet.about for key in earlier)
        report = _report(
            sheet, month, version, submission, targets[sheet.about], budgets.get(sheet.about), day
        )
        reports.append(report)
        progress += [_progress(report.key, row) for row in sheet.tables.get("indicators", [])]
    results = judge(reports, progress, _targets_of(session, progress), month, rules, day)
    for rows in (reports, progress, results):
        insert_new(session, rows)
    return []


def _report(
    sheet: Sheet,
    month: int,
    version: int,
    submission: Submission,
    target: Target,
    budget: int | None,
    day: date,
) -> MonitoringReport:
    funds = sheet.tables.get("funds", [])
    forecasts = [row.get("forecast") for row in funds if row.get("forecast") is not None]
    stated = sum(_fen(row.get("initial")) for row in funds)
    return MonitoringReport(
        key=f"{sheet.about}/{month}/{version}",
        project_key=sheet.about,
        month=month,
        version=version,
        submission=submission.sha256,
        target_key=target.key,
        received_on=day,
        budget_fen=budget if budget is not None else stated,
        spent_fen=sum(_fen(row.get("spent")) for row in funds),
        forecast_fen=sum(map(_fen, forecasts)) if forecasts else None,
        reason=text_of(sheet.fields, "reason"),
        measures=text_of(sheet.fields, "measures"),
    )


def _fen(value: object) -> int:
    return value if isinstance(value, int) else 0


def _progress(report_key: str, row: Row) -> IndicatorProgress:
    indicator = str(row["indicator_key"])
    names: dict[str, Any] = {name: text_of(row, name) for name in ("actual", "forecast", "likelihood")}
    causes = "、".join(title for name, title in CAUSES.items() if row.get(name))
    names["reason"] = "：".join(filter(None, (causes, text_of(row, "reason"))))
    return IndicatorProgress(
        key=f"{report_key}#{indicator}",
        report_key=report_key,
        indicator_key=indicator,
        **names,
    )


def _targets_of(session: Session, progress: list[IndicatorProgress]) -> dict[str, IndicatorTarget]:
    keys = [row.indicator_key for row in progress]
    rows = session.exec(select(IndicatorTarget).where(col(IndicatorTarget.key).in_(keys))).all()
    return {row.key: row for row in rows}


def judge(
    reports: list[MonitoringReport],
    progress: list[IndicatorProgress],
    targets: dict[str, IndicatorTarget],
    month: int,
    rules: Rules,
    day: date,
) -> list[MonitoringResult]:
    """Lights of indicators (set on `progress`), money and projects; what warns, and by when money is decided."""
    rows = [(row, targets[row.indicator_key]) for row in progress]
    frame = pd.DataFrame(
        {
            "project": [row.report_key for row, _ in rows],
            "level_1": [target.level_1 for _, target in rows],
            "level_2": [target.level_2 for _, target in rows],
            "level_3": [target.level_3 for _, target in rows],
            "sign": [target.operator for _, target in rows],
            "target": [target.value for _, target in rows],
            "unit": [target.unit for _, target in rows],
            "actual": [row.actual for row, _ in rows],
        },
        dtype="object",
    )
    read = read_indicators(frame, rules)
    lights = indicator_lights(read, month, rules)
    for (row, _), light in zip(rows, lights, strict=True):
        row.light = None if pd.isna(light) else Light(light)
    index = pd.Index([report.key for report in reports])
    budget = pd.Series([report.budget_fen for report in reports], index=index, dtype="Int64")
    spent = pd.Series([report.spent_fen for report in reports], index=index, dtype="Int64")
    paces = pd.DataFrame(
        {
            "budget_pace_micro": budget_pace(budget, spent),
            "target_pace_micro": _pace(read).reindex(index),
            "money_light": money_lights(budget, spent, month, rules),
            "target_light": project_lights(frame["project"], lights, rules).reindex(index),
        }
    )
    paces["overall_light"] = overall_lights(paces["money_light"], paces["target_light"], rules)
    paces["warning"] = warnings(paces, month, rules)
    decide_by = due_day(day, rules.deadlines.money_decision)
    return [_result(report, paces.loc[report.key], decide_by, day, rules) for report in reports]


def _pace(read: pd.DataFrame) -> "pd.Series[Any]":
    """How far targets are reached, of what adds up over the year: a rate or a ceiling says nothing of progress."""
    adds_up = read["kind"].isin((Kind.HIGHER, Kind.EQUAL)) & ~read["percent"] & (read["target_micro"] > 0)
    counted = read[adds_up.fillna(False).astype(bool)]
    return target_pace(counted, counted["project"])


def _result(
    report: MonitoringReport, pace: Any, decide_by: date | None, day: date, rules: Rules
) -> MonitoringResult:
    lights: dict[str, Any] = {
        name: None if pd.isna(pace[name]) else Light(pace[name])
        for name in ("money_light", "target_light", "overall_light")
    }
    paces: dict[str, Any] = {
        name: None if pd.isna(pace[name]) else int(pace[name])
        for name in ("budget_pace_micro", "target_pace_micro")
    }
    return MonitoringResult(
        report_key=report.key,
        project_key=report.project_key,
        **lights,
        **paces,
        warning=str(pace["warning"]),
        decide_by=decide_by if pace["warning"] else None,
        judged_on=day,
        basis=rules.monitoring.basis,
    )


def waiting(session: Session, work_year: int, day: date) -> list[Waiting]:
    """Warned projects whose money an officer has yet to decide: continue, adjust, cancel."""
    year = the_year(session, work_year)
    rule = rules_of(year.rules, day).monitoring.decision
    rows = session.exec(
        select(MonitoringResult, Project)
        .join(Project, col(Project.key) == MonitoringResult.project_key)
        .join(MonitoringReport, col(MonitoringReport.key) == MonitoringResult.report_key)
        .where(
            Project.fiscal_year == year.target_year,
            MonitoringResult.warning != "",
            newest(),
            ~decided(DecisionKind.WARNING_MONEY, MonitoringResult.report_key),
        )
        .order_by(MonitoringResult.report_key)
    ).all()
    seen = at_monitoring(session, work_year, day) if rows else {}
    return [
        Waiting(
            DecisionKind.WARNING_MONEY,
            result.report_key,
            "",
            rule.basis,
            f"“{project.name}”{result.warning}；请选择：{'、'.join(rule.choices)}"
            + (f"（{result.decide_by:%m月%d日}前，逾期{rule.otherwise}）" if result.decide_by else "")
            + (f"。系统发现：{hint(seen[project.code])}" if project.code in seen else ""),
        )
        for result, project in rows
    ]


def money_choices(session: Session, work_year: int, day: date) -> tuple[str, ...]:
    """The ways out of a warning, by the rule."""
    return rules_of(the_year(session, work_year).rules, day).monitoring.decision.choices
