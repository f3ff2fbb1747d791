"""Hops: the things a request depends on, each in one plain sentence and, when it is late, since when.

PostgreSQL and the two Valkeys are asked, the processes judged by canaries and beacons (`core.judging`). Called by
`core.health`, `core.metrics`, `core.delays` and the operations page. No hop waits longer than its client does, and
none raises. What cannot be known, because what knows it is away, is not listed.
"""

import time
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from core import canaries, command_log, judging
from core.judging import Hop, Noticed

noticed = Noticed()


def _asked(name: str, ask: Callable[[], Any], well: str, away: str) -> tuple[Hop, Any]:
    """The hop, and what it answered; None when it did not."""
    started, answer, trouble = time.monotonic(), None, None
    try:
        answer, sentence = ask(), well
    except (DatabaseError, redis.RedisError) as error:
        sentence, trouble = away.format(error=type(error).__name__), time.time()
    since = noticed.since(name, trouble)
    seconds = round(time.monotonic() - started, 4)
    return Hop(name=name, ok=since is None, sentence=sentence, seconds=seconds, since=since), answer


def database() -> Hop:
    """PostgreSQL."""
    hop, _answer = _asked(
        "database", _ask_database, _("The database answers."), _("Database: {error}, no answer.")
    )
    return hop


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _log() -> tuple[Hop, float | None]:
    """The command log's instance, and for how long its oldest command has waited."""
    return _asked(
        "command log", _ask_log, _("The command log answers."), _("Command log: {error}, no answer.")
    )


def _ask_log() -> float:
    return max(command_log.oldest_age(shard) for shard in range(settings.COMMAND_LOG_SHARDS))


def _ephemeral() -> tuple[Hop, canaries.Marks | None]:
    """Broker, groups, leases, limits; and the marks of canaries and beacons."""
    return _asked(
        "ephemeral valkey",
        canaries.read,
        _("The ephemeral Valkey answers."),
        _("Ephemeral Valkey: {error}, no answer."),
    )


def without_database() -> list[Hop]:
    """Every hop but PostgreSQL: two questions to Valkey, three when there are several shards."""
    (log, oldest), (ephemeral, marks) = _log(), _ephemeral()
    found, now = [log, ephemeral], time.time()
    if marks is not None or oldest is not None:
        drains = judging.workers("drain", marks, noticed, now) if marks else judging.idle_drains()
        found.append(judging.log_head(drains, oldest or 0.0, now))
    if marks is not None:
        found += [
            judging.live_updates(marks, now),
            judging.workers("quick", marks, noticed, now),
            judging.workers("patient", marks, noticed, now),
            judging.beat(marks, noticed, now),
        ]
    return found


def ask_all() -> list[Hop]:
    """Every hop, as it is now."""
    return [database(), *without_database()]
