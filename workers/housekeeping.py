"""Housekeeping: what only has to happen some time."""

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore

from notifications import services
from workers.base import job


@job("housekeeping.forget_sessions")
def forget_sessions() -> None:
    """Delete sign-ins that have run out."""
    SessionStore.clear_expired()


@job("housekeeping.empty_account_mails")
def empty_account_mails() -> None:
    """Forget the text of account mails past their time, whatever became of them."""
    services.empty_old(datetime.now(UTC))
