"""Waiting on conditions, never on time."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
EVERY = 0.02


def until(
    condition: Callable[[], Found], seconds: float = 20.0, *, what: str = "", every: float = EVERY
) -> Found:
    """The condition's first true value; AssertionError with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what or condition}")
        time.sleep(every)
    return found


async def eventually(condition: Callable[[], Found], seconds: float = 20.0, *, what: str = "") -> Found:
    """The same within an event loop, for conditions that do not block it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what or condition}")
        await asyncio.sleep(EVERY)
    return found
