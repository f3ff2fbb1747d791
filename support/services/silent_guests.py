"""Guests without a conversation: their first message was never accepted, or all they asked has joined an account.

Called by housekeeping, once a day. Deletes the person, and with them the address they typed. Must not meet anybody who
may still write: GUEST_SILENT_DAYS is longer than a guest's session lives, and who is writing just now is passed.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest

from core.models import User

# Rows at once, and at most in one task: whoever is left is there tomorrow.
CHUNK: Final = 500
CHUNKS: Final = 20


def forget(now: datetime) -> int:
    """Delete them; how many they were."""
    gone = 0
    for _ in range(CHUNKS):
        deleted = _forget_some(now)
        gone += deleted
        if deleted < CHUNK:
            break
    return gone


@transaction.atomic
def _forget_some(now: datetime) -> int:
    """A ticket that is being written holds its requester's row, which is passed; one written since stops this."""
    found = (
        _silent(now).select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:CHUNK]
    )
    chosen = list(found)
    User.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def _silent(now: datetime) -> QuerySet[User]:
    before = now - timedelta(days=settings.GUEST_SILENT_DAYS)
    last_here = Greatest("date_joined", Coalesce("last_login", "date_joined"))
    guests = User.objects.filter(is_guest=True).annotate(last_here=last_here)
    nothing = {"tickets": None, "messages": None, "chat_sessions": None}
    return guests.filter(last_here__lt=before, **nothing)
