"""The staff desk: one page, and the parts of it that script fetches again.

Called by support.desk_urls (GET) and, for the answer to a form, by desk_actions. The whole page works without
script; with it, htmx names the region it wants in `HX-Target` and gets only that. Must not write: every change
goes through desk_actions or the API.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.models import User
from core.problems import Refused
from support.validators import storable
from support.views import desk_page
from support.views.desk_access import StaffRequest, staff_only
from support.views.desk_page import Context
from support.views.desk_query import DeskQuery, parse

NO_TICKET: Final = _("The link may be incomplete. Choose a conversation from the list.")

Region = tuple[str, Callable[[User, DeskQuery], Context]]


def _list(user: User, query: DeskQuery) -> Context:
    return desk_page.frame(user, query) | desk_page.rows(user, query)


def _rows(user: User, query: DeskQuery) -> Context:
    """Asked for whenever a ticket changes, by every agent's page: nothing of the people."""
    return desk_page.views(user, query) | desk_page.rows(user, query)


# What htmx may ask for: the id of the element it will replace, and what is drawn for it.
REGIONS: Final[dict[str, Region]] = {
    "conv": ("support/desk/part_conversation.html", desk_page.conversation),
    "conv-foot": ("support/desk/composer.html", desk_page.conversation),
    "conv-head": ("support/desk/part_head.html", desk_page.conversation),
    "list": ("support/desk/part_list.html", _list),
    "rows": ("support/desk/part_rows.html", _rows),
    "more-rows": ("support/desk/rows.html", desk_page.rows),
    "offers": ("support/desk/offers.html", desk_page.offers),
    "people": ("support/desk/part_people.html", desk_page.people),
}
OF_A_TICKET: Final = {"conv-foot", "conv-head"}


@staff_only
@require_safe
def desk(request: StaffRequest) -> HttpResponse:
    """The desk, or the region that script asks for."""
    try:
        query = parse(request.GET, rows=request.headers.get("Desk-Rows", ""))
        region = None if request.htmx.history_restore_request else REGIONS.get(request.htmx.target or "")
        if region is None:
            return page(request, query)
        if query.ticket_id is None and request.htmx.target in OF_A_TICKET:
            raise Refused("not-found")
        template, context = region
        return part(request, template, context(request.user, query))
    except Refused as refused:
        return missing(request, refused)


def page(
    request: StaffRequest, query: DeskQuery, problem: Refused | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page; `problem` stands above the thread and gives the status, `more` is shown on top of it all."""
    context = desk_page.frame(request.user, query) | desk_page.rows(request.user, query)
    context |= _conversation(request, query, problem) | more
    status = problem.type.status if problem else status
    return _varying(render(request, "support/desk/desk.html", context, status=status))


def head(request: StaffRequest, ticket_id: UUID, problem: Refused | None = None) -> HttpResponse:
    """The thread's head and the panel after a change, for script."""
    context = _conversation(request, parse(request.GET, ticket_id), problem)
    return part(request, "support/desk/part_head.html", context, problem.type.status if problem else 200)


def _conversation(request: StaffRequest, query: DeskQuery, problem: Refused | None) -> Context:
    """The open ticket; tags that were refused stand as they were typed."""
    typed = storable(request.POST.get("tags", "")) if problem else ""
    return desk_page.conversation(request.user, query, problem) | {"tags_typed": typed}


def thread(request: StaffRequest, ticket_id: UUID, problem: Refused | None = None) -> HttpResponse:
    """A ticket opened by what was done to it from elsewhere on the desk, for script."""
    query = parse(request.GET, ticket_id)
    context = desk_page.conversation(request.user, query, problem) | desk_page.offers(request.user, query)
    status = problem.type.status if problem else 200
    return part(request, "support/desk/part_taken.html", context, status)


def cards(request: StaffRequest, _ticket_id: UUID, problem: Refused | None = None) -> HttpResponse:
    """What is still offered to the agent, for script."""
    context = desk_page.offers(request.user, parse(request.GET)) | {"offer_problem": problem}
    return part(request, "support/desk/offers.html", context, problem.type.status if problem else 200)


def part(request: StaffRequest, template: str, context: Context, status: int = 200) -> HttpResponse:
    """A region of the desk. `HX-Desk` tells script that even a refusal is meant to be shown where it asked."""
    response = render(request, template, context, status=status)
    response["HX-Desk"] = "1"
    return _varying(response)


def missing(request: StaffRequest, refused: Refused) -> HttpResponse:
    """The desk with nothing open but the reason why: staff may see every ticket, so a link must be wrong."""
    status = refused.type.status
    sentence = str(NO_TICKET) if refused.code == "not-found" else refused.sentence
    if request.htmx:
        return part(request, "support/desk/part_missing.html", {"missing": sentence}, status)
    data = request.GET.copy()
    data.pop("ticket", None)
    return page(request, parse(data), status=status, missing=sentence)


def _varying(response: HttpResponse) -> HttpResponse:
    """One address, several answers: no cache may mix them up."""
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
