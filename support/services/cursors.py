"""Services of cursors: how far a person has read, and what has reached their page.

A cursor never moves back and never past the end, so running a command twice changes nothing: these two write no
change row, which would otherwise be the most frequent row of all.
"""

from core.models import User
from core.problems import Refused
from support import commands, events
from support.models import Participant, SupportTicket
from support.policies import may
from support.services.work import Outcome, Work


def mark_read(work: Work, command: commands.MarkRead) -> Outcome:
    """Seen. What was seen has also been delivered; for staff the team's cursor moves too."""
    actor, ticket, place = _place(work, command)
    reached = min(command.sequence, ticket.last_sequence(staff=actor.is_staff))
    for_team = (
        actor.is_staff and ticket.requester_id != actor.pk
    )  # who asked it has seen nothing for the team
    opened = for_team and ticket.staff_read_sequence is None
    if reached <= place.read_sequence and not opened:
        return Outcome()
    place.read_sequence = max(reached, place.read_sequence)
    place.delivered_sequence = max(place.delivered_sequence, place.read_sequence)
    if for_team:
        ticket.staff_read_sequence = max(ticket.staff_read_sequence or 0, place.read_sequence)
    moved = events.caused_by(
        command,
        events.ReadMoved,
        ticket_id=ticket.pk,
        user_id=actor.pk,
        sequence=place.read_sequence,
        is_support=actor.is_staff,
    )
    return Outcome(rows=[place, ticket] if for_team else [place], events=[moved])


def mark_delivered(work: Work, command: commands.MarkDelivered) -> Outcome:
    """It has reached the page."""
    actor, ticket, place = _place(work, command)
    reached = min(command.sequence, ticket.last_sequence(staff=actor.is_staff))
    if reached <= place.delivered_sequence:
        return Outcome()
    place.delivered_sequence = reached
    moved = events.caused_by(
        command,
        events.DeliveredMoved,
        ticket_id=ticket.pk,
        user_id=actor.pk,
        sequence=reached,
        is_support=actor.is_staff,
    )
    return Outcome(rows=[place], events=[moved])


def _place(
    work: Work, command: commands.MarkRead | commands.MarkDelivered
) -> tuple[User, SupportTicket, Participant]:
    actor, ticket = work.actor(command), work.ticket(command.ticket_id)
    if not may(actor).see(ticket):
        raise Refused("not-found")
    return actor, ticket, work.participant(ticket, actor)
