"""Scaling over processes: what a message costs with two web processes and two drains, and with one and one.

Three systems of their own: the product as it is shipped; with a second web process, a second drain and a shard for each
drain; and with both but one shard, where the second drain stands by, and gets the next doorbell now and then. They take
turns, and each is first, second and last once. Called by `tests.benchmarks.run`.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace

import uvloop

from tests.benchmarks.bench import Bench
from tests.benchmarks.book import CPU, Book, quantity
from tests.benchmarks.chatting import wait_for
from tests.benchmarks.goals import COST, ONE, TWO, TWO_ONE_SHARD
from tests.benchmarks.rooms import Room, closed_loop, rooms
from tests.benchmarks.stage import APPLICATION, Design, beside, product, the_product
from tests.benchmarks.tickets import open_tickets
from tests.system.people import Person
from tests.system.processes import System

SECOND_WEB, SECOND_DRAIN = "web2", "drain2"
ROOMS, SECONDS, REPEATS = 50, 3.0, 3
SCENARIO = "50 rooms over processes"


@dataclass(frozen=True)
class Side:
    """One number of processes: its name in the book, its stage, and where its web processes are."""

    name: str
    bench: Bench
    urls: list[str]


def scale(book: Book, step: Callable[[str], None]) -> None:
    """Start, measure, stop."""
    with ExitStack() as stack:
        sides = [
            _side(ONE, stack, book, step),
            _side(TWO, stack, book, step, more=True, COMMAND_LOG_SHARDS="2"),
            _side(TWO_ONE_SHARD, stack, book, step, more=True),
        ]
        uvloop.run(_measure(sides))


def _side(
    name: str,
    stack: ExitStack,
    book: Book,
    step: Callable[[str], None],
    *,
    more: bool = False,
    **environment: str,
) -> Side:
    """A system of its own; `more`: with the second web process and the second drain."""
    system = stack.enter_context(product(**environment))
    design = the_product(system)
    urls = [design.url]
    if more:
        urls.append(beside(system, SECOND_WEB, APPLICATION))
        system.run("drain", alias=SECOND_DRAIN)
        design = replace(design, processes=(*design.processes, SECOND_WEB, SECOND_DRAIN))
    side = Side(name, _bench(system, design, book, step, stack), urls)
    if more:
        wait_for(side.bench, SECOND_DRAIN)
    return side


def _bench(
    system: System, design: Design, book: Book, step: Callable[[str], None], stack: ExitStack
) -> Bench:
    amira, ben = (stack.enter_context(Person(system, name)) for name in ("amira", "ben"))
    return Bench(
        system=system,
        people=(amira, ben),
        designs={design.name: design},
        book=book,
        seconds=SECONDS,
        repeats=REPEATS,
        step=step,
    )


async def _measure(sides: list[Side]) -> None:
    async with AsyncExitStack() as stack:
        talks = []
        for side in sides:
            tickets = await asyncio.to_thread(open_tickets, side.bench.system, side.bench.people[0], ROOMS)
            places = [
                await stack.enter_async_context(rooms(url, side.bench.people, tickets[n :: len(side.urls)]))
                for n, url in enumerate(side.urls)
            ]
            talks.append([room for place in places for room in place])
            await closed_loop(talks[-1], 1.0)
        for repeat in range(REPEATS):
            turns = [*zip(sides, talks, strict=True)]
            for side, chosen in turns[repeat:] + turns[:repeat]:
                await _talk(side, chosen)


async def _talk(side: Side, chosen: list[Room]) -> None:
    bench, [design] = side.bench, side.bench.designs.values()
    await bench.chat(SCENARIO, design, lambda: closed_loop(chosen, bench.seconds), under=side.name)
    bench.book.note(COST, side.name, bench.book.values[quantity(SCENARIO, CPU)][side.name][-1])
