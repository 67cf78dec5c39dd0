"""How fast letters go out."""

import asyncio


class Pace:
    """At most so many letters a minute, evenly."""

    def __init__(self, per_minute: int) -> None:
        self._pause = 60 / per_minute if per_minute else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next free place."""
        if self._pause:
            now = asyncio.get_running_loop().time()
            self._next = max(now, self._next + self._pause)
            await asyncio.sleep(self._next - now)
