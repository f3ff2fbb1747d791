"""What a run measures: all of it, or chat alone within three minutes.

`beside` is what is measured on the one stage where all designs stand; `alone` are sections that need a stage of their
own. Called by `tests.benchmarks.run`.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from tests.benchmarks.backlog import drain
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import Book
from tests.benchmarks.chatting import CLOSED, OPEN, Chatting
from tests.benchmarks.creating import create
from tests.benchmarks.crowds import fan_out, idle
from tests.benchmarks.goals import AT_100, ROOMS_1, ROOMS_10, ROOMS_50
from tests.benchmarks.mail import mailed
from tests.benchmarks.scaling import scale

Section = Callable[[Book, Callable[[str], None]], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`steps` is what the progress bar counts to."""

    is_whole: bool
    seconds: float
    repeats: int
    rooms: int
    steps: int
    beside: Callable[[Bench, Sequence[str]], Coroutine[None, None, None]]
    alone: tuple[Section, ...] = ()

    def shortened(self) -> "Plan":
        """The same once and for moments."""
        return replace(self, seconds=0.5, repeats=1, rooms=20)


async def _quick(bench: Bench, tickets: Sequence[str]) -> None:
    await Chatting(bench, closed=(ROOMS_1, ROOMS_10, ROOMS_50), opened=(AT_100,), climbs=False).run(tickets)


async def _whole(bench: Bench, tickets: Sequence[str]) -> None:
    await Chatting(bench, closed=tuple(CLOSED), opened=tuple(OPEN), climbs=True).run(tickets)
    await fan_out(bench, tickets[0])
    await idle(bench, tickets)
    await create(bench)
    await drain(bench, tickets)


CHAT_STEPS = 3 * (
    1 + 6 * 3 + 3 + 2
)  # the floors, six scenarios and the highest rate of three designs, at the limit
CROWD_STEPS = 3 * 3 * 4 + 2 * 3
QUICK = Plan(is_whole=False, seconds=2.0, repeats=3, rooms=50, steps=36, beside=_quick)
WHOLE = Plan(
    is_whole=True,
    seconds=3.0,
    repeats=3,
    rooms=200,
    steps=CHAT_STEPS + CROWD_STEPS + 3 * 3 + 3 + 6 + 1,
    beside=_whole,
    alone=(scale, mailed),
)
