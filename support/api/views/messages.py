"""Messages over HTTP: read, written, seen."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from support import intake, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.queries import Window
from support.api.serializers import NewCursor, NewMessage, checked
from support.api.views.base import View
from support.api.writes import answer


class Messages(View):
    """`tickets/<id>/messages/`"""

    @extend_schema(
        operation_id="list_messages",
        summary="Messages of a ticket",
        parameters=[Window],
        responses=schema.read(shapes.MessageList),
    )
    def get(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """The newest; or those after or before a number. `limited`: more than 200 came after it, these are the last."""
        ticket, staff = self.ticket(ticket_id), self.user.is_staff
        page = selectors.messages_of(ticket, staff=staff, **checked(Window, request.query_params))
        return Response(
            {
                "messages": documents.messages(page, staff=staff),
                "last_sequence": page.last_sequence,
                "limited": page.limited,
            }
        )


class PostMessage(View):
    """`tickets/<id>/message/`"""

    @extend_schema(
        operation_id="post_message",
        summary="Write a message",
        request=NewMessage,
        parameters=schema.WRITE,
        responses=schema.written(shapes.Message),
    )
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For its requester and for agents; `audience` "staff" (agents only) makes it an internal note."""
        ticket, asked = self.ticket(ticket_id), checked(NewMessage, request.data)
        accepted = intake.post_message(
            self.user,
            ticket,
            message=asked["message"],
            message_id=asked["id"],
            audience=asked["audience"],
            seen=asked["seen"],
            idempotency_key=key_of(request),
        )

        def represent() -> documents.Document:
            page = selectors.message_of(ticket, accepted.command_id)
            return documents.messages(page, staff=self.user.is_staff)[0]

        return answer(request, accepted, represent, created=True)


class MarkRead(View):
    """`tickets/<id>/read/`"""

    @extend_schema(
        operation_id="mark_read",
        summary="Seen up to here",
        request=NewCursor,
        parameters=schema.WRITE,
        responses=schema.written(shapes.Seen),
    )
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """The cursor never moves back and never past the end."""
        ticket, asked = self.ticket(ticket_id), checked(NewCursor, request.data)
        accepted = intake.mark_read(self.user, ticket, asked["sequence"])

        def represent() -> documents.Document:
            return {"id": str(ticket_id), "unread_count": self.ticket(ticket_id).unread_count}

        return answer(request, accepted, represent)
