"""The public status page, and the same for machines: whether tickets, chats and mail work, and how they did.

For everybody, signed in or not, with the same words: no name of a machine, no number of a ticket, no text of an error.
Reads `support.uptime`, which remembers; a visitor costs no query. Times are the reader's: `?zone=` is what the browser
of somebody without an account says. Must answer while PostgreSQL is away (support.middleware.AnswersWithoutDatabase).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from support import zones
from support.look import Look
from support.uptime import bars
from support.uptime.bars import Bar
from support.uptime.board import Board, Part, board

KEPT_SECONDS: Final = 15
MOST_DELAYS: Final = 30
LOOKS: Final = {
    "works": Look(icon="check", tone="success", word=_("Works")),
    "slow": Look(icon="clock", tone="info", word=_("Slower than usual")),
    "delayed": Look(icon="alert", tone="warning", word=_("Delayed")),
    "unknown": Look(icon="info", tone="neutral", word=_("Not checked")),
}
NAMES: Final = {
    "tickets": (_("Tickets"), _("Asking something new, and writing in a ticket.")),
    "chat": (_("Chat"), _("Messages and replies appear on an open page by themselves.")),
    "email": (_("Email"), _("Replies and notices reach your mailbox.")),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A part with its past, as the page shows it."""

    part: Part
    hours: list[Bar]
    days: list[Bar]

    @property
    def name(self) -> Any:
        return NAMES[self.part.name][0]

    @property
    def means(self) -> Any:
        return NAMES[self.part.name][1]

    @property
    def look(self) -> Look:
        return LOOKS[self.part.state]


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """`/status/`; with `?part=board`, what changes, for the page's script."""
    part = request.GET.get("part") == "board"
    with timezone.override(zones.zone(request.GET.get("zone", "")) or timezone.get_current_timezone()):
        template = "support/status/board.html" if part else "support/status/page.html"
        return _kept(request, render(request, template, _context(board())))


@require_safe
def bare(_request: HttpRequest) -> HttpResponse:
    """`/status`, as people type it."""
    return redirect("status", permanent=True)


def _context(now: Board) -> dict[str, Any]:
    delays = now.delays
    return {
        "board": now,
        "rows": list(_rows(now)),
        "looks": list(LOOKS.items()),
        "delays": delays[:MOST_DELAYS],
        "further": len(delays[MOST_DELAYS:]),
        "known_since": now.checks[0].at if now.checks else None,
        "zone": timezone.get_current_timezone_name(),
    }


def _rows(now: Board) -> Iterable[Row]:
    asked = datetime.now(UTC), timezone.get_current_timezone()
    hours, days = bars.hours(now.checks, *asked), bars.days(now.checks, *asked)
    for part in now.parts:
        yield Row(part=part, hours=hours[part.name], days=days[part.name])


@require_safe
def status_json(request: HttpRequest) -> HttpResponse:
    """`/status.json`: the state, each part's, and the delays there were."""
    now = board()
    body = {
        "state": now.state,
        "since": now.since,
        "checked_at": now.checked_at,
        "parts": [{"name": part.name, "state": part.state, "since": part.since} for part in now.parts],
        "delays": [
            {
                "kinds": delay.kinds,
                "began_at": delay.began,
                "ended_at": delay.ended,
                "seconds": round(delay.length.total_seconds()) if delay.length else None,
            }
            for delay in now.delays[:MOST_DELAYS]
        ],
    }
    return _kept(request, JsonResponse(body))


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Any cache may answer for a moment what is the same for all; what somebody with a session is shown is theirs."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
