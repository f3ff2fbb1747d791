"""Services of guests: the link to a conversation, mailed anew; a conversation that joins its guest's account."""

from django.utils.translation import gettext_noop as _

from core.models import User
from core.problems import Refused
from support import commands, events
from support.models import SupportTicket
from support.services.handover import Handover
from support.services.work import Outcome, Work, record


def send_guest_link(work: Work, command: commands.SendGuestLink) -> Outcome:
    """Nothing at all when no guest ever gave this address. By the time of a repeat another guest may have given it."""
    ticket_id = work.guest_tickets.get(command.address.lower())
    if ticket_id is None:
        return Outcome()
    asked = events.caused_by(command, events.GuestLinkRequested, ticket_id=ticket_id)
    return Outcome(rows=[record(command, [asked], user=None)], events=[asked])


def claim_ticket(work: Work, command: commands.ClaimTicket) -> Outcome:
    """The ticket, its words and its cursors are the account's. Whoever has no proof hears what a stranger would."""
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    guest = work.users.get(command.guest_id)
    if guest is None or ticket.requester_id != guest.pk or not _is_proven(work, actor, guest):
        raise Refused("not-found")
    _require_one_chat(work, ticket, actor)
    before = work.participants.get((ticket.pk, guest.pk))
    ticket.requester = actor
    for session in work.sessions.values():
        if session.ticket_id == ticket.pk:
            session.requester = actor
    place = work.participant(ticket, actor)
    if before is not None:
        place.read_sequence, place.delivered_sequence = before.read_sequence, before.delivered_sequence
    claimed = events.caused_by(
        command, events.TicketClaimed, ticket_id=ticket.pk, guest_id=guest.pk, user_id=actor.pk
    )
    change = record(command, [claimed], user=actor, **{"from": guest.pk, "to": actor.pk})
    moved = Handover(ticket_id=ticket.pk, guest_id=guest.pk, user_id=actor.pk)
    return Outcome(rows=[ticket, place, change], events=[claimed], handovers=[moved])


def _is_proven(work: Work, actor: User, guest: User) -> bool:
    """Both own the address: the account's is verified, and the guest used the link that was mailed there.

    An agent reads every ticket anyway, and reads it in the other stream.
    """
    if actor.is_staff or actor.is_guest or not guest.is_guest or not guest.is_active:
        return False
    verified = work.verified.get(actor.pk, frozenset())
    return guest.address_verified_at is not None and guest.guest_address.lower() in verified


def _require_one_chat(work: Work, ticket: SupportTicket, actor: User) -> None:
    """A person has one live chat at most; the ticket joins when one of the two is over."""
    if work.live_session(ticket) and work.has_live_chat(actor):
        raise Refused(
            "transition", _("You’re in another live chat. End it first, then add this conversation.")
        )
