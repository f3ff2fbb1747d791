"""`make bench-quick`: the product and the inline consumer, side by side on one machine, asked the same by one client.

Starts the real processes, and the inline consumer as one more; measures each scenario in turn with both, three times
over, alternating who goes first; then puts the tables in front of those of former runs in docs/performance.md.
"""

import asyncio
import gc
import itertools
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from rich.console import Console
from rich.progress import track

from tests.benchmarks.document import add_run
from tests.benchmarks.figures import INLINE, PRODUCT, Figure, row, spread
from tests.benchmarks.rooms import Room, closed_loop, open_loop, rooms
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness, spin, words
from tests.system.people import Person
from tests.system.processes import System, free_port
from tests.system.waiting import until

SECONDS, REPEATS, MOST_ROOMS = 3.0, 3, 50
OPEN_RATE, OPEN_ROOMS = 100.0, 10
TABLE = """
CREATE TABLE benchmark_message (
    id uuid PRIMARY KEY, ticket_id uuid NOT NULL, author_id uuid NOT NULL, body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON benchmark_message (ticket_id)
"""
Measure = Callable[[Sequence[Room]], Awaitable[list[float]]]


@dataclass(frozen=True)
class Scenario:
    name: str
    rooms: int
    measure: Measure


def _closed(count: int) -> Scenario:
    name = f"{count} room{'s' * (count > 1)}, closed loop"
    return Scenario(name, count, lambda chosen: closed_loop(chosen, SECONDS))


SCENARIOS = (
    *map(_closed, (1, 10, 50)),
    Scenario(
        f"{OPEN_RATE:.0f}/s over {OPEN_ROOMS} rooms, open loop",
        OPEN_ROOMS,
        lambda chosen: open_loop(chosen, SECONDS, OPEN_RATE),
    ),
)


def start_inline(system: System) -> str:
    """The inline consumer behind the same server with the same options; its address."""
    port = free_port()
    command = system.commands["web"].words({**system.environment, "PORT": str(port)})
    ours = [
        "tests.benchmarks.inline:application" if word == "core.asgi:application" else word for word in command
    ]
    system.execute(TABLE)
    system.run("web", alias="inline", command=ours)
    url = f"http://127.0.0.1:{port}"
    until(lambda: _answers(url), 60, what=f"the inline consumer answers\n{system.log('inline')}")
    return url


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=1).status_code == 200
    except httpx.TransportError:
        return False


async def measure(system: System, people: tuple[Person, Person], inline_url: str) -> list[str]:
    """The lines of a run."""
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(people[0].open_ticket, [f"Room {number}" for number in range(MOST_ROOMS)]))
    tickets, leftovers = [ticket["id"] for ticket in opened], Leftovers(system)
    found: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    async with rooms(inline_url, people, tickets) as inline, rooms(system.url, people, tickets) as product:
        designs = {INLINE: inline, PRODUCT: product}
        for warm in designs.values():
            await closed_loop(warm, 1.0)
        slowed = slowness()
        for scenario, design in track(_plan(), "Measuring", console=Console(stderr=True)):
            await asyncio.to_thread(
                until, leftovers.are_gone, 120, what="the last one's work is done", every=0.1
            )
            found[scenario.name][design].append(await _figure(scenario, designs[design]))
    every = [figure for repeats in found.values() for each in repeats.values() for figure in each]
    head = f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words(slowed)}; {spread(every)}"
    return [head, "", *(row(name, repeats) for name, repeats in found.items())]


def _plan() -> list[tuple[Scenario, str]]:
    """Every scenario with both designs, again and again; who goes first changes."""
    orders = ((INLINE, PRODUCT), (PRODUCT, INLINE))
    turns = itertools.product(range(REPEATS), SCENARIOS)
    return [(scenario, design) for turn, scenario in turns for design in orders[turn % 2]]


async def _figure(scenario: Scenario, all_rooms: Sequence[Room]) -> Figure:
    began = time.perf_counter()
    spin()
    calibration = 1000 * (time.perf_counter() - began)
    gc.collect()
    began = time.perf_counter()
    taken = await scenario.measure(all_rooms[: scenario.rooms])
    return Figure.of(taken, time.perf_counter() - began, calibration)


def main() -> None:
    """Start, measure, write down, stop."""
    system = System()
    try:
        system.start()
        system.mail_nobody()
        url = start_inline(system)
        with Person(system, "amira") as amira, Person(system, "ben") as ben:
            add_run(asyncio.run(measure(system, (amira, ben), url)))
    finally:
        system.stop()


if __name__ == "__main__":
    main()
