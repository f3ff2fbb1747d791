"""How long to wait before something that died is started again: 0.2 s, doubling to 10 s, forgotten after 30 s.

Called by whatever supervises; time is given, never read, so a test needs no clock.
"""

from dataclasses import dataclass

FIRST, LONGEST, HEALTHY_AFTER = 0.2, 10.0, 30.0


@dataclass
class Backoff:
    delay: float = 0.0
    since: float = 0.0
    due: float = 0.0

    def is_due(self, now: float) -> bool:
        return now >= self.due

    def started(self, now: float) -> None:
        self.since = now

    def healthy(self, now: float) -> None:
        if now - self.since >= HEALTHY_AFTER:
            self.delay = 0.0

    def died(self, now: float) -> None:
        self.healthy(now)
        self.delay = min(LONGEST, self.delay * 2 or FIRST)
        self.due = now + self.delay
