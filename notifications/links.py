"""Links in notices. Written out because a worker that asked the URL conf would load every view of the web process.

The paths are fixed by the contract; `tests/notifications/test_links.py` holds them against the URL conf.
"""

import uuid

from django.conf import settings

from core.models import User
from notifications import mail_tokens
from support.guests import links as guest_links


def to_preferences() -> str:
    """Where a person says which mails they want."""
    return f"{settings.SITE_URL}/accounts/notifications/"


def to_mail_settings(person_id: uuid.UUID) -> str:
    """The same without signing in, for the mails of this person alone."""
    return f"{settings.SITE_URL}/notifications/email/{mail_tokens.token(person_id)}"


def to_stop(person_id: uuid.UUID, switch: str) -> str:
    """Where one POST turns this switch of theirs off."""
    return f"{settings.SITE_URL}/notifications/stop/{mail_tokens.token(person_id, switch)}"


def to_reports() -> str:
    """How often promised replies came in time."""
    return f"{settings.SITE_URL}/support/reports/promises"


def to_desk() -> str:
    """The agents' inbox."""
    return f"{settings.SITE_URL}/support/"


def to_ticket(ticket_id: uuid.UUID, *, staff: bool) -> str:
    """The page where this reader sees the ticket: the desk for staff, their own thread for a requester."""
    return f"{settings.SITE_URL}{path_to_ticket(ticket_id, staff=staff)}"


def to_guest(guest: User, ticket_id: uuid.UUID) -> str:
    """The link that lets a guest back into their conversation, new each time; it is in mail and nowhere else."""
    return f"{settings.SITE_URL}{guest_links.path(guest, ticket_id)}"


def path_to_ticket(ticket_id: uuid.UUID, *, staff: bool) -> str:
    """The same without our host, for a page that is open already."""
    return f"/support/?ticket={ticket_id}" if staff else f"/support-tickets/{ticket_id}"
