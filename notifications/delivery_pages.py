"""The page of support admins: did they get it? The ledger with a filter, what is held back, and what can be done.

Every write is a command; the page waits for it as long as a person would, and comes back to where it was. Reads through
`notifications.ledger`. For support admins alone: it shows the addresses of everybody.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import receipts
from core.problems import Refused
from notifications.ledger import beside, lists, looks
from notifications.ledger.balance import balance
from notifications.ledger.conditions import HELD, TROUBLE
from notifications.ledger.filters import Filter
from notifications.models import RunAction, State
from notifications.transports.registry import TRANSPORTS
from support import delivery_intake
from support.validators import storable
from support.views.answers import say_settled
from support.views.desk_access import StaffRequest, admins_only
from support.views.desk_presence import own_presence

BALANCED: Final = timedelta(hours=24)


@admins_only
@require_safe
def deliveries(request: StaffRequest) -> HttpResponse:
    """Newest first; for htmx the runs alone, while one goes on."""
    if request.htmx and request.GET.get("part") == "runs":
        response = render(request, "notifications/deliveries/runs.html", _runs())
        patch_vary_headers(response, ["HX-Request"])
        return response
    wanted = Filter.read(request.GET.dict())
    refused, page = None, None
    try:
        page = lists.page_of(wanted, request.GET.get("cursor"))
    except Refused as refusal:
        refused, wanted = refusal, Filter()
        page = lists.page_of(wanted, None)
    context = {"page": page, "wanted": wanted, "refused": refused, "is_start": "cursor" not in request.GET}
    context |= _around(wanted) | _runs() | own_presence(request.user)
    status = 422 if refused else 200
    return render(request, "notifications/deliveries/page.html", context, status=status)


@admins_only
@require_POST
def handle(request: StaffRequest, *, delivery_id: uuid.UUID) -> HttpResponse:
    """One of them."""
    accepted = delivery_intake.handle_delivery(request.user, delivery_id, request.POST.get("action", ""))
    return _back(request, accepted)


@admins_only
@require_POST
def start_run(request: StaffRequest) -> HttpResponse:
    """All that match."""
    wanted = Filter.read(QueryDict(request.POST.get("back", "")).dict())
    action = request.POST.get("action", "")
    if action not in RunAction.values:
        raise Refused("invalid")
    return _back(request, delivery_intake.start_run(request.user, action=action, filter=wanted.pinned))


@admins_only
@require_POST
def cancel_run(request: StaffRequest, *, run_id: uuid.UUID) -> HttpResponse:
    """Stop one."""
    return _back(request, delivery_intake.cancel_run(request.user, run_id))


@admins_only
@require_POST
def release(request: StaffRequest) -> HttpResponse:
    """Let go what a breaker holds."""
    return _back(request, delivery_intake.release_breaker(request.user, _word(request, "breaker")))


@admins_only
@require_POST
def lift(request: StaffRequest) -> HttpResponse:
    """Mail to an address again."""
    return _back(request, delivery_intake.lift_suppression(request.user, _word(request, "address")))


def _word(request: HttpRequest, name: str) -> str:
    return storable(request.POST.get(name, ""))


def _around(wanted: Filter) -> dict[str, Any]:
    now = timezone.now()
    return {
        "query": urlencode(wanted.query),
        "balance": balance(now - BALANCED),
        "counts": beside.counts(),
        "breakers": beside.open_breakers(),
        "suppressions": beside.suppressions(),
        "matching": _matching(wanted, now) if wanted.query else [],
        "states": [(HELD, looks.HELD.label), (TROUBLE, _("In trouble")), *State.choices],
        "transports": [(name, transport.label) for name, transport in TRANSPORTS.items()],
    }


def _matching(wanted: Filter, now: datetime) -> list[tuple[str, Any, int]]:
    """What may be done with how many of those that match."""
    return [
        (action, label, lists.concerned(action, wanted, now).count()) for action, label in RunAction.choices
    ]


def _runs() -> dict[str, Any]:
    return {"runs": beside.runs(), "is_running": beside.is_running()}


def _back(request: HttpRequest, accepted: receipts.Accepted) -> HttpResponse:
    """To the list as it was. A refusal is said there; what takes its time has been accepted all the same."""
    say_settled(request, accepted)
    known = QueryDict(request.POST.get("back", "")).dict()
    query = urlencode(Filter.read(known).query | ({"cursor": known["cursor"]} if "cursor" in known else {}))
    return redirect(f"{resolve_url('deliveries')}?{query}" if query else resolve_url("deliveries"))
