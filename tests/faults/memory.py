"""Memory: what each process and server holds over time, and how fast it grows. A watcher; it judges nothing."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from statistics import linear_regression
from typing import NamedTuple

import psutil

from tests.faults.beside import Beside
from tests.system.processes import System

EVERY = 1.0
# What a process loads when it is first used is no growth: each kind of task has come by then, mail included.
WARM_UP = 180.0
LONG_ENOUGH = 60
# MB a minute. A leak of a kilobyte a message gains 2.9 of 50 messages a second.
MOST_GROWTH = 1.5
SERVERS = ("postgres", "durable", "ephemeral")
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
            for name, pid, held in list(self._living()):
                if megabytes := await asyncio.to_thread(_sum, held, pid):
                    self._looks[name, pid].append((time.monotonic(), megabytes))
            await asyncio.sleep(EVERY)

    def _living(self) -> Iterator[tuple[str, int, Callable[[psutil.Process], int]]]:
        for name, process in list(self._system.processes.items()):
            if process.poll() is None:
                yield name, process.pid, _held
        for name in SERVERS:
            if pid := getattr(self._system.fleet, name).pid:
                yield name, pid, _unshared


def everybody(system: System, seconds: float) -> set[str]:
    """Whoever has a slope when nothing has died for so long."""
    is_long_enough = seconds >= WARM_UP + 2 * LONG_ENOUGH
    return {*system.commands, *SERVERS} if is_long_enough else set()


def words(system: System, growth: dict[str, Growth]) -> str:
    """Every slope, the steepest first, and who lived too shortly to have one."""
    steepest = sorted(growth.items(), key=lambda each: -each[1].megabytes)
    slopes = [f"{name} {each.megabytes:.2f} over {each.seconds:.0f} s" for name, each in steepest]
    without = [f"{name} too short-lived" for name in (*system.commands, *SERVERS) if name not in growth]
    return f"MB a minute: {', '.join(slopes + without)}"


def _sum(held: Callable[[psutil.Process], int], pid: int) -> float:
    """MB of a process and its children; 0 when it has ended meanwhile."""
    try:
        parent = psutil.Process(pid)
        found = held(parent)
        children = parent.children(recursive=True)
    except psutil.Error:
        return 0.0
    for child in children:
        with suppress(psutil.Error):
            found += held(child)
    return found / MEGABYTE


def _held(process: psutil.Process) -> int:
    """Bytes of the machine: of a page that a parent and its children share, each has its part."""
    return int(process.memory_full_info().pss)


def _unshared(process: psutil.Process) -> int:
    """Likewise of a server, without shared memory: PostgreSQL's buffers fill up, whoever touches a page first."""
    info = process.memory_info()
    return int(info.rss - info.shared)
