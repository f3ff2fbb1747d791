"""`manage.py watch_mailbox`: holds one connection to the mailbox and fetches mail the moment it comes (RFC 2177 IDLE).

Optional, beside the poll of beat, which finds everything by itself within half a minute; two of these are harmless too.
A server that has no IDLE is asked every few seconds. Whatever is away (the mailbox, the command log, PostgreSQL) is
waited for, with growing pauses.
"""

import logging
import uuid
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from imap_tools import BaseMailBox

from core.problems import Refused
from notifications import imap
from notifications.models import IncomingMail

logger = logging.getLogger(__name__)
# Below the 29 minutes after which servers may hang up; every so often we look whatever was said.
IDLE_SECONDS = 60.0
POLL_SECONDS = 5.0
LONGEST_PAUSE = 60.0
# Fetched mails that nobody has stored yet would be fetched again, and fill the log.
STORED_PAUSE, STORED_LOOKS = 1.0, 60
# Refused: the command log is full or away.
AWAY = (*imap.AWAY, OSError, Refused, Error)


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
                watch()
            except AWAY as error:
                if monotonic() - begun > LONGEST_PAUSE:
                    pause = 1.0
                what = f"{type(error).__name__}: {error}"[:200]
                logger.warning("the mailbox is not watched (%s); trying again in %.0f s", what, pause)
                sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)


def watch() -> None:
    """One connection's life: fetch what is there, wait for more."""
    with imap.opened() as mailbox:
        while True:
            catch_up()
            wait(mailbox)


def catch_up() -> None:
    """Fetch until nothing is left, as fast as it is stored."""
    while True:
        close_old_connections()  # PostgreSQL may have restarted while nothing came
        before = _newest()
        if imap.fetch_new() < imap.MOST:
            return
        for _ in range(STORED_LOOKS):
            if _newest() != before:
                break
            sleep(STORED_PAUSE)


def _newest() -> uuid.UUID | None:
    return IncomingMail.objects.order_by("-received_at", "-id").values_list("pk", flat=True).first()


def wait(mailbox: BaseMailBox) -> None:
    """Until the server says that something changed, or a while has passed."""
    if "IDLE" in mailbox.client.capabilities:
        mailbox.idle.wait(timeout=IDLE_SECONDS)
    else:
        sleep(POLL_SECONDS)
        mailbox.client.noop()
