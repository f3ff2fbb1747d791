"""The answers of the API as OpenAPI shapes. They describe only: answers are built by `support.api.documents`."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers as s

from support.workflow import Audience, Availability, Priority, Source, Status, TicketType

PROBLEM = "application/problem+json"
WRITE = [
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        description="Repeating a request under one key is safe.",
    ),
    OpenApiParameter(
        "Prefer",
        str,
        OpenApiParameter.HEADER,
        description="`wait=N` (at most 10 s, usually 2) or `respond-async`.",
    ),
]


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the generator describes `authentication.Session`; it finds this class by itself."""

    target_class = "support.api.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The cookie of the pages; writes also need the CSRF token."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


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


class MessageList(s.Serializer[Any]):
    """A part of a thread."""

    messages = Message(many=True)
    last_sequence = s.IntegerField()
    limited = s.BooleanField()


class Changed(s.Serializer[Any]):
    """A ticket after a change."""

    id = s.UUIDField()
    status = s.ChoiceField(Status.choices)
    priority = s.ChoiceField(Priority.choices)
    tags = s.ListField(child=s.CharField())
    assigned_to = Person(allow_null=True)
    message = s.CharField()


class Seen(s.Serializer[Any]):
    """What is left unread."""

    id = s.UUIDField()
    unread_count = s.IntegerField()


class Online(s.Serializer[Any]):
    """Whether support is there."""

    is_online = s.BooleanField()
    availability = s.ChoiceField(Availability.choices)
    support_name = s.CharField()


class Toggled(s.Serializer[Any]):
    """An agent's own availability."""

    is_online = s.BooleanField()
    availability = s.ChoiceField(Availability.choices)
    message = s.CharField()


class Problem(s.Serializer[Any]):
    """RFC 9457, with the sentence for a person repeated under `error`."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    error = s.CharField()
    code = s.CharField()
    errors = s.DictField(child=s.ListField(child=s.CharField()), required=False)  # type: ignore[assignment]


class Pending(s.Serializer[Any]):
    """Accepted and durable, not yet stored; `receipt` tells the rest."""

    status = s.CharField(help_text="accepted or held")
    receipt = s.CharField()
    id = s.UUIDField()
    ticket_id = s.UUIDField(allow_null=True)
    message = s.CharField()


def _problem(sentence: str) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=sentence)


def read(shape: type[s.Serializer[Any]], *, public: bool = False) -> dict[Any, Any]:
    """The answers of a call that reads."""
    common = {200: shape, ("503", PROBLEM): _problem("The database is away.")}
    if public:
        return common
    return common | {
        ("401", PROBLEM): _problem("Signed out."),
        ("404", PROBLEM): _problem("No such thing, or not yours."),
        ("422", PROBLEM): _problem("Something in the query needs a look."),
    }


def written(shape: type[s.Serializer[Any]]) -> dict[Any, Any]:
    """The answers of a call that writes."""
    return {
        (200 if shape in {Changed, Seen, Toggled} else 201): OpenApiResponse(shape, description="Stored."),
        202: OpenApiResponse(Pending, description="Accepted, not yet stored; see Location."),
        ("400", PROBLEM): _problem("Not a JSON object in UTF-8."),
        ("401", PROBLEM): _problem("Signed out."),
        ("403", PROBLEM): _problem("No CSRF token, or not allowed."),
        ("404", PROBLEM): _problem("No such thing, or not yours."),
        ("409", PROBLEM): _problem("Not from the state it is in."),
        ("413", PROBLEM): _problem("More than 64 KiB."),
        ("422", PROBLEM): _problem("Something needs a look; see errors."),
        ("429", PROBLEM): _problem("Too fast; see Retry-After."),
        ("503", PROBLEM): _problem("Not known to be accepted: repeat under the same key; see Retry-After."),
    }


RECEIPT: dict[Any, Any] = {
    202: OpenApiResponse(
        inline_serializer(
            "Waiting", {"status": s.ChoiceField(["pending", "held"]), "message": s.CharField()}
        ),
        description="Not yet, or held because somebody has to look at it.",
    ),
    303: OpenApiResponse(description="Stored; see Location."),
    ("401", PROBLEM): _problem("Signed out."),
    ("404", PROBLEM): _problem("No such receipt, or not yours."),
    ("409", PROBLEM): _problem("Refused."),
}
