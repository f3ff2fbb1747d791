"""Receipts over HTTP: what became of a command that was answered with 202."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.problems import Refused
from core.receipts import Settled
from support import selectors
from support.api import schema
from support.api.views.base import View
from support.api.writes import NOT_YET

NO_RECEIPT = _("There’s no such receipt.")


class Receipt(View):
    """`receipts/<command id>/`"""

    @extend_schema(operation_id="show_receipt", summary="What became of a write", responses=schema.RECEIPT)
    def get(self, request: Request, command_id: uuid.UUID) -> Response:
        """Its actor only. 202 pending or held, 303 stored, 4xx refused."""
        settled = selectors.settled_of(self.user, command_id, unknown=NO_RECEIPT)
        if settled.state == "rejected":
            raise settled.refusal()
        if settled.state == "stored":
            return self._stored(settled)
        held = settled.state == "held"
        body = {"status": settled.state, "message": Refused("held").sentence if held else gettext(NOT_YET)}
        headers = {} if held else {"Retry-After": "1"}
        return Response(body, status=status.HTTP_202_ACCEPTED, headers=headers)

    def _stored(self, settled: Settled) -> Response:
        address = _address(settled)
        body = {"status": "stored", "location": address}
        return Response(body, status=status.HTTP_303_SEE_OTHER, headers={"Location": address})


def _address(settled: Settled) -> str:
    """Where the result can be seen."""
    if settled.ticket_id is None:
        return reverse("api:online-status")
    name = "api:messages" if settled.kind in {"PostMessage", "MarkRead"} else "api:ticket"
    return reverse(name, args=[settled.ticket_id])
