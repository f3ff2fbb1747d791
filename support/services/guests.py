"""The service of guests: the link to a conversation, mailed anew to whoever reads the address it began under."""

from support import commands, events
from support.services.work import Outcome, Work


def send_guest_link(work: Work, command: commands.SendGuestLink) -> Outcome:
    """Nothing at all when no guest ever gave this address; the event's id makes a repeat the same mail."""
    ticket_id = work.guest_tickets.get(command.address.lower())
    if ticket_id is None:
        return Outcome()
    return Outcome(events=[events.caused_by(command, events.GuestLinkRequested, ticket_id=ticket_id)])
