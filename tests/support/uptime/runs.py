"""Runs of the self-probe, for tests of what people are told: each in one word, the hop that was late or failed."""

from datetime import datetime, timedelta

from core import ids
from core.probes import HOPS
from support.models import ProbeRun
from support.selectors import Found
from support.uptime.parts import Check, check_of


def steps(bad: str = "", state: str = "failed", mail: str = "ok") -> list[tuple[str, str, int]]:
    """What a run tried: everything, or all until it failed."""
    found = []
    for hop in HOPS:
        usual = mail if hop == "mail" else "ok"
        found.append((hop, state if hop == bad else usual, 12))
        if hop == bad and state == "failed":
            break
    return found


def check(at: datetime, bad: str = "", state: str = "failed", mail: str = "ok") -> Check:
    """One run, as people understand it."""
    return check_of(Found(at, steps(bad, state, mail)))


def ran(at: datetime, bad: str = "", state: str = "failed", mail: str = "ok") -> ProbeRun:
    """One run, stored."""
    return ProbeRun.objects.create(
        id=ids.new_id(),
        began_at=at,
        ended_at=at + timedelta(seconds=3),
        outcome=state if bad else "passed",
        hop=bad,
        steps=steps(bad, state, mail),
    )
