"""Loading: everything a batch's services will ask for, in as many queries for one command as for all of a kind.

Called by the drain inside its transaction, after the tickets are locked; what comes out is a `Work`. Writes nothing.
"""

import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import Max, Q
from django.db.models.functions import Lower

from core import rows
from core.contracts import Command
from core.models import User
from support import chat_commands, commands
from support.guests.people import verified_addresses
from support.models import Change, ChatMessage, ChatSession, Participant, SupportTicket, SupportUserStatus
from support.models.sessions import SessionState
from support.probing import ACTOR as PROBE
from support.services.promises import open_promises
from support.services.work import Work
from support.workflow import Audience


def ask(batch: Sequence[Command], tickets: dict[uuid.UUID, SupportTicket]) -> Callable[[], Work]:
    """Ask for everything the batch's services will ask for; `tickets` are locked already.

    What comes back is called when it is wanted, and asks for what few batches need.
    """
    agents = _agents(batch)  # locked before their chats are counted
    people, posted = _people(batch, tickets.values()), _posted(batch)
    chats, places = _sessions(batch, tickets), _participants(batch, tickets)
    waiting = open_promises(batch, tickets)

    def answer() -> Work:
        users = {user.pk: user for user in people()}
        messages = {message.pk: message for message in posted()}
        sessions = {session.pk: session for session in chats()}
        _introduce(users, tickets.values(), sessions.values())
        return Work(
            tickets=tickets,
            users=users,
            messages=messages,
            replies=_replies(batch, tickets),
            changes=_changes(batch, messages),
            participants={(place.ticket_id, place.user_id): place for place in places()},
            sessions=sessions,
            chats={row.ticket_id: row for row in sessions.values() if row.state != SessionState.ENDED},
            agents=agents,
            promises={promise.ticket_id: promise for promise in waiting()},
            guest_tickets=_guest_tickets(batch),
            verified=_verified(batch),
            numbers=_numbers(_opened(batch, tickets, messages)),
        )

    return answer


def _opened(
    batch: Iterable[Command], tickets: Container[uuid.UUID], stored: Container[uuid.UUID | None]
) -> int:
    """How many tickets begin with it, those of the self-probe aside."""
    asked = sum(isinstance(c, commands.OpenTicket) and c.actor != PROBE for c in batch)
    chats = {
        c.ticket_id
        for c in batch
        if isinstance(c, commands.StartChat)
        and c.ticket_id not in tickets
        and c.first_message_id not in stored
    }
    return asked + len(chats)


def _people(batch: Iterable[Command], tickets: Iterable[SupportTicket]) -> Callable[[], list[User]]:
    """Whoever acts or is named, and the people of the tickets."""
    wanted = {
        getattr(command, name, None)
        for command in batch
        for name in ("actor_id", "assignee", "assigned_to", "user_id", "guest_id")
    }
    wanted |= {person for ticket in tickets for person in (ticket.requester_id, ticket.assigned_to_id)}
    return rows.ask(User, "id = ANY(%s)", list(wanted - {None}))


def _introduce(
    users: dict[uuid.UUID, User], tickets: Iterable[SupportTicket], sessions: Iterable[ChatSession]
) -> None:
    """Tickets and chats know their people, as far as those were read, without asking again."""
    for ticket in tickets:
        ticket.requester = users[ticket.requester_id]
        if ticket.assigned_to_id:
            ticket.assigned_to = users[ticket.assigned_to_id]
    for session in sessions:
        if session.agent_id in users:
            session.agent = users[session.agent_id]


def _posted(batch: Iterable[Command]) -> Callable[[], list[ChatMessage]]:
    posts = {command.id for command in batch if isinstance(command, commands.PostMessage)}
    posts |= {c.first_message_id for c in batch if isinstance(c, commands.StartChat) and c.first_message_id}
    return rows.ask(ChatMessage, "id = ANY(%s)", list(posts)) if posts else list


WITHOUT_HISTORY = (commands.MarkRead, commands.MarkDelivered, commands.SendCanary)


def _changes(batch: Iterable[Command], stored: Container[uuid.UUID]) -> dict[uuid.UUID, Change]:
    """What repeated commands left the first time; a new message is known not to be repeated already."""
    ids = [
        command.id
        for command in batch
        if not isinstance(command, WITHOUT_HISTORY)
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
) -> Callable[[], list[Participant]]:
    """The places of those who act or are named, each in the ticket that it is about: pair by pair, since an agent has
    places in thousands."""
    places = {
        (ticket_id, person)
        for command in batch
        if (ticket_id := getattr(command, "ticket_id", None)) in tickets
        for person in (command.actor_id, getattr(command, "guest_id", None))
        if person
    }
    where = "(ticket_id, user_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))"
    return rows.ask(Participant, where, *map(list, zip(*places, strict=True))) if places else list


# In the text: with a parameter in its place a plan that knows no values cannot use the indexes of what is live.
_LIVE = f"state <> '{SessionState.ENDED.value}'"


def _sessions(
    batch: Iterable[Command], tickets: dict[uuid.UUID, SupportTicket]
) -> Callable[[], list[ChatSession]]:
    """What goes on in these tickets, what the batch names, what whoever is offered a chat has already, what goes on
    with who begins or claims one, and everything of who rates: a newer chat ends that."""
    named = {command.session_id for command in batch if hasattr(command, "session_id")}
    asked = {command.user_id for command in batch if isinstance(command, chat_commands.OfferChat)}
    raters = {command.actor_id for command in batch if isinstance(command, commands.RateChat)} - {None}
    begun = {c.actor_id for c in batch if isinstance(c, commands.StartChat | commands.ClaimTicket)} - {None}
    if not tickets and not begun:
        return list
    found = [
        rows.ask(ChatSession, where, *[list(wanted)] * where.count("%s"))
        for where, wanted in (
            (f"{_LIVE} AND ticket_id = ANY(%s)", tickets),
            (f"{_LIVE} AND (agent_id = ANY(%s) OR offered_to_id = ANY(%s))", asked),
            (f"{_LIVE} AND requester_id = ANY(%s)", begun),
            ("id = ANY(%s)", named),
            ("requester_id = ANY(%s)", raters),
        )
        if wanted
    ]
    return lambda: [session for answer in found for session in answer()]


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
    if not people:
        return {}
    locked = SupportUserStatus.objects.filter(user_id__in=people).order_by("user_id").select_for_update()
    return {row.user_id: row for row in locked}


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
