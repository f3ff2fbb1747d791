"""Ports for servers that tests start, on loopback."""

import secrets
import socket
from contextlib import suppress
from typing import Final

# Below those that Linux hands to outgoing connections, above those that browsers refuse.
_RANGE: Final = range(11_000, 32_000)


def free_port() -> int:
    """One that was free a moment ago."""
    while True:
        port = secrets.choice(_RANGE)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
