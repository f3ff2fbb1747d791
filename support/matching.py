"""Matching: which waiting chat is offered to which agent now. Pure; time is an argument, order of input does not count.

Whoever has waited longest is served first, by the least busy agent with room; among equals by the one whose last chat
is longest ago. The ticket's own agent goes before all others. Whoever let a chat pass is not asked again before
`REST` is over: with nobody else it rings now and then, not all the time. Called by workers.chats, whose commands the
services check again: two who match at the same moment offer a chat once.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

REST: Final = timedelta(minutes=2)
_EVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Helper:
    """An agent who is online with a page open: how many chats they have (offered ones too), and may have."""

    id: uuid.UUID
    chats: int
    capacity: int
    last_chat_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """A chat that waits and is offered to nobody: since when, whose its ticket is, who let it pass when."""

    session_id: uuid.UUID
    since: datetime
    assignee: uuid.UUID | None = None
    passes: Mapping[uuid.UUID, datetime] = field(default_factory=dict)


def match(askers: Iterable[Asker], helpers: Iterable[Helper], now: datetime) -> dict[uuid.UUID, uuid.UUID]:
    """The offers to make: agent by chat, in the order of waiting."""
    known = {helper.id: helper for helper in helpers}
    load = {helper.id: helper.chats for helper in known.values()}
    offers: dict[uuid.UUID, uuid.UUID] = {}
    for asker in sorted(askers, key=lambda each: (each.since, each.session_id)):
        able = [who for who in known.values() if load[who.id] < who.capacity and not _rests(asker, who, now)]
        if able:
            chosen = min(able, key=lambda who: _turn(asker, who, load[who.id])).id
            offers[asker.session_id] = chosen
            load[chosen] += 1
    return offers


def _rests(asker: Asker, helper: Helper, now: datetime) -> bool:
    passed = asker.passes.get(helper.id)
    return passed is not None and now - passed < REST


def _turn(asker: Asker, helper: Helper, load: int) -> tuple[bool, int, datetime, uuid.UUID]:
    return helper.id != asker.assignee, load, helper.last_chat_at or _EVER, helper.id
