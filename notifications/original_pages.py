"""A message that came by mail, as a whole: what its author quoted and signed is folded away in the thread, not lost.

For whoever wrote it, and for staff. Shown as text alone, so that nothing of a mail acts or is fetched.
"""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import inbox
from support import selectors
from support.models import ChatMessage
from support.views.answers import ticket_address
from support.views.tickets import reader_of


@require_safe
@login_required
def original(request: HttpRequest, *, ticket_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """The whole text of the mail that this message was."""
    reader = reader_of(request)
    ticket = selectors.ticket_for(reader, ticket_id)
    message = ChatMessage.objects.select_related("author").filter(pk=message_id, ticket=ticket).first()
    if message is None or not (reader.is_staff or message.author_id == reader.pk):
        raise Http404
    row = inbox.mail_of_message(message_id)
    context: dict[str, Any] = {
        "message": message,
        "ticket": ticket,
        "row": row,
        "read": inbox.contents(row) if row else None,
        "back": ticket_address(reader, ticket.pk),
    }
    return render(request, "notifications/mails/original.html", context)
