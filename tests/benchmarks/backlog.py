"""A full log: the drain is held still while thousands of messages are accepted, then let go and timed to the last one.

Called by `tests.benchmarks.run`. Beside it, in the same repeat, what one connection inserts when it does nothing else.
"""

import asyncio
import os
import signal
import time
from collections.abc import Sequence

from tests.benchmarks import floors
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import FLOOR, PRODUCT
from tests.benchmarks.goals import DRAINED, INSERTED
from tests.benchmarks.rooms import Room, rooms
from tests.system.leftovers import Leftovers
from tests.system.waiting import until

ROOMS = 50
WITHIN = 180.0


async def drain(bench: Bench, tickets: Sequence[str]) -> None:
    """Fill, let go, time."""
    design = bench.designs[PRODUCT]
    async with rooms(design.url, bench.people, tickets[:ROOMS], design.dialect) as talked:
        for _ in range(bench.repeats):
            await bench.settled()
            bench.calibrate()
            bench.book.note(INSERTED, FLOOR, await asyncio.to_thread(floors.inserted_a_second, bench.system))
            bench.book.note(DRAINED, PRODUCT, await _drained_a_second(bench, talked))
            bench.step(DRAINED)


async def _drained_a_second(bench: Bench, talked: Sequence[Room]) -> float:
    messages = bench.backlog // len(talked) * len(talked)
    leftovers, pid = Leftovers(bench.system), bench.system.processes["drain"].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        for room in talked:
            room.begin()
            for _ in range(bench.backlog // len(talked)):
                room.say()
        await asyncio.to_thread(
            until,
            lambda: leftovers.count()["log_entries"] >= messages,
            WITHIN,
            what="the log is full",
            every=0.1,
        )
    finally:
        began = time.perf_counter()
        os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*(room.quiet(WITHIN) for room in talked))
    return messages / (time.perf_counter() - began)
