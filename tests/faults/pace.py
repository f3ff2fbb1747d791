"""How soon others see a message while something is wrong: the p95 of rooms, in slices.

Called by the experiments that compare a calm measurement with a busy one. One hiccup of the machine is one slice, so
the median of the slices is compared.
"""

from collections.abc import Sequence
from statistics import quantiles

from tests.benchmarks.rooms import Room, open_loop

SLICES, SLICE = 6, 2.0


async def slices(chat: Sequence[Room], rate: float) -> list[float]:
    """The p95 of each slice, in seconds, at so many messages a second."""
    taken = [await open_loop(chat, SLICE, rate) for _ in range(SLICES)]
    return [quantiles(each, n=20, method="inclusive")[18] for each in taken]
