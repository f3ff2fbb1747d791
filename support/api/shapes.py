"""Shapes of the answers, for OpenAPI. They describe only: answers are built by `support.api.documents`."""

from typing import Any

from rest_framework import serializers as s

from support.api.file_shapes import File
from support.models.sessions import EndCause, SessionState
from support.workflow import Audience, Availability, Priority, Source, Status, TicketType


class Person(s.Serializer[Any]):
    """Somebody as others see them. To requesters, an agent's address is the support address."""

    id = s.UUIDField()
    email = s.EmailField()
    first_name = s.CharField()
    last_name = s.CharField()
    name = s.CharField()
    initials = s.CharField()
    hue = s.IntegerField()


class Message(s.Serializer[Any]):
    """A message; `sequence` counts in the reader's stream."""

    id = s.UUIDField()
    ticket_id = s.UUIDField()
    sequence = s.IntegerField()
    message = s.CharField()
    html = s.CharField()
    files = File(many=True)
    sender = Person(allow_null=True)
    is_support = s.BooleanField()
    audience = s.ChoiceField(Audience.choices)
    source = s.ChoiceField(Source.choices)  # type: ignore[assignment]
    created_at = s.DateTimeField()
    read_by_user = s.BooleanField()
    read_by_support = s.BooleanField()


class TicketHead(s.Serializer[Any]):
    """What every shape of a ticket has."""

    id = s.UUIDField()
    number = s.IntegerField()
    reference = s.CharField()
    ticket_type = s.ChoiceField(TicketType.choices)
    subject = s.CharField()
    status = s.ChoiceField(Status.choices)
    priority = s.ChoiceField(Priority.choices)
    created_at = s.DateTimeField()


class Created(TicketHead):
    """A new ticket."""

    message = s.CharField()


class TicketItem(TicketHead):
    """A row of a list."""

    updated_at = s.DateTimeField()
    has_unread_messages = s.BooleanField()
    unread_count = s.IntegerField()
    last_message_at = s.DateTimeField(allow_null=True)
    last_message_preview = s.CharField()
    assigned_to = Person(allow_null=True)
    tags = s.ListField(child=s.CharField())


class StaffTicketItem(TicketItem):
    """A row of the desk's lists."""

    description = s.CharField()
    user = Person()
    session_id = s.UUIDField(allow_null=True)
    is_new = s.BooleanField()


class TicketFull(TicketItem):
    """A whole ticket."""

    description = s.CharField()
    user = Person()
    files = File(many=True)
    resolved_at = s.DateTimeField(allow_null=True)
    session_id = s.UUIDField(allow_null=True)
    context_data = s.DictField()
    current_url = s.CharField()
    browser_info = s.CharField()
    messages = Message(many=True)
    last_sequence = s.IntegerField()


class TicketDetail(s.Serializer[Any]):
    """One ticket."""

    ticket = TicketFull()


class TicketList(s.Serializer[Any]):
    """A page of own tickets."""

    tickets = TicketItem(many=True)
    next = s.CharField(allow_null=True)


class StaffTicketList(s.Serializer[Any]):
    """A page of everybody's tickets."""

    tickets = StaffTicketItem(many=True)
    next = s.CharField(allow_null=True)


class Changed(s.Serializer[Any]):
    """A ticket after a change."""

    id = s.UUIDField()
    status = s.ChoiceField(Status.choices)
    priority = s.ChoiceField(Priority.choices)
    tags = s.ListField(child=s.CharField())
    assigned_to = Person(allow_null=True)
    message = s.CharField()


class Offer(s.Serializer[Any]):
    """To whom a waiting chat is offered, and until when; for staff."""

    agent = Person()
    ends_at = s.DateTimeField()


class Chat(s.Serializer[Any]):
    """A live chat after a change. `expected_wait` in seconds; the last two for staff alone."""

    id = s.UUIDField()
    ticket_id = s.UUIDField()
    state = s.ChoiceField([SessionState.WAITING, SessionState.ACTIVE, SessionState.ENDED])
    position = s.IntegerField(allow_null=True)
    expected_wait = s.IntegerField(allow_null=True)
    agent = Person(allow_null=True)
    created_at = s.DateTimeField()
    accepted_at = s.DateTimeField(allow_null=True)
    ended_at = s.DateTimeField(allow_null=True)
    ended_by = Person(allow_null=True)
    end_cause = s.ChoiceField(EndCause.choices, allow_blank=True)
    rating = s.IntegerField(allow_null=True)
    rating_comment = s.CharField()
    quiet_ends_at = s.DateTimeField(allow_null=True)
    offer = Offer(allow_null=True, required=False)
    unattended_since = s.DateTimeField(allow_null=True, required=False)
    message = s.CharField()


class ChatState(Chat):
    """A ticket's newest live chat."""

    message = None  # type: ignore[assignment]


class ThreadState(s.Serializer[Any]):
    """What a thread's page shows of its ticket; a larger `revision` is newer."""

    id = s.UUIDField()
    number = s.IntegerField()
    reference = s.CharField()
    subject = s.CharField()
    status = s.ChoiceField(Status.choices)
    priority = s.ChoiceField(Priority.choices)
    ticket_type = s.ChoiceField(TicketType.choices)
    tags = s.ListField(child=s.CharField())
    assigned_to = Person(allow_null=True)
    updated_at = s.DateTimeField()
    resolved_at = s.DateTimeField(allow_null=True)
    last_sequence = s.IntegerField()
    revision = s.IntegerField()
    chat = ChatState(allow_null=True)


class Others(s.Serializer[Any]):
    """How far the other side is, counted in the reader's stream."""

    read = s.IntegerField()
    received = s.IntegerField()


class MessageList(s.Serializer[Any]):
    """A part of a thread, as the socket's `chat_history` has it.

    From `ticket` on only without `before`, and not for a live chat that has no message yet; of that, `previous` is the
    ticket of the chat that ended within the last hour.
    """

    ticket_id = s.UUIDField()
    messages = Message(many=True)
    last_sequence = s.IntegerField()
    limited = s.BooleanField()
    after = s.IntegerField(required=False)
    before = s.IntegerField(required=False)
    ticket = ThreadState(required=False)
    previous = ThreadState(required=False)
    read_sequence = s.IntegerField(required=False)
    others = Others(required=False)


class Received(s.Serializer[Any]):
    """The ticket."""

    id = s.UUIDField()


class Seen(s.Serializer[Any]):
    """What is left unread."""

    id = s.UUIDField()
    unread_count = s.IntegerField()


class Online(s.Serializer[Any]):
    """Whether support is there, and how soon it replies: `promise` in words, `replies_in` in seconds."""

    is_online = s.BooleanField()
    availability = s.ChoiceField(Availability.choices)
    support_name = s.CharField()
    promise = s.CharField()
    replies_in = s.IntegerField()
    replies_by = s.DateTimeField()
    promise_is_default = s.BooleanField()


class Toggled(s.Serializer[Any]):
    """An agent's own availability."""

    is_online = s.BooleanField()
    availability = s.ChoiceField(Availability.choices)
    message = s.CharField()
