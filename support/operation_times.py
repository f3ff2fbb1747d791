"""How long the steps of a message take just now, against what is promised, and what waits. For the page of operations.

Called by its template tag. Reads what all processes have counted (`core.measured`) and what waits (`core.depths`); asks
Valkey alone, and says so when that is away. Must not raise: the page is looked at because something is wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.utils.translation import gettext, gettext_lazy

from core import depths, measured, measures
from core.depths import Depth
from core.histograms import Histogram

# Of the messages that people see, so many within so many seconds.
OBJECTIVE: Final = ((0.95, 0.25), (0.99, 1.0))
SHARES: Final = (0.5, 0.95, 0.99)
RECENT, LONG = 5, 60  # minutes
# Of fewer a single slow line would be a missed promise.
ENOUGH: Final = 20
NAMES: Final = {
    measures.STORED: gettext_lazy("Stored"),
    measures.ANNOUNCED: gettext_lazy("Broadcast"),
    measures.SEEN: gettext_lazy("Seen"),
    measures.MAILED: gettext_lazy("Mailed"),
    measures.OVERDUE: gettext_lazy("Mailed, after it was due"),
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """A step within one period: how many, and the percentiles in words; a dash where there was nothing."""

    count: int
    percentiles: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A row: the last five minutes and the last hour."""

    label: Any
    periods: Sequence[Period]


@dataclass(frozen=True, kw_only=True)
class Times:
    """`verdict`: kept, missed, few or none, and `sentences` that say it; `is_known` is false while Valkey is away."""

    is_known: bool = False
    verdict: str = "none"
    sentences: Sequence[str] = ()
    steps: Sequence[Step] = ()
    log: Sequence[Depth] = ()
    queues: Sequence[Depth] = ()
    drift: float | None = None


def times_now() -> Times:
    """Four round trips, one more for each shard."""
    try:
        periods = measured.of_the_last((RECENT, LONG))
        waiting = [depth for depth in depths.of_queues() if depth.length]
        drift = max(measured.levels(measures.BEAT_DRIFT), default=None)
    except redis.RedisError:
        return Times()
    verdict, sentences = judge(periods[RECENT][measures.SEEN])
    return Times(
        is_known=True,
        verdict=verdict,
        sentences=sentences,
        steps=[_step(name, [periods[RECENT][name], periods[LONG][name]]) for name in measures.STEPS],
        log=_log(),
        queues=sorted(waiting, key=lambda depth: -depth.age),
        drift=drift,
    )


def judge(seen: Histogram) -> tuple[str, list[str]]:
    """Whether what is promised was kept, and that in sentences. Counted, not estimated."""
    if not seen.count:
        return "none", [gettext("Nobody was shown a message of somebody else’s in the last five minutes.")]
    if seen.count < ENOUGH:
        words = gettext("{n} messages were seen in the last five minutes: too few to judge.")
        return "few", [words.format(n=seen.count)]
    missed = [(share, bound) for share, bound in OBJECTIVE if seen.within(bound) < share]
    if not missed:
        return "kept", [
            gettext("Messages are seen as fast as promised: 95 of 100 within 250 ms, 99 of 100 within 1 s.")
        ]
    words = gettext(
        "Messages are seen late: in the last five minutes {percent} % within {bound}, where {promised} % are promised."
    )
    return "missed", [
        words.format(
            percent=f"{100 * seen.within(bound):.1f}", bound=in_words(bound), promised=round(100 * share)
        )
        for share, bound in missed
    ]


def in_words(seconds: float) -> str:
    """25 ms, 1.2 s, 14 s, 3 min."""
    if seconds < 0.9995:
        return gettext("{n} ms").format(n=round(1000 * seconds))
    if seconds < 120:
        return gettext("{n} s").format(n=f"{seconds:.1f}" if seconds < 10 and seconds % 1 else round(seconds))
    return gettext("{n} min").format(n=round(seconds / 60))


def _step(name: str, periods: Iterable[Histogram]) -> Step:
    return Step(label=NAMES[name], periods=[_period(period) for period in periods])


def _period(histogram: Histogram) -> Period:
    found = [histogram.quantile(share) for share in SHARES]
    return Period(
        count=histogram.count,
        percentiles=["–" if seconds is None else in_words(seconds) for seconds in found],
    )


def _log() -> list[Depth]:
    """Empty while the command log is away: the steps above say that."""
    try:
        return [depth for depth in depths.of_log() if depth.length]
    except redis.RedisError:
        return []
