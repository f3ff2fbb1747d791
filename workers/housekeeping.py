"""Housekeeping: what only has to happen some time."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from core import valkey
from notifications import services
from support.services import probes, reply_times, silent_guests
from workers import refusals
from workers.base import job

logger = logging.getLogger(__name__)
DAY: Final = timedelta(days=1)


@job("housekeeping.forget_sessions")
def forget_sessions() -> None:
    """Delete sign-ins that have run out."""
    SessionStore.clear_expired()


@job("housekeeping.empty_account_mails")
def empty_account_mails() -> None:
    """Forget the text of account mails past their time, whatever became of them."""
    services.empty_old(datetime.now(UTC))


@job("housekeeping.forget_mails")
def forget_mails() -> int:
    """Forget the sources of mails that came in long ago."""
    return services.forget_sources(datetime.now(UTC) - timedelta(days=settings.MAIL_KEPT_DAYS))


@job("housekeeping.forget_refusals")
def forget_refusals() -> int:
    """Forget refusals of entries that left the log long ago."""
    return refusals.forget(datetime.now(UTC))


@job("housekeeping.forget_signals")
def forget_signals() -> int:
    """Forget words of providers that nobody can repeat any more."""
    return services.forget_signals(datetime.now(UTC))


@job("housekeeping.thin_probes")
def thin_probes() -> int:
    """Forget old runs of the self-probe, and most of those that passed."""
    return probes.thin(datetime.now(UTC), timedelta(days=settings.PROBE_KEPT_DAYS))


@job("housekeeping.measure_replies", send_events=False)
def measure_replies() -> None:
    """What first replies take of late."""
    reply_times.measure(datetime.now(UTC))


@job("housekeeping.forget_silent_guests")
def forget_silent_guests() -> int:
    """Delete guests without a conversation; once a day, however many beats ring. A failure leaves it to the next."""
    now = datetime.now(UTC)
    key, client = f"housekeeping:silent-guests:{now:%Y-%m-%d}", valkey.ephemeral()
    if not client.set(key, "1", nx=True, ex=DAY):
        return 0
    try:
        gone = silent_guests.forget(now)
    except Exception:
        client.delete(key)
        raise
    logger.info("housekeeping: %d guests without a conversation are forgotten", gone)
    return gone
