"""The pages behind the bell: the list, opening one notice, "Mark all as read".

Every write is a command; a notice that is opened counts as seen however it was opened, so the link works without
script. Somebody else's notice is 404. Must not show words of a ticket that the reader may no longer see: the selector
leaves those out.
"""

import logging
import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from core.problems import Refused
from notifications import bell
from notifications.links import path_to_ticket
from support import notice_intake
from support.views.tickets import reader_of

logger = logging.getLogger(__name__)


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first: the page, or for htmx the lines alone."""
    reader = reader_of(request)
    page = bell.notices_of(reader, cursor=request.GET.get("cursor"))
    context = {
        "entries": bell.entries(reader, page.items),
        "next_cursor": page.next,
        "is_start": "cursor" not in request.GET,
    }
    is_part = getattr(request, "htmx", False)
    response = render(request, f"notifications/{'lines' if is_part else 'notices'}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@login_required
def open_notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """To what it is about; seen on the way. Nobody is kept from their ticket because that could not be written down."""
    reader = reader_of(request)
    row = bell.notice_of(reader, notice_id)
    if row is None or row.ticket_id is None:
        raise Http404
    if row.seen_at is None and request.method == "GET":
        try:
            notice_intake.mark_notices_seen(reader, notices=[row.id])
        except Refused as refused:
            logger.warning("a notice was opened and is not marked as seen (%s)", refused.code)
    return redirect(path_to_ticket(row.ticket_id, staff=reader.is_staff))


@require_POST
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    """All of them, or with `ticket` those about what is on the screen."""
    about = request.POST.get("ticket", "")
    try:
        ticket_id = uuid.UUID(about) if about else None
    except ValueError as error:
        raise Refused("invalid") from error
    notice_intake.mark_notices_seen(reader_of(request), about=ticket_id)
    return HttpResponse(status=204) if "X-Background" in request.headers else redirect("notices")
