"""Board: what the public status page says, from the probe's history and from what is late just now.

Called by `support.views.status`. The history is remembered for half a minute per process and read by one thread at a
time, so that asking costs no query as a rule; while PostgreSQL is away what is remembered stands, and the board says
so. Must not raise: it is looked at because something is wrong.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError

from core import delays
from support import selectors
from support.uptime import past
from support.uptime.bars import DAYS
from support.uptime.parts import DELAYED, HIT, PARTS, UNKNOWN, WORKS, Check, check_of, worst

REMEMBERED_SECONDS: Final = 30.0
AWAY_SECONDS: Final = 5.0
# Runs are five minutes apart: whoever has heard of none for so long does not know.
SILENT: Final = timedelta(minutes=15)
_KEPT: Final = timedelta(days=DAYS + 1)
# The most serious first.
KINDS: Final = (delays.KINDS[0], "reading", *delays.KINDS[1:])


@dataclass(frozen=True)
class Part:
    """One part just now; since when, if it is not well."""

    name: str
    state: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """How it is now. `kind`, of what is delayed, says which words; `checked_at` is the last run's, fresh or not."""

    state: str
    kind: str
    since: datetime | None
    checked_at: datetime | None
    parts: Sequence[Part]
    checks: Sequence[Check]
    is_fresh: bool
    is_readable: bool

    @property
    def is_whole(self) -> bool:
        """Whether every part was looked at."""
        return all(part.state != UNKNOWN for part in self.parts)

    @property
    def delays(self) -> list[past.Past]:
        """Those there were, the newest first."""
        return past.delays_of(self.checks)


@dataclass
class _Memory:
    """What this process read last, when, and since when it could not."""

    looked_at: float = float("-inf")
    checks: Sequence[Check] | None = None
    away_since: datetime | None = None
    gate: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_old(self) -> bool:
        lasts = AWAY_SECONDS if self.away_since else REMEMBERED_SECONDS
        return time.monotonic() - self.looked_at > lasts


_memory = _Memory()


def forget() -> None:
    """Read it again the next time it is asked."""
    _memory.looked_at, _memory.checks, _memory.away_since = float("-inf"), None, None


def board() -> Board:
    """What is known now."""
    now = datetime.now(UTC)
    checks = _checks(now)
    noticed = _noticed(checks, now)
    kind = min(noticed, key=KINDS.index, default="")
    parts = [_part(name, checks, noticed, now) for name in PARTS]
    return Board(
        state=worst(part.state for part in parts),
        kind=kind,
        since=noticed.get(kind),
        checked_at=checks[-1].at if checks else None,
        parts=parts,
        checks=checks,
        is_fresh=_is_fresh(checks, now),
        is_readable=_memory.away_since is None,
    )


def _checks(now: datetime) -> Sequence[Check]:
    """The history. Whoever asks first waits for it; later ones take what is remembered while one of them reads."""
    if _memory.is_old and _memory.gate.acquire(blocking=_memory.checks is None):
        try:
            if _memory.is_old:
                _read(now)
        finally:
            _memory.gate.release()
    return _memory.checks or ()


def _read(now: datetime) -> None:
    try:
        _memory.checks = [check_of(found) for found in selectors.probed_since(now - _KEPT)]
        _memory.away_since = None
    except (DatabaseError, InterfaceError):
        _memory.away_since = _memory.away_since or now
    _memory.looked_at = time.monotonic()


def _noticed(checks: Sequence[Check], now: datetime) -> dict[str, datetime]:
    """What is delayed, and since when: what the last run found, and what canaries have said since."""
    found = {}
    if checks and not checks[-1].is_well and _is_fresh(checks, now):
        since = min(each for part in PARTS if (each := past.bad_since(checks, part)))
        found = dict.fromkeys(checks[-1].kinds, since)
    late = delays.current()
    if late:
        began = datetime.fromtimestamp(late.since, UTC)
        found[late.kind] = min(began, found.get(late.kind, began))
    if _memory.away_since:
        found["reading"] = _memory.away_since
    return found


def _is_fresh(checks: Sequence[Check], now: datetime) -> bool:
    return bool(checks) and now - checks[-1].at < SILENT


def _part(name: str, checks: Sequence[Check], noticed: dict[str, datetime], now: datetime) -> Part:
    told = [since for kind, since in noticed.items() if name in HIT[kind]]
    found = checks[-1].parts[name] if _is_fresh(checks, now) else UNKNOWN
    if found in {UNKNOWN, WORKS} and told:
        return Part(name, DELAYED, min(told))
    return Part(name, found, past.bad_since(checks, name) if found not in {UNKNOWN, WORKS} else None)
