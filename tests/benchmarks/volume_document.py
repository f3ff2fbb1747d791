"""The section of docs/performance.md about volume: the newest run of `make bench-volume`. Pure, but for `replace`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.document import newest_first, write

MARKS = ("<!-- volume -->\n", "<!-- end of volume -->\n")
REACH, STRETCH = 1.5, 1.1
KINDS = LIST, SEARCH, UNREAD, TICKET = "list", "search", "unread", "ticket page"


@dataclass(frozen=True)
class Asked:
    """One question: milliseconds of each time it was asked, by how many tickets there were; neighbours in time."""

    kind: str
    name: str
    times: dict[int, list[float]]

    @property
    def ratio(self) -> float:
        """At most tickets / at fewest."""
        fewest, most = self.times[min(self.times)], self.times[max(self.times)]
        return median(later / former for former, later in zip(fewest, most, strict=True))

    def row(self) -> str:
        cells = [self.kind, self.name, *(f"{median(taken):.1f}" for _, taken in sorted(self.times.items()))]
        return f"| {' | '.join(cells)} | {self.ratio:.2f} |"


def growth(found: Iterable[Asked]) -> dict[str, float]:
    """By kind the question that grew most: one that is slow is what people notice."""
    worst: dict[str, float] = {}
    for asked in found:
        worst[asked.kind] = max(worst.get(asked.kind, 0.0), asked.ratio)
    return worst


def lines(found: Sequence[Asked]) -> list[str]:
    """The tables."""
    sizes = sorted(found[0].times)
    head = " | ".join(["", "asked over HTTP", *(f"ms at {size:,}" for size in sizes), "ratio"])
    worst = growth(found)
    verdicts = [
        f"| {kind} | {worst[kind]:.2f} | {_verdict(worst[kind])} |" for kind in KINDS if kind in worst
    ]
    return [
        f"| at {sizes[-1]:,} tickets / at {sizes[0]:,}, goal ≤ {REACH}, stretch ≤ {STRETCH} | the worst | |",
        "|---|---|---|",
        *verdicts,
        "",
        f"|{head} |",
        "|---|---|" + "---|" * (len(sizes) + 1),
        *(asked.row() for asked in found),
    ]


def _verdict(ratio: float) -> str:
    if ratio <= STRETCH:
        return "reached, stretch too"
    return "reached" if ratio <= REACH else "**not reached**"


def replace(head: str, found: Sequence[Asked]) -> None:
    """The newest run is the only one of its size."""
    write(lambda text: with_volume(text, head, found))


def with_volume(text: str, head: str, found: Sequence[Asked]) -> str:
    """The document with this run instead of the one before."""
    return newest_first(text, MARKS, [f"### {head}", "", *lines(found)], 1)
