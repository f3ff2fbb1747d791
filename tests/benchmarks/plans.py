"""What a run measures: all of it, or chat alone within three minutes.

`beside` is what is measured on the one stage where all designs stand; `alone` are sections that need a stage of their
own. Called by `tests.benchmarks.run`.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tests.benchmarks.backlog import drain
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import Book
from tests.benchmarks.chatting import CLOSED, OPEN, Chatting
from tests.benchmarks.creating import create
from tests.benchmarks.crowds import fan_out, idle
from tests.benchmarks.goals import AT_100, ROOMS_1, ROOMS_10, ROOMS_50
from tests.benchmarks.mail import mailed
from tests.benchmarks.scaling import scale
from tests.benchmarks.volume import TINY, grow

Measure = Callable[[Bench, Sequence[str]], Coroutine[None, None, None]]
Section = Callable[[Book, Callable[[str], None]], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`steps` is what the progress bar counts to."""

    is_whole: bool
    seconds: float
    repeats: int
    rooms: int
    steps: int
    beside: dict[str, Measure]
    alone: dict[str, Section] = field(default_factory=dict)
    sockets: int = 1000
    backlog: int = 10_000

    async def measure(self, bench: Bench, tickets: Sequence[str]) -> None:
        """What stands on one stage, one after the other."""
        for section in self.beside.values():
            await section(bench, tickets)

    def shortened(self) -> "Plan":
        """The same once and for moments."""
        alone = self.alone | ({"volume": partial(grow, sizes=TINY)} if "volume" in self.alone else {})
        return replace(self, seconds=0.5, repeats=1, rooms=10, sockets=30, backlog=200, alone=alone)

    def only(self, names: Sequence[str]) -> "Plan":
        """Some sections of it."""
        beside = {name: section for name, section in self.beside.items() if name in names}
        return replace(
            self, beside=beside, alone={name: each for name, each in self.alone.items() if name in names}
        )


async def _quick(bench: Bench, tickets: Sequence[str]) -> None:
    await Chatting(bench, closed=(ROOMS_1, ROOMS_10, ROOMS_50), opened=(AT_100,), climbs=False).run(tickets)


async def _chat(bench: Bench, tickets: Sequence[str]) -> None:
    await Chatting(bench, closed=tuple(CLOSED), opened=tuple(OPEN), climbs=True).run(tickets)


async def _fan_out(bench: Bench, tickets: Sequence[str]) -> None:
    await fan_out(bench, tickets[0])


CHAT_STEPS = 3 * (
    1 + 6 * 3 + 3 + 2
)  # the floors, six scenarios and the highest rate of three designs, at the limit
QUICK = Plan(is_whole=False, seconds=2.0, repeats=3, rooms=50, steps=36, beside={"chat": _quick})
WHOLE = Plan(
    is_whole=True,
    seconds=3.0,
    repeats=3,
    rooms=200,
    steps=CHAT_STEPS + 3 * 3 * 4 + 2 * 3 + 3 * 3 + 3 + 9 + 1 + 15,
    beside={"idle": idle, "chat": _chat, "fan-out": _fan_out, "create": create, "drain": drain},
    alone={"scale": scale, "mail": mailed, "volume": grow},
)
