"""Messages over HTTP: read, written, seen."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from support import frames, histories, intake, selectors
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
        """The newest; or those after or before a number. `limited`: more than 200 came after it, these are the last.

        The same members as the socket's `chat_history`: without `before` also the ticket, and both sides' cursors.
        """
        return Response(
            history(histories.Thread(self.user, ticket_id), checked(Window, request.query_params))
        )


def history(thread: histories.Thread, window: dict[str, Any]) -> histories.History:
    """The part of a thread that a question names."""
    if window["before"] is not None:
        return histories.before(thread, window["before"], window["limit"])
    if window["after"] is not None:
        return histories.behind(thread, window["after"])
    return histories.opening(thread, window["limit"])


class PostMessage(View):
    """`tickets/<id>/message/`"""

    @schema.write("post_message", "Write a message", takes=NewMessage, answers=shapes.Message, stored=201)
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
            return frames.messages_json(page, staff=self.user.is_staff)[0]

        return answer(request, accepted, represent, created=True)


class MarkRead(View):
    """`tickets/<id>/read/`"""

    @schema.write(
        "mark_read", "Seen up to here", takes=NewCursor, answers=shapes.Seen, parameters=schema.MARK
    )
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """The cursor never moves back and never past the end."""
        ticket, asked = self.ticket(ticket_id), checked(NewCursor, request.data)
        accepted = intake.mark_read(self.user, ticket, asked["sequence"])

        def represent() -> documents.Document:
            return {"id": str(ticket_id), "unread_count": self.ticket(ticket_id).unread_count}

        return answer(request, accepted, represent)


class MarkReceived(View):
    """`tickets/<id>/received/`"""

    @schema.write(
        "mark_received",
        "Reached this page up to here",
        takes=NewCursor,
        answers=shapes.Received,
        parameters=schema.MARK,
    )
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """What a page without a socket tells its sender; the cursor never moves back and never past the end."""
        ticket, asked = self.ticket(ticket_id), checked(NewCursor, request.data)
        accepted = intake.mark_delivered(self.user, ticket, asked["sequence"])
        return answer(request, accepted, lambda: {"id": str(ticket_id)})
