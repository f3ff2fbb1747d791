"""One run's stage, people and book: what every scenario needs, and the one way in which chat is measured.

Called by the scenarios. Between two measurements it waits until nothing of the last is on its way, calibrates, and
looks at processor time; a measurement around which the machine changed its speed by more than 2.5 × is taken again.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.book import CPU, MOST_SPREAD, PRODUCT, Book, quantity
from tests.benchmarks.processor import own, processor, spent
from tests.benchmarks.stage import Design
from tests.system.leftovers import Leftovers
from tests.system.machine import spin
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

TRIES = 3
SPUN = 3
SETTLED_WITHIN = 180.0
CLIENT = "the client"
Talk = Callable[[], Awaitable[list[float]]]


@dataclass(kw_only=True)
class Bench:
    """`designs` by name; `step` tells the progress bar that one more is done."""

    system: System
    people: tuple[Person, Person]
    designs: dict[str, Design]
    book: Book
    seconds: float
    repeats: int
    sockets: int = 1000  # of the largest crowds
    backlog: int = 10_000  # messages in the full log
    step: Callable[[str], None] = field(default=lambda _: None)

    def __post_init__(self) -> None:
        self._leftovers = Leftovers(self.system)

    async def settled(self) -> None:
        """Nothing accepted is on its way any more."""
        await asyncio.to_thread(
            until, self._leftovers.are_gone, SETTLED_WITHIN, what="the last one's work is done", every=0.1
        )

    def calibrate(self) -> float:
        """Milliseconds of a fixed piece of work: the median of three, as one is no longer than a scheduler's turn."""
        taken = 1000 * median(_spun() for _ in range(SPUN))
        self.book.spins.append(taken)
        gc.collect()
        return taken

    def in_turn(self, repeat: int, names: Sequence[str] = ()) -> list[Design]:
        """The designs; who goes first changes with every repeat."""
        known = [design for name, design in self.designs.items() if not names or name in names]
        first = repeat % len(known)
        return known[first:] + known[:first]

    async def chat(self, scenario: str, design: Design, talk: Talk, *, under: str = "") -> None:
        """Talk, and note what messages took and cost; `under` is another name than the design's."""
        for attempt in range(TRIES):
            await self.settled()
            before, looked, client = self.calibrate(), processor(self.system, design.everything), own()
            began = time.perf_counter()
            taken = await talk()
            seconds = time.perf_counter() - began
            client = own() - client
            if design.name == PRODUCT:  # what a message causes belongs to its cost
                await self.settled()
            cost = spent(looked, processor(self.system, design.everything))
            after = self.calibrate()
            if max(before, after) / min(before, after) <= MOST_SPREAD or attempt == TRIES - 1:
                break
        name = under or design.name
        self.book.note_times(scenario, name, taken, seconds)
        self.book.note(quantity(scenario, CPU), name, 1000 * sum(cost.values()) / len(taken))
        for process, spent_there in {**cost, CLIENT: client}.items():
            self.book.note(quantity(scenario, f"{CPU}, {process}"), name, 1000 * spent_there / len(taken))
        self.step(f"{scenario}: {name}")


def _spun() -> float:
    """Seconds that the work took by the clock."""
    began = time.perf_counter()
    spin()
    return time.perf_counter() - began
