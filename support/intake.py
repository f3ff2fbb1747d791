"""Intake: the one door for every write. Builds the command, appends it to the log, rings.

Called by API, pages, sockets and inbound mail, and by workers that want a ticket changed; the part of it that is about
live chats is `support.chat_intake`. Faces validate what people typed (`support.validators`) and show permission early;
the services ask again in the drain. Raises `Refused` with log-full or log-unavailable when the command was not, or not
known to be, accepted.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import redis

from core import ids, receipts
from core.models import User
from core.problems import Refused
from support import commands, presence
from support.availability import Observed
from support.doorway import SYSTEM, accept, append, command_id_for, require, stamp
from support.files import KeptFile
from support.models import SupportTicket
from support.policies import may


def ticket_id_for(user: User, idempotency_key: str) -> uuid.UUID:
    """Which ticket a form with this key becomes: pages tell by it that words were sent."""
    return ids.derive(command_id_for(user, "open_ticket", idempotency_key), "ticket")


def open_ticket(
    user: User,
    *,
    subject: str,
    description: str,
    priority: str = "MEDIUM",
    ticket_type: str = "QUESTION",
    tags: Sequence[str] = (),
    current_url: str = "",
    browser_info: str = "",
    context_data: dict[str, Any] | None = None,
    idempotency_key: str | None = None,
    files: tuple[KeptFile, ...] = (),
) -> receipts.Accepted:
    """Ask for help in a new ticket."""
    command_id = command_id_for(user, "open_ticket", idempotency_key)
    return accept(
        commands.OpenTicket(
            **stamp(user, command_id),
            ticket_id=ids.derive(command_id, "ticket"),
            subject=subject,
            description=description,
            priority=priority,
            ticket_type=ticket_type,
            tags=tuple(tags),
            current_url=current_url,
            browser_info=browser_info,
            context_data=msgspec.json.encode(context_data or {}).decode(),
            files=files,
        )
    )


def post_message(
    user: User,
    ticket: SupportTicket,
    *,
    message: str,
    message_id: uuid.UUID | None = None,
    audience: str = "public",
    source: str = "web",
    seen: int | None = None,
    idempotency_key: str | None = None,
    files: tuple[KeptFile, ...] = (),
) -> receipts.Accepted:
    """Write in a ticket. `message_id` makes the post idempotent, as an idempotency key does.

    `seen` is how far in the staff's stream an agent had read: a colleague's reply after it refuses theirs.
    """
    require(may(user).post_to(ticket, audience))
    command_id = message_id or command_id_for(user, f"post_message/{ticket.pk}", idempotency_key)
    return accept(build_post_message(user, ticket.pk, command_id, message, audience, source, seen, files))


def change_status(
    user: User,
    ticket: SupportTicket,
    *,
    status: str,
    expected: str | None = None,
    assigned_to: uuid.UUID | None = None,
    idempotency_key: str | None = None,
) -> receipts.Accepted:
    """Move a ticket along its workflow."""
    require(may(user).change_status_of(ticket) and (assigned_to is None or may(user).change(ticket)))
    stamped = stamp(user, command_id_for(user, f"change_status/{ticket.pk}", idempotency_key))
    return accept(
        commands.ChangeStatus(
            **stamped, ticket_id=ticket.pk, status=status, expected=expected, assigned_to=assigned_to
        )
    )


def assign_ticket(
    user: User, ticket: SupportTicket, assignee: uuid.UUID | None, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Give a ticket to an agent, or to nobody."""
    require(may(user).change(ticket))
    stamped = stamp(user, command_id_for(user, f"assign_ticket/{ticket.pk}", idempotency_key))
    return accept(commands.AssignTicket(**stamped, ticket_id=ticket.pk, assignee=assignee))


