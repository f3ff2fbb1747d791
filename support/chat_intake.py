"""Intake of live chats: begun, accepted, declined, ended, rated, asked for by mail.

A part of `support.intake`, which faces call.
"""

import uuid
from collections.abc import Sequence
from unicodedata import category

from django.conf import settings
from django.utils.translation import gettext_noop as _

from core import ids, receipts
from core.contracts import Command
from core.models import User
from core.problems import Refused
from support import chat_commands, commands, intake
from support.doorway import accept, command_id_for, require, stamp
from support.models import SupportTicket
from support.policies import may


def begin_chat(
    user: User,
    *,
    ticket_id: uuid.UUID,
    message: str,
    message_id: uuid.UUID | None = None,
    topic: str = "",
) -> receipts.Accepted:
    """Their live chat and its first message, under the id that every page of theirs opens as `general`."""
    first = intake.build_post_message(user, ticket_id, message_id or ids.new_id(), message)
    return accept(first, before=build_beginning(user, first, topic))


def message_id_for(user: User, idempotency_key: str | None) -> uuid.UUID:
    """Of a message in whichever chat is theirs: asked for again after that ended, it is the same message."""
    return command_id_for(user, "post_chat_message", idempotency_key)


def build_beginning(user: User, first: commands.PostMessage, topic: str) -> Sequence[Command]:
    """What goes before a chat's first message. A topic that is not offered says nothing."""
    begun: list[Command] = [build_start_chat(user, first)]
    if topic in settings.CHAT_TOPICS:
        begun.append(build_choose_topic(user, first.ticket_id, topic))
    return begun


def build_start_chat(user: User, first: commands.PostMessage) -> commands.StartChat:
    """Goes before the first message of a live chat; the subject is that message's first line."""
    return commands.StartChat(
        **stamp(user, ids.derive(first.ticket_id, "start")),
        ticket_id=first.ticket_id,
        session_id=ids.derive(first.ticket_id, "session"),
        subject=subject_of(first.body),
        first_message_id=first.id,
    )


def subject_of(body: str) -> str:
    """What a message's first line makes of a subject."""
    line = body.strip().splitlines()[0]
    first_line = "".join(" " if category(character) == "Cc" else character for character in line)
    return first_line if len(first_line) <= 80 else first_line[:79].rstrip() + "…"


def build_choose_topic(user: User, ticket_id: uuid.UUID, topic: str) -> commands.ChooseTopic:
    """Goes with the chat's beginning, when the installation has topics and one was chosen."""
    stamped = stamp(user, ids.derive(ticket_id, "topic"))
    return commands.ChooseTopic(**stamped, ticket_id=ticket_id, topic=topic)


def accept_chat(
    user: User, ticket: SupportTicket, session_id: uuid.UUID, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Take a chat that waits, or go on with one whose agent is away."""
    require(may(user).help)
    stamped = stamp(user, command_id_for(user, f"accept_chat/{session_id}", idempotency_key))
    return accept(chat_commands.AcceptChat(**stamped, ticket_id=ticket.pk, session_id=session_id))


def decline_chat(
    user: User, ticket: SupportTicket, session_id: uuid.UUID, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Let a chat pass that is offered to oneself."""
    require(may(user).help)
    stamped = stamp(user, command_id_for(user, f"decline_chat/{session_id}", idempotency_key))
    return accept(chat_commands.DeclineChat(**stamped, ticket_id=ticket.pk, session_id=session_id))


def set_chat_capacity(
    user: User, capacity: int | None, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """How many chats an agent takes at once; None: as many as everybody."""
    require(may(user).help)
    stamped = stamp(user, command_id_for(user, "set_chat_capacity", idempotency_key))
    return accept(chat_commands.SetChatCapacity(**stamped, capacity=capacity))


def end_chat(
    user: User, ticket: SupportTicket, session_id: uuid.UUID, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """End a ticket's live chat."""
    require(may(user).end_chat_of(ticket))
    stamped = stamp(user, command_id_for(user, f"end_chat/{session_id}", idempotency_key))
    return accept(commands.EndChat(**stamped, ticket_id=ticket.pk, session_id=session_id))


def rate_chat(
    user: User,
    ticket: SupportTicket,
    session_id: uuid.UUID,
    *,
    score: int,
    comment: str = "",
    idempotency_key: str | None = None,
) -> receipts.Accepted:
    """Say what one thought of a chat that has ended."""
    require(may(user).own(ticket))
    stamped = stamp(user, command_id_for(user, f"rate_chat/{session_id}", idempotency_key))
    return accept(
        commands.RateChat(**stamped, ticket_id=ticket.pk, session_id=session_id, score=score, comment=comment)
    )


def send_transcript(
    user: User, ticket: SupportTicket, session_id: uuid.UUID, *, idempotency_key: str | None = None
) -> receipts.Accepted:
    """Have what was said in a chat mailed to its requester."""
    require(may(user).own(ticket))
    if not user.mail_address:
        raise Refused(
            "invalid", _("Add an email address to your account first, so that we know where to send it.")
        )
    stamped = stamp(user, command_id_for(user, f"send_transcript/{session_id}", idempotency_key))
    return accept(commands.SendTranscript(**stamped, ticket_id=ticket.pk, session_id=session_id))
