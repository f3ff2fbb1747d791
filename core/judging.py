"""Judging: what canaries and beacons say of each hop. Pure, but for the words, which are the reader's.

Asked by `core.hops`. A hop is late by what was seen (a canary that is out for too long, a beacon that went out), never
by what was not: nobody is called silent before this process has listened for as long as a beacon may take.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from core import queues
from core.beacons import Beacon
from core.canaries import LIVE, Arrival, Marks, lanes_of

# Beacons come every two seconds.
SILENT_SECONDS: Final = 9.0
# For how long a canary may be out. Patient workers wait for mail servers, ten seconds at a time and child.
LATE_SECONDS: Final = {"drain": 5.0, "quick": 5.0, "patient": 30.0}
# The sweep rings every 2 s and a drain finishes within one: an older head means that nobody works it off.
OLDEST_SECONDS: Final = 30.0
# What a family is called; what it says when no worker is there, when one of its queues is late, when it is well.
WORDS: Final = {
    "drain": (
        "drains",
        _("Drains: no drain worker has been heard of for {seconds} s."),
        _("Drains: what was accepted has waited for {seconds} s to be stored."),
        _("Nothing waits in the command log."),
    ),
    "quick": (
        "quick workers",
        _("Quick workers: no worker for {queue} has been heard of for {seconds} s."),
        _("Quick workers: what is in {queue} has waited for {seconds} s."),
        _("Quick workers take what is rung for."),
    ),
    "patient": (
        "patient workers",
        _("Patient workers: no worker for {queue} has been heard of for {seconds} s."),
        _("Patient workers: what is in {queue} has waited for {seconds} s."),
        _("Patient workers take what is rung for."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One thing a request depends on: how it is in words, how long asking took; when it is late, since when; when its
    last canary arrived and how long that took; for how long the oldest work has waited."""

    name: str
    ok: bool
    sentence: str
    seconds: float = 0.0
    since: float | None = None
    canary_at: float | None = None
    latency: float | None = None
    waiting: float | None = None


@dataclass
class Noticed:
    """Since when this process has seen each thing in trouble, without a gap."""

    _since: dict[str, float] = field(default_factory=dict)

    def since(self, name: str, now: float | None) -> float | None:
        """The first moment of the trouble that is there `now`; None, and forgotten, when there is none."""
        if now is None:
            self._since.pop(name, None)
            return None
        return self._since.setdefault(name, now)

    def forget(self) -> None:
        self._since.clear()


def workers(family: str, marks: Marks, noticed: Noticed, now: float) -> Hop:
    """Whether somebody serves each queue of the family, and takes from it in time."""
    name, silent, late, well = WORDS[family]
    lanes = lanes_of(family)
    out = {lane: marks.out[lane] for lane in lanes if lane in marks.out}
    queue, heard = _longest_silent(family, marks.beacons, noticed, now)
    lane = min(out, key=lambda each: out[each], default="")
    since = None
    if now - heard > SILENT_SECONDS:
        sentence, since = _said(silent, now - heard, queue), heard
    elif lane and now - out[lane] > LATE_SECONDS[family]:
        sentence, since = _said(late, now - out[lane], lane), out[lane]
    else:
        sentence = gettext(well)
    last = _last(marks.seen[lane] for lane in lanes if lane in marks.seen)
    return Hop(
        name=name,
        ok=since is None,
        sentence=sentence,
        since=since,
        canary_at=last.at if last else None,
        latency=last.latency if last else None,
        waiting=now - out[lane] if lane else None,
    )


def _longest_silent(
    family: str, beacons: Iterable[Beacon], noticed: Noticed, now: float
) -> tuple[str, float]:
    """The queue of the family whose workers were last heard of longest ago, and when that was."""
    heard: dict[str, float] = {}
    for promise in queues.PROMISES:
        if promise.family == family:
            lit = [beacon.at for beacon in beacons if promise.name in beacon.queues]
            unseen = noticed.since(f"no worker for {promise.name}", None if lit else now)
            heard[promise.name] = max(lit, default=unseen or now)
    return min(heard.items(), key=lambda item: item[1])


def beat(marks: Marks, noticed: Noticed, now: float) -> Hop:
    """Whether beat gets through its table."""
    lit = [beacon.at for beacon in marks.beacons if beacon.name.startswith("beat@")]
    heard = max(lit, default=noticed.since("no beat", None if lit else now) or now)
    if now - heard > SILENT_SECONDS:
        sentence = _said(_("Beat: it has not rung for {seconds} s."), now - heard)
        return Hop(name="beat", ok=False, sentence=sentence, since=heard)
    return Hop(name="beat", ok=True, sentence=gettext("Beat rings."), canary_at=max(lit, default=None))


def live_updates(marks: Marks, now: float) -> Hop:
    """Whether the web processes hear the broadcasts that the drain announces."""
    last = marks.seen.get(LIVE)
    hop = Hop(
        name=LIVE,
        ok=not marks.deaf,
        sentence=gettext("Live updates reach the web."),
        canary_at=last.at if last else None,
        latency=last.latency if last else None,
    )
    if marks.deaf:
        since = min(each.since for each in marks.deaf)
        words = ngettext(
            "Live updates: {n} web process has heard no broadcast for {seconds} s.",
            "Live updates: {n} web processes have heard no broadcast for {seconds} s.",
            len(marks.deaf),
        )
        sentence = words.format(seconds=round(now - since), n=len(marks.deaf))
        hop = replace(hop, sentence=sentence, since=since)
    return hop


def idle_drains() -> Hop:
    """The drains, when only the command log can tell about them."""
    return Hop(name=WORDS["drain"][0], ok=True, sentence=gettext(WORDS["drain"][3]))


def log_head(hop: Hop, oldest: float, now: float) -> Hop:
    """The drains' hop with what the log's head says: it is exact, where a canary comes every ten seconds only."""
    if oldest > OLDEST_SECONDS:
        words = gettext("Drains: the oldest command has waited for {seconds} s.")
        sentence = words.format(seconds=f"{oldest:.1f}")
        return replace(hop, ok=False, sentence=sentence, since=now - oldest, waiting=oldest)
    if oldest and hop.ok:
        words = gettext("The oldest command has waited for {seconds} s.")
        hop = replace(hop, sentence=words.format(seconds=f"{oldest:.1f}"))
    return replace(hop, waiting=oldest) if oldest else hop


def _last(arrivals: Iterable[Arrival]) -> Arrival | None:
    """The one that came longest ago: each lane had one since."""
    return min(arrivals, key=lambda arrival: arrival.at, default=None)


def _said(words: str, seconds: float, queue: str = "") -> str:
    return gettext(words).format(seconds=round(seconds), queue=queue)
