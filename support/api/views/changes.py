"""Changes of a ticket over HTTP: status, assignee, priority, tags."""

import uuid
from abc import ABC, abstractmethod
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.receipts import Accepted
from support import intake
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.serializers import NewAssignee, NewPriority, NewStatus, NewTags, checked
from support.api.views.base import AgentView, View
from support.api.writes import answer
from support.workflow import Priority, Status


class _Change(View, ABC):
    """Answers with the ticket as it is after the change."""

    def changed(self, request: Request, accepted: Accepted) -> Response:
        def represent() -> documents.Document:
            ticket = self.ticket_of(accepted)
            return documents.changed(ticket, self.sentence(ticket), staff=self.user.is_staff)

        return answer(request, accepted, represent)

    @abstractmethod
    def sentence(self, ticket: Any) -> str:
        """What to tell the person."""


class ChangeStatus(_Change):
    """`tickets/<id>/status/`"""

    @schema.write("change_status", "Move a ticket along", takes=NewStatus, answers=shapes.Changed)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For agents; a requester may resolve or reopen their own. 409: `expected` is stale, or not from here."""
        ticket, asked = self.ticket(ticket_id), checked(NewStatus, request.data)
        return self.changed(
            request, intake.change_status(self.user, ticket, **asked, idempotency_key=key_of(request))
        )

    def sentence(self, ticket: Any) -> str:
        return _("{reference} is now “{status}”.").format(
            reference=ticket.reference, status=Status(ticket.status).label
        )


class AssignTicket(AgentView, _Change):
    """`tickets/<id>/assign/`"""

    @schema.write("assign_ticket", "Give a ticket to an agent", takes=NewAssignee, answers=shapes.Changed)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """null gives it back to everybody."""
        ticket, asked = self.ticket(ticket_id), checked(NewAssignee, request.data)
        accepted = intake.assign_ticket(
            self.user, ticket, asked["assigned_to"], idempotency_key=key_of(request)
        )
        return self.changed(request, accepted)

    def sentence(self, ticket: Any) -> str:
        if ticket.assigned_to is None:
            return _("{reference} is unassigned.").format(reference=ticket.reference)
        return _("{reference} is assigned to {name}.").format(
            reference=ticket.reference, name=ticket.assigned_to.display_name
        )


class ChangePriority(AgentView, _Change):
    """`tickets/<id>/priority/`"""

    @schema.write(
        "change_priority", "Say how much a ticket presses", takes=NewPriority, answers=shapes.Changed
    )
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For agents."""
        ticket, asked = self.ticket(ticket_id), checked(NewPriority, request.data)
        accepted = intake.change_priority(
            self.user, ticket, asked["priority"], idempotency_key=key_of(request)
        )
        return self.changed(request, accepted)

    def sentence(self, ticket: Any) -> str:
        return _("{reference} has the priority “{priority}”.").format(
            reference=ticket.reference, priority=Priority(ticket.priority).label
        )


class ChangeTags(AgentView, _Change):
    """`tickets/<id>/tags/`"""

    @schema.write("change_tags", "Replace a ticket’s tags", takes=NewTags, answers=shapes.Changed)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For agents."""
        ticket, asked = self.ticket(ticket_id), checked(NewTags, request.data)
        accepted = intake.change_tags(self.user, ticket, asked["tags"], idempotency_key=key_of(request))
        return self.changed(request, accepted)

    def sentence(self, ticket: Any) -> str:
        return (_("{reference} has new tags.") if ticket.tags else _("{reference} has no tags.")).format(
            reference=ticket.reference
        )
