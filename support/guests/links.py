"""The link that brings a guest back: signed, for one ticket of one guest, good for GUEST_LINK_AGE.

Made by workers when a mail is written, so nobody stores one; read by the guests' pages. Pure. A link also carries a
mark of the guest's secret: `User.revoke` changes that, and every link mailed before is dead.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from core.models import User

_SALT: Final = "support.guests.links"
_MARK: Final = 16


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a well-signed link says. Whether it still holds is the guest's row to say: `is_of`."""

    guest_id: uuid.UUID
    ticket_id: uuid.UUID
    mark: str

    def is_of(self, guest: User) -> bool:
        """The link was made for this guest, and not revoked since."""
        return guest.is_guest and guest.pk == self.guest_id and constant_time_compare(self.mark, _mark(guest))


def token(guest: User, ticket_id: uuid.UUID) -> str:
    """A new token for this ticket of theirs."""
    said = [guest.pk.hex, ticket_id.hex, _mark(guest)]
    return signing.dumps(said, salt=_SALT)


def path(guest: User, ticket_id: uuid.UUID) -> str:
    """The address behind the site's own; `tests/support/guests/test_links.py` holds it against the URL conf."""
    return f"/support-tickets/guest/return/{token(guest, ticket_id)}"


def read(text: str) -> Claim | None:
    """The claim of a token that we signed for this purpose and that is not too old; None for everything else."""
    try:
        said: Any = signing.loads(text, salt=_SALT, max_age=settings.GUEST_LINK_AGE)
        guest_id, ticket_id, mark = said
        return Claim(guest_id=uuid.UUID(guest_id), ticket_id=uuid.UUID(ticket_id), mark=str(mark))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def _mark(guest: User) -> str:
    return salted_hmac(_SALT, guest.password).hexdigest()[:_MARK]
