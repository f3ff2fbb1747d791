"""Plan: the deliveries that a drained batch of events causes, and of how many there must be, written at once.

Called inside the drain's transaction, after the batch's tickets and account mails were flushed. Reads with at most
five queries however many events there are; with none when no rule speaks of them, or for messages of people whose
wishes the drain has asked for. Keyed by event, transport and recipient: planning a batch again stores nothing new.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from core import rows
from core.contracts import Event, kind_of
from core.ids import derive
from core.models import User
from notifications import addresses
from notifications.audience import Cast, Hearing, hearings, listeners
from notifications.models import EMAIL, IN_APP, AccountMail, Delivery, Plan, State
from notifications.person import Person
from notifications.rules import Rule, grace, minds_chats, rules_for
from notifications.services.muting import NOBODYS, Wishes, muted_by, people_of
from notifications.transports.registry import TRANSPORTS
from support import chat_events, events, mail_events
from support.models import ChatSession, SupportTicket
from support.probing import ACTOR as PROBE

_FACTS = ("before", "after", "public_sequence", "staff_sequence", "session_id", "state")


@dataclass
class _Known:
    """What was read for the batch."""

    tickets: dict[uuid.UUID, SupportTicket] = field(default_factory=dict)
    chats: set[uuid.UUID] = field(default_factory=set)
    muted: dict[uuid.UUID, frozenset[str]] = field(default_factory=dict)
    people: dict[uuid.UUID, Person] = field(default_factory=dict)
    agents: tuple[Person, ...] = ()
    mails: dict[uuid.UUID, str] = field(default_factory=dict)


def plan(batch: Sequence[Event]) -> list[Delivery]:
    """One row for each event, person and transport that the rules name, withheld ones with their reason."""
    return _drawn_up(batch, {}, NOBODYS)[0]


def record(
    batch: Sequence[Event],
    tickets: Mapping[uuid.UUID, SupportTicket] | None = None,
    wishes: Wishes = NOBODYS,
) -> None:
    """Plan the batch and store it, with the number of rows that each event must have. Twice stores it once.

    `tickets`: those of the batch that have been loaded, as they were just written; others are read, as are the wishes
    of whom `wishes` does not know.
    """
    deliveries, plans = _drawn_up(batch, tickets or {}, wishes)
    store(deliveries)
    if plans:
        rows.write(plans, once=True)


def store(deliveries: Iterable[Delivery]) -> None:
    """Write planned rows; those that exist already stay as they are."""
    if planned := list(deliveries):
        rows.write(planned, once=True)


def _drawn_up(
    batch: Sequence[Event], tickets: Mapping[uuid.UUID, SupportTicket], wishes: Wishes
) -> tuple[list[Delivery], list[Plan]]:
    spoken_of = [event for event in batch if rules_for(event) and event.actor != PROBE]
    known = _read(spoken_of, tickets, wishes)
    drawn: dict[uuid.UUID, Delivery] = {}
    plans = []
    for event in spoken_of:
        cast = _cast(event, known)
        rules = rules_for(event, in_chat=getattr(event, "ticket_id", None) in known.chats)
        for row in _rows(event, rules, cast):
            # Somebody two rules speak of is told when either says so.
            if row.id not in drawn or drawn[row.id].state == State.WITHHELD:
                drawn[row.id] = row
        plans.append(_plan_of(event, rules, cast))
    return list(drawn.values()), plans


def _plan_of(event: Event, rules: Iterable[Rule], cast: Cast) -> Plan:
    """Counted by itself, not taken from the rows: it is what they are held against."""
    told = {
        (transport, person.key)
        for rule in rules
        for transport in rule.transports
        for person in listeners(rule, cast)
    }
    return Plan(
        event_id=event.id,
        event_kind=kind_of(event),
        command_id=event.command_id,
        expected=len(told),
        happened_at=event.at,
    )


def _read(batch: Sequence[Event], tickets: Mapping[uuid.UUID, SupportTicket], wishes: Wishes) -> _Known:
    known = _Known()
    ticket_ids = {event.ticket_id for event in batch if hasattr(event, "ticket_id")}
    known.tickets = {ticket_id: tickets[ticket_id] for ticket_id in ticket_ids & tickets.keys()}
    if missing := ticket_ids - tickets.keys():
        _read_tickets(known, missing)
    if ticket_ids and any(map(minds_chats, batch)):
        chats = ChatSession.objects.filter(ticket__in=ticket_ids)
        known.chats = set(chats.values_list("ticket_id", flat=True))
    if mail_ids := {event.mail_id for event in batch if isinstance(event, events.AccountMailRequested)}:
        known.mails = dict(AccountMail.objects.filter(id__in=mail_ids).values_list("id", "to"))
    assignees = {event.after for event in batch if isinstance(event, events.TicketAssigned) and event.after}
    assignees |= {event.user_id for event in batch if isinstance(event, chat_events.ChatOffered)}
    opened = any(isinstance(event, events.TicketOpened | mail_events.MailFailed) for event in batch)
    found = _read_people(assignees, opened=opened) if assignees or opened else []
    _read_muted(known, found, wishes)
    known.people = {user.id: _person(user, known) for user in found}
    known.agents = tuple(known.people[user.id] for user in found if user.is_staff and user.is_active)
    if not known.agents:
        known.agents = (Person(address=settings.SUPPORT_EMAIL),)
    return known


def _read_tickets(known: _Known, ids: set[uuid.UUID]) -> None:
    related = SupportTicket.objects.select_related("requester", "assigned_to")
    found = related.defer("description", "context_data").filter(id__in=ids)
    known.tickets |= {ticket.id: ticket for ticket in found}


def _read_muted(known: _Known, people: Iterable[User], wishes: Wishes) -> None:
    ids = {user.id for user in people} | people_of(known.tickets.values())
    known.muted = wishes.muted | muted_by(ids - wishes.people)


def _read_people(ids: set[uuid.UUID], *, opened: bool) -> list[User]:
    wanted = Q(id__in=ids) | Q(is_staff=True, is_active=True) if opened else Q(id__in=ids)
    people = get_user_model().objects.filter(wanted)
    return list(
        people.only("id", "email", "is_guest", "guest_address", "is_active", "is_staff").order_by("id")
    )


def _person(user: User, known: _Known) -> Person:
    muted = known.muted.get(user.id, frozenset())
    return Person(
        id=user.id,
        address=user.mail_address,
        is_active=user.is_active,
        is_guest=user.is_guest,
        muted=muted,
    )


def _cast(event: Event, known: _Known) -> Cast:
    if isinstance(event, events.AccountMailRequested):
        address = known.mails.get(event.mail_id)
        return Cast(address=Person(address=address) if address else None)
    ticket = known.tickets.get(getattr(event, "ticket_id", uuid.UUID(int=0)))
    if ticket is None:
        return Cast()
    return Cast(
        requester=_person(ticket.requester, known),
        assignee=_person(ticket.assigned_to, known) if ticket.assigned_to else None,
        new_assignee=known.people.get(event.after)
        if isinstance(event, events.TicketAssigned) and event.after
        else None,
        offered=known.people.get(event.user_id) if isinstance(event, chat_events.ChatOffered) else None,
        agents=known.agents,
    )


def _rows(event: Event, rules: Iterable[Rule], cast: Cast) -> list[Delivery]:
    return [
        _row(event, rule, transport, hearing)
        for rule in rules
        for transport in rule.transports
        for hearing in hearings(rule, transport, event, cast)
    ]


def _row(event: Event, rule: Rule, transport: str, hearing: Hearing) -> Delivery:
    row_id = derive(event.id, transport, hearing.person.key)
    return Delivery(
        id=row_id,
        event_id=event.id,
        event_kind=kind_of(event),
        command_id=event.command_id,
        facts=_facts(event),
        notice=rule.notice,
        ticket_id=getattr(event, "ticket_id", None),
        message_id=getattr(event, "message_id", None),
        account_mail_id=getattr(event, "mail_id", None),
        recipient_id=hearing.person.id,
        address=TRANSPORTS[transport].address_of(hearing.person),
        transport=transport,
        state=State.WITHHELD if hearing.reason else State.PLANNED,
        reason=hearing.reason or "",
        # In the app it is dated with what happened; tries are counted from the planning.
        created_at=event.at if transport == IN_APP else timezone.now(),
        due_at=event.at + grace(rule, transport),
        settled_at=event.at if hearing.reason else None,
        message_id_header=addresses.message_id(row_id) if transport == EMAIL else "",
    )


def _facts(event: Event) -> dict[str, Any]:
    said = {name: getattr(event, name) for name in _FACTS if hasattr(event, name)}
    return {"actor": event.actor} | {
        name: str(value) if isinstance(value, uuid.UUID) else value for name, value in said.items()
    }
