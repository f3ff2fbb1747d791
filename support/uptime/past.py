"""Past: the delays there were, each from the first run that found it to the first that found everything well. Pure.

Exact to the five minutes between runs. Being slower once is no delay: one of its runs has to have failed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.delays import KINDS
from support.uptime.parts import DELAYED, SLOW, Check


@dataclass(frozen=True, kw_only=True)
class Past:
    """A delay: what was noticed, the most serious first. `ended` is None while it lasts."""

    began: datetime
    ended: datetime | None
    kinds: tuple[str, ...]

    @property
    def length(self) -> timedelta | None:
        return None if self.ended is None else self.ended - self.began


def delays_of(checks: Iterable[Check]) -> list[Past]:
    """The newest first."""
    found: list[Past] = []
    bad: list[Check] = []
    for check in checks:
        if not check.is_well:
            bad.append(check)
            continue
        found += _past(bad, check.at)
        bad = []
    return [*found, *_past(bad, None)][::-1]


def _past(bad: Sequence[Check], ended: datetime | None) -> Iterable[Past]:
    if any(check.state == DELAYED for check in bad):
        noticed = {kind for check in bad for kind in check.kinds}
        yield Past(began=bad[0].at, ended=ended, kinds=tuple(kind for kind in KINDS if kind in noticed))


def bad_since(checks: Sequence[Check], part: str) -> datetime | None:
    """Since when the newest runs have found this part slow or delayed; None when the last one did not."""
    since = None
    for check in reversed(checks):
        if check.parts[part] not in {SLOW, DELAYED}:
            break
        since = check.at
    return since
