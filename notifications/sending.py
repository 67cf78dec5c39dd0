"""A round of sending: a few carriers share the letters; each is settled at once; a shut post office ends the round."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from models.letters import Letter
from models.rules.rhythm import rhythm
from models.vocabulary import LetterState
from notifications.message import Unsendable, envelope, is_address, mail_bytes
from notifications.outbox import Outcome
from notifications.pace import Pace
from notifications.servers import PostOfficeShut, servers
from notifications.smtp import Line

Done = Callable[[Letter, Outcome], None]


def deliver(letters: Sequence[Letter], at: datetime, done: Done) -> None:
    """Send the letters over a few lines, ready bytes each."""
    _apart(Round(letters, at, done).run)


def greet() -> list[str]:
    """What is wrong with each server of the setting, in order; "" for one that lets us in. Nothing is sent."""
    found: list[str] = []
    _apart(partial(_greet, found))
    return found


def _apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a loop and a thread of its own: a caller may live in a loop already, as the steps of a flow do."""
    with ThreadPoolExecutor(1, thread_name_prefix="post") as thread:
        thread.submit(lambda: asyncio.run(work())).result()


async def _greet(found: list[str]) -> None:
    for server in servers():
        try:
            line = await Line.open(server)
            await line.quit()
            found.append("")
        except PostOfficeShut as shut:
            found.append(str(shut))


class Round:
    """One round of sending: a few carriers share the letters; once every server is shut nobody tries any more."""

    def __init__(self, letters: Sequence[Letter], at: datetime, done: Done) -> None:
        self._left, self._at, self._done = deque(letters), at, done
        self._shut = ""
        self._pace = Pace(rhythm().limits.per_minute)
        self._servers = servers()

    async def run(self) -> None:
        """Send everything, each letter settled at once."""
        lines = min(rhythm().limits.connections, len(self._left))
        await asyncio.gather(*(self._carry() for _ in range(lines)))

    async def _carry(self) -> None:
        line: Line | None = None
        while self._left:
            letter = self._left.popleft()
            if self._shut:
                self._done(letter, Outcome(LetterState.DEFERRED, self._shut, shut=True))
                continue
            outcome, line = await self._one(letter, line)
            self._done(letter, outcome)
        if line is not None:
            await line.quit()

    async def _one(self, letter: Letter, line: "Line | None") -> "tuple[Outcome, Line | None]":
        """One letter over the open line; if that is shut, over a new one, server by server."""
        if not is_address(envelope(letter)[0]):
            says = f"邮箱“{letter.goes_to}”不是有效地址，请核对联系人邮箱"
            return Outcome(LetterState.REFUSED, says, bad={letter.goes_to: says}), line
        try:
            data = mail_bytes(letter)
        except Unsendable as error:
            return Outcome(LetterState.REFUSED, str(error)), line
        await self._pace.turn()
        says = ""
        for server in (None, *self._servers):
            try:
                if server is not None:
                    line = await Line.open(server)
                if line is None or not line.open_still:
                    continue
                return await line.send(letter, data), line
            except PostOfficeShut as shut:
                says, line = str(shut), None
            except Exception as error:  # noqa: BLE001  a surprise with one letter must not stop the others
                return Outcome(LetterState.IN_DOUBT, f"发送时出错（{type(error).__name__}），稍后重发"), None
        self._shut = says
        return Outcome(LetterState.DEFERRED, says, shut=True), None
