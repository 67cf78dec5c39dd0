"""全年: the daily round over everything, opening a year, rehearsing a year."""

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from prefect import flow

from flows import (
    evaluation,
    intake,
    mid_year_monitoring,
    prior_assessment,
    reminders,
    result_application,
    target_review,
    year_report,
)
from flows.clock import office_morning
from flows.rounds import Day, WorkYear, asked, asked_for, on_its_own, run_name
from flows.waiting_page import renew_page
from models.database import transaction
from models.rules.workdays import is_workday
from tasks.desk import finish_day
from tasks.opening import arrival_days, arrive, open_year
from tasks.rehearsal import answer_mail, reach, reached_day, stay_at_home
from tasks.rehearsal_officers import decide_waiting
from tasks.rounds import days_done
from tasks.step import any_owed, in_flow_run

ORDER: tuple[tuple[Any, Any], ...] = (
    (intake.STEPS, intake.intake),
    (prior_assessment.STEPS, prior_assessment.prior_assessment),
    (target_review.STEPS, target_review.target_review),
    (mid_year_monitoring.STEPS, mid_year_monitoring.mid_year_monitoring),
    (evaluation.STEPS, evaluation.evaluation),
    (result_application.STEPS, result_application.result_application),
    (year_report.STEPS, year_report.year_report),
    (reminders.STEPS, reminders.reminders),
)
"""Answers first, then the stages in the order of the cycle, letters last: they tell what the stages decided."""

log = logging.getLogger("jixiao")

on_day: ContextVar[Callable[[date], None]] = ContextVar("on_day", default=lambda _day: None)
"""Told of each day a rehearsal reaches: the command line draws its progress bar with it."""


@flow(name="每日办理", flow_run_name=run_name("每日办理"))
async def daily_round(work_year: WorkYear = 0, day: Day = None) -> int:
    """Do everything that is owed today. Harmless when run twice; a missed day is made up for by the next."""
    work_year, at = asked_for(work_year, day)
    done, failed = 0, []
    for steps, stage in ORDER if work_year else ():
        try:
            done += await _stage(steps, stage, work_year, at)
        except Exception as error:  # one stage that fails must not stop the others' letters
            log.exception(stage.name)
            failed.append((stage.name, error))
    if work_year and not failed:
        with transaction() as session:
            finish_day(session, work_year, at, done)
    if on_its_own():
        await renew_page(work_year, day, done)
    if failed:
        raise RoundFailed(failed) from failed[0][1]
    return done


async def _stage(steps: Any, stage: Any, work_year: int, at: datetime) -> int:
    """What a stage owes; what a query can rule out costs no flow run."""
    if not in_flow_run():  # each step asks for itself whether it owes anything
        done: int = await stage.fn(work_year, at.date())
        return done
    return await stage(work_year, at.date()) if any_owed(steps, work_year, at) else 0


class RoundFailed(RuntimeError):
    """Stages that failed; the others, the letters too, did what they owed, and the next round makes up for the rest."""

    def __init__(self, failed: Sequence[tuple[str, Exception]]) -> None:
        parts = [
            f"{name}（{type(error).__name__}：{' '.join(str(error).split())[:120]}）"
            for name, error in failed
        ]
        super().__init__(f"{'、'.join(parts)}没有办成，其余环节已照办。")


@flow(name="全年演练", flow_run_name="全年演练 {work_year}年度")
async def rehearse(
    work_year: Annotated[int, asked("工作年度", "如 2024", ge=2000, le=2100)],
    data: Annotated[Path, asked("数据目录", "服务器上放往年或样例数据的文件夹")],
) -> int:
    """A whole work year on last year's or sample files: the clock jumps from day to day on which something is owed.

    Departments, third parties and officers answer as their files say. Stopped anywhere and started again, it
    goes on where it was.
    """
    stay_at_home()
    run = daily_round if in_flow_run() else daily_round.fn
    with transaction() as session:
        open_year(session, data, work_year, date(work_year, 1, 1))
        finished = days_done(session, work_year)
    arrivals = arrival_days(data, work_year)
    reached = reached_day()
    done = 0
    for day in office_days(work_year):
        if reached is not None and day < reached:
            continue
        at = office_morning(day)
        reach(day)
        if day not in finished:
            if any(come <= day for come in arrivals):
                arrivals = [come for come in arrivals if come > day]
                with transaction() as session:
                    arrive(session, data, work_year, day)
            answer_mail(day, at, data)
            idle = in_flow_run() and not owed_today(work_year, at)
            done += idle_day(work_year, at) if idle else await run(work_year, day)
        decide_waiting(work_year, at, data)
        on_day.get()(day)
    return done


def idle_day(work_year: int, at: datetime) -> int:
    """Nothing was owed: only the day's end is written down."""
    with transaction() as session:
        finish_day(session, work_year, at, 0)
    return 0


def owed_today(work_year: int, at: datetime) -> bool:
    """Whether any step of any stage has something to do."""
    return any_owed([one for steps, _ in ORDER for one in steps], work_year, at)


def office_days(work_year: int) -> list[date]:
    """The working days of the year, in order."""
    first = date(work_year, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    return [day for day in days if day.year == work_year and is_workday(day)]
