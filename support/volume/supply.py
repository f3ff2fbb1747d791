"""What all made-up threads are made of: where their rows go, random numbers, bodies, and who writes when.

Made once by `support.volume.loading`, and read by each thread.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from support.volume import words
from support.volume.copying import Copying

REQUESTER, SUPPORT, NOTE = "r", "s", "n"
# Who writes next: this many orders of so many messages, each begun anywhere.
ORDERS, ORDER = 61, 64


@dataclass(frozen=True)
class Promised:
    """What everybody was promised: support was away, with no figures yet."""

    availability: str
    words: str
    wait: timedelta


class Supply:
    """What all threads are made of: where their rows go, random numbers, bodies, orders, and the last moment."""

    def __init__(self, copying: Copying, random: Random, until: datetime, promised: Promised) -> None:
        self.copying, self.random, self.until, self.promised = copying, random, until, promised
        self.bodies = words.bodies(random)
        self.orders = tuple(_order(random) for _ in range(ORDERS))


def _order(random: Random) -> str:
    return "".join(random.choices((SUPPORT, REQUESTER, NOTE), (47, 43, 10), k=ORDER))
