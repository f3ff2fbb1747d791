"""Promises in words, in the reader's language and zone: whole sentences of the interface guide.

Called by the context processor, the API and the services that store what was promised. `now` carries the reader's zone.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support import times
from support.promises import DAY, Promise
from support.workflow import Availability

HOUR = 3600


def sentence(promise: Promise, now: datetime) -> str:
    """Usually replies in about 5 minutes."""
    if promise.availability == Availability.OFFLINE:
        return _("We’ll reply by email, usually by {moment}.").format(moment=by_when(promise, now))
    words = _online if promise.availability == Availability.ONLINE else _away
    return words(promise.seconds)


def by_when(promise: Promise, now: datetime) -> str:
    """10:00 am AEDT tomorrow."""
    return times.by_words(promise.due_at.astimezone(now.tzinfo), now)


def _online(seconds: int) -> str:
    if seconds < HOUR:
        n = seconds // 60
        return ngettext(
            "Usually replies in about {n} minute.", "Usually replies in about {n} minutes.", n
        ).format(n=n)
    if seconds < DAY:
        n = seconds // HOUR
        return ngettext("Usually replies within {n} hour.", "Usually replies within {n} hours.", n).format(
            n=n
        )
    n = seconds // DAY
    return ngettext("Usually replies within {n} day.", "Usually replies within {n} days.", n).format(n=n)


def _away(seconds: int) -> str:
    if seconds < HOUR:
        n = seconds // 60
        words = ngettext(
            "We’ll reply here or by email, usually within {n} minute.",
            "We’ll reply here or by email, usually within {n} minutes.",
            n,
        )
    elif seconds < DAY:
        n = seconds // HOUR
        words = ngettext(
            "We’ll reply here or by email, usually within {n} hour.",
            "We’ll reply here or by email, usually within {n} hours.",
            n,
        )
    else:
        n = seconds // DAY
        words = ngettext(
            "We’ll reply here or by email, usually within {n} day.",
            "We’ll reply here or by email, usually within {n} days.",
            n,
        )
    return words.format(n=n)
