"""The log transport: says that something would have been said. The smallest example of a transport."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from notifications.models import Delivery, Reason
from notifications.person import Person
from notifications.transports.base import QUICK, Outcome, Send, sent

logger = logging.getLogger(__name__)


class LogTransport:
    """Writes one line of ids for each delivery."""

    name = "log"
    label = _("In the log")
    task = QUICK
    claims = 1

    def no_way_to(self, _person: Person) -> Reason | None:
        """A log takes everybody."""
        return None

    def address_of(self, _person: Person) -> str:
        """None: a log must not name people."""
        return ""

    @contextmanager
    def session(self) -> Iterator[Send]:
        """Nothing to open."""
        yield self._send

    def _send(self, delivery: Delivery) -> Outcome:
        logger.info("notice %s for delivery %s", delivery.notice, delivery.id)
        return sent(str(delivery.id))
