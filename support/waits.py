"""Waits: what waiting for an agent usually takes, and a place in the queue in words. Pure; figures are arguments.

Called by the selectors with the last hour's chats, and by pages without script; elements/chat-queue.js says the same
while the page is open, keep both in step.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.models.sessions import Place
from support.promises import honest, robust
from support.workflow import Availability

# Fewer chats than this say nothing about the next one.
LEAST_SAMPLE: Final = 3
HOUR: Final = 3600


def usual_wait(served: Sequence[int], unserved: Sequence[int]) -> int | None:
    """Seconds that three of four waited at most, rounded up to an honest word; None when there is too little to go by.

    `unserved` are those who still wait or gave up: they count once they waited longer than that, or it would flatter.
    """
    if len(served) < LEAST_SAMPLE:
        return None
    first = robust(list(served)).seconds
    return honest(robust([*served, *(length for length in unserved if length > first)]).seconds)


def queue_words(place: Place, availability: str, promise: str) -> str:
    """The same, and what follows when everybody is away or gone: `promise` says when a reply comes then."""
    if availability == Availability.OFFLINE:
        gone = _("Everybody has left for now, and your message is safe. {promise}")
        return gone.format(promise=promise).strip()
    if availability == Availability.AWAY:
        return f"{place_words(place)} {_('Support is away for a moment.')}"
    return place_words(place)


def place_words(place: Place) -> str:
    """You’re next. Usually about 2 minutes."""
    ahead = place.position - 1
    words = (
        ngettext("{n} person is ahead of you.", "{n} people are ahead of you.", ahead).format(n=ahead)
        if ahead
        else _("You’re next.")
    )
    return words if place.expected_wait is None else f"{words} {_wait_words(place.expected_wait)}"


def _wait_words(seconds: int) -> str:
    if seconds < HOUR:
        n = -(-seconds // 60)
        return ngettext("Usually about {n} minute.", "Usually about {n} minutes.", n).format(n=n)
    n = -(-seconds // HOUR)
    return ngettext("Usually about {n} hour.", "Usually about {n} hours.", n).format(n=n)
