"""The page of operations, for support admins: every hop in a plain sentence, who is at work, what waits, what was held.

Called by support.desk_urls (GET). Reads `core.hops`, beacons and dead letters; decides nothing. Must not write. The
same facts for machines are `/health/ready` and `/metrics`.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import redis
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import beacons, hops
from core.beacons import Beacon
from core.judging import SILENT_SECONDS, Hop
from core.queues import PROMISES
from support.models import DeadLetter
from support.models.changes import LetterState
from support.views import probe_pages
from support.views.desk_access import StaffRequest, admins_only
from support.views.desk_presence import own_presence

NAMES: Final = {
    "database": _("Database"),
    "command log": _("Command log"),
    "ephemeral valkey": _("Ephemeral Valkey"),
    "drains": _("Drains"),
    "live updates": _("Live updates"),
    "quick workers": _("Quick workers"),
    "patient workers": _("Patient workers"),
    "beat": _("Beat"),
}
# What each process is there for, by the family of its queues.
WORK: Final = {
    "drain": _("Stores what was accepted and tells open pages of it."),
    "quick": _("Keeps open pages, counts and presence up to date, and rings for what is to be mailed."),
    "patient": _("Sends mail, sorts mail that comes in, and tidies up."),
    "beat": _("Rings for whatever is due by the clock."),
}
FAMILIES: Final = {promise.name: promise.family for promise in PROMISES}
MOST_LETTERS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """A hop as the page shows it: times as moments, lengths in seconds and milliseconds."""

    label: Any
    hop: Hop
    since: datetime | None
    canary_ago: int | None
    milliseconds: int | None


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Who is at work, or was within a day."""

    beacon: Beacon
    at: datetime
    is_there: bool

    @property
    def work(self) -> Any:
        """A plain sentence: what it is there for."""
        families = [FAMILIES[queue] for queue in self.beacon.queues if queue in FAMILIES]
        return WORK.get(families[0] if families else self.beacon.name.partition("@")[0], "")

    @property
    def link(self) -> str:
        """Where Flower shows it; Flower knows workers, not beat."""
        if not settings.FLOWER_URL or not self.beacon.queues:
            return ""
        return f"{settings.FLOWER_URL}/worker/{quote(self.beacon.name)}"


@admins_only
@require_safe
def operations(request: StaffRequest) -> HttpResponse:
    """The whole page; for htmx, every few seconds, what changes."""
    lines = [_line(hop) for hop in hops.ask_all()]
    held = DeadLetter.objects.filter(state=LetterState.HELD).defer("payload")
    context = {
        "lines": lines,
        "late": [line for line in lines if not line.hop.ok],
        "workers": list(_workers()),
        "held": held.count(),
        "letters": held.order_by("-created_at")[:MOST_LETTERS],
        "flower": settings.FLOWER_URL,
    }
    part = bool(request.htmx and request.GET.get("part") == "hops")
    template = "support/operations/hops.html" if part else "support/operations/page.html"
    response = render(
        request, template, context if part else context | probe_pages.context() | own_presence(request.user)
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _line(hop: Hop) -> Line:
    return Line(
        label=NAMES[hop.name],
        hop=hop,
        since=None if hop.since is None else datetime.fromtimestamp(hop.since, UTC),
        canary_ago=None if hop.canary_at is None else max(0, round(time.time() - hop.canary_at)),
        milliseconds=None if hop.latency is None else round(hop.latency * 1000),
    )


def _workers() -> Iterable[Worker]:
    try:
        lit = beacons.read()
    except redis.RedisError:
        return
    now = time.time()
    for beacon in lit:
        at = datetime.fromtimestamp(beacon.at, UTC)
        yield Worker(beacon=beacon, at=at, is_there=now - beacon.at < SILENT_SECONDS)