def change_priority(
    user: User, ticket: SupportTicket, priority: str, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Say how much a ticket presses."""
    require(may(user).change(ticket))
    stamped = stamp(user, command_id_for(user, f"change_priority/{ticket.pk}", idempotency_key))
    return accept(commands.ChangePriority(**stamped, ticket_id=ticket.pk, priority=priority))


def change_tags(
    user: User, ticket: SupportTicket, tags: Sequence[str], *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Replace a ticket's tags."""
    require(may(user).change(ticket))
    stamped = stamp(user, command_id_for(user, f"change_tags/{ticket.pk}", idempotency_key))
    return accept(commands.ChangeTags(**stamped, ticket_id=ticket.pk, tags=tuple(tags)))


def mark_read(user: User, ticket: SupportTicket, sequence: int) -> receipts.Accepted:
    """The person has seen everything up to `sequence` of their own stream."""
    require(may(user).see(ticket))
    return accept(build_mark_read(user, ticket.pk, sequence))


def mark_delivered(user: User, ticket: SupportTicket, sequence: int) -> receipts.Accepted:
    """Everything up to `sequence` of the person's own stream has reached their page."""
    require(may(user).see(ticket))
    return accept(build_mark_delivered(user, ticket.pk, sequence))


def set_availability(
    user: User,
    availability: str,
    *,
    pinned_until: datetime | None = None,
    idempotency_key: str | None = None,
) -> receipts.Accepted:
    """An agent declares themselves online (pinned: without an open page), away or offline; a lease starts with it."""
    require(may(user).help)
    try:
        presence.renew(user.pk)
    except redis.RedisError as error:
        raise Refused("log-unavailable") from error
    stamped = stamp(user, command_id_for(user, "set_availability", idempotency_key))
    return accept(commands.SetAvailability(**stamped, availability=availability, pinned_until=pinned_until))


def restore_presence(user: User, input_at: datetime | None) -> None:
    """An agent's page is open again after their lease had lapsed, or touched again after it was left alone."""
    append(commands.RestorePresence(**stamp(user, ids.new_id()), input_at=input_at))


def observe_presence(user_id: uuid.UUID, seen: Observed, edge: str) -> None:
    """A worker found that an agent's row does not say any more what follows; `edge` as in `expire_presence`."""
    command_id = ids.derive(user_id, "observe_presence", edge)
    append(
        commands.ObservePresence(
            id=command_id,
            actor=SYSTEM,
            at=datetime.now(UTC),
            user_id=user_id,
            is_present=seen.is_present,
            input_at=seen.input_at,
        )
    )


def expire_presence(user_id: uuid.UUID, edge: str) -> None:
    """A worker found an agent's lease lapsed; `edge` names the lapse, so that two beats find it once."""
    command_id = ids.derive(user_id, "expire_presence", edge)
    append(commands.ExpirePresence(id=command_id, actor=SYSTEM, at=datetime.now(UTC), user_id=user_id))


def send_account_mail(*, template: str, to: str, subject: str, text: str, html: str = "") -> None:
    """Hand one of allauth's mails to the workers."""
    append(
        commands.SendAccountMail(
            id=ids.new_id(),
            actor="system:accounts",
            at=datetime.now(UTC),
            template=template,
            to=to,
            subject=subject,
            text=text,
            html=html,
        )
    )


def build_post_message(
    user: User,
    ticket_id: uuid.UUID,
    message_id: uuid.UUID,
    body: str,
    audience: str = "public",
    source: str = "chat",
    seen: int | None = None,
    files: tuple[KeptFile, ...] = (),
) -> commands.PostMessage:
    """For sockets, whose writer appends by itself. `seen` counts in the staff's stream, so only theirs is kept."""
    return commands.PostMessage(
        **stamp(user, message_id),
        ticket_id=ticket_id,
        body=body,
        audience=audience,
        source=source,
        seen=seen if user.is_staff else None,
        files=files,
    )


def build_mark_read(user: User, ticket_id: uuid.UUID, sequence: int) -> commands.MarkRead:
    """For sockets, which coalesce what was seen to one a second."""
    return commands.MarkRead(**stamp(user, ids.new_id()), ticket_id=ticket_id, sequence=sequence)


def build_mark_delivered(user: User, ticket_id: uuid.UUID, sequence: int) -> commands.MarkDelivered:
    """For sockets: it reached the page."""
    return commands.MarkDelivered(**stamp(user, ids.new_id()), ticket_id=ticket_id, sequence=sequence)
