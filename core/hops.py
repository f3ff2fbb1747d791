"""Hops: the things a request depends on, each asked and answered in one plain sentence.

Called by `core.health` and `core.metrics`. No hop waits longer than its client does, and none raises.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from core import command_log, valkey

# The sweep rings every 2 s and a drain finishes within one: an older head means that nobody works it off.
OLDEST_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One thing a request depends on."""

    name: str
    ok: bool
    sentence: str
    seconds: float


class NotWell(Exception):
    """A hop answers, and what it says is not good."""


def _measured(name: str, ask: Callable[[], str]) -> Hop:
    started = time.monotonic()
    try:
        sentence, ok = ask(), True
    except NotWell as fault:
        sentence, ok = f"{name.capitalize()}: {fault}", False
    except (DatabaseError, redis.RedisError) as error:
        sentence, ok = f"{name.capitalize()}: {type(error).__name__}, no answer.", False
    return Hop(name=name, ok=ok, sentence=sentence, seconds=round(time.monotonic() - started, 4))


def database() -> Hop:
    """PostgreSQL."""
    return _measured("database", _ask_database)


def _ask_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "The database answers."


def durable() -> Hop:
    """The command log's instance."""
    return _measured("command log", lambda: _ping(valkey.durable(), "The command log answers."))


def ephemeral() -> Hop:
    """Broker, groups, leases, limits."""
    return _measured("ephemeral valkey", lambda: _ping(valkey.ephemeral(), "The ephemeral Valkey answers."))


def _ping(client: redis.Redis, sentence: str) -> str:
    client.ping()
    return sentence


def drains() -> Hop:
    """Whether what was accepted is also worked off."""
    return _measured("drains", _ask_drains)


def _ask_drains() -> str:
    oldest = max(command_log.oldest_age(shard) for shard in range(settings.COMMAND_LOG_SHARDS))
    if oldest == 0.0:
        return "Nothing waits in the command log."
    waited = f"oldest command has waited for {oldest:.1f} s."
    if oldest > OLDEST_SECONDS:
        raise NotWell(f"the {waited}")
    return f"The {waited}"


HOPS: tuple[Callable[[], Hop], ...] = (database, durable, ephemeral, drains)


def ask_all() -> list[Hop]:
    """Every hop, as it is now."""
    return [ask() for ask in HOPS]
