"""How fast this machine is just now, so that a figure taken while it is shared can be read, and a limit scaled."""

import os
import time

SPINS = 400_000


def spin() -> int:
    """A fixed piece of work for one core."""
    total = 0
    for number in range(SPINS):
        total += number & 7
    return total


def slowness() -> float:
    """How many times longer work takes than its own processor time: 1.0 on a machine that has nothing else to do."""
    began, worked = time.perf_counter(), time.process_time()
    spin()
    return max(1.0, (time.perf_counter() - began) / max(time.process_time() - worked, 1e-6))


def words(slowed: float) -> str:
    """The machine in general words."""
    return f"{os.cpu_count()} cores, " + (
        "its own" if slowed < 1.2 else f"slowed {slowed:.1f} × by other work"
    )
