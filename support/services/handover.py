"""Handover: what one person wrote and did in a ticket becomes another's, in a few statements however much it is.

Called by `Work.hand_over` after the batch's rows are written, for tickets that joined an account. Must not decide
anything: `services.guests` has.
"""

import uuid
from typing import NamedTuple

from support.models import Change, ChatMessage, ChatSession, Participant, ReplyPromise


class Handover(NamedTuple):
    """In this ticket, from the guest to the account."""

    ticket_id: uuid.UUID
    guest_id: uuid.UUID
    user_id: uuid.UUID


def hand_over(move: Handover) -> None:
    """Messages, history, chats, promises; the guest takes no part any more. As whom they acted stays in `actor`."""
    ticket, guest, user = move
    ChatMessage.objects.filter(ticket=ticket, author=guest).update(author=user)
    Change.objects.filter(ticket=ticket, user=guest).update(user=user)
    ChatSession.objects.filter(ticket=ticket, requester=guest).update(requester=user)
    ChatSession.objects.filter(ticket=ticket, ended_by=guest).update(ended_by=user)
    ReplyPromise.objects.filter(ticket=ticket, requester=guest).update(requester=user)
    Participant.objects.filter(ticket=ticket, user=guest).delete()
