"""The database as the national tables that the problem finder looks at."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.evaluation import Evaluation, IndicatorScore
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport, newest
from models.projects import Project
from models.rules.problems.facts import Facts, facts_of
from models.target_review import IndicatorTarget, Target
from models.vocabulary import BudgetMoment, EvaluationKind, ProjectKind
from tasks.frames import frame
from tasks.money import in_force, totals

P, T, R, S, E = Project, Target, MonitoringReport, IndicatorScore, Evaluation
N, G = IndicatorTarget, IndicatorProgress


def year_facts(session: Session, work_year: int, day: date) -> Facts:
    """Everything known on a day: targets and monitoring of the work year, evaluations of the year before."""
    years = (work_year - 1, work_year)
    tables = _declared(session, years, day)
    tables |= {"PAY_PERF_MONITOR_INFO": _monitored(session, years), **_evaluated(session, years, day)}
    return facts_of({name: table for name, table in tables.items() if not table.empty})


def target_facts(session: Session, fiscal_year: int, day: date) -> Facts:
    """Targets of a fiscal year, with those of the year before to compare."""
    tables = _declared(session, (fiscal_year - 1, fiscal_year), day)
    return facts_of({name: table for name, table in tables.items() if not table.empty})


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Text cells and the number of the row, as an export would have them."""
    text = table.astype("object").where(table.notna(), "").astype(str)
    return text.assign(row=range(1, len(text) + 1))


def _yuan(fen: Any) -> str:
    return "" if pd.isna(fen) else f"{int(fen) / 100:.2f}"


def _named(**given: Any) -> "Select[Any]":
    """A select of columns under national names."""
    return select(*[col(column).label(name) for name, column in given.items()])


def _levels(table: Any) -> dict[str, Any]:
    names = ("LV1_PERF_IND_NAME", "LV2_PERF_IND_NAME", "LV3_PERF_IND_NAME")
    return dict(zip(names, (table.level_1, table.level_2, table.level_3), strict=True))


def _declared(session: Session, years: Iterable[int], day: date) -> dict[str, pd.DataFrame]:
    query = _named(
        key=P.key, PRO_CODE=P.code, PRO_NAME=P.name, AGENCY_CODE=P.department_code, FISCAL_YEAR=P.fiscal_year,
        ATTRIBUTE=P.attribute, POLICY_BASIS=P.policy_basis, POLICY_VALID_UNTIL=P.policy_valid_until,
        START_DATE=P.starts_on, END_DATE=P.ends_on, LEADER=P.leader, kind=P.kind,
    )  # fmt: skip
    register = frame(session, query.where(col(P.fiscal_year).in_(years)).order_by(P.code, col(P.fiscal_year)))
    amounts = in_force(session, day, list(register["key"]))
    paid = register["key"].isin(list(amounts)) | (register["kind"] == ProjectKind.OVERALL.value)
    register = register[paid].reset_index(drop=True)  # what got no money is no project of the year
    register["BGT_AMT"] = [_yuan(amounts.get(key, pd.NA)) for key in register["key"]]
    for column, kind in (("WHOLE_DEPT", ProjectKind.OVERALL), ("BOND", ProjectKind.SPECIAL_BOND)):
        register[column] = ["是" if one == kind.value else "否" for one in register["kind"]]
    later = aliased(Target)
    last = ~exists().where(col(later.project_key) == T.project_key, col(later.version) > T.version)
    goals = _named(PRO_CODE=P.code, FISCAL_YEAR=P.fiscal_year, KPI_TARGET=T.annual_goal).join_from(
        Target, Project, col(P.key) == T.project_key
    )
    rows = _named(
        PRO_CODE=P.code, FISCAL_YEAR=P.fiscal_year, **_levels(N), COMPUTESIGN=N.operator, KPI_VAL=N.value,
        METERUNIT=N.unit, WEIGHT=N.weight_micro,
    ).join_from(IndicatorTarget, Target, col(T.key) == N.target_key).join(Project, col(P.key) == T.project_key)  # fmt: skip
    chosen = (col(P.fiscal_year).in_(years), last)
    return {
        "PM_PROJECT_INFO": _numbered(register.drop(columns=["key", "kind"])),
        "PM_PERF_GOAL_INFO": _numbered(frame(session, goals.where(*chosen).order_by(P.code))),
        "PM_PERF_INDICATOR": _numbered(
            frame(session, rows.where(*chosen).order_by(P.code, col(N.sequence))).drop(columns="WEIGHT")
        ),
    }


