"""What a requester does with the live chat of a ticket on its page: end it, rate it, have it mailed.

Plain form posts that work without script, like those of support.views.ticket_actions; the floating chat asks the API
for the same. They speak of the ticket's newest chat. What is refused is said on the ticket's page.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.models import User
from core.problems import Refused
from core.receipts import Accepted
from support import chat_intake, selectors
from support.forms import RatingForm
from support.models import SupportTicket
from support.views.answers import settle
from support.views.ticket_actions import mendable
from support.views.ticket_query import parse
from support.views.tickets import reader_of, ticket_page
from support.write_limits import require_write

Act = Callable[[User, SupportTicket, uuid.UUID], Accepted]


@require_POST
@login_required
def end(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """The requester has what they wanted."""
    return _done(request, ticket_id, "EndChat", chat_intake.end_chat)


@require_POST
@login_required
def rate(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """One to five, and a word if somebody likes; the last one counts."""
    form = RatingForm(request.POST)

    def rated(user: User, ticket: SupportTicket, session_id: uuid.UUID) -> Accepted:
        if not form.is_valid():
            raise Refused("invalid", " ".join(str(sentences[0]) for sentences in form.errors.values()))
        asked: dict[str, Any] = form.cleaned_data
        return chat_intake.rate_chat(
            user, ticket, session_id, score=int(asked["score"]), comment=asked["comment"]
        )

    return _done(request, ticket_id, "RateChat", rated, rating=form)


@require_POST
@login_required
def transcript(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """To the requester's own address."""
    return _done(request, ticket_id, "SendTranscript", chat_intake.send_transcript)


def _done(
    request: HttpRequest, ticket_id: uuid.UUID, kind: str, act: Act, *, rating: RatingForm | None = None
) -> HttpResponse:
    user = reader_of(request)
    ticket = selectors.ticket_for(user, ticket_id)
    chat = selectors.chat_of(ticket)
    try:
        require_write(user, request)
        suffix = parse(request.GET).posted_suffix
        return settle(request, user, act(user, ticket, chat.pk), kind=kind, suffix=suffix)
    except Refused as refused:
        return ticket_page(request, ticket, refused=mendable(refused), rating=rating)
