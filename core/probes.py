"""Probes: the one that is under way, step by step, for whoever watches; asked for and cancelled through it.

A few keys on the ephemeral Valkey, each with an end. Written by `workers.probe`, asked for by the page of operations.
What a run came to is kept in PostgreSQL by workers; what could not be kept waits here for the next run.
"""

import time
import uuid
from typing import Any, Final

import msgspec

from core import valkey

NOW: Final = "probe:now"
LOCK: Final = "probe:lock"
CANCEL: Final = "probe:cancel"
UNKEPT: Final = "probe:unkept"
# A run takes seconds, and gives up on a mail after a minute: one that is still locked after this died with its worker.
LOCKED_SECONDS: Final = 150
SHOWN_SECONDS: Final = 900
MOST_UNKEPT: Final = 1000
# The way of a probe, and how many seconds each hop may take before it is late, and before it is given up.
HOPS: Final[dict[str, tuple[float, float]]] = {
    "accept": (2.0, 5.0),
    "store": (5.0, 8.0),
    "announce": (5.0, 6.0),
    "react": (5.0, 6.0),
    "web": (5.0, 6.0),
    "mail": (30.0, 60.0),
}


class Step(msgspec.Struct, frozen=True, array_like=True):
    """A hop and what came of it: ok, late, failed, or off (not tried in this installation)."""

    hop: str
    state: str
    milliseconds: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as far as it got. `began` is None while nobody has taken it up, `outcome` empty while it goes on."""

    id: uuid.UUID
    asked: float
    by: uuid.UUID | None = None
    began: float | None = None
    ended: float | None = None
    steps: tuple[Step, ...] = ()
    outcome: str = ""

    @property
    def is_over(self) -> bool:
        return bool(self.outcome)

    @property
    def hop(self) -> str:
        """The first that failed, else the first that was late."""
        bad = [step for step in self.steps if step.state in {"failed", "late"}]
        return min(bad, key=lambda step: step.state, default=Step("", "")).hop


def ask(run_id: uuid.UUID, by: uuid.UUID | None) -> Run | None:
    """A new run, which nobody has taken up; None while another is under way. Raises RedisError."""
    run = Run(id=run_id, asked=time.time(), by=by)
    if not valkey.ephemeral().set(LOCK, str(run_id), nx=True, ex=LOCKED_SECONDS):
        return None
    show(run)
    return run


def show(run: Run) -> None:
    """Say how far it is. Raises RedisError."""
    valkey.ephemeral().set(NOW, msgspec.json.encode(run), ex=SHOWN_SECONDS)


def current() -> Run | None:
    """The run that is under way, or was last. Raises RedisError."""
    text: Any = valkey.ephemeral().get(NOW)
    return msgspec.json.decode(text, type=Run) if text else None


def is_locked() -> bool:
    """Whether one is under way, or died under way a moment ago. Raises RedisError."""
    return bool(valkey.ephemeral().exists(LOCK))


def cancel(run_id: uuid.UUID) -> None:
    """Have it stop before its next hop. Raises RedisError."""
    valkey.ephemeral().set(CANCEL, str(run_id), ex=LOCKED_SECONDS)


def is_cancelled(run: Run) -> bool:
    """Whether somebody wants it to stop. Raises RedisError."""
    return bool(valkey.ephemeral().get(CANCEL) == str(run.id).encode())


def release() -> None:
    """Another may begin. Raises RedisError."""
    valkey.ephemeral().delete(LOCK)


def leave_unkept(run: Run) -> None:
    """PostgreSQL did not take it: the next run keeps it. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    pipe.rpush(UNKEPT, msgspec.json.encode(run))
    pipe.ltrim(UNKEPT, -MOST_UNKEPT, -1)
    pipe.execute()


def take_unkept() -> list[Run]:
    """What is still to be kept. Raises RedisError."""
    pipe = valkey.ephemeral().pipeline(transaction=True)
    pipe.lrange(UNKEPT, 0, -1)
    pipe.delete(UNKEPT)
    rows, _ = pipe.execute()
    return [msgspec.json.decode(row, type=Run) for row in rows]
