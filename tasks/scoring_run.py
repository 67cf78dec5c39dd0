"""A whole year out of the database, scored again under any profile, and appended to it as a run."""

from datetime import datetime
from itertools import count, repeat
from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session, col, select

from models.database import insert_rows, transaction
from models.evaluation import Evaluation, IndicatorScore, newest
from models.mid_year_monitoring import IndicatorProgress, MonitoringReport
from models.mid_year_monitoring import newest as newest_report
from models.projects import Project
from models.rules.columns import filled
from models.rules.scoring import MISSING
from models.scoring_run import ScoredProject, ScoringRun
from models.target_review import IndicatorTarget
from models.vocabulary import EvaluationKind
from tasks.exchange.errors import ExchangeError
from tasks.exchange.monitoring import Monitorings
from tasks.exchange.self_evaluation import SelfEvaluations
from tasks.frames import columns
from tasks.scoring import Scored

PROJECT = (col(Project.key), col(Project.code), col(Project.name))
EVALUATED = ("reported_micro", "reason", "budget_fen", "spent_fen")
SCORED = ("level_1", "level_2", "level_3", "target", "actual", "reported_micro", "reason")
NUMBERS = ("weight_micro", "reported_micro")
RESULT = ("run", "place", "project_key", "execution_micro", "total_micro", "grade", "undecided", "points")


def self_evaluations_of(fiscal_year: int) -> SelfEvaluations:
    """The newest self-evaluation of every project of a year, as the rules take it. Raises ExchangeError for none."""
    wanted = (Project.fiscal_year == fiscal_year, Evaluation.kind == EvaluationKind.SELF, newest())
    heads = columns(
        select(*PROJECT, *(getattr(Evaluation, name) for name in EVALUATED))
        .join(Evaluation, col(Evaluation.project_key) == Project.key)
        .where(*wanted)
        .order_by(col(Project.key))
    )
    if heads.empty:
        raise ExchangeError(f"数据库中没有{fiscal_year}年度的单位自评。请核对--year，或先收齐自评表。")
    rows = columns(
        select(
            col(Project.key).label("project"),
            col(IndicatorScore.sequence).label("row"),
            col(IndicatorScore.full_micro).label("weight_micro"),
            *(getattr(IndicatorScore, name) for name in SCORED),
        )
        .join(Evaluation, col(Evaluation.key) == IndicatorScore.evaluation_key)
        .join(Project, col(Project.key) == Evaluation.project_key)
        .where(*wanted)
        .order_by(col(Project.key), col(IndicatorScore.sequence))
    )
    return SelfEvaluations(_indicators(rows), _money(heads), _heads(heads, fiscal_year), [])


def _indicators(rows: pd.DataFrame) -> pd.DataFrame:
    # The sign and the unit stand in the target, as they were stored.
    rows = rows.assign(sign="", unit="", group="", **{name: _whole(rows[name]) for name in NUMBERS})
    return rows.astype({"row": "int64", "reason": "string"})


def _money(heads: pd.DataFrame) -> pd.DataFrame:
    amounts = {name: _whole(heads[name]) for name in ("budget_fen", "spent_fen")}
    frame = pd.DataFrame({"project": heads["key"], "row": 1, "source": "", **amounts})
    empty = {
        name: pd.array([pd.NA] * len(frame), dtype="Int64")
        for name in ("initial_fen", "exe_weight_micro", "exe_score_micro")
    }
    return frame.assign(
        rate="", reason=pd.array([pd.NA] * len(frame), dtype="string"), is_total=True, nested=False, **empty
    )


def _heads(heads: pd.DataFrame, fiscal_year: int) -> pd.DataFrame:
    named = heads[["code", "name"]].assign(year=str(fiscal_year), reported_grade="")
    named["reported_total_micro"] = _whole(heads["reported_micro"])
    named["reason"] = heads["reason"].astype("string")
    return named.set_index(pd.Index(heads["key"], name="project"))


def _whole(numbers: "pd.Series[int]") -> "pd.Series[int]":
    return pd.to_numeric(numbers, errors="coerce").round().astype("Int64")


def monitorings_of(fiscal_year: int) -> Monitorings | None:
    """The newest monitoring report of every project of a year; None where there is none."""
    wanted = (Project.fiscal_year == fiscal_year, newest_report())
    rows = columns(
        select(
            col(Project.code).label("project"),
            col(IndicatorTarget.operator).label("sign"),
            col(IndicatorTarget.value).label("target"),
            col(IndicatorProgress.actual),
            *(getattr(MonitoringReport, name) for name in ("month", "budget_fen", "spent_fen")),
            *(getattr(IndicatorTarget, name) for name in ("level_1", "level_2", "level_3", "unit")),
        )
        .join(MonitoringReport, col(MonitoringReport.project_key) == Project.key)
        .join(IndicatorProgress, col(IndicatorProgress.report_key) == MonitoringReport.key)
        .join(IndicatorTarget, col(IndicatorTarget.key) == IndicatorProgress.indicator_key)
        .where(*wanted)
        .order_by(col(IndicatorProgress.key))
    )
    if rows.empty:
        return None
    rows["month"] = _whole(rows["month"])
    last = rows.drop_duplicates("project", keep="last").set_index("project")
    return Monitorings(rows, pd.DataFrame({name: _whole(last[name]) for name in ("budget_fen", "spent_fen")}))


def append_run(scored: Scored, fiscal_year: int, at: datetime) -> int:
    """What a profile gives the year, appended to the database under a new run; returns the run's number."""
    run = ScoringRun(
        fiscal_year=fiscal_year, rules=scored.rules.name, rules_on=scored.rules.on, recorded_at=at
    )
    rows = scored.indicators
    points = packed(rows["points_micro"], rows["project"], scored.projects.index)
    with transaction() as session:
        session.add(run)
        session.flush()
        assert run.number is not None
        keep(session, run.number, scored.projects, points)
    return run.number


def packed(points: "pd.Series[int]", projects: "pd.Series[str]", order: pd.Index) -> list[bytes]:
    """The points of each project's rows in their order, eight bytes each; rows of a project stand side by side."""
    data = filled(points, MISSING).tobytes()
    starts = np.flatnonzero(projects.to_numpy()[1:] != projects.to_numpy()[:-1]) + 1
    edges = [0, *starts.tolist(), len(points)]
    parts = {
        name: data[first * 8 : last * 8]
        for name, first, last in zip(projects.iloc[edges[:-1]], edges[:-1], edges[1:], strict=True)
    }
    return [parts.get(name, b"") for name in order]


def keep(session: Session, run: int, totals: pd.DataFrame, points: list[bytes]) -> None:
    """The results of a run, one row a project, appended in bulk.

    totals: index project; execution_micro, total_micro (Int64), grade, undecided (list of reasons).
    """
    known = [_plain(totals[name]) for name in ("execution_micro", "total_micro", "grade")]
    why = map("；".join, totals["undecided"])
    rows = list(zip(repeat(run), count(), map(str, totals.index), *known, why, points, strict=False))
    insert_rows(session, ScoredProject, RESULT, rows)


def _plain(values: "pd.Series[int]") -> list[Any]:
    """Python's own numbers and words; None for what is missing."""
    return values.astype("object").where(values.notna(), None).tolist() if values.hasnans else values.tolist()
