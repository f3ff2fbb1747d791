"""The requester's tickets: the list with search and tabs, and one ticket with its thread.

Reads only; every write is in support.views.ticket_actions. At 60rem list and ticket stand side by side, below that
each is a page of its own: one document, the stylesheet decides. `?view=full` shows a ticket without the list.
"""

import uuid
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from core.models import User
from core.problems import Refused
from support import intake, selectors
from support.forms import RatingForm, ReplyForm, TicketForm, key_of
from support.look import RATINGS
from support.models import Change, ChatMessage, SupportTicket
from support.thread import Reach, Reader, thread
from support.thread_progress import progress
from support.views.answers import ticket_address
from support.views.ticket_query import TicketQuery, parse
from support.workflow import REQUESTER_ALLOWED, Priority, Status

# Names that script and stylesheet know as well.
DETAIL: Final = "ticket-detail"
SEARCH_FORM: Final = "ticket-search-form"


@require_safe
@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """`/support-tickets`: the page, or for htmx what a search, a tab or "Show more" changes."""
    if reader_of(request).is_guest:
        return _newest(request)
    query = parse(request.GET)
    if getattr(request, "htmx", False):
        return _list_part(request, query)
    if query.selected:  # a link beside an open ticket, followed without script
        return redirect(query.beside)
    context = list_context(request, query)
    suggested = selectors.suggested_tags(context["own_tags"])
    key = key_of(None, "key")
    context |= {"form": TicketForm(), "key": key, "becomes": intake.ticket_id_for(reader_of(request), key)}
    context |= {"origin": _origin(request)}
    return render(request, "support/tickets.html", context | {"suggested_tags": suggested})


@require_safe
@login_required
def ticket(request: HttpRequest, ticket_id: uuid.UUID) -> HttpResponse:
    """`/support-tickets/<id>`; agents read every ticket at the desk, notes included."""
    user = reader_of(request)
    found = selectors.ticket_for(user, ticket_id)
    return redirect(ticket_address(user, found.pk)) if user.is_staff else ticket_page(request, found)


def ticket_page(
    request: HttpRequest,
    found: SupportTicket,
    *,
    reply: ReplyForm | None = None,
    refused: Refused | None = None,
    rating: RatingForm | None = None,
) -> HttpResponse:
    """A ticket; when something was refused with the reason and the reader's own words, a reply's beside them."""
    status = refused.type.status if refused else 200
    query = parse(request.GET, found.pk)
    context = ticket_context(request, found) | {
        "query": query,
        "reply": reply,
        "notice": refused.sentence if refused and reply is None else "",
        "message_key": key_of(reply, "id", taken=refused is not None and refused.code == "id-taken"),
    }
    if rating:
        context["rating"] = rating
    if query.alone or reader_of(request).is_guest:
        return render(request, "support/ticket.html", context, status=status)
    if getattr(request, "htmx", None) and request.htmx.target == DETAIL:  # type: ignore[attr-defined]
        return _varying(render(request, "support/partials/part_ticket.html", context))
    return render(request, "support/tickets.html", context | list_context(request, query), status=status)


def _newest(request: HttpRequest) -> HttpResponse:
    """A guest has one conversation, or few: the newest, and no list."""
    found = selectors.requester_tickets(reader_of(request), limit=1).items
    return redirect("ticket", found[0].pk) if found else redirect("guest")


def _list_part(request: HttpRequest, query: TicketQuery) -> HttpResponse:
    """The rows of the next page, or tabs, filters and rows; the browser's address follows what was asked."""
    name = "ticket_rows" if query.cursor else "part_results"
    response = render(request, f"support/partials/{name}.html", list_context(request, query))
    if not query.cursor:
        typed = request.htmx.trigger == SEARCH_FORM  # type: ignore[attr-defined]
        response["HX-Replace-Url" if typed else "HX-Push-Url"] = query.here
    return _varying(response)


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def list_context(request: HttpRequest, query: TicketQuery) -> dict[str, Any]:
    """What the list shows: rows, tabs with counts, and what it was narrowed by."""
    user = reader_of(request)
    page = selectors.requester_tickets(
        user,
        search=query.search,
        status=query.status,
        priority=query.priority,
        tag=query.tag,
        cursor=query.cursor,
    )
    counts = selectors.status_counts(user, search=query.search, priority=query.priority, tag=query.tag)
    return {
        "query": query,
        "tickets": page.items,
        "next_address": query.address(cursor=page.next) if page.next else "",
        "tabs": query.tabs(counts),
        "chips": query.chips(),
        "has_tickets": bool(page.items) or selectors.has_tickets(user),
        "priorities": Priority.choices,
        "own_tags": selectors.own_tags(user),
        "selected": query.selected,
    }


def ticket_context(request: HttpRequest, found: SupportTicket) -> dict[str, Any]:
    """What the ticket shows: its thread in the reader's stream, and what the reader may do."""
    user = reader_of(request)
    before = request.GET.get("before", "")
    page = selectors.messages_of(found, staff=False, before=int(before) if _is_number(before) else None)
    first = page.messages[0].sequence(staff=False) if page.messages else None
    earlier = first is not None and first > 1
    read = max(0, page.last_sequence - int(getattr(found, "unread_count", 0)))
    reader = Reader(user=user, read=read, others=Reach(read=page.staff_read, delivered=page.staff_read))
    changes = selectors.timeline_of(found)
    names = _names(found, page.messages, changes)
    return {
        "ticket": found,
        "items": thread(
            found,
            page.messages,
            changes,
            reader,
            complete=not earlier,
            names=names,
        ),
        "progress": progress(
            found, changes, reader, first_reply_at=selectors.first_reply_at(found), names=names
        ),
        "earlier": first if earlier else None,
        "last_sequence": page.last_sequence,
        "read_sequence": read,
        "next_status": next(iter(REQUESTER_ALLOWED[Status(found.status)])),
        **_chat(found),
    }


def _chat(found: SupportTicket) -> dict[str, Any]:
    """The ticket's live chat, for its panel; nothing for most tickets."""
    if not getattr(found, "session_id", None):
        return {}
    chat = selectors.chat_of(found)
    ratable = selectors.is_ratable(chat, timezone.now())
    said = RatingForm(initial={"score": str(chat.rating or ""), "comment": chat.rating_comment})
    ratings = [(str(score), word) for score, word in enumerate(RATINGS, start=1)] if ratable else []
    return {"chat": chat, "ratings": ratings, "rating": said}


def _names(found: SupportTicket, messages: list[ChatMessage], changes: list[Change]) -> dict[str, str]:
    """The agents whose names this page may say."""
    people = [
        found.assigned_to,
        *(message.author for message in messages),
        *(change.user for change in changes),
    ]
    return {str(agent.pk): agent.display_name for agent in people if agent and agent.is_staff}


def reader_of(request: HttpRequest) -> User:
    """The signed-in person; `login_required` stands before every caller."""
    if not isinstance(request.user, User):
        raise TypeError("A view without login_required asked who reads.")
    return request.user


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**31))


def _origin(request: HttpRequest) -> str:
    """The page of ours that the reader came from: what the ticket may be about."""
    referer = request.headers.get("Referer", "")
    return referer[:2000] if referer.startswith(request.build_absolute_uri("/")) else ""
