"""What the tests of notifications share: a ticket, events as the drain would make them, a mail server."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

from core import ids
from core.contracts import Event
from core.mail import SMTP
from core.models import User
from notifications import services
from notifications.models import EMAIL, Delivery
from support import events
from support.models import ChatMessage, SupportTicket
from tests.notifications.sink import Sink
from tests.system.ports import free_port

AT = datetime(2026, 3, 9, 23, 22, tzinfo=UTC)


@pytest.fixture
def ticket(amira: User) -> SupportTicket:
    """Amira's ticket PP-1042, with Ben and Chen not yet in sight."""
    return SupportTicket.objects.create(
        number=1042,
        requester=amira,
        subject="Logbook export is missing week 14",
        description="Week 14 shows 0 supervision hours.",
        created_at=AT,
        updated_at=AT,
    )


@pytest.fixture
def say(ticket: SupportTicket) -> Callable[..., events.MessagePosted]:
    """Stores a message and gives the event of it."""

    def make(author: User, body: str, audience: str = "public") -> events.MessagePosted:
        ticket.staff_sequence += 1
        ticket.public_sequence += audience == "public"
        ticket.save()
        message = ChatMessage.objects.create(
            ticket=ticket,
            author=author,
            body=body,
            audience=audience,
            is_support=author.is_staff,
            public_sequence=ticket.public_sequence if audience == "public" else None,
            staff_sequence=ticket.staff_sequence,
            created_at=AT,
        )
        return posted(message)

    return make


def posted(message: ChatMessage) -> events.MessagePosted:
    """The event of a message, the same every time."""
    return events.MessagePosted(
        id=ids.derive(message.id, "MessagePosted"),
        command_id=message.id,
        actor=f"user:{message.author_id}",
        at=AT,
        ticket_id=message.ticket_id,
        message_id=message.id,
        author_id=message.author_id,
        is_support=message.is_support,
        audience=message.audience,
        public_sequence=message.public_sequence,
        staff_sequence=message.staff_sequence,
        source=message.source,
    )


def happened(kind: type[Event], actor: User | str, **facts: Any) -> Any:
    """An event of `kind` by `actor`."""
    command_id = ids.new_id()
    who = actor if isinstance(actor, str) else actor.actor
    return kind(id=ids.derive(command_id, kind.__name__), command_id=command_id, actor=who, at=AT, **facts)


def opened(ticket: SupportTicket) -> events.TicketOpened:
    """The event of a ticket's beginning."""
    return happened(  # type: ignore[no-any-return]
        events.TicketOpened,
        f"user:{ticket.requester_id}",
        ticket_id=ticket.id,
        requester_id=ticket.requester_id,
        number=ticket.number,
    )


def moved(ticket: SupportTicket, actor: User | str, before: str, after: str) -> events.StatusChanged:
    """The event of a change of status."""
    return happened(  # type: ignore[no-any-return]
        events.StatusChanged, actor, ticket_id=ticket.id, before=before, after=after
    )


def given(ticket: SupportTicket, actor: User, after: uuid.UUID | None) -> events.TicketAssigned:
    """The event of an assignment."""
    return happened(  # type: ignore[no-any-return]
        events.TicketAssigned, actor, ticket_id=ticket.id, before=None, after=after
    )


def planned(*batch: Event, transport: str = EMAIL) -> list[Delivery]:
    """What these events planned for one transport, stored; what they planned for others is left out."""
    services.store(row for row in services.plan(batch) if row.transport == transport)
    rows = Delivery.objects.filter(event_id__in=[event.id for event in batch], transport=transport)
    return list(rows.order_by("recipient__email", "address", "notice"))


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real SMTP server on loopback, and the settings that send to it."""
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()
