"""`make bench-sizing`: a hundred thousand sockets' worth of messages against the log and the drain.

Starts the product with four shards, and one drain after another beside the first; for each number of them a generator
appends at the rates that so many sockets stand for. A rate is carried when the log is less than a second behind at its
end. The table goes into docs/sizing.md, whose arithmetic it feeds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import redis
from rich.console import Console
from rich.progress import Progress

from tests.benchmarks.document import SIMULATED, SIZING, newest_first, write
from tests.benchmarks.processor import SERVERS, processor, spent
from tests.benchmarks.stage import product
from tests.benchmarks.tickets import open_tickets
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness, words
from tests.system.people import Person
from tests.system.processes import ROOT, System
from tests.system.waiting import until

SOCKETS, EVERY = 100_000, (300, 120, 60, 30)  # seconds between two messages of one socket
SHARDS, DRAINS, TICKETS, SECONDS = 4, (1, 2, 4), 200, 10.0
BEHIND = 1.0
EVERY_LOOK, PATIENCE = 0.25, 300.0
COLUMNS = (
    "a message of each socket every",
    "messages/s",
    "drains",
    "accepted: p99 ms",
    "longest log",
    "seconds behind at the end",
    "drained/s",
    "CPU ms each: drains",
    "PostgreSQL",
    "log",
    "all",
    "carried",
)
TABLE = (f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|")


@dataclass(frozen=True, kw_only=True)
class Load:
    """One rate at one number of drains, and what became of it. Times in seconds, costs in ms a message."""

    every: int
    drains: int
    accepted: int
    refused: int
    p99: float
    longest: int
    behind: float
    drained: float
    costs: dict[str, float]

    @property
    def rate(self) -> float:
        return SOCKETS / self.every

    @property
    def is_carried(self) -> bool:
        """Everything was accepted, and the drain was less than a second behind when it stopped."""
        return self.refused == 0 and self.behind < BEHIND

    def row(self) -> str:
        drains = sum(cost for name, cost in self.costs.items() if name.startswith("drain"))
        shown = [drains, self.costs["postgres"], self.costs["durable"], sum(self.costs.values())]
        cells = [
            f"{self.every} s",
            f"{self.rate:,.0f}",
            str(self.drains),
            f"{1000 * self.p99:.0f}",
            f"{self.longest:,}",
            f"{self.behind:.1f}",
            f"{self.drained:,.0f}",
            *(f"{cost:.2f}" for cost in shown),
            "yes" if self.is_carried else "**no**",
        ]
        return f"| {' | '.join(cells)} |"


def generated(system: System, every: int, actor: str, tickets: Sequence[str]) -> "subprocess.Popen[str]":
    """The generator, running."""
    words_said = [f"{SOCKETS / every}", f"{SECONDS}", actor, *tickets]
    command = [sys.executable, "-m", "tests.benchmarks.generator", *words_said]
    return subprocess.Popen(command, cwd=ROOT, env=system.environment, stdout=subprocess.PIPE, text=True)


def load(system: System, every: int, drains: Sequence[str], actor: str, tickets: Sequence[str]) -> Load:
    """Generate, watch the log, wait until it is empty."""
    leftovers = Leftovers(system)
    until(leftovers.are_gone, PATIENCE, what="the last load is done", every=0.2)
    names = [*drains, "quick", "web", *SERVERS]
    looked, longest = processor(system, names), 0
    with redis.Redis.from_url(system.fleet.urls.command_log) as log:

        def length() -> int:
            return sum(int(log.xlen(f"commands:{shard}")) for shard in range(SHARDS))

        running = generated(system, every, actor, tickets)
        while running.poll() is None:
            longest = max(longest, length())
            time.sleep(EVERY_LOOK)
        ended = time.perf_counter()
        until(lambda: length() == 0, PATIENCE, what="the log is drained", every=0.02)
        behind = time.perf_counter() - ended
    assert running.stdout is not None
    found = json.loads(running.stdout.read())
    until(leftovers.are_gone, PATIENCE, what="its reactions are done", every=0.2)
    cost = spent(looked, processor(system, names))
    return Load(
        every=every,
        drains=len(drains),
        accepted=found["accepted"],
        refused=found["refused"],
        p99=found["p99"],
        longest=longest,
        behind=behind,
        drained=found["accepted"] / (found["seconds"] + behind),
        costs={name: 1000 * seconds / found["accepted"] for name, seconds in cost.items()},
    )


def simulate(step: Callable[[str], None]) -> list[Load]:
    """Every rate at every number of drains."""
    found, drains = [], ["drain"]
    with product(COMMAND_LOG_SHARDS=str(SHARDS)) as system, Person(system, "amira") as amira:
        tickets = open_tickets(system, amira, TICKETS)
        for count in DRAINS:
            for number in range(len(drains) + 1, count + 1):
                drains.append(f"drain{number}")
                system.run("drain", alias=drains[-1])
            until(
                lambda: all(" ready." in system.log(name) for name in drains),
                120,
                what="the drains are ready",
            )
            for every in EVERY:
                found.append(load(system, every, drains, f"user:{amira.id}", tickets))
                step(f"{found[-1].rate:.0f}/s, {count} drains")
    return found


def main() -> None:
    """Measure, print, write down."""
    slowed = slowness()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Starting", total=len(DRAINS) * len(EVERY))
        found = simulate(lambda done: progress.update(task, advance=1, description=done))
    head = f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words(slowed)}"
    lines = [head, "", *TABLE, *(each.row() for each in found)]
    sys.stdout.write("\n".join([*lines, ""]))
    write(lambda text: newest_first(text, SIMULATED, lines, 1), SIZING)


if __name__ == "__main__":
    main()
