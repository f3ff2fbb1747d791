"""Chat: closed loops of 1 to 200 rooms, open loops at fixed rates, the highest rate that holds. All in turn.

Called by `tests.benchmarks.run`. Everything is said and heard over the designs' own sockets; the floors of a hop are
taken in the same repeat, so that they are neighbours of what is compared with them.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import quantiles

from tests.benchmarks import floors
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import FLOOR, INLINE, P50, P99, PRODUCT, quantity
from tests.benchmarks.goals import (
    AT_100,
    AT_900,
    AT_LIMIT,
    HOP,
    QUERIES,
    ROOMS_1,
    ROOMS_10,
    ROOMS_50,
    ROOMS_200,
    SUSTAINED,
    WRONG,
)
from tests.benchmarks.rooms import Room, closed_loop, open_loop, rooms
from tests.benchmarks.stage import Design
from tests.system.waiting import until

CLOSED = {ROOMS_1: 1, ROOMS_10: 10, ROOMS_50: 50, ROOMS_200: 200}
OPEN = {AT_100: (100.0, 10), AT_900: (900.0, 50)}
LONGEST, STEP_SECONDS, FINE_ENOUGH, TRIES = 0.050, 2.0, 1.1, 2
FIRST_RATE, LEAST_RATE, MOST_RATE = 400.0, 20.0, 12_000.0
LOOK_SECONDS = 0.25
USED = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'web' AND query_start > clock_timestamp() - make_interval(secs => %s)
"""
Places = dict[str, list[Room]]


