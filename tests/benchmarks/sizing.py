"""The arithmetic of docs/sizing.md: from what a message, a socket and a ticket cost to what a machine carries. Pure.

Called at the end of a whole run with its book. A machine is thought to be busy to 60 %: what is left is for the bursts,
backups and tasks that nobody plans. No process may be busier than 80 % of the one core that it can use. A message is
the cheaper the more of them there are, because a batch has a price of its own: it counts at the rate that it comes at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.book import CPU, PRODUCT, RATE, Book, quantity
from tests.benchmarks.crowds import AT_REST, IDLE_WORK
from tests.benchmarks.goals import AT_100, AT_900, CREATED, IDLE, ROOMS_50
from tests.benchmarks.stage import SERVERS

BUSY, BUSY_ALONE = 0.6, 0.8
CORES = (2, 4, 8, 16)
EVERY = 120  # seconds between two messages of one socket, in a busy hour
WANTED = 100_000
MOST_SOCKETS = 10_000_000
MILLISECONDS, KILOBYTES = 1000, 2**20  # in a second, in a gigabyte
WEB, DRAIN = "web", "drain"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many messages a second, and what each costs there: CPU ms by process."""

    messages: float
    cost: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Costs:
    """CPU ms: of messages at the rates that were measured, of an open socket each second, of a ticket, of everything at
    rest each second; and a socket's KB."""

    rates: Sequence[Rate]
    socket: float
    rest: float
    ticket: float
    kilobytes: float

    def work(self, messages: float, *names: str) -> float:
        """CPU ms a second at so many messages a second, of these processes or of all; straight between two rates."""
        points = [(rate.messages, rate.messages * self._each(rate, names)) for rate in self.rates]
        first, last = points[0], points[-1]
        if messages <= first[0]:
            return messages * first[1] / first[0]
        for (low, least), (high, most) in pairwise(points):
            if messages <= high:
                return least + (most - least) * (messages - low) / (high - low)
        return messages * last[1] / last[0]

    def carried(self, cores: int) -> float:
        """Sockets, each with a message every `EVERY` seconds."""
        low, high = 0.0, float(MOST_SOCKETS)
        while high - low > 0.5:
            sockets = (low + high) / 2
            fits = self.whole(sockets) <= cores * MILLISECONDS * BUSY
            low, high = (sockets, high) if fits else (low, sockets)
        return low

    def whole(self, sockets: float) -> float:
        """CPU ms a second of everything."""
        return self.rest + sockets * self.socket + self.work(sockets / EVERY)

    @staticmethod
    def _each(rate: Rate, names: Sequence[str]) -> float:
        return sum(cost for name, cost in rate.cost.items() if not names or name in names)


def costs_of(book: Book) -> Costs | None:
    """What the run says; None when it has not measured all of it."""
    found = [_rate(book, AT_100), _rate(book, AT_900), _rate(book, ROOMS_50)]
    idle, kilobytes = book.middle(IDLE_WORK, PRODUCT), book.middle(IDLE, PRODUCT)
    rest = book.middle(AT_REST, PRODUCT)
    ticket = book.middle(f"{CREATED.partition(':')[0]}: CPU ms a request", PRODUCT)
    rates = sorted((rate for rate in found if rate), key=lambda rate: rate.messages)
    if len(rates) < len(found) or idle is None or rest is None or kilobytes is None or ticket is None:
        return None
    return Costs(rates=rates, socket=max(idle, 0.0), rest=rest, ticket=ticket, kilobytes=kilobytes)


def _rate(book: Book, scenario: str) -> Rate | None:
    begin = quantity(scenario, f"{CPU}, ")
    names = [what.removeprefix(begin) for what in book.values if what.startswith(begin)]
    found = {name: book.middle(begin + name, PRODUCT) for name in names}
    ours = {name: cost for name, cost in found.items() if cost is not None and not name.startswith("the ")}
    messages = book.middle(quantity(scenario, RATE), PRODUCT)
    return Rate(messages=messages, cost=ours) if ours and messages else None


def lines(costs: Costs) -> list[str]:
    """The tables, each with its sum."""
    return [*_costs(costs), "", *_machines(costs), "", *_wanted(costs)]


def processes(work: float) -> int:
    """How many of a process that can use one core, for so many ms a second."""
    return max(1, math.ceil(work / MILLISECONDS / BUSY_ALONE))


def _costs(costs: Costs) -> list[str]:
    each = [
        f"| a message, at {rate.messages:,.0f} a second (two pages see it) | "
        f"{costs.work(rate.messages) / rate.messages:.2f} ms |"
        for rate in costs.rates
    ]
    parts = ", ".join(f"{name} {cost:.3f}" for name, cost in costs.rates[-1].cost.items() if cost >= 0.0005)
    return [
        "| what | processor time |",
        "|---|---|",
        *each,
        f"| an open socket, each second | {costs.socket:.4f} ms |",
        f"| everything at rest, each second | {costs.rest:.0f} ms |",
        f"| a ticket over HTTP, 201 | {costs.ticket:.1f} ms |",
        "",
        f"A message by process at the highest of these rates, ms: {parts}. A socket holds {costs.kilobytes:.0f} KB.",
    ]


def _machines(costs: Costs) -> Sequence[str]:
    rows = []
    for cores in CORES:
        sockets = costs.carried(cores)
        rate = sockets / EVERY
        memory = sockets * costs.kilobytes / KILOBYTES
        each = costs.work(rate) / rate if rate else 0.0
        rows.append(
            f"| {cores} | {sockets:,.0f} | {rate:,.0f} | {each:.2f} ms | {_webs(costs, sockets)} "
            f"| {processes(costs.work(rate, DRAIN))} | {memory:.1f} GB |"
        )
    sums = f"{costs.rest:.0f} + *n* × ({costs.socket:.4f} + a message / {EVERY}) is cores × {MILLISECONDS * BUSY:.0f}"
    return [
        f"Sockets *n* for which {sums}:",
        "",
        f"| cores | sockets | messages/s: *n* / {EVERY} | a message | sockets processes | drains | their memory |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]


def _webs(costs: Costs, sockets: float) -> int:
    return processes(sockets * costs.socket + costs.work(sockets / EVERY, WEB))


def _wanted(costs: Costs) -> list[str]:
    rate = WANTED / EVERY
    cores = costs.whole(WANTED) / MILLISECONDS / BUSY
    data = costs.work(rate, *SERVERS) / MILLISECONDS
    sums = (
        f"({costs.rest:.0f} + {WANTED:,} × ({costs.socket:.4f} + {costs.work(rate) / rate:.2f} / {EVERY}))"
        f" / {MILLISECONDS * BUSY:.0f}"
    )
    webs, drains = _webs(costs, WANTED), processes(costs.work(rate, DRAIN))
    return [
        f"For {WANTED:,} sockets, each with a message every {EVERY} s ({rate:,.0f} a second):",
        f"{sums} = **{cores:.1f} cores**; sockets processes: {webs}, drains: {drains},",
        f"{WANTED * costs.kilobytes / KILOBYTES:.0f} GB for sockets; PostgreSQL and both Valkeys use {data:.1f} cores.",
    ]
