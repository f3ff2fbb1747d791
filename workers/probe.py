"""Probe: the tasks of the self-probe. One walks the path, one looks after the mail, both end with nothing left behind.

Rung by beat every five minutes and by the button on the page of operations. A run that its worker's death cut short is
tidied up by the next.
"""

import logging
import time

import msgspec
from django.conf import settings
from django.db import DatabaseError, transaction

from core import dispatch, ids, probes
from core.probes import HOPS, Run, Step
from core.problems import Refused
from notifications import services
from support.services import probes as history
from workers.base import job
from workers.probing import Probe, Stopped

logger = logging.getLogger(__name__)


@job("housekeeping.probe", autoretry_for=(), expires=60)
def probe(run_id: str = "") -> str:
    """Walk the path once. Without an id: nobody asked, it is time; with another under way nothing is done."""
    run = _asked(run_id) if run_id else probes.ask(ids.new_id(), None)
    if run is None:
        return ""
    walker = Probe(msgspec.structs.replace(run, began=time.time()))
    probes.show(walker.run)
    try:
        _tidy()
        history.person()
        walker.walk()
        _mail(walker)
    except Stopped:
        return _end(walker.run)
    except DatabaseError:
        return _end(_failed(walker.run, "store"))
    except Refused:
        return _end(_failed(walker.run, "accept"))
    return walker.run.outcome


def _asked(run_id: str) -> Run | None:
    """The run that was asked for, unless it was taken up before or forgotten."""
    run = probes.current()
    return run if run and str(run.id) == run_id and run.began is None else None


def _mail(walker: Probe) -> None:
    if not settings.PROBE_EMAIL:
        walker.note(Step("mail", "off"))
        raise Stopped("mail")
    walker.send_mail(settings.PROBE_EMAIL)
    dispatch.publish("housekeeping.probe_mail", run_id=str(walker.run.id), sent_at=time.time(), countdown=1)


@job("housekeeping.probe_mail", autoretry_for=())
def probe_mail(run_id: str, sent_at: float) -> str:
    """Whether the mail has left; if not, look again in a second, for a minute."""
    run = probes.current()
    if run is None or str(run.id) != run_id or run.is_over:
        return ""
    walker, seconds = Probe(run), time.time() - sent_at
    state = "" if probes.is_cancelled(run) else _mail_state(walker)
    if not state and seconds < HOPS["mail"][1] and not probes.is_cancelled(run):
        dispatch.publish("housekeeping.probe_mail", run_id=run_id, sent_at=sent_at, countdown=1)
        return "waits"
    if not probes.is_cancelled(run):
        late = "late" if state == "ok" and seconds > HOPS["mail"][0] else state or "failed"
        run = msgspec.structs.replace(run, steps=(*run.steps, Step("mail", late, round(seconds * 1000))))
    return _end(run)


def _mail_state(walker: Probe) -> str:
    try:
        return services.probe_mail(walker.mail_id)
    except DatabaseError:
        return ""


def _failed(run: Run, hop: str) -> Run:
    """What went wrong outside a hop's own attempt, as that hop's."""
    return msgspec.structs.replace(run, steps=(*run.steps, Step(hop, "failed")))


def _end(run: Run) -> str:
    """Say what it came to, keep it, leave nothing behind."""
    states = {step.state for step in run.steps}
    outcome = "failed" if "failed" in states else "late" if "late" in states else "passed"
    if outcome != "failed" and probes.is_cancelled(run):
        outcome = "cancelled"
    run = msgspec.structs.replace(run, ended=time.time(), outcome=outcome)
    probes.show(run)
    if outcome == "failed":
        logger.warning("probe: failed at %s", run.hop)
    try:
        _tidy()
        history.keep([*probes.take_unkept(), run])
    except DatabaseError as error:
        logger.warning("probe: not kept for now (%s)", type(error).__name__)
        probes.leave_unkept(run)
    probes.release()
    return outcome


@transaction.atomic
def _tidy() -> None:
    """Nothing of any probe stays; what a death interrupts stays whole, for the next run."""
    services.forget_probe(history.forget_tickets())
