"""`manage.py watch_mailbox`: holds one connection to the mailbox and fetches mail the moment it comes (RFC 2177 IDLE).

Optional, beside the poll of beat, which finds everything by itself within half a minute; two of these are harmless too.
A server that has no IDLE is asked every few seconds. Lost connections come back with growing pauses.
"""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from imap_tools import BaseMailBox

from notifications import imap

logger = logging.getLogger(__name__)
# Below the 29 minutes after which servers may hang up; every so often we look whatever was said.
IDLE_SECONDS = 60.0
POLL_SECONDS = 5.0
LONGEST_PAUSE = 60.0


class Command(BaseCommand):
    """Fetch mail as it comes."""

    help = "Fetch mail from IMAP_URL the moment it comes, until it is stopped."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        if not settings.IMAP_URL:
            raise CommandError("IMAP_URL is not set: there is no mailbox to watch.")
        pause = 1.0
        while True:
            try:
                watch()
                pause = 1.0
            except (*imap.AWAY, OSError) as error:
                logger.warning("the mailbox is away (%s); trying again in %.0f s", error, pause)
                time.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)


def watch() -> None:
    """One connection's life: fetch what is there, wait for more."""
    with imap.opened() as mailbox:
        while True:
            while imap.fetch_new() == imap.MOST:
                pass
            wait(mailbox)


def wait(mailbox: BaseMailBox) -> None:
    """Until the server says that something changed, or a while has passed."""
    if "IDLE" in mailbox.client.capabilities:
        mailbox.idle.wait(timeout=IDLE_SECONDS)
    else:
        time.sleep(POLL_SECONDS)
        mailbox.client.noop()
