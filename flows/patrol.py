"""巡检: what died is seen, what was lost runs again, what failed is told. All from facts, so harmless at any time."""

import os
import re
import socket
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect import flow, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import AwaitingRetry, Cancelled, Crashed, State

from flows.clock import now
from flows.rounds import Day, DayRefused, WorkYear, run_name, year_of
from flows.waiting_page import renew_page
from models.desk import FailedRound
from tasks.trouble import note_failures, tell_failures

POOL = "jixiao"
RUNNING = ("RUNNING", "PENDING", "CANCELLING")
ENDED_BADLY = ("FAILED", "CRASHED")
QUIET = timedelta(seconds=60)
"""A run younger than this may have ended just now."""
STARTING = timedelta(minutes=5)
"""A run that is being started has no process of its own yet; on a busy machine that takes a while."""
ELSEWHERE = timedelta(hours=2)
"""A run that another machine may have in hand is given so long; every round takes minutes."""
TRIES = 3
LOOK_BACK = timedelta(days=3)
REFUSED = "未受理"
ENGLISH = re.compile(r"^Flow run encountered an exception: (?:RoundFailed: )?")
"""How Prefect begins the reason of a failure; the rest is what happened."""


@flow(name="巡检", flow_run_name=run_name("巡检"))
async def patrol(work_year: WorkYear = 0, day: Day = None) -> int:
    """Sweep, tell, renew the page of what waits."""
    swept = await look_after(QUIET)
    await renew_page(work_year, day)
    return swept


async def look_after(patience: timedelta) -> int:
    """Sweep and tell; returns how many runs were swept."""
    at = now()
    async with get_client() as client:
        swept = await sweep(client, at, patience)
        await watch(client, year_of(0, at), at)
    return swept


async def sweep(client: PrefectClient, at: datetime, patience: timedelta = QUIET) -> int:
    """Runs whose process is gone: from a deployment they run again (every flow of ours is harmless twice), at most
    three times; a part of another run is closed. Returns how many."""
    local = _local_runs()
    alone = await _alone(client)
    count = 0
    for run in await _runs(client, (*RUNNING, "CRASHED"), at - LOOK_BACK):
        assert run.state is not None
        age = at - run.state.timestamp
        wait = patience if alone else max(patience, ELSEWHERE)
        if run.state.type == StateType.PENDING and patience:
            wait = max(wait, STARTING)
        dead = run.id not in local and age > wait
        if run.state.type == StateType.CRASHED:
            dead = run.deployment_id is not None and run.run_count < TRIES and age > patience
        if dead:
            await client.set_flow_run_state(run.id, _next_state(run, at), force=True)
            count += 1
    return count


def _next_state(run: FlowRun, at: datetime) -> State[None]:
    assert run.state is not None
    if run.state.type == StateType.CANCELLING:
        return Cancelled(message="办理进程已经停止。")
    if run.deployment_id is None or run.run_count >= TRIES:
        return Crashed(message="办理中断（机器停机或进程被终止）。已办的都在，未办的由下次办理补办。")
    return AwaitingRetry(scheduled_time=at, message="办理中断（机器停机或进程被终止），自动重新办理。")


async def watch(client: PrefectClient, work_year: int, at: datetime) -> int:
    """Rounds that ended badly are written down once and told to the officers by letter; returns how many are new."""
    bad = [
        run
        for run in await _runs(client, ENDED_BADLY, at - LOOK_BACK)
        if run.deployment_id is not None
        and run.state is not None
        and run.state.name != REFUSED
        and DayRefused.__name__ not in (run.state.message or "")
        and not (run.state.type == StateType.CRASHED and run.run_count < TRIES)
    ]
    new = note_failures(
        FailedRound(
            run_id=str(run.id),
            title=run.name,
            failed_on=run.state.timestamp.astimezone(at.tzinfo).date(),
            says=ENGLISH.sub("", (run.state.message or "没有说明").splitlines()[0])[:300],
        )
        for run in bad
        if run.state is not None
    )
    if new:
        tell_failures(work_year, at)
    return new


async def _runs(client: PrefectClient, types: tuple[str, ...], since: datetime) -> list[FlowRun]:
    """Runs in these states, newest first; ended ones only since a day (what was running may be older)."""
    wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": list(types)}}})
    found = await client.read_flow_runs(
        flow_run_filter=wanted, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=200
    )
    return [
        run
        for run in found
        if run.state is not None and (run.state.type.value in RUNNING or run.state.timestamp > since)
    ]


async def _alone(client: PrefectClient) -> bool:
    """Whether all living workers of the pool are on this machine (they are named number@host)."""
    workers = await client.read_workers_for_work_pool(POOL)
    here = socket.gethostname()
    return all(one.name.partition("@")[2] == here for one in workers if str(one.status) != "OFFLINE")


def _local_runs() -> set[UUID]:
    """Numbers of the runs that have a living process on this machine."""
    found = {UUID(os.environ["PREFECT__FLOW_RUN_ID"])} if "PREFECT__FLOW_RUN_ID" in os.environ else set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = path.read_bytes().split(b"\0")
        except OSError:
            continue
        found |= {
            UUID(one.partition(b"=")[2].decode())
            for one in variables
            if one.startswith(b"PREFECT__FLOW_RUN_ID=")
        }
    return found
