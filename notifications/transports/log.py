"""The log transport: says that something would have been said. The smallest example of a transport."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from notifications.models import Delivery
from notifications.transports.base import Outcome, Send, sent

logger = logging.getLogger(__name__)


class LogTransport:
    """Writes one line of ids for each delivery."""

    name = "log"

    @contextmanager
    def session(self) -> Iterator[Send]:
        """Nothing to open."""
        yield self._send

    def _send(self, delivery: Delivery) -> Outcome:
        logger.info("notice %s for delivery %s", delivery.notice, delivery.id)
        return sent(str(delivery.id))
