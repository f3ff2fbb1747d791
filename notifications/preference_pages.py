"""The page on which a person says how they want to be told: one form, applied as a whole by a command."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core import receipts
from core.models import User
from notifications import bell
from notifications.models import NoticeKind
from notifications.rules import SWITCHES, switch
from notifications.transports.registry import TRANSPORTS
from support import notice_intake
from support.views.tickets import reader_of

SETTLE_SECONDS = 2.0
# The transports that any rule uses, in the order of the registry: each is a column.
SWITCHED = [name for name in TRANSPORTS if any(known.endswith(f":{name}") for known in SWITCHES)]
# What a notice is called where it is switched, in the order of the page.
_FOR_STAFF = {
    NoticeKind.NEW_TICKET: gettext_lazy("A new ticket"),
    NoticeKind.CHAT_WAITING: gettext_lazy("Somebody waits in a chat"),
    NoticeKind.TICKET_REPLY: gettext_lazy("A reply in a ticket of yours"),
    NoticeKind.INTERNAL_NOTE: gettext_lazy("An internal note on a ticket of yours"),
    NoticeKind.TICKET_UPDATE: gettext_lazy("A ticket is given to you"),
}
_FOR_REQUESTERS = {
    NoticeKind.TICKET_REPLY: gettext_lazy("A reply to your ticket"),
    NoticeKind.TICKET_UPDATE: gettext_lazy("Your ticket changes its status"),
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One switch, or none where a notice does not travel this way."""

    name: str
    label: str
    is_on: bool


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the switches; keep them."""
    reader = reader_of(request)
    if request.method == "POST":
        return _keep(request, reader)
    wishes = bell.preference_of(reader)
    lines = _lines(reader, frozenset(wishes.muted if wishes else ()))
    columns = [TRANSPORTS[transport].label for transport in SWITCHED]
    context = {"wishes": wishes, "lines": lines, "columns": columns}
    return render(request, "notifications/preferences.html", context)


def _keep(request: HttpRequest, reader: User) -> HttpResponse:
    offered = {switch(kind, transport) for kind in _kinds(reader) for transport in SWITCHED} & SWITCHES
    wishes = bell.preference_of(reader)
    # Switches that this page does not show stay as they are: an agent may have been a requester, and be one again.
    kept = {*(wishes.muted if wishes else ())} - offered
    accepted = notice_intake.set_notice_preferences(
        reader,
        browser="browser" in request.POST,
        sound="sound" in request.POST,
        muted=sorted(kept | (offered - {*request.POST.getlist("on")})),
    )
    stored = receipts.settled(accepted, SETTLE_SECONDS).state == "stored"
    messages.success(request, _("Saved.") if stored else _("Saved. It may take a moment to show."))
    return redirect("notice-preferences")


def _kinds(reader: User) -> dict[NoticeKind, Any]:
    return _FOR_STAFF if reader.is_staff else _FOR_REQUESTERS


def _lines(reader: User, muted: frozenset[str]) -> list[tuple[str, list[Cell | None]]]:
    return [
        (label, [_cell(kind, transport, muted) for transport in SWITCHED])
        for kind, label in _kinds(reader).items()
    ]


def _cell(kind: NoticeKind, transport: str, muted: frozenset[str]) -> Cell | None:
    name = switch(kind, transport)
    if name not in SWITCHES:
        return None
    return Cell(name=name, label=str(TRANSPORTS[transport].label), is_on=name not in muted)
