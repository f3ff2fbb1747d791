"""Parts: what people know of the installation, and what one run of the self-probe says of each. Pure.

What a run never got to is unknown, not well: behind a hop that failed nothing was tried.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from core.delays import KINDS
from support.selectors import Found

WORKS, SLOW, DELAYED, UNKNOWN = "works", "slow", "delayed", "unknown"
WORST_FIRST: Final = (DELAYED, SLOW, WORKS, UNKNOWN)
# The hops on which each part depends: a chat's message is accepted and stored as a ticket is.
PARTS: Final[dict[str, frozenset[str]]] = {
    "tickets": frozenset({"accept", "store"}),
    "chat": frozenset({"accept", "store", "announce", "react", "web"}),
    "email": frozenset({"mail"}),
}
# What people notice of a hop that is late (core.delays), and which parts that hits.
KIND_OF: Final = {
    "accept": "accepting",
    "store": "storing",
    "announce": "live",
    "react": "live",
    "web": "live",
    "mail": "mail",
}
HIT: Final = {
    "reading": ("tickets",),
    "accepting": ("tickets", "chat"),
    "storing": ("tickets", "chat"),
    "live": ("chat",),
    "mail": ("email",),
}
_STATES: Final = {"ok": WORKS, "late": SLOW, "failed": DELAYED, "off": UNKNOWN}


class Check(NamedTuple):
    """One run as people understand it: each part's state, and what was noticed (the most serious first)."""

    at: datetime
    parts: dict[str, str]
    kinds: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return worst(self.parts.values())

    @property
    def is_well(self) -> bool:
        return not self.kinds


def worst(states: Iterable[str]) -> str:
    """The state to tell of several; unknown when there is none."""
    return min(states, key=WORST_FIRST.index, default=UNKNOWN)


def check_of(found: Found) -> Check:
    """What a run says."""
    hops = {hop: _STATES[state] for hop, state, _milliseconds in found.steps}
    parts = {part: _part(hops, depends) for part, depends in PARTS.items()}
    noticed = {_kind(hop, state) for hop, state in hops.items() if state in {SLOW, DELAYED}}
    return Check(found.at, parts, tuple(kind for kind in KINDS if kind in noticed))


def _part(hops: dict[str, str], depends: frozenset[str]) -> str:
    tried = [hops.get(hop, UNKNOWN) for hop in depends]
    bad = worst(tried)
    return UNKNOWN if bad == WORKS and UNKNOWN in tried else bad


def _kind(hop: str, state: str) -> str:
    """What was taken late was taken: it is there later, no more."""
    return "storing" if (hop, state) == ("accept", SLOW) else KIND_OF[hop]
