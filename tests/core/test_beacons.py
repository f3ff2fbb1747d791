"""Beacons: whoever lights its first one takes away those of the long dead."""

import time
from typing import Any

from core import beacons, valkey
from core.beacons import FORGOTTEN_SECONDS, Beacon


def lit() -> list[str]:
    """Who has one, however old."""
    names: Any = valkey.ephemeral().hkeys(beacons.KEY)
    return sorted(name.decode() for name in names)


def test_the_first_beacon_of_a_process_takes_away_those_of_the_long_dead() -> None:
    now = time.time()
    beacons.light(Beacon(name="beat@one", at=now))  # this process has looked before
    beacons.light(Beacon(name="drain@ended", at=now - FORGOTTEN_SECONDS - 60))
    beacons.light(Beacon(name="quick@asleep", at=now - FORGOTTEN_SECONDS + 60))
    assert lit() == ["beat@one", "drain@ended", "quick@asleep"]

    beacons._forget_the_dead.cache_clear()  # as in a new process
    beacons.light(Beacon(name="drain@new", at=now))

    assert lit() == ["beat@one", "drain@new", "quick@asleep"]
