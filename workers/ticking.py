"""Ticking: whether beat still gets through its table. Pure: given the moments, it needs neither clock nor broker.

Asked by `workers.pulse`. The excuses are those of `workers.hearing`: a broker that is away, beat's own sleep between
two attempts to reach it, and a process that was stopped.
"""

from dataclasses import dataclass

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
