"""Serializers: is what was sent well-formed? They validate and never save; permission is asked elsewhere."""

from typing import Any

from django.utils.translation import gettext_noop as _
from rest_framework import serializers

from core.problems import Refused
from support.api.fields import ContextField, CountField, FlagField, IdField, TagsField, TextField, WordField
from support.validators import BROWSER_INFO, CURRENT_URL, DESCRIPTION, MESSAGE, RATING_COMMENT, SUBJECT, TOPIC
from support.workflow import Audience, Availability, Pin, Priority, Status, TicketType


def checked(serializer: type["serializers.Serializer[Any]"], data: Any) -> dict[str, Any]:
    """The validated members of `data`; raises ValidationError."""
    form = serializer(data=data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


class NewTicket(serializers.Serializer[Any]):
    """A request for help."""

    subject = TextField(SUBJECT)
    description = TextField(DESCRIPTION)
    priority = WordField(Priority, default=Priority.MEDIUM.value)
    ticket_type = WordField(TicketType, default=TicketType.QUESTION.value)
    tags = TagsField(default=list)
    current_url = TextField(CURRENT_URL, default="")
    browser_info = TextField(BROWSER_INFO, default="")
    context_data = ContextField(default=dict)


class NewMessage(serializers.Serializer[Any]):
    """A message; `id` makes a repeat harmless, `audience` "staff" is an internal note.

    `seen` (agents): how far they had read; refused as `overtaken` when a colleague replied after it.
    """

    message = TextField(MESSAGE)
    id = IdField(required=False, default=None, allow_null=True)
    audience = WordField(Audience, default=Audience.PUBLIC.value)
    seen = CountField(required=False, default=None, allow_null=True)


class NewChatMessage(serializers.Serializer[Any]):
    """A message of one's live chat; the one that begins it may say what it is about, as CHAT_TOPICS has it."""

    message = TextField(MESSAGE)
    id = IdField(required=False, default=None, allow_null=True)
    topic = TextField(TOPIC, default="")


class NewStatus(serializers.Serializer[Any]):
    """A step along the workflow."""

    status = WordField(Status)
    expected = WordField(Status, default=None, allow_null=True)
    assigned_to = IdField(default=None, allow_null=True)


class NewAssignee(serializers.Serializer[Any]):
    """An agent, or null for nobody."""

    assigned_to = IdField(allow_null=True)


class NewPriority(serializers.Serializer[Any]):
    """How much it presses."""

    priority = WordField(Priority)


class NewTags(serializers.Serializer[Any]):
    """All tags of a ticket."""

    tags = TagsField()


class NewCursor(serializers.Serializer[Any]):
    """Read up to here, in the reader's own stream."""

    sequence = CountField()


class NewRating(serializers.Serializer[Any]):
    """What the requester thought of a chat."""

    score = CountField(least=1, most=5)
    comment = TextField(RATING_COMMENT, default="")


class Nothing(serializers.Serializer[Any]):
    """The address says it all; whatever is sent is ignored."""


class NewAvailability(serializers.Serializer[Any]):
    """Either of the first two; `availability` says more. `pin`: stay online so long without an open page."""

    is_online = FlagField(required=False)
    availability = WordField(Availability, required=False)
    pin = WordField(Pin, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One answer, from whichever member was sent."""
        by_flag = {True: Availability.ONLINE.value, False: Availability.OFFLINE.value, None: None}
        wanted = {attrs.get("availability"), by_flag[attrs.get("is_online")]} - {None}
        if len(wanted) != 1:
            raise Refused("invalid", _("Send either is_online or availability."))
        return {"availability": wanted.pop(), "pin": attrs["pin"]}
