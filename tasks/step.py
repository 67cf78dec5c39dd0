"""A step: keys in, one transaction, how many things it did out.

A step runs as a Prefect task inside a flow run and as a plain call everywhere else, with the same facts.
Before anything is started, `owed` asks the database whether there is something to do: what a query can rule
out costs neither a task nor a log line.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from sqlmodel import Session

from models.database import transaction


class Work(Protocol):
    """What a step does: the work year and the moment in, the number of things done out."""

    def __call__(self, session: Session, work_year: int, at: datetime, /) -> int: ...


class Errand(Protocol):
    """Work that leaves the house (files, mail) and so keeps its own, shorter transactions."""

    def __call__(self, work_year: int, at: datetime, /) -> int: ...


Owed = Callable[[Session, int, datetime], object]
"""A query whose answer is true while there is something to do."""


@dataclass(frozen=True)
class Step:
    """A named piece of work of a stage."""

    title: str
    work: Errand
    owed: Owed
    _task: list[Any] = field(default_factory=list, compare=False)

    def is_owed(self, work_year: int, at: datetime) -> bool:
        """Whether there is anything to do at the moment."""
        with transaction() as session:
            return bool(self.owed(session, work_year, at))

    def run(self, work_year: int, at: datetime) -> int:
        """Do the work, owed or not."""
        return self.work(work_year, at)

    async def __call__(self, work_year: int, at: datetime) -> int:
        """Do what is owed; as a Prefect task when a flow runs."""
        if not self.is_owed(work_year, at):
            return 0
        if not in_flow_run():
            return self.run(work_year, at)
        if not self._task:
            self._task.append(_as_task(self))
        done: Awaitable[int] = self._task[0](work_year, at)
        return await done


def step(title: str, owed: Owed) -> Callable[[Work], Step]:
    """Make a step of a function: all of it in one transaction. Officers see `title` in the Prefect UI."""

    def wrap(work: Work) -> Step:
        @wraps(work)
        def in_one_transaction(work_year: int, at: datetime, /) -> int:
            with transaction() as session:
                return work(session, work_year, at)

        return Step(title, in_one_transaction, owed)

    return wrap


def errand(title: str, owed: Owed) -> Callable[[Errand], Step]:
    """Make a step of work that keeps its own transactions."""
    return lambda work: Step(title, work, owed)


def any_owed(steps: Iterable[Step], work_year: int, at: datetime) -> bool:
    """Whether a stage has anything to do: one short transaction for all its steps."""
    with transaction() as session:
        return any(s.owed(session, work_year, at) for s in steps)


def in_flow_run() -> bool:
    """Whether a Prefect flow is running here; does not import Prefect to find out."""
    context = sys.modules.get("prefect.context")
    return context is not None and context.FlowRunContext.get() is not None


def _as_task(one: Step) -> Any:
    from prefect import task as make

    task: Any = make

    async def work(work_year: int, at: datetime) -> int:
        return one.run(work_year, at)

    return task(work, name=one.title, persist_result=False)
