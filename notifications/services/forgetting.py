"""Forgetting: the sources of mails that came in long ago. Called by housekeeping; their rows and messages stay."""

from datetime import datetime

from core import kept
from notifications.models import IncomingMail

MOST_FORGOTTEN = 1000


def forget_sources(before: datetime) -> int:
    """The sources of older mails go; their rows stay, and what became messages and files of them stays too."""
    old = IncomingMail.objects.filter(received_at__lt=before).exclude(digest="")
    forgotten = list(old.order_by("received_at").values_list("id", "digest")[:MOST_FORGOTTEN])
    IncomingMail.objects.filter(id__in=[mail_id for mail_id, _ in forgotten]).update(digest="")
    for digest in {digest for _, digest in forgotten}:
        if not IncomingMail.objects.filter(digest=digest).exists():
            kept.forget(digest)
    return len(forgotten)