class Chatting:
    """`closed` and `opened` choose the scenarios; `climbs` says whether the highest rate is looked for."""

    def __init__(self, bench: Bench, *, closed: Sequence[str], opened: Sequence[str], climbs: bool) -> None:
        self._bench = bench
        self._closed, self._open, self._climbs = closed, opened, climbs
        self._rates: dict[str, float] = {}

    async def run(self, tickets: Sequence[str]) -> None:
        bench = self._bench
        async with AsyncExitStack() as stack:
            places: Places = {}
            for name, design in bench.designs.items():
                opened = rooms(design.url, bench.people, tickets, design.dialect)
                places[name] = await stack.enter_async_context(opened)
            for warm in places.values():
                await closed_loop(warm[:50], 1.0)
            for repeat in range(bench.repeats):
                await self._repeat(repeat, places)
            for name, talked in places.items():
                wrong = sum(room.lost + room.doubled + room.reordered for room in talked)
                bench.book.note(WRONG, name, wrong)

    async def _repeat(self, repeat: int, places: Places) -> None:
        if self._climbs:
            await self._floors()
        for scenario in self._closed:
            for design in self._bench.in_turn(repeat):
                if design.name != FLOOR:
                    await self._close(scenario, design, places[design.name][: CLOSED[scenario]])
        for scenario in self._open:
            rate, count = OPEN[scenario]
            for design in self._bench.in_turn(repeat):
                if design.name != FLOOR:
                    await self._at(scenario, design, places[design.name][:count], rate)
        if self._climbs:
            await self._climb(repeat, places)

    async def _close(self, scenario: str, design: Design, chosen: list[Room]) -> None:
        bench = self._bench
        if scenario != ROOMS_50 or design.name != PRODUCT:
            await bench.chat(scenario, design, lambda: closed_loop(chosen, bench.seconds))
            return
        used: list[int] = []

        async def watched() -> list[float]:
            used.clear()
            async with self._looking(used):
                return await closed_loop(chosen, bench.seconds)

        await bench.chat(scenario, design, watched)
        asked, said = sum(used), sum(len(room.taken) for room in chosen)
        used.clear()
        async with self._looking(used):  # as long, with nobody who talks
            await asyncio.sleep(bench.seconds)
        bench.book.note(QUERIES, PRODUCT, max(0, asked - sum(used)) / said)

    @asynccontextmanager
    async def _looking(self, used: list[int]) -> AsyncIterator[None]:
        """What it still asks at the end is not waited for: the talk is timed."""
        looking = asyncio.create_task(self._look(used))
        try:
            yield
        finally:
            looking.cancel()

    async def _look(self, used: list[int]) -> None:
        """For each quarter of a second, how many connections of the web process asked something in it."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            [(count,)] = await asyncio.to_thread(self._bench.system.rows, USED, LOOK_SECONDS)
            used.append(count)

    async def _at(self, scenario: str, design: Design, chosen: list[Room], rate: float) -> None:
        seconds = self._bench.seconds
        await self._bench.chat(scenario, design, lambda: open_loop(chosen, seconds, rate))

    async def _floors(self) -> None:
        """The four parts of a hop that is stored, each on its own, and their sum."""
        bench, system = self._bench, self._bench.system
        floor = bench.designs[FLOOR]
        parts = {
            "append with fsync": await asyncio.to_thread(floors.append, system),
            "commit": await asyncio.to_thread(floors.commit, system),
            "publish": await asyncio.to_thread(floors.publish, system),
        }
        scenario = "echo"
        thread = ["echo"]
        async with rooms(floor.url, bench.people, thread, floor.dialect) as talked:
            await bench.chat(scenario, floor, lambda: closed_loop(talked, bench.seconds / 2))
        parts["echo"] = bench.book.values[quantity(scenario, P50)][FLOOR][-1]
        for part, taken in parts.items():
            bench.book.note(f"{part}: ms", FLOOR, taken)
        bench.book.note(HOP, FLOOR, sum(parts.values()))

    async def _climb(self, repeat: int, places: Places) -> None:
        bench, limit = self._bench, LEAST_RATE
        for design in bench.in_turn(repeat):
            if design.name == FLOOR:
                continue
            start = self._rates.get(design.name, FIRST_RATE)
            held, not_held = await self._highest(design, places[design.name][:50], start)
            self._rates[design.name] = held / 2
            bench.book.note(SUSTAINED, design.name, held)
            limit = not_held if design.name == INLINE else limit
            bench.step(f"{SUSTAINED}: {design.name}")
        for design in bench.in_turn(repeat, (INLINE, PRODUCT)):
            await self._at(AT_LIMIT, design, places[design.name][:50], limit)

    async def _highest(self, design: Design, chosen: list[Room], rate: float) -> tuple[float, float]:
        """Doubled until it does not hold, then halved in between: the highest that holds, the lowest that does not."""
        good = bad = 0.0
        while LEAST_RATE < rate < MOST_RATE and not (good and bad and bad / good < FINE_ENOUGH):
            if await self._holds(design, chosen, rate):
                good = rate
            else:
                bad = rate
            rate = math.sqrt(good * bad) if good and bad else 2 * good or bad / 2
        return good, bad or rate

    async def _holds(self, design: Design, chosen: list[Room], rate: float) -> bool:
        """A rate that did not hold may have been the machine's bad moment: it is tried again."""
        for _ in range(TRIES):
            if await self._held(design, chosen, rate):
                return True
        return False

    async def _held(self, design: Design, chosen: list[Room], rate: float) -> bool:
        await self._bench.settled()
        counts = [(room.lost, room.doubled, room.reordered) for room in chosen]
        try:
            taken = await open_loop(chosen, STEP_SECONDS, rate)
        except TimeoutError:  # far beyond the limit: what still comes is nobody's mistake
            await self._bench.settled()
            for room, known in zip(chosen, counts, strict=True):
                room.lost, room.doubled, room.reordered = known
            return False
        p99 = quantiles(taken, n=100, method="inclusive")[98]
        self._bench.book.note(quantity(f"at {rate:.0f}/s", P99), design.name, 1000 * p99)
        return p99 < LONGEST


def wait_for(bench: Bench, name: str) -> None:
    """A worker that was started in the middle has said that it is ready."""
    until(lambda: " ready." in bench.system.log(name), 60, what=f"{name} is ready")
