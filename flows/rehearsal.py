"""全年演练 from the page: in a home of its own, so that nothing of it touches the real year."""

import asyncio
import os
import sys
from collections import deque
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact, aupdate_progress_artifact
from prefect.client.schemas.objects import StateType
from prefect.states import Completed, State
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from flows.annual_cycle import office_days
from flows.rounds import asked
from models.database import engine_for
from models.settings import settings
from tasks.rounds import days_done

LOOK = 5.0


@flow(name="全年演练", flow_run_name="全年演练 {work_year}年度")
async def rehearse_apart(
    data: Annotated[Path, asked("数据目录", "服务器上放往年或样例数据的文件夹")],
    work_year: Annotated[int, asked("工作年度", "如 2024", ge=2000, le=2100)],
) -> State[Any]:
    """The command `jixiao year rehearse` into the results folder; stopped and started again it goes on."""
    out = settings().results.resolve() / f"rehearsal-{work_year}"
    bar = await acreate_progress_artifact(0.0, key="rehearsal", description=f"全年演练 {work_year}年度")
    command = ["year", "rehearse", "--data", str(data), "--work-year", str(work_year), "--out", str(out)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "flows.cli",
        *command,
        "--without-prefect",
        env={k: v for k, v in os.environ.items() if not k.startswith(("JIXIAO_", "PREFECT_"))},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said: deque[str] = deque(maxlen=60)
    reading = asyncio.create_task(_read(process.stdout, said))
    while not reading.done():
        await asyncio.wait([reading], timeout=LOOK)
        await aupdate_progress_artifact(bar, _percent(out, work_year))
    if await process.wait():
        return State(type=StateType.FAILED, name="未办成", message=said[-1] if said else "演练没有说明原因。")
    files = sorted(path for path in (out / "results" / str(work_year)).glob("*") if path.is_file())
    root = settings().results.resolve()
    links = [
        f"- [{path.name}](/desk/results/{path.relative_to(root)})" for path in files if path.suffix != ".png"
    ]
    await acreate_markdown_artifact(
        "\n".join([*said, "", *links]), key="rehearsed", description="全年演练结果"
    )
    return Completed(name="演练完毕", message=said[0] if said else "演练完毕。")


async def _read(stream: asyncio.StreamReader, said: deque[str]) -> None:
    async for line in stream:
        said.append(line.decode(errors="replace").rstrip())


def _percent(out: Path, work_year: int) -> float:
    """How many of the year's working days are done in the rehearsal's own database."""
    path = out / "jixiao.sqlite3"
    if not path.exists():
        return 0.0
    days = office_days(work_year)
    try:
        with Session(engine_for(f"sqlite:///{path}")) as session:
            return round(100 * len(days_done(session, work_year)) / len(days), 1)
    except OperationalError:  # its tables are just being made
        return 0.0
