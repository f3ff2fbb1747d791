"""`python -m core.alive NAME`: whether this machine's or container's process of that name is well; exit 0 or 1.

Asked by the health checks of docker-compose.yml, in the process's own container. The web and Flower are asked over
HTTP; a worker and beat are well when their beacon is young (`core.beacons`): a process that lives and hears nothing
is not. Prints one sentence. It starts no Django: it runs every half minute beside each process.
"""

import os
import socket
import sys
import time
import urllib.request
from typing import Final

import redis

from core import beacons, env

# Each is lit every two seconds; a machine that is busy may be late.
YOUNG_SECONDS: Final = 30.0
TIMEOUT_SECONDS: Final = 4.0


def main(name: str) -> int:
    """Say how the process is; what a program that ends returns to whoever asked."""
    well, sentence = _ask(name)
    sys.stdout.write(f"{sentence}\n")
    return 0 if well else 1


def _ask(name: str) -> tuple[bool, str]:
    addresses = {
        "web": f"http://127.0.0.1:{env.port('PORT', default=8000)}/health/live",
        "flower": f"http://127.0.0.1:{env.port('FLOWER_PORT', default=5555)}/healthcheck",
    }
    return _over_http(name, addresses[name]) if name in addresses else _by_beacon(name)


def _over_http(name: str, address: str) -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS):  # noqa: S310 - our own address
            return True, f"{name} answers."
    except OSError as error:
        return False, f"{name} does not answer: {error}."


def _by_beacon(name: str) -> tuple[bool, str]:
    who = f"{name}@{socket.gethostname()}"
    try:
        found = [beacon for beacon in beacons.read() if beacon.name == who]
    except redis.RedisError as error:
        return False, f"{who} cannot be asked about: the ephemeral Valkey says {type(error).__name__}."
    return _judge(who, found[0] if found else None, time.time())


def _judge(who: str, beacon: beacons.Beacon | None, now: float) -> tuple[bool, str]:
    if beacon is None:
        return False, f"{who} has not been heard of."
    silent = max(0.0, now - beacon.at)
    return silent < YOUNG_SECONDS, f"{who} was heard of {silent:.0f} s ago."


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    sys.exit(main(sys.argv[1]))
