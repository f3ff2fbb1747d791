"""How much guests may do: begin conversations, write, ask for links; each per e-mail address and per internet address.

Called by every face that takes something from a guest, before anything is looked up or accepted, so what is counted
tells nothing about who is known. Valkey sees a keyed hash of an e-mail address, never the address. Raises Refused
too-fast with the seconds to wait.
"""

import math
import uuid
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop as _

from core import buckets, clients
from core.buckets import Bucket
from core.models import User
from core.problems import Refused

PEOPLE_BEHIND_ONE_ADDRESS: Final = 10
MANY: Final = _("That’s several times in a short while. Try again in an hour, or write to us by email.")
_HOUR: Final = 3600.0
_MINUTE: Final = 60.0


def client_of(request: HttpRequest) -> str:
    """The internet address a request came from."""
    return clients.address_of(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def require_ticket(address: str, client: str, *, ticket_id: uuid.UUID | None = None) -> None:
    """A conversation may be begun; its link is mailed, so this bounds mail too.

    `ticket_id`: what it will be, if that is known: it counts once, however often it is sent until it is taken.
    """
    most, once = settings.GUEST_TICKETS_PER_HOUR, f"guests:{ticket_id}" if ticket_id else ""
    if wait := _wait("tickets", address, client, most, _HOUR, once=once):
        raise Refused("too-fast", MANY, retry_after=wait)


def require_link(address: str, client: str) -> None:
    """A link may be mailed anew."""
    if wait := _wait("links", address, client, settings.GUEST_LINKS_PER_HOUR, _HOUR):
        raise Refused("too-fast", MANY, retry_after=wait)


def require_message(person: User, client: str) -> None:
    """A message, or anything else that a guest does in a conversation; whoever has an account may do more."""
    if not person.is_guest:
        return
    most = settings.GUEST_MESSAGES_PER_MINUTE
    if wait := _wait("messages", person.guest_address, client, most, _MINUTE):
        raise Refused("too-fast", retry_after=wait)


def _wait(what: str, address: str, client: str, most: int, seconds: float, *, once: str = "") -> int:
    return math.ceil(
        buckets.take(
            _bucket(what, _hidden(address), most, seconds),
            _bucket(what, client, most * PEOPLE_BEHIND_ONE_ADDRESS, seconds),
            once=once,
        )
    )


def _bucket(what: str, whose: str, most: int, seconds: float) -> Bucket:
    return Bucket(name=f"guests:{what}:{whose}", burst=most, rate=most / seconds)


def _hidden(address: str) -> str:
    return salted_hmac("support.guests.limits", address.lower()).hexdigest()[:32]
