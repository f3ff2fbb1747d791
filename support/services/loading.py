"""Loading: everything a batch's services will ask for, in as many queries for one command as for all of a kind.

Called by the drain inside its transaction, after the tickets are locked; what comes out is a `Work`. Writes nothing.
"""

import uuid
from collections.abc import Container, Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import Max, Q
from django.db.models.functions import Lower

from core.contracts import Command
from core.models import User
from support import chat_commands, commands
from support.guests.people import verified_addresses
from support.models import Change, ChatMessage, ChatSession, Participant, SupportTicket, SupportUserStatus
from support.models.sessions import SessionState
from support.services.promises import open_promises
from support.services.work import Work
from support.workflow import Audience


def load(batch: Sequence[Command], tickets: dict[uuid.UUID, SupportTicket]) -> Work:
    """Everything the batch's services will ask for; `tickets` are locked already."""
    people = _people_of(batch)
    messages = _posted(batch)
    starts = [command for command in batch if isinstance(command, commands.StartChat)]
    agents = _agents(batch)  # locked before their chats are counted
    sessions = _sessions(batch, tickets)
    return Work(
        tickets=tickets,
        users=User.objects.in_bulk(people) if people else {},
        messages=messages,
        replies=_replies(batch, tickets),
        changes=_changes(batch, messages),
        participants=_participants(batch, tickets),
        sessions=sessions,
        chats={row.ticket_id: row for row in sessions.values() if row.state != SessionState.ENDED},
        agents=agents,
        promises=open_promises(batch, tickets),
        guest_tickets=_guest_tickets(batch),
        verified=_verified(batch),
        numbers=_numbers(sum(isinstance(c, commands.OpenTicket) for c in batch) + len(starts)),
    )


def _people_of(batch: Iterable[Command]) -> set[uuid.UUID]:
    named = {
        getattr(command, name, None)
        for command in batch
        for name in ("assignee", "assigned_to", "user_id", "guest_id")
    }
    return ({command.actor_id for command in batch} | named) - {None}  # type: ignore[return-value]


def _posted(batch: Iterable[Command]) -> dict[uuid.UUID, ChatMessage]:
    posts = [command.id for command in batch if isinstance(command, commands.PostMessage)]
    return ChatMessage.objects.in_bulk(posts) if posts else {}


_WITHOUT_HISTORY = (commands.MarkRead, commands.MarkDelivered, commands.SendCanary)


def _changes(batch: Iterable[Command], stored: Container[uuid.UUID]) -> dict[uuid.UUID, Change]:
    """What repeated commands left the first time; a new message is known not to be repeated already."""
    ids = [
        command.id
        for command in batch
        if not isinstance(command, _WITHOUT_HISTORY)
        and (command.id in stored or not isinstance(command, commands.PostMessage))
    ]
    return Change.objects.in_bulk(ids) if ids else {}


def _replies(
    batch: Iterable[Command], tickets: dict[uuid.UUID, SupportTicket]
) -> dict[tuple[uuid.UUID, uuid.UUID | None], int]:
    """Agents' replies that a message of the batch was written without; no query when every author saw the end."""
    missed = Q()
    for command in batch:
        if isinstance(command, commands.PostMessage) and command.seen is not None:
            ticket = tickets.get(command.ticket_id)
            if ticket and command.seen < ticket.staff_sequence:
                missed |= Q(ticket=ticket, staff_sequence__gt=command.seen)
    if not missed:
        return {}
    found = ChatMessage.objects.filter(missed, is_support=True, audience=Audience.PUBLIC)
    last = found.values_list("ticket_id", "author_id").annotate(Max("staff_sequence"))
    return {(ticket_id, author_id): number for ticket_id, author_id, number in last}


def _participants(
    batch: Iterable[Command], tickets: dict[uuid.UUID, SupportTicket]
) -> dict[tuple[uuid.UUID, uuid.UUID], Participant]:
    named = {getattr(command, name, None) for command in batch for name in ("actor_id", "guest_id")}
    people = [person for person in named if person]
    found = Participant.objects.filter(ticket_id__in=tickets, user_id__in=people) if tickets else ()
    return {(row.ticket_id, row.user_id): row for row in found}


def _sessions(
    batch: Iterable[Command], tickets: dict[uuid.UUID, SupportTicket]
) -> dict[uuid.UUID, ChatSession]:
    """What goes on in these tickets, what the batch names, what whoever is offered a chat has already, what goes on
    with who begins or claims one, and everything of who rates: a newer chat ends that."""
    named = {command.session_id for command in batch if hasattr(command, "session_id")}
    asked = {command.user_id for command in batch if isinstance(command, chat_commands.OfferChat)}
    raters = {command.actor_id for command in batch if isinstance(command, commands.RateChat)} - {None}
    begun = {c.actor_id for c in batch if isinstance(c, commands.StartChat | commands.ClaimTicket)} - {None}
    live = (
        Q(ticket_id__in=tickets)
        | Q(agent_id__in=asked)
        | Q(offered_to_id__in=asked)
        | Q(requester_id__in=begun)
    )
    wanted = live & ~Q(state=SessionState.ENDED) | Q(pk__in=named) | Q(requester_id__in=raters)
    rows = ChatSession.objects.filter(wanted).select_related("agent") if tickets or begun else ()
    return {row.pk: row for row in rows}


_OF_AGENTS = (
    commands.SetAvailability,
    commands.ExpirePresence,
    commands.RestorePresence,
    commands.ObservePresence,
    chat_commands.SetChatCapacity,
    chat_commands.OfferChat,
    chat_commands.HandOnChat,
    chat_commands.FlagChat,
)


def _agents(batch: Iterable[Command]) -> dict[uuid.UUID, SupportUserStatus]:
    named = {getattr(c, "user_id", c.actor_id) for c in batch if isinstance(c, _OF_AGENTS)}
    people = {person for person in named if person}
    rows = SupportUserStatus.objects.filter(user_id__in=people).order_by("user_id").select_for_update()
    return {row.user_id: row for row in rows} if people else {}


def _guest_tickets(batch: Iterable[Command]) -> dict[str, uuid.UUID]:
    """The newest ticket under each address that a guest asked a link for; no query when nobody did."""
    wanted = {command.address.lower() for command in batch if isinstance(command, commands.SendGuestLink)}
    if not wanted:
        return {}
    theirs = SupportTicket.objects.filter(requester__is_guest=True, requester__is_active=True)
    under = theirs.annotate(address=Lower("requester__guest_address")).filter(address__in=wanted)
    newest = under.order_by("address", "-created_at", "-pk").distinct("address")
    return dict(newest.values_list("address", "pk"))


def _verified(batch: Iterable[Command]) -> dict[uuid.UUID, frozenset[str]]:
    claims = [command for command in batch if isinstance(command, commands.ClaimTicket)]
    claimers = [command.actor_id for command in claims if command.actor_id]
    return verified_addresses(claimers) if claimers else {}


def _numbers(count: int) -> Iterator[int]:
    if not count:
        return iter(())
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('support_ticket_number') FROM generate_series(1, %s)", [count])
        return iter([row[0] for row in cursor.fetchall()])
