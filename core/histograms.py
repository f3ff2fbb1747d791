"""Histograms: how many of something took how long, and what follows from that. Pure.

Filled by `core.measures`, shown by `core.metrics` and the operations page. The bounds hold both promises of the
product (250 ms, 1 s), so whether one was kept is counted, not estimated; percentiles are estimated within a bucket.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

# Seconds. Chat lies below one, mail waits for its grace of two minutes.
BOUNDS: Final = (
    *(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1.0),
    *(1.5, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0, 300.0, 600.0, 900.0, 1800.0, 3600.0),
)
BUCKETS: Final = len(BOUNDS) + 1


def bucket_of(seconds: float) -> int:
    """The first bucket whose bound is not below; the last one has no bound."""
    return bisect_left(BOUNDS, seconds)


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """`counts` by bucket, and the seconds of all of them together."""

    counts: Sequence[int] = (0,) * BUCKETS
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.counts)

    def cumulative(self) -> list[int]:
        """How many took at most so long, bound by bound; the last is all of them."""
        return list(accumulate(self.counts))

    def within(self, bound: float) -> float:
        """The share that took at most `bound`, which is one of the bounds; 1.0 when there was nothing."""
        return sum(self.counts[: BOUNDS.index(bound) + 1]) / self.count if self.count else 1.0

    def quantile(self, share: float) -> float | None:
        """Below which so many of them lie, as if each bucket were evenly filled; None when there was nothing."""
        wanted, below = share * self.count, 0
        if not self.count:
            return None
        for place, count in enumerate(self.counts):
            if count and below + count >= wanted:
                return _inside(place, (wanted - below) / count)
            below += count
        return BOUNDS[-1]


def _inside(place: int, share: float) -> float:
    """So far into a bucket; of the one without a bound only its beginning is known."""
    lower = BOUNDS[place - 1] if place else 0.0
    upper = BOUNDS[place] if place < len(BOUNDS) else lower
    return lower + (upper - lower) * share
