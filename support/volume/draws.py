"""Draws: how many messages each made-up ticket has, how old it is, where it stands, and whose it is.

Pure, and the same for the same seed. Few threads are long and most are short (Pareto, cut off), the total is exact;
later years are busier; what is old is done, and of the last two weeks half is still open. Requesters, agents, tags
and words are drawn unevenly.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Final

from support.volume.words import skewed

SPAN: Final = timedelta(days=3 * 365)
BUSIER: Final = 1.4
# The longest thread is some thousand times as long as the shortest.
TAIL, LONGEST = 1.15, 1000.0
# A question that nobody has taken yet has hardly an afterthought.
UNTAKEN: Final = 0.2


class Ending(IntEnum):
    """Where a ticket stands."""

    UNTAKEN = 0
    IN_PROGRESS = 1
    WAITING = 2
    RESOLVED = 3
    CLOSED = 4


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is loaded, and the seed that it follows from."""

    tickets: int
    messages: int
    seed: int = 1

    @property
    def requesters(self) -> int:
        """One for ten tickets."""
        return max(1, self.tickets // 10)

    @property
    def agents(self) -> int:
        """Three at least, fifty at most."""
        return min(50, max(3, self.tickets // 5000))


@dataclass(frozen=True, slots=True)
class Draft:
    """One ticket before it is told: places in the lists of people, and what is to come of it."""

    opened_at: datetime
    messages: int
    ending: Ending
    requester: int
    agent: int

    @property
    def is_done(self) -> bool:
        """Resolved, maybe closed since."""
        return self.ending >= Ending.RESOLVED


def drafts(size: Size, random: Random, until: datetime) -> Iterator[Draft]:
    """Every ticket, oldest first; the messages of all together are as many as asked for."""
    ages = array("d", sorted((random.random() ** BUSIER for _ in range(size.tickets)), reverse=True))
    endings = bytearray(_ending(random, age * SPAN) for age in ages)
    weights = array("d", (_weight(random, Ending(ending)) for ending in endings))
    share, sofar, given = size.messages / sum(weights), 0.0, 0
    for place, weight in enumerate(weights, start=1):
        sofar += weight
        reached = size.messages if place == size.tickets else round(sofar * share)
        yield Draft(
            opened_at=until - ages[place - 1] * SPAN,
            messages=reached - given,
            ending=Ending(endings[place - 1]),
            requester=skewed(random, size.requesters),
            agent=skewed(random, size.agents, 1.3),
        )
        given = reached


def _ending(random: Random, age: timedelta) -> Ending:
    days, chance = age.days, random.random()
    if chance < (0.55 if days < 14 else 0.05 if days < 60 else 0.002):
        return random.choices((Ending.UNTAKEN, Ending.IN_PROGRESS, Ending.WAITING), (35, 40, 25))[0]
    return Ending.RESOLVED if random.random() < 0.6 else Ending.CLOSED


def _weight(random: Random, ending: Ending) -> float:
    return UNTAKEN if ending == Ending.UNTAKEN else min(random.paretovariate(TAIL), LONGEST)
