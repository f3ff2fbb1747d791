"""Memory: what each process of a system holds over time, and how fast it grows. A watcher; it judges nothing."""

import asyncio
import time
from collections import defaultdict
from contextlib import suppress
from statistics import linear_regression
from typing import NamedTuple

import psutil

from tests.faults.beside import Beside
from tests.system.processes import System

EVERY = 1.0
# What a process loads when it is first used is no growth; the last of it comes with the first mail of the self-probe.
WARM_UP = 180.0
LONG_ENOUGH = 60
# More than a process needs for itself, far less than a leak of a kilobyte a message makes of 30,000 messages.
MOST_GROWTH = 5.0
MEGABYTE = 2**20


class Growth(NamedTuple):
    """Of one life of one process: how many MB it gains in a minute, and how many seconds that was watched."""

    megabytes: float
    seconds: float


class Memory(Beside):
    """Looks every second while the block lasts; `growth` by name is of each one's longest life after its warm-up."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._looks: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)

    @property
    def growth(self) -> dict[str, Growth]:
        found: dict[str, Growth] = {}
        for (name, _), looks in self._looks.items():
            warm = [look for look in looks if look[0] - looks[0][0] > WARM_UP]
            seconds = warm[-1][0] - warm[0][0] if len(warm) >= LONG_ENOUGH else 0.0
            if seconds > (found[name].seconds if name in found else 0.0):
                slope = linear_regression(*zip(*warm, strict=True)).slope
                found[name] = Growth(slope * 60, seconds)
        return found

    async def _go_on(self) -> None:
        while True:
            for name, process in list(self._system.processes.items()):
                if process.poll() is None:
                    held = await asyncio.to_thread(_held, process.pid)
                    self._looks[name, process.pid].append((time.monotonic(), held / MEGABYTE))
            await asyncio.sleep(EVERY)


def _held(pid: int) -> int:
    """Bytes of a process and its children that are theirs alone."""
    held = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_full_info().uss
    return held
