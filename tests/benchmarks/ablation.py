"""`make bench-ablation`: each setting that the product owes its speed to, taken back one at a time, beside the product.

Starts the product once and, one after the other, everything that differs: a second web process, another drain, another
policy of the command log, a second system. Measured in turn with the product as it is, three times over, in the same
closed and open loop; docs/performance.md keeps the newest table.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import redis
import uvloop
from rich.console import Console
from rich.progress import Progress

from tests.benchmarks.bench import Bench
from tests.benchmarks.book import CPU, P50, P99, PRODUCT, RATE, Book, quantity
from tests.benchmarks.chatting import wait_for
from tests.benchmarks.document import ABLATION, newest_first, write
from tests.benchmarks.rooms import Room, closed_loop, open_loop, rooms
from tests.benchmarks.stage import APPLICATION, Design, await_web, beside, product, start_inline, the_product
from tests.benchmarks.tickets import open_tickets
from tests.system.machine import slowness, words
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System

ROOMS, SECONDS, REPEATS, RATE_HELD = 50, 3.0, 3, 200.0
MANY = 250  # rooms of two sockets: what a collection costs grows with them
TWO_AT_A_TIME, NEW_CONNECTIONS, NO_EVENTS = "two-at-a-time", "new-connections", "no-events"  # variants.py
LOOPS = ("50 rooms", f"{RATE_HELD:.0f}/s")
OTHER_LAYER = "tests.benchmarks.core_layer"
AS_IT_IS, TAKEN_BACK = "as it is", "taken back"
TABLE = (
    "| taken back | messages/s, 50 rooms | ratio | CPU ms each | ratio | p50 / p99 ms at 200/s | ratio: p50 | p99 |",
    "|---|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """`of`: the design as it is. `instead`: the one without it, whose processes exist.

    `drain`: a variant of the workers' app that takes the drain's place while it is measured; `policy`: of fsync;
    `open`: how many rooms have their sockets open, of which the first fifty talk.
    """

    name: str
    of: Design
    instead: Design
    drain: str = ""
    policy: str = ""
    open: int = ROOMS


def settings(system: System, other: System) -> list[Setting]:
    """Everything that differs, started where it can stand beside."""
    ours, inline = the_product(system), start_inline(system)

    def web(alias: str, url: str, of: Design = ours) -> Design:
        others = tuple(name for name in of.processes if name not in {"web", inline.name})
        return replace(of, url=url, processes=(alias, *others))

    collector = beside(system, "collector", "tests.benchmarks.collector:application")
    layered = beside(
        system, "layered", "tests.benchmarks.inline:application", DJANGO_SETTINGS_MODULE=OTHER_LAYER
    )
    return [
        Setting(
            name="garbage collector: frozen, rare → Python's own",
            of=ours,
            instead=web("collector", collector),
            open=MANY,
        ),
        Setting(name="server: uvicorn → daphne", of=ours, instead=web("daphne", _daphne(system))),
        Setting(
            name="layer: pub/sub → channels_redis.core (the inline consumer)",
            of=inline,
            instead=web("layered", layered, inline),
        ),
        Setting(
            name="batches: up to 200 commands a transaction → 2", of=ours, instead=ours, drain=TWO_AT_A_TIME
        ),
        Setting(
            name="database connection: kept → new for every task",
            of=ours,
            instead=ours,
            drain=NEW_CONNECTIONS,
        ),
        Setting(name="task events of the drain: on → off", of=ours, instead=ours, drain=NO_EVENTS),
        Setting(name="command log: fsync always → every second", of=ours, instead=ours, policy="everysec"),
        Setting(name="command log: fsync always → never", of=ours, instead=ours, policy="no"),
        Setting(name="shards: 1 → 4, one drain", of=ours, instead=the_product(other)),
    ]


def _daphne(system: System) -> str:
    port = free_port()
    command = ["daphne", "-b", "127.0.0.1", "-p", str(port), APPLICATION]
    return await_web(system, "daphne", port, lambda: system.run("web", alias="daphne", command=command))


class Ablation:
    """Talks in the same way to both sides of each setting."""

    def __init__(self, bench: Bench, other: Bench, tickets: Sequence[str], others: Sequence[str]) -> None:
        self._bench, self._other = bench, other
        self._tickets, self._others = tickets, others

    async def measure(self, found: Sequence[Setting]) -> None:
        for setting in found:
            async with AsyncExitStack() as stack:
                is_elsewhere = setting.instead.url == self._other.system.url
                second = self._other if is_elsewhere else self._bench
                tickets = self._others if is_elsewhere else self._tickets
                ours, theirs = [
                    await stack.enter_async_context(rooms(url, bench.people, known[: setting.open]))
                    for url, bench, known in (
                        (setting.of.url, self._bench, self._tickets),
                        (setting.instead.url, second, tickets),
                    )
                ]
                await closed_loop(ours[:ROOMS], 1.0)
                await closed_loop(theirs[:ROOMS], 1.0)
                for _ in range(REPEATS):
                    await self._talk(self._bench, setting, setting.of, ours[:ROOMS], AS_IT_IS)
                    async with _instead(self._bench, setting):
                        await self._talk(second, setting, setting.instead, theirs[:ROOMS], TAKEN_BACK)

    async def _talk(
        self, bench: Bench, setting: Setting, design: Design, chosen: list[Room], under: str
    ) -> None:
        loops = (
            lambda: closed_loop(chosen, bench.seconds),
            lambda: open_loop(chosen, bench.seconds, RATE_HELD),
        )
        for name, talk in zip(LOOPS, loops, strict=True):
            await bench.chat(f"{setting.name}, {name}", design, talk, under=under)


@asynccontextmanager
async def _instead(bench: Bench, setting: Setting) -> AsyncIterator[None]:
    """The drain or the policy is another one for a while."""
    if setting.drain:
        await _swap(bench, "tests.benchmarks.variants", setting.drain)
    if setting.policy:
        _fsync(bench.system, setting.policy)
    try:
        yield
    finally:
        if setting.drain:
            await _swap(bench, "workers", "")
        if setting.policy:
            _fsync(bench.system, "always")


async def _swap(bench: Bench, app: str, variant: str) -> None:
    system = bench.system
    command = [
        app if word == "workers" else word for word in system.commands["drain"].words(system.environment)
    ]
    if variant == NO_EVENTS:
        command.remove("-E")
    system.kill("drain")
    (system.home / "drain.log").unlink()
    system.run("drain", command=command, environment={"VARIANT": variant})
    await asyncio.to_thread(wait_for, bench, "drain")


def _fsync(system: System, policy: str) -> None:
    with redis.Redis.from_url(system.fleet.urls.command_log) as client:
        client.config_set("appendfsync", policy)


def row(book: Book, name: str) -> str:
    """Medians without the setting, and what the neighbours with it give as ratios."""
    closed, held = (f"{name}, {loop}" for loop in LOOPS)
    cells = [name]
    for what in (quantity(closed, RATE), quantity(closed, CPU)):
        cells += [_value(book.middle(what, TAKEN_BACK)), _value(book.ratio(what, TAKEN_BACK, AS_IT_IS))]
    p50, p99 = quantity(held, P50), quantity(held, P99)
    cells.append(f"{_value(book.middle(p50, TAKEN_BACK))} / {_value(book.middle(p99, TAKEN_BACK))}")
    cells += [_value(book.ratio(what, TAKEN_BACK, AS_IT_IS)) for what in (p50, p99)]
    return f"| {' | '.join(cells)} |"


def _value(number: float | None) -> str:
    if number is None:
        return "–"
    return f"{number:.0f}" if number >= 100 else f"{number:.2f}"


def measure(book: Book, step: Callable[[str], None]) -> list[str]:
    """The rows."""
    with ExitStack() as stack:
        benches: list[Bench] = []
        tickets: list[list[str]] = []
        for environment in ({}, {"COMMAND_LOG_SHARDS": "4"}):
            system = stack.enter_context(product(**environment))
            amira, ben = (stack.enter_context(Person(system, name)) for name in ("amira", "ben"))
            bench = Bench(
                system=system,
                people=(amira, ben),
                designs={PRODUCT: the_product(system)},
                book=book,
                seconds=SECONDS,
                repeats=REPEATS,
                step=step,
            )
            benches.append(bench)
            tickets.append(open_tickets(system, amira, MANY))
        found = settings(benches[0].system, benches[1].system)
        uvloop.run(Ablation(benches[0], benches[1], tickets[0], tickets[1]).measure(found))
        return [row(book, setting.name) for setting in found]


def main() -> None:
    """Measure, print, write down."""
    book, slowed = Book(), slowness()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Starting", total=9 * REPEATS * 4)
        rows = measure(book, lambda done: progress.update(task, advance=1, description=done[:60]))
    head = f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words(slowed)}; {book.spread()}"
    sys.stdout.write("\n".join([head, "", *TABLE, *rows, ""]))
    write(lambda text: newest_first(text, ABLATION, [head, "", *TABLE, *rows], 1))


if __name__ == "__main__":
    main()
