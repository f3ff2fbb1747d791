"""`manage.py watch_mailbox`: holds one connection to the mailbox and fetches mail the moment it comes (RFC 2177 IDLE).

Optional, beside the poll of beat, which finds everything by itself within half a minute; two of these are harmless too.
A server that has no IDLE is asked every few seconds. Whatever is away (the mailbox, the command log, PostgreSQL) is
waited for, with growing pauses.
"""

import logging
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications import watching

logger = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0


class Command(BaseCommand):
    """Fetch mail as it comes."""

    help = "Fetch mail from IMAP_URL the moment it comes, until it is stopped."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        if not settings.IMAP_URL:
            raise CommandError("IMAP_URL is not set: there is no mailbox to watch.")
        pause = 1.0
        while True:
            begun = monotonic()
            try:
                watching.watch()
            except watching.AWAY as error:
                if monotonic() - begun > LONGEST_PAUSE:
                    pause = 1.0
                what = f"{type(error).__name__}: {error}"[:200]
                logger.warning("the mailbox is not watched (%s); trying again in %.0f s", what, pause)
                sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
