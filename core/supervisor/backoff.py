"""How long to wait before something that died is started again: 0.1 s, doubling to 10 s, forgotten after 30 s.

Called by whatever supervises; time is given, never read, so a test needs no clock.
"""

from dataclasses import dataclass

# A command that kills whoever applies it takes four drains down before it is quarantined, and its shard waits for all
# of them: those four pauses are 1.5 s together.
FIRST, LONGEST, HEALTHY_AFTER = 0.1, 10.0, 30.0


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
