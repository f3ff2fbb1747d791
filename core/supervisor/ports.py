"""Whether a port is free on loopback, asked before anything starts: the answer can then name what to set."""

import socket
from collections.abc import Mapping


def taken(ports: Mapping[str, int], host: str = "127.0.0.1") -> list[str]:
    """A sentence for each variable whose port is in use."""
    sentences = [
        f"Port {port} is in use by another program. Set {name} to a free one, for example {name}={port + 1}."
        for name, port in ports.items()
        if not _is_free(host, port)
    ]
    if len(set(ports.values())) < len(ports):
        sentences.append(f"{' and '.join(ports)} are the same port. Set one of them to another.")
    return sentences


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers themselves do; otherwise connections of a run that just ended count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
