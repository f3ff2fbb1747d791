"""The goals: what is compared with what, how far it has to come, how far we want it to. Pure.

A goal that needs what was not measured says so; it is never reached by absence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.book import CPU, FLOOR, INLINE, P50, P99, PRODUCT, RATE, SOCKET, Book, quantity

ROOMS_1, ROOMS_10, ROOMS_50, ROOMS_200 = (f"{n} room{'s' * (n > 1)}, closed loop" for n in (1, 10, 50, 200))
AT_100, AT_900, AT_LIMIT = "100/s, open loop", "900/s, open loop", "inline over its limit, open loop"
SUSTAINED = "highest rate with p99 < 50 ms"
HOP = "echo + append with fsync + commit + publish: p50 ms"
DRAINED, INSERTED = "a full log, drained: messages/s", "INSERT of 50 rows on one connection: rows/s"
# Of sixteen looks a second at four connections, with some 1,600 messages: all were used at each.
ONE_EACH = 0.01
QUERIES, WRONG = "database queries a chat frame in the web process", "lost, doubled, reordered"
IDLE = "an idle socket: KB"
FAN_OUT = "fan-out to {}: ms until the last has it"
CREATED, SYNCHRONOUS = "tickets created at 32, 201: requests/s", "synchronous insert view at 32: requests/s"
MAILED, LOOPED = "1,000 mails: seconds", "1,000 mails by a bare smtplib loop: seconds"
COST = "cost of a message at 50 rooms: CPU ms"
GROWTH = "{} at 100k tickets / at 1k"
ONE, TWO, TWO_ONE_SHARD = "1 + 1", "2 + 2", "2 + 2, one shard"
FINE = 0.01  # what is less is shown by its own two digits


@dataclass(frozen=True, kw_only=True)
class Goal:
    """`what` of the product against `than` (or the same) of `other`; absolute where there is no other."""

    words: str
    what: str
    ours: str = PRODUCT
    other: str = ""
    than: str = ""
    reach: float
    stretch: float | None = None
    more: bool = False  # is more better

    def value(self, book: Book) -> float | None:
        if not self.other:
            return book.middle(self.what, self.ours)
        return book.ratio(self.what, self.ours, self.other, than=self.than)

    def verdict(self, book: Book) -> "Verdict":
        return Verdict(self, self.value(book))


@dataclass(frozen=True)
class Verdict:
    """What came of a goal; `value` is None where something was not measured."""

    goal: Goal
    value: float | None

    @property
    def is_reached(self) -> bool:
        return self._meets(self.goal.reach)

    @property
    def is_stretched(self) -> bool:
        return self.goal.stretch is not None and self._meets(self.goal.stretch)

    @property
    def words(self) -> str:
        if self.value is None:
            return "not measured"
        if self.is_stretched:
            return "reached, stretch too"
        return "reached" if self.is_reached else "**not reached**"

    def row(self) -> str:
        """A row of the table."""
        sign = "≥" if self.goal.more else "≤"
        stretch = "" if self.goal.stretch is None else f"{sign} {self.goal.stretch:g}"
        value = "–" if self.value is None else f"{self.value:.2f}"
        if self.value and self.value < FINE:
            value = f"{self.value:.2g}"
        cells = (self.goal.words, f"{sign} {self.goal.reach:g}", stretch, value, self.words)
        return f"| {' | '.join(cells)} |"

    def _meets(self, mark: float) -> bool:
        if self.value is None:
            return False
        return self.value >= mark if self.goal.more else self.value <= mark


def _chat(words: str, scenario: str, figure: str, other: str, reach: float, stretch: float) -> Goal:
    what = quantity(scenario, figure)
    return Goal(words=words, what=what, other=other, reach=reach, stretch=stretch, more=figure == RATE)


GOALS = (
    _chat("throughput, 50 rooms / inline", ROOMS_50, RATE, INLINE, 2.5, 5),
    _chat("throughput, 50 rooms / socket.io + PostgreSQL", ROOMS_50, RATE, SOCKET, 0.6, 1),
    _chat("throughput, 200 rooms / inline", ROOMS_200, RATE, INLINE, 3, 6),
    Goal(
        words="sustainable open-loop rate (p99 < 50 ms) / inline",
        what=SUSTAINED,
        other=INLINE,
        reach=2.5,
        stretch=5,
        more=True,
    ),
    _chat("RTT p99 at 900/s / socket.io's", AT_900, P99, SOCKET, 3, 1.5),
    _chat(
        "RTT p99 at inline's limit (the first rate it does not hold) / inline",
        AT_LIMIT,
        P99,
        INLINE,
        0.2,
        0.1,
    ),
    _chat("RTT p50, 1 room / inline", ROOMS_1, P50, INLINE, 3, 1.8),
    _chat("RTT p50, 100/s / inline", AT_100, P50, INLINE, 1.7, 1.2),
    Goal(
        words="RTT p50, 1 room / physical floor (echo + fsynced append + commit + publish)",
        what=quantity(ROOMS_1, P50),
        other=FLOOR,
        than=HOP,
        reach=3.5,
        stretch=2,
    ),
    _chat("CPU per message, 50 rooms / inline", ROOMS_50, CPU, INLINE, 0.5, 0.35),
    Goal(
        words="drained messages/s / one connection's 50-row INSERT rate",
        what=DRAINED,
        other=FLOOR,
        than=INSERTED,
        reach=0.3,
        stretch=0.5,
        more=True,
    ),
    Goal(words=f"{QUERIES} (sampled: one each would be {ONE_EACH})", what=QUERIES, reach=ONE_EACH / 10),
    Goal(words="lost, doubled, reordered below the limit", what=WRONG, reach=0),
    Goal(words="memory per idle socket, KB", what=IDLE, reach=60, stretch=40),
    Goal(
        words="fan-out to 1,000 sockets, last receipt / raw asyncio write loop",
        what=FAN_OUT.format("1,000"),
        other=FLOOR,
        reach=3,
        stretch=1.5,
    ),
    Goal(
        words="POST ticket 201 (wait) / synchronous insert view, requests/s at 32",
        what=CREATED,
        other=FLOOR,
        than=SYNCHRONOUS,
        reach=0.7,
        stretch=1,
        more=True,
    ),
    *(
        Goal(words=f"{each}, at 100k tickets / at 1k", what=GROWTH.format(each), reach=1.5, stretch=1.1)
        for each in ("list", "search", "unread", "ticket page")
    ),
    Goal(
        words="1,000 mails / a bare smtplib loop on one connection",
        what=MAILED,
        other=FLOOR,
        than=LOOPED,
        reach=1.5,
        stretch=1.1,
    ),
    Goal(
        words="two web processes and two workers: cost per message / one and one",
        what=COST,
        ours=TWO,
        other=ONE,
        reach=1.1,
    ),
)
HEADING = ("| goal | reach | stretch | ratio | |", "|---|---|---|---|---|")


def table(book: Book, goals: Sequence[Goal] = GOALS) -> list[str]:
    """Every goal with its verdict."""
    return [*HEADING, *(goal.verdict(book).row() for goal in goals)]
