"""Claimed: the deliveries of a guest's ticket that joined an account are that account's, as is what they muted.

Called by the drain inside its transaction, after the batch's own deliveries are stored. Mail that waits goes to the
account from then on, and links to its ticket as any requester's does; what went out stands in the account's history.
"""

from collections.abc import Sequence

from core.contracts import Event
from notifications.models import Delivery, Preference
from notifications.services.preferences import mute
from support.events import TicketClaimed


def follow_claims(batch: Sequence[Event]) -> None:
    """One statement per claim; none for a batch without one."""
    for event in batch:
        if isinstance(event, TicketClaimed):
            rows = Delivery.objects.filter(ticket_id=event.ticket_id, recipient_id=event.guest_id)
            rows.update(recipient_id=event.user_id)
            _mute_likewise(event)


def _mute_likewise(event: TicketClaimed) -> None:
    """Both own the address: mails that were stopped there stay stopped."""
    theirs = Preference.objects.filter(user_id=event.guest_id).first()
    if theirs is None:
        return
    for switch in theirs.muted:
        mute(event.user_id, switch, theirs.changed_at)
