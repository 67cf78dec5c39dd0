"""What departments answered, as national tables for upload: nobody types it a second time."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from models.amounts import points_exact
from models.evaluation import Evaluation, IndicatorScore
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport
from models.projects import Project
from models.target_review import IndicatorTarget
from models.vocabulary import BudgetMoment, EvaluationKind
from tasks.exchange.writer import Rows
from tasks.money import projects_of, totals
from tasks.rounds import the_year
from tasks.targets import indicators_of, targets_in_force

LEVELS = ("LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME")
HEAD = ("PRO_CODE", "PRO_NAME", "FISCAL_YEAR")
Tables = dict[str, tuple[Sequence[str], Rows]]


def tables_for_upload(session: Session, work_year: int, day: date) -> Tables:
    """Targets in force, the newest monitoring, the newest self-evaluations, as of a day."""
    year = the_year(session, work_year)
    return {
        **_targets(session, year.target_year, day),
        **_monitoring(session, year.target_year, day),
        **_self_evaluations(session, year.evaluated_year, day),
    }


def _projects(session: Session, fiscal_year: int) -> dict[str, Project]:
    return {one.key: one for one in projects_of(session, fiscal_year)}


def _head(project: Project) -> tuple[str, str, int]:
    return project.code, project.name, project.fiscal_year


def _targets(session: Session, fiscal_year: int, day: date) -> Tables:
    projects = _projects(session, fiscal_year)
    targets = targets_in_force(session, fiscal_year, day)
    indicators = indicators_of(session, [one.key for one in targets.values()])
    goals = [(*_head(projects[key]), one.annual_goal) for key, one in targets.items()]
    rows = [
        (*_head(projects[key]), one.key, *_levels(one), one.operator, one.value, one.unit, _points(one.weight_micro), one.note)
        for key, target in targets.items()
        for one in indicators.get(target.key, [])
    ]  # fmt: skip
    signs = ("COMPUTESIGN", "KPI_VAL", "METERUNIT", "WEIGHT", "KPI_REMARK")
    return {
        "PM_PERF_GOAL_INFO": ((*HEAD, "KPI_TARGET"), goals),
        "PM_PERF_INDICATOR": ((*HEAD, "KPI_ID", *LEVELS, *signs), rows),
    }


def _levels(one: IndicatorTarget | IndicatorScore) -> tuple[str, str, str]:
    return one.level_1, one.level_2, one.level_3


def _monitoring(session: Session, fiscal_year: int, day: date) -> Tables:
    projects = _projects(session, fiscal_year)
    reports = session.exec(
        select(MonitoringReport)
        .where(col(MonitoringReport.project_key).in_(projects), MonitoringReport.received_on <= day)
        .order_by(MonitoringReport.project_key, col(MonitoringReport.month), col(MonitoringReport.version))
    ).all()
    newest = {(one.project_key, one.month): one for one in reports}
    known = {one.key: one for one in newest.values()}
    found = session.exec(
        select(IndicatorProgress, IndicatorTarget)
        .join(IndicatorTarget, col(IndicatorTarget.key) == IndicatorProgress.indicator_key)
        .join(MonitoringReport, col(MonitoringReport.key) == IndicatorProgress.report_key)
        .where(col(MonitoringReport.project_key).in_(projects))
        .order_by(IndicatorProgress.report_key, col(IndicatorTarget.sequence))
    ).all()
    rows = [
        (*_head(projects[known[one.report_key].project_key]), known[one.report_key].month, *_levels(target),
         target.operator, target.value, target.unit, one.actual, one.forecast, one.likelihood, one.reason,
         _yuan(known[one.report_key].spent_fen), _yuan(known[one.report_key].forecast_fen))
        for one, target in found
        if one.report_key in known
    ]  # fmt: skip
    columns = ("PERIOD_END", *LEVELS, "COMPUTESIGN", "KPI_VAL", "METERUNIT", "PERF_COMP", "EST_PERF_ANNUAL",
               "COMPLETE", "ANA_DEV_REASONS", "PRO_BGT_COMP", "EST_PRO_BGT_ANNUAL")  # fmt: skip
    return {"PAY_PERF_MONITOR_INFO": ((*HEAD, *columns), rows)}


def _self_evaluations(session: Session, fiscal_year: int, day: date) -> Tables:
    projects = _projects(session, fiscal_year)
    found = session.exec(
        select(Evaluation)
        .where(
            Evaluation.kind == EvaluationKind.SELF,
            col(Evaluation.project_key).in_(projects),
            Evaluation.received_on <= day,
        )
        .order_by(Evaluation.project_key, col(Evaluation.version))
    ).all()
    newest = {one.project_key: one for one in found}
    initial = totals(session, BudgetMoment.INITIAL, day, newest)
    owner = {one.key: projects[key] for key, one in newest.items()}
    scores = session.exec(
        select(IndicatorScore)
        .where(col(IndicatorScore.evaluation_key).in_(owner))
        .order_by(IndicatorScore.evaluation_key, col(IndicatorScore.sequence))
    ).all()
    totals_ = [
        (*_head(projects[key]), _points(one.reported_micro), one.grade and one.grade.value, one.reason)
        for key, one in newest.items()
    ]
    money = [
        (*_head(projects[key]), "年度资金总额", _yuan(initial.get(key)), _yuan(one.budget_fen), _yuan(one.spent_fen))
        for key, one in newest.items()
    ]  # fmt: skip
    rows = [
        (*_head(owner[one.evaluation_key]), *_levels(one), one.target, one.actual,
         _points(one.full_micro), _points(one.reported_micro), one.reason)
        for one in scores
    ]  # fmt: skip
    scored = ("KPI_VAL", "IND_COMP", "IND_WEIGHT", "EVAL_SCORE", "DEVI_ANALY")
    return {
        "PM_PERF_SELF_EVAL": ((*HEAD, "TOTAL_EVAL_VALUE", "GRADE", "DEVI_ANALY"), totals_),
        "PM_PERF_SELF_BGT": ((*HEAD, "FOUND_TYPE_NAME", "REPLY_AMT", "CUR_AMT", "YEAR_EXE_AMT"), money),
        "PM_SELF_EVAL_INDICATOR": ((*HEAD, *LEVELS, *scored), rows),
    }


def _points(micro: int | None) -> str:
    return "" if micro is None else f"{points_exact(micro):f}"


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
