"""Joining: what somebody asked as a guest becomes their account's, once both are known to own one address.

The account's address is verified by allauth. The guest's is proven when the link mailed there was used, or when the
browser that is the guest's signs in to that account. Nothing else is proof: whoever types an address, as a guest or for
an account, gets nothing by it. Called where people sign in, confirm an address, or open a guest's link. It only asks:
each ticket is a command, and the service looks at the proof again.
"""

import logging
from typing import Any, Final

from django.db.models.functions import Lower
from django.http import HttpRequest

from core.models import User
from core.problems import Refused
from support import guest_intake
from support.guests import people, sessions
from support.models import SupportTicket

logger = logging.getLogger(__name__)
MOST: Final = 50


def can_join(user: Any, guest: User) -> bool:
    """Whether this account has proven that the guest's address is its own."""
    if not isinstance(user, User) or user.is_guest or user.is_staff:
        return False
    return guest.guest_address.lower() in people.verified_addresses([user.pk]).get(user.pk, ())


def signed_in(request: HttpRequest, user: User, guest: User | None) -> None:
    """Somebody is in their account now, or has proven its address; until then the browser was this `guest`'s."""
    if guest is not None and can_join(user, guest):
        people.verify(guest)
    elif guest is not None and guest.guest_address.lower() == user.email.lower():
        sessions.remember(request, guest)
    join_all(user)


def join_all(user: User) -> None:
    """Ask for every ticket of proven guests with an address of this account. A refused one waits for the next time."""
    if user.is_guest or user.is_staff:
        return
    addresses = people.verified_addresses([user.pk]).get(user.pk)
    if not addresses:
        return
    proven = SupportTicket.objects.filter(
        requester__is_guest=True,
        requester__is_active=True,
        requester__address_verified_at__isnull=False,
    )
    theirs = proven.annotate(address=Lower("requester__guest_address")).filter(address__in=addresses)
    try:
        for ticket_id, guest_id in theirs.order_by("number").values_list("pk", "requester")[:MOST]:
            guest_intake.join_ticket(user, ticket_id, guest_id)
    except Refused as refused:
        logger.warning("guests: a conversation has not joined %s yet (%s)", user.actor, refused.code)
