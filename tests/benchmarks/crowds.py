"""Crowds: how soon the last of many pages of one thread has a message, what an idle page costs, and all of them back.

Called by `tests.benchmarks.run`. Fan-out: one writes, N read the same thread; timed until the last has it. Idle:
a thousand pages over many threads, nobody writes. Storm: their lines are cut at once, and all of them dial at once.
"""

import asyncio
import time
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.book import FLOOR
from tests.benchmarks.goals import FAN_OUT, IDLE
from tests.benchmarks.processor import memory, processor, spent
from tests.benchmarks.rooms import PATIENCE, page
from tests.benchmarks.stage import Design
from tests.benchmarks.wire import Line

SIZES = {"1": 1, "100": 100, "1,000": 1000}
TOLD, REST = 5, 0.2
IDLE_SECONDS, FEW = 20.0, 50
KILOBYTE = 1024
IDLE_WORK = "an idle socket: CPU ms a second"
AT_REST = "at rest, with fifty pages: CPU ms a second"
STORM = "1,000 sockets cut, all back: seconds"
DIALLED_AT_ONCE = 50


class Crowd:
    """Readers of threads, in turn; `tell` says how many milliseconds passed until the last reader was told."""

    def __init__(self, bench: Bench, design: Design, threads: Sequence[str]) -> None:
        self._bench, self._design, self._threads = bench, design, threads
        self._readers: list[Line] = []
        self._missing = 0
        self._last: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def __len__(self) -> int:
        return len(self._readers)

    async def grow(self, size: int, *, at_once: int = DIALLED_AT_ONCE) -> None:
        turn = asyncio.Semaphore(at_once)

        async def one(number: int) -> Line:
            thread = self._threads[number % len(self._threads)]
            async with turn:
                return await page(
                    self._design.url, self._bench.people[1], thread, self._design.dialect, self._see
                )

        self._readers += await asyncio.gather(*map(one, range(len(self), size)))

    async def write(self) -> None:
        """Somebody who writes is there."""
        self._writer = await page(
            self._design.url, self._bench.people[0], self._threads[0], self._design.dialect
        )

    async def tell(self, number: int) -> float:
        self._missing = len(self)
        self._last = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        message_id = f"{number:08x}-0000-4000-8000-{time.time_ns() % 2**48:012x}"
        self._writer.send(self._design.dialect.say(message_id))
        async with asyncio.timeout(PATIENCE):
            return 1000 * (await self._last - began)

    def _see(self, _message_id: str) -> None:
        self._missing -= 1
        if self._missing == 0 and not self._last.done():
            self._last.set_result(time.perf_counter())

    def leave(self) -> None:
        """Every line is lost without a word."""
        for line in self._readers:
            line.abort()
        self._readers = []

    def close(self) -> None:
        self.leave()
        self._writer.abort()


async def fan_out(bench: Bench, ticket: str) -> None:
    """Every size and design; the crowds stay while the designs take turns."""
    crowds = {design.name: Crowd(bench, design, [ticket]) for design in bench.designs.values()}
    for crowd in crowds.values():
        await crowd.write()
    for words, size in SIZES.items():
        for crowd in crowds.values():
            await crowd.grow(min(size, bench.sockets))
        for repeat in range(bench.repeats):
            for design in bench.in_turn(repeat):
                await bench.settled()
                bench.calibrate()
                taken = []
                for number in range(TOLD):
                    taken.append(await crowds[design.name].tell(number))
                    await asyncio.sleep(REST)  # reactions of one message are not timed with the next
                bench.book.note(FAN_OUT.format(words), design.name, median(taken))
                bench.step(f"{FAN_OUT.format(words)}: {design.name}")
    for crowd in crowds.values():
        crowd.close()


async def idle(bench: Bench, tickets: Sequence[str]) -> None:
    """What a page costs that nobody writes to; then the storm. The first thing that is asked of the web processes.

    What is freed is kept: after a thousand sockets have been there, the next thousand seem to cost nothing.
    """
    for design in bench.in_turn(0):
        if design.name == FLOOR:
            continue
        crowd, process = Crowd(bench, design, tickets), design.processes[0]
        await crowd.grow(FEW)
        await bench.settled()
        held, rest = memory(bench.system, process), await _at_rest(bench, design)
        await crowd.grow(FEW + bench.sockets)
        await asyncio.sleep(1.0)  # what was read for the first histories is given back
        held = memory(bench.system, process) - held
        bench.book.note(IDLE, design.name, held / bench.sockets / KILOBYTE)
        bench.book.note(AT_REST, design.name, rest)
        bench.book.note(IDLE_WORK, design.name, (await _at_rest(bench, design) - rest) / bench.sockets)
        bench.step(f"{IDLE}: {design.name}")
        await _storm(bench, design, crowd)


async def _at_rest(bench: Bench, design: Design) -> float:
    """Milliseconds of processor time a second."""
    looked, began = processor(bench.system, design.everything), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    cost = sum(spent(looked, processor(bench.system, design.everything)).values())
    return 1000 * cost / (time.perf_counter() - began)


async def _storm(bench: Bench, design: Design, crowd: Crowd) -> None:
    crowd.leave()
    began = time.perf_counter()
    await crowd.grow(bench.sockets, at_once=bench.sockets)
    bench.book.note(STORM, design.name, time.perf_counter() - began)
    crowd.leave()
    bench.step(f"{STORM}: {design.name}")
