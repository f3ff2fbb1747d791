"""The arithmetic of docs/sizing.md: from what a message, a socket and a ticket cost to what a machine carries. Pure.

Called at the end of a whole run with its book. A machine is thought to be busy to 60 %: what is left is for the bursts,
backups and tasks that nobody plans. No process may be busier than 80 % of the one core that it can use.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.book import CPU, PRODUCT, Book, quantity
from tests.benchmarks.crowds import IDLE_WORK
from tests.benchmarks.goals import CREATED, IDLE, ROOMS_50
from tests.benchmarks.stage import SERVERS

BUSY, BUSY_ALONE = 0.6, 0.8
CORES = (2, 4, 8, 16)
EVERY = 120  # seconds between two messages of one socket, in a busy hour
WANTED = 100_000
MILLISECONDS, KILOBYTES = 1000, 2**20  # in a second, in a gigabyte
WEB, DRAIN = "web", "drain"


@dataclass(frozen=True, kw_only=True)
class Costs:
    """CPU ms: of a message by process, of an open socket each second, of a ticket; and a socket's KB."""

    message: dict[str, float]
    socket: float
    ticket: float
    kilobytes: float

    @property
    def whole_message(self) -> float:
        return sum(self.message.values())

    @property
    def socket_second(self) -> float:
        """What a socket costs each second with what it writes."""
        return self.socket + self.whole_message / EVERY


def costs_of(book: Book) -> Costs | None:
    """What the run says; None when it has not measured all of it."""
    begin = quantity(ROOMS_50, f"{CPU}, ")
    names = [what.removeprefix(begin) for what in book.values if what.startswith(begin)]
    found = {name: book.middle(begin + name, PRODUCT) for name in names}
    ours = {name: cost for name, cost in found.items() if cost is not None and not name.startswith("the ")}
    idle, kilobytes = book.middle(IDLE_WORK, PRODUCT), book.middle(IDLE, PRODUCT)
    ticket = book.middle(f"{CREATED.partition(':')[0]}: CPU ms a request", PRODUCT)
    if not ours or idle is None or kilobytes is None or ticket is None:
        return None
    return Costs(message=ours, socket=idle, ticket=ticket, kilobytes=kilobytes)


def lines(costs: Costs) -> list[str]:
    """The tables, each with its sum."""
    return [*_costs(costs), "", *_machines(costs), "", *_wanted(costs)]


def processes(rate: float, cost: float) -> int:
    """How many of a process that can use one core, at so many messages a second."""
    return max(1, math.ceil(rate * cost / MILLISECONDS / BUSY_ALONE))


def _costs(costs: Costs) -> list[str]:
    budget = MILLISECONDS * BUSY
    parts = ", ".join(f"{name} {cost:.3f}" for name, cost in costs.message.items() if cost >= 0.0005)
    rows = (
        (
            "a message (two pages see it)",
            f"{costs.whole_message:.2f} ms",
            budget / costs.whole_message,
            "a second",
        ),
        (
            "an open socket, each second",
            f"{costs.socket:.4f} ms",
            budget / max(costs.socket, 1e-6),
            "sockets",
        ),
        ("a ticket over HTTP, 201", f"{costs.ticket:.1f} ms", budget / costs.ticket, "a second"),
    )
    return [
        f"| what | processor time | one core at {BUSY:.0%}: {budget:.0f} ms a second / that |",
        "|---|---|---|",
        *(f"| {name} | {cost} | {carried:,.0f} {unit} |" for name, cost, carried, unit in rows),
        "",
        f"A message by process, ms: {parts}. A socket holds {costs.kilobytes:.0f} KB.",
    ]


def _machines(costs: Costs) -> Sequence[str]:
    head = f"sockets: cores × {MILLISECONDS * BUSY:.0f} / ({costs.socket:.4f} + {costs.whole_message:.2f} / {EVERY})"
    rows = []
    for cores in CORES:
        sockets = cores * MILLISECONDS * BUSY / costs.socket_second
        rate = sockets / EVERY
        memory = sockets * costs.kilobytes / KILOBYTES
        rows.append(
            f"| {cores} | {sockets:,.0f} | {rate:,.0f} | {_webs(costs, sockets)} "
            f"| {processes(rate, costs.message.get(DRAIN, 0.0))} | {memory:.1f} GB |"
        )
    return [
        f"| cores | {head} | messages/s: sockets / {EVERY} | sockets processes | drains | memory of sockets |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def _webs(costs: Costs, sockets: float) -> int:
    each = costs.socket + costs.message.get(WEB, 0.0) / EVERY
    return max(1, math.ceil(sockets * each / MILLISECONDS / BUSY_ALONE))


def _wanted(costs: Costs) -> list[str]:
    cores = WANTED * costs.socket_second / MILLISECONDS / BUSY
    rate = WANTED / EVERY
    data = sum(costs.message.get(name, 0.0) for name in SERVERS) * rate / MILLISECONDS
    drains = processes(rate, costs.message.get(DRAIN, 0.0))
    sums = (
        f"{WANTED:,} × ({costs.socket:.4f} + {costs.whole_message:.2f} / {EVERY}) / {MILLISECONDS * BUSY:.0f}"
    )
    return [
        f"For {WANTED:,} sockets, each with a message every {EVERY} s ({rate:,.0f} a second):",
        f"{sums} = **{cores:.0f} cores**, {_webs(costs, WANTED)} sockets processes, {drains} drains,",
        f"{WANTED * costs.kilobytes / KILOBYTES:.0f} GB for sockets; PostgreSQL and both Valkeys use {data:.1f} cores.",
    ]
