"""The registry of transports: a new means is its file and one line here."""

from typing import Final

from notifications.transports.base import Transport
from notifications.transports.email import EmailTransport
from notifications.transports.in_app import InAppTransport
from notifications.transports.log import LogTransport

_ALL: Final[tuple[Transport, ...]] = (EmailTransport(), InAppTransport(), LogTransport())
TRANSPORTS: Final[dict[str, Transport]] = {transport.name: transport for transport in _ALL}
