"""What was measured: for each quantity and design the values in the order they were taken, so that neighbours can be
compared. Pure, but for `save` and `load`.

A ratio is the median of what each pair of neighbours gives: the machine changes its speed, and changes it for both.
"""

import json
from collections import defaultdict
from pathlib import Path
from statistics import median, quantiles
from typing import Any

PRODUCT, INLINE, SOCKET, FLOOR = "product", "inline", "socket.io", "floor"
RATE, P50, P99, CPU = "messages/s", "p50 ms", "p99 ms", "CPU ms a message"
MOST_SPREAD = 2.5


def quantity(scenario: str, figure: str) -> str:
    """The name of a figure of a scenario."""
    return f"{scenario}: {figure}"


class Book:
    """`values[quantity][design]`; `spins` are the calibrations in ms; `remarks` are for people."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.spins: list[float] = []
        self.remarks: list[str] = []

    def note(self, what: str, design: str, value: float) -> None:
        self.values[what][design].append(value)

    def note_times(self, scenario: str, design: str, taken: list[float], seconds: float) -> None:
        """Messages a second, and what they took."""
        parts = quantiles([*taken, taken[-1]] if len(taken) == 1 else taken, n=100, method="inclusive")
        self.note(quantity(scenario, RATE), design, len(taken) / seconds)
        self.note(quantity(scenario, P50), design, 1000 * parts[49])
        self.note(quantity(scenario, P99), design, 1000 * parts[98])

    def middle(self, what: str, design: str) -> float | None:
        """The median, or None where nothing was measured."""
        found = self.values.get(what, {}).get(design, [])
        return median(found) if found else None

    def ratio(self, what: str, design: str, other: str, *, than: str = "") -> float | None:
        """`design` / `other`, of `what` or, for the other, of the quantity `than`; None where one is missing."""
        ours = self.values.get(what, {}).get(design, [])
        theirs = self.values.get(than or what, {}).get(other, [])
        ratios = [mine / yours for mine, yours in zip(ours, theirs, strict=False) if yours]
        return median(ratios) if ratios else None

    def spread(self) -> str:
        """The calibration over the run, with a warning when the machine was not one machine."""
        if not self.spins:
            return "not calibrated"
        least, most = min(self.spins), max(self.spins)
        warning = "; **more than 2.5 ×: do not trust, run again**" if most / least > MOST_SPREAD else ""
        return f"calibration {median(self.spins):.0f} ms ({least:.0f} to {most:.0f}){warning}"

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(vars(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Book":
        """A book that was saved, for whoever draws it again."""
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        book = cls()
        for what, designs in known["values"].items():
            book.values[what].update(designs)
        book.spins, book.remarks = known["spins"], known["remarks"]
        return book
