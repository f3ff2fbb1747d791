"""Tickets over HTTP: opened, listed, shown."""

import uuid
from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from support import intake, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.queries import Listing, StaffListing
from support.api.serializers import NewTicket, checked
from support.api.views.base import AgentView, View
from support.api.writes import answer
from support.guests import limits
from support.selectors.threads import MOST_MESSAGES


class CreateTicket(View):
    """`tickets/create/`"""

    @schema.write("open_ticket", "Open a ticket", takes=NewTicket, answers=shapes.Created, stored=201)
    def post(self, request: Request) -> Response:
        """For yourself."""
        asked = checked(NewTicket, request.data)
        if self.user.is_guest:
            limits.require_ticket(self.user.guest_address, limits.client_of(request))
        accepted = intake.open_ticket(self.user, **asked, idempotency_key=key_of(request))

        def represent() -> documents.Document:
            return documents.created(selectors.opened_ticket(self.user, cast(uuid.UUID, accepted.ticket_id)))

        return answer(request, accepted, represent, created=True)


class Tickets(View):
    """`tickets/`"""

    @extend_schema(
        operation_id="list_tickets",
        summary="My tickets",
        parameters=[Listing],
        responses=schema.read(shapes.TicketList),
    )
    def get(self, request: Request) -> Response:
        """Own tickets only, most recently changed first."""
        page = selectors.requester_tickets(self.user, **checked(Listing, request.query_params))
        staff = self.user.is_staff
        return Response(
            {"tickets": [documents.item(ticket, staff=staff) for ticket in page.items], "next": page.next}
        )


class AllTickets(AgentView):
    """`tickets/all/`"""

    @extend_schema(
        operation_id="list_all_tickets",
        summary="Everybody’s tickets",
        parameters=[StaffListing],
        responses=schema.read(shapes.StaffTicketList),
    )
    def get(self, request: Request) -> Response:
        """A view of the desk; `q` is full text, `search` beginnings of words, a reference or an address."""
        page = selectors.staff_tickets(self.user, **checked(StaffListing, request.query_params))
        return Response(
            {"tickets": [documents.staff_item(ticket) for ticket in page.items], "next": page.next}
        )


class Ticket(View):
    """`tickets/<id>/`"""

    @extend_schema(
        operation_id="show_ticket", summary="One ticket", responses=schema.read(shapes.TicketDetail)
    )
    def get(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """With its newest 200 messages, in the reader's stream."""
        ticket, staff = self.ticket(ticket_id), self.user.is_staff
        page = selectors.messages_of(ticket, staff=staff, limit=MOST_MESSAGES)
        return Response({"ticket": documents.detail(ticket, page, staff=staff)})
