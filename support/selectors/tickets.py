"""Tickets as their readers see them: visible, with unread counts, preview and live chat.

Called by the pages, the API and the sockets. Every queryset starts from `visible_to`; somebody else's ticket
is "not-found", exactly like one that does not exist. It writes nothing.
"""

import uuid

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Left

from core.models import User
from core.problems import Refused
from support.models import ChatMessage, ChatSession, Participant, SupportTicket
from support.models.sessions import SessionState
from support.models.tickets import TicketQuerySet

PREVIEW_LENGTH = 160
MOST_PREVIOUS = 5


def tickets_for(user: User) -> TicketQuerySet:
    """The tickets a person may see, with those who stand in a list."""
    return SupportTicket.objects.visible_to(user).select_related("requester", "assigned_to__support_status")


def ticket_for(user: User, ticket_id: uuid.UUID | str) -> SupportTicket:
    """One visible ticket with everything a list item has; raises Refused("not-found")."""
    try:
        return as_read_by(user, tickets_for(user)).get(pk=_uuid(ticket_id))
    except SupportTicket.DoesNotExist as error:
        raise Refused("not-found") from error


def opened_ticket(user: User, ticket_id: uuid.UUID) -> SupportTicket:
    """One visible ticket as its opening is answered, by its own columns alone; raises Refused("not-found")."""
    own = "number", "ticket_type", "subject", "status", "priority", "created_at"
    try:
        return SupportTicket.objects.visible_to(user).only(*own).get(pk=ticket_id)
    except SupportTicket.DoesNotExist as error:
        raise Refused("not-found") from error


def _uuid(ticket_id: uuid.UUID | str) -> uuid.UUID:
    try:
        return ticket_id if isinstance(ticket_id, uuid.UUID) else uuid.UUID(ticket_id)
    except ValueError as error:
        raise Refused("not-found") from error


def as_read_by(user: User, tickets: TicketQuerySet) -> TicketQuerySet:
    """Add unread_count, session_id, session_state and last_message_{preview, author_id, is_support}.

    For staff also is_new, last_message_audience, and of the chat session_created_at and session_unattended_since.
    """
    tickets = _with_session(tickets)
    return _for_staff(user, tickets) if user.is_staff else _for_requester(tickets)


def _with_session(tickets: TicketQuerySet) -> TicketQuerySet:
    newest = _newest_chat()
    return tickets.annotate(
        session_id=Subquery(newest.values("pk")[:1]), session_state=Subquery(newest.values("state")[:1])
    )


def _newest_chat() -> "QuerySet[ChatSession]":
    return ChatSession.objects.filter(ticket=OuterRef("pk")).order_by("-created_at")


def _for_requester(tickets: TicketQuerySet) -> TicketQuerySet:
    last = ChatMessage.objects.filter(ticket=OuterRef("pk"), public_sequence=OuterRef("public_sequence"))
    return tickets.annotate(
        unread_count=requester_unread(),
        last_message_preview=_preview(last),
        last_message_author_id=Subquery(last.values("author_id")[:1]),
        last_message_is_support=Subquery(last.values("is_support")[:1]),
    )


def _for_staff(user: User, tickets: TicketQuerySet) -> TicketQuerySet:
    last = ChatMessage.objects.filter(ticket=OuterRef("pk"), staff_sequence=OuterRef("staff_sequence"))
    return tickets.annotate(
        unread_count=staff_unread(user),
        is_new=Q(staff_read_sequence=None),
        last_message_preview=_preview(last),
        last_message_author_id=Subquery(last.values("author_id")[:1]),
        last_message_is_support=Subquery(last.values("is_support")[:1]),
        last_message_audience=Subquery(last.values("audience")[:1]),
        session_created_at=Subquery(_newest_chat().values("created_at")[:1]),
        session_unattended_since=Subquery(_newest_chat().values("unattended_since")[:1]),
    )


def _preview(last: "QuerySet[ChatMessage]") -> Coalesce:
    body = Subquery(last.values(text=Left("body", PREVIEW_LENGTH))[:1])
    return Coalesce(body, Value(""), output_field=CharField())


def requester_unread() -> Greatest:
    """How many public messages a ticket's requester has not seen: last number minus their own cursor."""
    places = Participant.objects.filter(ticket=OuterRef("pk"), user=OuterRef("requester"))
    mine = places.values("read_sequence")[:1]
    read = Coalesce(Subquery(mine, output_field=IntegerField()), 0)
    return Greatest(F("public_sequence") - read, 0, output_field=IntegerField())


def team_unread() -> Greatest:
    """How many messages nobody on staff has seen: last number minus the furthest staff cursor."""
    return Greatest(F("staff_sequence") - Coalesce("staff_read_sequence", 0), 0, output_field=IntegerField())


def staff_unread(user: User) -> Case:
    """The team's number; to an agent who asked it themselves their own words are no news."""
    return Case(When(requester=user, then=0), default=team_unread(), output_field=IntegerField())


def live_chat() -> Exists:
    """Whether a chat on the ticket waits or goes on."""
    return Exists(ChatSession.objects.filter(~Q(state=SessionState.ENDED), ticket=OuterRef("pk")))


def live_tickets() -> QuerySet[ChatSession, uuid.UUID]:
    """The ids of all those tickets."""
    return ChatSession.objects.exclude(state=SessionState.ENDED).values_list("ticket", flat=True)


def previous_tickets(ticket: SupportTicket, limit: int = MOST_PREVIOUS) -> list[SupportTicket]:
    """What the same person asked before or since, newest first. For staff."""
    others = SupportTicket.objects.filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    return list(others.order_by("-updated_at", "-id")[:limit])
