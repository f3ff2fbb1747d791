"""How fast people write over HTTP, whatever the face: forms and API share the counts, all processes do.

Called by the API's throttle and by every view whose form is accepted. Sockets have limits of their own
(`support.sockets.limits`). Reading is not limited.
"""

import math

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from core import buckets
from core.buckets import Bucket
from core.models import User
from core.problems import Refused
from support.guests import limits


def require_write(person: User, request: HttpRequest) -> None:
    """A token from the person's bucket, one from their address's. Raises Refused too-fast with the seconds to wait."""
    client = limits.client_of(request)
    limits.require_message(person, client)
    burst, rate, many = settings.WRITES_AT_ONCE, settings.WRITES_PER_SECOND, limits.PEOPLE_BEHIND_ONE_ADDRESS
    wait = buckets.take(
        Bucket(name=f"writes:{person.pk}", burst=burst, rate=rate),
        Bucket(name=f"writes:{client}", burst=burst * many, rate=rate * many),
    )
    if wait:
        raise _too_fast(max(1, math.ceil(wait)))


def _too_fast(seconds: int) -> Refused:
    words = ngettext(
        "You’re sending messages quickly. You can send again in {n} second.",
        "You’re sending messages quickly. You can send again in {n} seconds.",
        seconds,
    )
    return Refused("too-fast", words.format(n=seconds), retry_after=seconds)
