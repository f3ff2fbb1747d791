"""Canaries through the queues: one task per queue, which only says that it ran. Sent by `support.canaries`."""

from collections.abc import Callable

from core import canaries
from core.queues import PROMISES
from workers.base import job


def _canary_of(queue: str) -> Callable[..., None]:
    def run(sent_at: float) -> None:
        """It was taken, and ran."""
        canaries.arrived(queue, sent_at)

    return run


for _promise in PROMISES:
    if _promise.family != "drain":  # the drains' canary is a command
        job(f"{_promise.name}.canary", send_events=False)(_canary_of(_promise.name))
