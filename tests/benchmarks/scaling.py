"""Scaling over processes: what a message costs with two web processes and two drains, and with one and one.

A system of its own with two shards. The second web process stands beside the first; a second drain is started and
stopped for every repeat. Called by `tests.benchmarks.run`.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

import uvloop

from tests.benchmarks.bench import Bench
from tests.benchmarks.book import CPU, Book, quantity
from tests.benchmarks.chatting import wait_for
from tests.benchmarks.goals import COST, ONE, TWO
from tests.benchmarks.rooms import Room, closed_loop, rooms
from tests.benchmarks.stage import APPLICATION, Design, beside, product, the_product
from tests.benchmarks.tickets import open_tickets
from tests.system.people import Person

SECOND_WEB, SECOND_DRAIN = "web2", "drain2"
ROOMS, SECONDS, REPEATS = 50, 3.0, 3
SCENARIO = "50 rooms over processes"


def scale(book: Book, step: Callable[[str], None]) -> None:
    """Start, measure, stop."""
    with (
        product(COMMAND_LOG_SHARDS="2") as system,
        Person(system, "amira") as amira,
        Person(system, "ben") as ben,
    ):
        one = the_product(system)
        second = beside(system, SECOND_WEB, APPLICATION)
        two = Design(one.name, second, one.dialect, (*one.processes, SECOND_WEB, SECOND_DRAIN), one.servers)
        bench = Bench(
            system=system,
            people=(amira, ben),
            designs={one.name: one},
            book=book,
            seconds=SECONDS,
            repeats=REPEATS,
            step=step,
        )
        uvloop.run(_measure(bench, one, two, open_tickets(system, amira, ROOMS)))


async def _measure(bench: Bench, one: Design, two: Design, tickets: Sequence[str]) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(rooms(one.url, bench.people, tickets))
        other = await stack.enter_async_context(rooms(two.url, bench.people, tickets))
        await closed_loop(first, 1.0)
        for _ in range(bench.repeats):
            await _talk(bench, one, first, ONE)
            bench.system.run("drain", alias=SECOND_DRAIN)
            await asyncio.to_thread(wait_for, bench, SECOND_DRAIN)
            await _talk(bench, two, [*first[::2], *other[1::2]], TWO)
            bench.system.kill(SECOND_DRAIN)
            (bench.system.home / f"{SECOND_DRAIN}.log").unlink()


async def _talk(bench: Bench, design: Design, chosen: list[Room], name: str) -> None:
    await bench.chat(SCENARIO, design, lambda: closed_loop(chosen, bench.seconds), under=name)
    bench.book.note(COST, name, bench.book.values[quantity(SCENARIO, CPU)][name][-1])
