"""What an agent does with a live chat at the desk: end it.

Called by support.desk_urls (POST), in the manner of support.views.desk_actions.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import receipts
from support import chat_intake, selectors
from support.models import SupportTicket
from support.views.desk_access import StaffRequest, staff_only
from support.views.desk_posting import apply


@staff_only
@require_POST
def end(request: StaffRequest, ticket_id: UUID) -> HttpResponse:
    """The requester's page hears of it at once, and asks how it went."""

    def write(ticket: SupportTicket, _data: dict[str, Any]) -> receipts.Accepted:
        return chat_intake.end_chat(request.user, ticket, selectors.chat_of(ticket).pk)

    return apply(request, ticket_id, forms.Form(request.POST), write, lambda _data: _("Chat ended."))