def _monitored(session: Session, years: Iterable[int]) -> pd.DataFrame:
    query = (
        _named(
            PRO_CODE=P.code, FISCAL_YEAR=P.fiscal_year, PERIOD_END=R.month, **_levels(N), COMPUTESIGN=N.operator,
            KPI_VAL=N.value, METERUNIT=N.unit, PERF_COMP=G.actual, COMPLETE=G.likelihood, reason=G.reason,
            whole=R.reason, MEASURE=R.measures, spent_fen=R.spent_fen,
        )
        .join_from(IndicatorProgress, MonitoringReport, col(R.key) == G.report_key)
        .join(Project, col(P.key) == R.project_key)
        .join(IndicatorTarget, col(N.key) == G.indicator_key)
    )  # fmt: skip
    rows = frame(
        session, query.where(col(P.fiscal_year).in_(years), newest()).order_by(P.code, col(N.sequence))
    )
    rows["ANA_DEV_REASONS"] = rows["reason"].where(rows["reason"] != "", rows["whole"])
    rows["PRO_BGT_COMP"] = [_yuan(fen) + "元" for fen in rows["spent_fen"]]
    return _numbered(rows.drop(columns=["reason", "whole", "spent_fen"]))


def _evaluated(session: Session, years: Iterable[int], day: date) -> dict[str, pd.DataFrame]:
    later = aliased(Evaluation)
    last = ~exists().where(
        col(later.project_key) == E.project_key, col(later.kind) == E.kind, col(later.version) > E.version
    )
    chosen = (col(E.kind) == EvaluationKind.SELF, col(P.fiscal_year).in_(years), last)
    heads = frame(
        session,
        _named(key=P.key, PRO_CODE=P.code, FISCAL_YEAR=P.fiscal_year, reported_micro=E.reported_micro,
               budget_fen=E.budget_fen, spent_fen=E.spent_fen)
        .join_from(Evaluation, Project, col(P.key) == E.project_key).where(*chosen).order_by(P.code),
    )  # fmt: skip
    query = _named(
        PRO_CODE=P.code, FISCAL_YEAR=P.fiscal_year, **_levels(S), KPI_VAL=S.target, IND_COMP=S.actual,
        full_micro=S.full_micro, reported_micro=S.reported_micro, DEVI_ANALY=S.reason,
    ).join_from(IndicatorScore, Evaluation, col(E.key) == S.evaluation_key).join(Project, col(P.key) == E.project_key)  # fmt: skip
    rows = frame(session, query.where(*chosen).order_by(P.code, col(S.sequence)))
    for given, name in (("full_micro", "IND_WEIGHT"), ("reported_micro", "EVAL_SCORE")):
        rows[name] = [_points(micro) for micro in rows[given]]
    scores = heads.assign(TOTAL_EVAL_VALUE=[_points(micro) for micro in heads["reported_micro"]])
    spent = [_yuan(fen) for fen in heads["spent_fen"]]
    budget = [_yuan(fen) for fen in heads["budget_fen"]]
    arranged = totals(session, BudgetMoment.INITIAL, day, list(heads["key"]))
    initial = [_yuan(arranged.get(key, pd.NA)) for key in heads["key"]]
    money = heads.assign(REPLY_AMT=initial, CUR_AMT=budget, YEAR_EXE_AMT=spent)
    drop = ["key", "reported_micro", "budget_fen", "spent_fen"]
    return {
        "PM_SELF_EVAL_INDICATOR": _numbered(rows.drop(columns=["full_micro", "reported_micro"])),
        "PM_PERF_SELF_EVAL": _numbered(scores.drop(columns=drop)),
        "PM_PERF_SELF_BGT": _numbered(money.drop(columns=drop)),
    }


def _points(micro: Any) -> str:
    return "" if pd.isna(micro) else f"{int(micro) / 1_000_000:g}"
