"""Ticking: whether beat still gets through its table, and how late. Pure: it is given the moments, and needs no clock.

Asked by `workers.pulse`. The excuses are those of `workers.hearing`: a broker that is away, beat's own sleep between
two attempts to reach it, and a process that was stopped.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from workers.hearing import LATE_LOOK, PATIENCE, PATIENCE_WHILE_CONNECTING


@dataclass
class Pulse:
    """Judges: given the moment, the last tick, and whether the broker answers."""

    began: float
    away_at: float = float("-inf")
    looked_at: float = float("-inf")

    def stopped_for(self, at: float, ticked_at: float, *, broker: bool) -> float | None:
        """For how many seconds beat has been silent without an excuse, when that is too long."""
        if at - self.looked_at > LATE_LOOK:
            self.began = at  # the process was stopped, or the machine asleep
        self.looked_at = at
        if not broker:
            self.away_at = at
        grace = PATIENCE_WHILE_CONNECTING - PATIENCE
        silent = at - max(self.began, ticked_at, self.away_at + grace)
        return silent if silent >= PATIENCE and broker else None


# For so long a late ring is told of.
REMEMBERED_SECONDS: Final = 60.0


@dataclass
class Drift:
    """How late the rings of the table come: by how much longer each gap was than the entry's period."""

    _rang_at: dict[str, float] = field(default_factory=dict)
    _late: deque[tuple[float, float]] = field(default_factory=deque)

    def rang(self, name: str, period: float, at: float) -> None:
        """An entry is rung for; of the first time there is nothing to compare with."""
        if name in self._rang_at:
            self._late.append((at, max(0.0, at - self._rang_at[name] - period)))
        self._rang_at[name] = at

    def worst(self, at: float) -> float:
        """Of the last minute; 0.0 when nothing was rung for."""
        while self._late and at - self._late[0][0] > REMEMBERED_SECONDS:
            self._late.popleft()
        return max((late for _, late in list(self._late)), default=0.0)
