"""Figures: from the seconds that messages took to the table that people read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

INLINE, PRODUCT = "inline", "product"
MOST_SPREAD = 2.5


@dataclass(frozen=True)
class Figure:
    """One measurement of one design. `spin` is the calibration just before it: a fixed piece of work, in ms."""

    rate: float
    p50: float
    p99: float
    spin: float

    @classmethod
    def of(cls, taken: Sequence[float], seconds: float, spin: float) -> "Figure":
        parts = quantiles(taken, n=100, method="inclusive")
        return cls(len(taken) / seconds, 1000 * parts[49], 1000 * parts[98], spin)


Repeats = Mapping[str, Sequence[Figure]]  # by design, in the order they were taken


def row(scenario: str, repeats: Repeats) -> str:
    """Medians of both designs, and the median of what each pair of neighbours gives as a ratio."""
    cells = [scenario]
    for design in (INLINE, PRODUCT):
        figures = repeats[design]
        cells.append(f"{median(each.rate for each in figures):.0f}")
        cells.append(f"{_median(figures, 'p50'):.1f} / {_median(figures, 'p99'):.1f}")
    cells += [f"{_ratio(repeats, name):.2f}" for name in ("rate", "p50", "p99")]
    return f"| {' | '.join(cells)} |"


def spread(all_figures: Sequence[Figure]) -> str:
    """The calibration over a run, with a warning when the machine was not one machine."""
    spins = [each.spin for each in all_figures]
    ratio = max(spins) / min(spins)
    warning = "; **more than 2.5 ×: do not trust, run again**" if ratio > MOST_SPREAD else ""
    return f"calibration {median(spins):.0f} ms ({min(spins):.0f} to {max(spins):.0f}){warning}"


def _median(figures: Sequence[Figure], name: str) -> float:
    values: list[float] = [getattr(each, name) for each in figures]
    return median(values)


def _ratio(repeats: Repeats, name: str) -> float:
    pairs = zip(repeats[PRODUCT], repeats[INLINE], strict=True)
    ratios: list[float] = [getattr(ours, name) / getattr(theirs, name) for ours, theirs in pairs]
    return median(ratios)
