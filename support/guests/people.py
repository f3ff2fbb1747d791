"""Who guests are: made with their first message, verified by the link mailed to them.

Called by the guests' pages and where people sign in, in the web (people are exempt from "the web never writes"), and by
inbound mail. It never looks an address up to let somebody in: two visitors who type the same one are two guests, so
typing an address opens nobody's conversation.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone, translation

from core.ids import new_id
from core.models import User
from support.models import Change


def new_guest(address: str, name: str = "") -> User:
    """A guest nobody can sign in as; mails are in the language of the page they came from."""
    guest_id, language = new_id(), translation.get_language() or ""
    return User.objects.create(
        id=guest_id,
        username=f"guest-{guest_id.hex}",
        first_name=name,
        is_guest=True,
        guest_address=address,
        password=make_password(None),
        language=language if language != settings.LANGUAGE_CODE else "",
    )


def guest_by_mail(guest_id: uuid.UUID, address: str, name: str = "") -> User:
    """The guest of one mail, made once; what wrote it may be somebody else, so the address stays unverified."""
    person = {
        "username": f"guest-{guest_id.hex}",
        "first_name": name[:150],
        "is_guest": True,
        "guest_address": address,
        "password": make_password(None),
    }
    return User.objects.get_or_create(id=guest_id, defaults=person)[0]


def verify(guest: User) -> None:
    """They used the link that was mailed to their address, or their browser signed in to its account: it is theirs."""
    if guest.address_verified_at is None:
        guest.address_verified_at = timezone.now()
        guest.save(update_fields=["address_verified_at"])


def accounts_joined(guest_id: uuid.UUID) -> list[uuid.UUID]:
    """The accounts that conversations of this guest have joined: they own the address. Also asked in the drain."""
    address = User.objects.filter(pk=guest_id, is_guest=True).values_list("guest_address", flat=True).first()
    owners = EmailAddress.objects.filter(email=(address or "").lower(), verified=True).values("user_id")
    joined = Change.objects.filter(user__in=owners, kind="ClaimTicket", detail__from=str(guest_id))
    return list(joined.values_list("user_id", flat=True).distinct())


def verified_addresses(accounts: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """What each account has proven to be its own, in lower case. Also asked in the drain."""
    rows = EmailAddress.objects.filter(user_id__in=accounts, verified=True)
    found = defaultdict(set)
    for account, address in rows.values_list("user_id", "email"):
        found[account].add(address.lower())
    return {account: frozenset(addresses) for account, addresses in found.items()}
