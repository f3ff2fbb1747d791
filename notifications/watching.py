"""Watching: one connection to the mailbox, which is fetched from the moment something comes, as fast as it is stored.

Called by `manage.py watch_mailbox`. Raises whatever of AWAY is away.
"""

import uuid
from time import sleep

from django.db import Error, close_old_connections
from imap_tools import BaseMailBox

from core.problems import Refused
from notifications import imap
from notifications.models import IncomingMail

# Below the 29 minutes after which servers may hang up; every so often we look whatever was said.
IDLE_SECONDS = 60.0
POLL_SECONDS = 5.0
# Fetched mails that nobody has stored yet would be fetched again, and fill the log.
STORED_PAUSE, STORED_LOOKS = 1.0, 60
# Refused: the command log is full or away.
AWAY = (*imap.AWAY, OSError, Refused, Error)


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
