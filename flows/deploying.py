"""Everything in prefect.yaml, deployed: what `prefect deploy --all` does, in this process and only when it changed."""

import hashlib
from pathlib import Path
from typing import Any

from prefect import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from ruamel.yaml import YAML

POOL = "jixiao"
ROOT = Path(__file__).parents[1]


async def deploy() -> int:
    """Make the pool and the deployments; returns how many were deployed, 0 when the same ones are there already.

    What is deployed is written into the pool's description, so it goes when Prefect's database goes.
    """
    mark = _mark()
    async with get_client() as client:
        try:
            if (await client.read_work_pool(POOL)).description == mark:
                return 0
        except ObjectNotFound:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        wanted = deployments()
        for one in wanted:
            await one.aapply(work_pool_name=POOL)
        await client.update_work_pool(POOL, WorkPoolUpdate(description=mark))
    return len(wanted)


def deployments() -> list[RunnerDeployment]:
    """Every deployment of prefect.yaml; loads the flows for their forms."""
    written = YAML(typ="safe").load(ROOT / "prefect.yaml")
    return [_deployment(one) for one in written["deployments"]]


def _deployment(one: dict[str, Any]) -> RunnerDeployment:
    schedules = [
        DeploymentScheduleCreate(schedule=CronSchedule(cron=row["cron"], timezone=row["timezone"]))
        for row in one["schedules"]
    ]
    made: RunnerDeployment = RunnerDeployment.from_entrypoint(
        one["entrypoint"],
        one["name"],
        schedules=schedules,
        description=one["description"],
        tags=one["tags"],
        concurrency_limit=one["concurrency_limit"],
        work_pool_name=POOL,
    )
    for field in made._parameter_openapi_schema.properties.values():
        if field.get("default", "") is None:  # the form would send the None, which is no date
            del field["default"]
    return made


def _mark() -> str:
    """What is deployed, in short: changes with any flow and with prefect.yaml."""
    files = [ROOT / "prefect.yaml", *sorted((ROOT / "flows").glob("*.py"))]
    content = b"".join(path.read_bytes() for path in files)
    return f"预算绩效管理的全部办理事项（版本{hashlib.sha256(content).hexdigest()[:12]}）"
