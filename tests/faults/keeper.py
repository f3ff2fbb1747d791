"""A keeper: starts again what dies, after the pause that the supervisor of `make run` makes. Kills nothing.

Beside it a second drain, for experiments that are about two."""

import asyncio
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.supervisor.backoff import Backoff
from tests.faults.beside import Beside
from tests.system.processes import System
from tests.system.waiting import eventually, until

TICK = 0.02


class Keeper(Beside):
    """`deaths` by name are moments of `time.monotonic()`. Used as a context manager, in the load's own event loop."""

    def __init__(self, system: System, *names: str) -> None:
        self._system, self._names = system, names
        self._backoffs: dict[str, Backoff] = defaultdict(Backoff)
        self.deaths: dict[str, list[float]] = {name: [] for name in names}

    @property
    def count(self) -> int:
        return sum(map(len, self.deaths.values()))

    async def death(self, number: int = 1, seconds: float = 60.0) -> float:
        """When the so-many-th of them died."""
        await eventually(lambda: self.count >= number, seconds, what=f"{number} of {self._names} died")
        return sorted(moment for moments in self.deaths.values() for moment in moments)[number - 1]

    async def _go_on(self) -> None:
        while True:
            await asyncio.gather(*(self._mind(name) for name in self._names if self._system.has_died(name)))
            await asyncio.sleep(TICK)

    async def _mind(self, name: str) -> None:
        now = time.monotonic()
        self.deaths[name].append(now)
        backoff = self._backoffs[name]
        backoff.died(now)
        await eventually(lambda: backoff.is_due(time.monotonic()), what=f"{name} is due")
        self._system.run_again(name)
        backoff.started(time.monotonic())


@asynccontextmanager
async def second_drain(system: System) -> AsyncIterator[None]:
    """Another drain beside the first, for a while."""
    system.run("drain", alias="drain2")
    await asyncio.to_thread(
        until, lambda: " ready." in system.log("drain2"), 60, what="the second drain is ready"
    )
    try:
        yield
    finally:
        await asyncio.to_thread(system.kill, "drain2", signal.SIGTERM)
