"""The self-probe on the page of operations: begun, watched hop by hop, cancelled; its last runs.

Called by support.desk_urls. Asks for a run and shows what `core.probes` knows of it; the run itself is a worker's. It
must not write rows, and must answer while PostgreSQL or Valkey is away, as far as the rest of the page does.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core import dispatch, ids, probes
from core.probes import HOPS, Run, Step
from support.look import Look
from support.models import ProbeRun
from support.models.probes import ProbeOutcome
from support.views.desk_access import StaffRequest, admins_only

LABELS: Final = {
    "accept": _("Accepted"),
    "store": _("Stored"),
    "announce": _("Announced"),
    "react": _("Open pages follow"),
    "web": _("The web hears"),
    "mail": _("Mailed"),
}
# What to do about a hop that fails, or is late.
ADVICE: Final = {
    "accept": _(
        "The command log took nothing. See whether the durable Valkey runs, and whether its disk is full."
    ),
    "store": _("Nobody stored it. See whether a drain worker runs, and whether PostgreSQL answers."),
    "announce": _("It was stored, and open pages were not told. See whether the ephemeral Valkey runs."),
    "react": _("No quick worker worked on it. See whether one runs, and what waits in its queues."),
    "web": _("A web process hears no broadcast. It ends by itself within half a minute; else restart it."),
    "mail": _(
        "The mail did not leave. See whether a patient worker runs, and the mail’s cause among the deliveries."
    ),
}
STATES: Final = {
    "ok": Look(icon="check", tone="success", word=_("In time")),
    "late": Look(icon="alert", tone="warning", word=_("Late")),
    "failed": Look(icon="alert-circle", tone="danger", word=_("Failed")),
    "off": Look(icon="info", tone="neutral", word=_("Not tried: PROBE_EMAIL is not set")),
    "now": Look(icon="refresh", tone="info", word=_("Under way")),
    "": Look(icon="clock", tone="neutral", word=_("Not yet")),
}
OUTCOMES: Final = {
    ProbeOutcome.PASSED: Look(icon="check", tone="success", word=ProbeOutcome.PASSED.label),
    ProbeOutcome.LATE: Look(icon="alert", tone="warning", word=ProbeOutcome.LATE.label),
    ProbeOutcome.FAILED: Look(icon="alert-circle", tone="danger", word=ProbeOutcome.FAILED.label),
    ProbeOutcome.CANCELLED: Look(icon="x", tone="neutral", word=ProbeOutcome.CANCELLED.label),
}
# A worker takes it up at once; nobody there to do so is worth a sentence.
UNTAKEN_SECONDS: Final = 5.0
RUNS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Line:
    """One hop of a run, as the page shows it."""

    hop: str
    look: Look
    milliseconds: int | None = None

    @property
    def label(self) -> Any:
        return LABELS[self.hop]

    @property
    def advice(self) -> Any:
        """Only for what is not well."""
        return ADVICE[self.hop] if self.look in {STATES["late"], STATES["failed"]} else ""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A run of the history."""

    run: ProbeRun
    look: Look
    hop: Any
    milliseconds: int


@admins_only
@require_safe
def probe(request: StaffRequest) -> HttpResponse:
    """The part of the page that is about it; script asks again every second while one is under way."""
    return render(request, "support/operations/probe.html", context())


@admins_only
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Begin one, unless one is under way."""
    run = probes.ask(ids.new_id(), request.user.pk)
    if run is None:
        messages.info(request, gettext("A probe is under way already."))
    else:
        dispatch.ring("housekeeping.probe", run_id=str(run.id), expires=60)
    return _back(request)


@admins_only
@require_POST
def cancel(request: StaffRequest, *, run_id: uuid.UUID) -> HttpResponse:
    """Stop it before its next hop."""
    probes.cancel(run_id)
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    if request.htmx:
        return render(request, "support/operations/probe.html", context())
    return redirect("operations")


def context() -> dict[str, Any]:
    """What the part needs; also for the whole page."""
    try:
        run, is_locked = probes.current(), probes.is_locked()
    except redis.RedisError:
        return {"probe_away": True, "past": []}
    goes_on = bool(run and not run.is_over and is_locked)
    return {
        "run": run,
        "goes_on": goes_on,
        "died": bool(run and not run.is_over and not is_locked),
        "untaken": bool(run and goes_on and run.began is None and time.time() - run.asked > UNTAKEN_SECONDS),
        "hops": list(_lines(run, goes_on=goes_on)) if run else [],
        "past": list(_past()),
    }


def _lines(run: Run, *, goes_on: bool) -> Iterable[Line]:
    done = {step.hop: step for step in run.steps}
    is_next = goes_on and run.began is not None
    for hop in HOPS:
        step = done.get(hop, Step(hop, "now" if is_next else ""))
        is_next = is_next and hop in done
        yield Line(hop=hop, look=STATES[step.state], milliseconds=step.milliseconds if hop in done else None)


def _past() -> Iterable[Past]:
    for run in ProbeRun.objects.select_related("asked_by")[:RUNS]:
        took = sum(milliseconds for _hop, _state, milliseconds in run.steps)
        look = OUTCOMES[ProbeOutcome(run.outcome)]
        yield Past(run=run, look=look, hop=LABELS.get(run.hop, ""), milliseconds=took)
