"""What all decision forms share: who decides, the same sentences back, the ledger's rows as a table."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from prefect import get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import StateType
from prefect.runtime import flow_run
from prefect.states import Completed, State

from flows.rounds import asked
from flows.waiting_page import renew_page
from models.database import transaction
from models.ledger import Decision
from models.rules.profiles import RulesError
from models.vocabulary import DecisionKind
from tasks.decisions import DecisionRefused
from tasks.disclosure import DisclosureRefused
from tasks.ledger import recorded
from tasks.named import names_of
from tasks.officers import starter

SECONDS = 20.0
"""How long a run waits to learn who started it: the door writes that down as soon as the run has a number."""

Which = Annotated[
    str,
    asked(
        "对象",
        "一个或多个对象标识，每行一个；填“全部”为所有等待的。从“等我处理”页面点进来时已填好。",
        min_length=1,
    ),
]
Reason = Annotated[str, asked("理由", "记入台账，部门收到的函件里会写明。")]
NOBODY = (
    "不知道是谁的决定：这次办理不是登录后在页面上提交的。请登录后在页面上重新提交，"
    "或在服务器上用 jixiao decide 办理。未作任何改动。"
)


async def who() -> str:
    """The officer who started this run. Raises DecisionRefused when nobody was logged in."""
    run = str(flow_run.id or "")
    for _ in range(int(SECONDS / 0.5)):
        officer = starter(run)
        if officer:
            return officer
        await asyncio.sleep(0.5)
    raise DecisionRefused(NOBODY)


async def settle(title: str, take: Callable[[str], Any]) -> State[Any]:
    """Take a decision as the officer who started the run; a refusal ends the run 未受理 with its sentence."""
    try:
        says = take(await who())
    except (DecisionRefused, DisclosureRefused, RulesError, LookupError) as refused:
        sentence = str(refused.args[0] if refused.args else refused)
        get_run_logger().warning(sentence)
        return State(type=StateType.FAILED, name="未受理", message=sentence)
    await acreate_markdown_artifact(says, key="decision", description=title)
    await renew_page(int((flow_run.parameters or {}).get("work_year") or 0), None)
    return Completed(name="已记入台账", message=says.splitlines()[0])


def table(kinds: Sequence[DecisionKind], about: Sequence[str], new: int, then: str) -> str:
    """What was recorded: a first sentence for the run's state, the ledger's rows, what happens next."""
    with transaction() as session:
        rows = recorded(session, kinds, about)
        names = names_of(session, about)
    old = len(rows) - new
    first = f"新记入台账{new}项" + (f"，另有{old}项此前已决定，未作改动" if old else "") + "。"
    if not new:
        first = f"所列{old}项此前已决定，以第一次为准，未作改动："
    lines = ["| 事项 | 对象 | 名称 | 系统建议 | 决定 | 理由 | 经办人 | 时间 |", "|" + "---|" * 8]
    lines += [_line(row, names.get(row.about, "—")) for row in rows]
    return "\n".join([first, "", *lines, "", *([f"**接下来**：{then}"] if new else [])])


def _line(row: Decision, name: str) -> str:
    words = (
        row.kind.value,
        row.about,
        name,
        row.proposed or "—",
        row.decided,
        row.reason or "—",
        row.officer,
        f"{row.recorded_at:%Y-%m-%d %H:%M}",
    )
    return "| " + " | ".join(" ".join(word.replace("|", "／").split()) for word in words) + " |"
