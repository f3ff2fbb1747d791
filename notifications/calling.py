"""Calling: a server is reached in so many seconds, however many addresses it has, or not at all.

Called by the e-mail transport before it claims anything, and by its SMTP backend (`notifications.smtp`).
"""

import socket
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from django.core.mail.backends.base import BaseEmailBackend
from requests.utils import get_environ_proxies, select_proxy

OPENING_SECONDS: Final = 10.0
LEAST: Final = 0.05


def reach(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to the first of its addresses that answers; all of them together have so many seconds."""
    until = monotonic() + seconds
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    trouble: OSError | None = None
    for place, (*_, address) in enumerate(addresses):
        share = (until - monotonic()) / (len(addresses) - place)
        try:
            return socket.create_connection((str(address[0]), port), max(LEAST, share))
        except OSError as error:
            trouble = error
    raise trouble or OSError(f"{host} has no address")


def require_provider(connection: BaseEmailBackend) -> None:
    """Raises OSError when a provider's API can't be reached: requests would try each of its addresses for long."""
    url = getattr(connection, "api_url", "")
    if not url:
        return
    where = urlsplit(select_proxy(url, get_environ_proxies(url, no_proxy=None)) or url)
    port = where.port or (80 if where.scheme == "http" else 443)
    reach(where.hostname or "", port, OPENING_SECONDS).close()
