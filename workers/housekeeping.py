"""Housekeeping: what only has to happen some time."""

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore

from notifications import services
from support.services import reply_times
from workers.base import job


@job("housekeeping.forget_sessions")
def forget_sessions() -> None:
    """Delete sign-ins that have run out."""
    SessionStore.clear_expired()


@job("housekeeping.empty_account_mails")
def empty_account_mails() -> None:
    """Forget the text of account mails past their time, whatever became of them."""
    services.empty_old(datetime.now(UTC))


@job("housekeeping.measure_replies", send_events=False)
def measure_replies() -> None:
    """What first replies take of late."""
    reply_times.measure(datetime.now(UTC))
