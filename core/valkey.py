"""Shared Valkey clients, with time-outs and without retries.

Two instances: the durable one holds the command log and pending receipts; the ephemeral one everything that may
vanish (broker, groups, leases, limits). redis-py retries ten times by default, which appends twice and blocks for
25 s on a hung server: every client here fails once, within its time-out, and the caller decides.
"""

import asyncio
import weakref
from functools import cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0

_async_clients: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, redis.asyncio.Redis]]"
_async_clients = weakref.WeakKeyDictionary()


def _options(retry: Any) -> dict[str, Any]:
    return {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        "health_check_interval": 10,
        "retry": retry,
    }


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **_options(Retry(NoBackoff(), 0)))


def durable() -> redis.Redis:
    """The command-log instance, for threads; connections are pooled and re-made after a fork."""
    return _client(settings.COMMAND_LOG_URL)


def ephemeral() -> redis.Redis:
    """The instance that may forget, for threads."""
    return _client(settings.REDIS_URL)


class _ToldOfResets:
    """Mixed into connections. uvloop says RuntimeError of a line that was reset while nobody used it."""

    async def send_packed_command(self, *command: Any, **options: Any) -> None:
        """As redis-py, which expects what asyncio's own loop says of it."""
        try:
            await super().send_packed_command(*command, **options)  # type: ignore[misc]
        except RuntimeError as error:
            raise redis.ConnectionError(str(error)) from error


def _async_client(url: str) -> redis.asyncio.Redis:
    clients = _async_clients.setdefault(asyncio.get_running_loop(), {})
    if url not in clients:
        clients[url] = redis.asyncio.Redis.from_url(url, **_options(AsyncRetry(NoBackoff(), 0)))
        pool: Any = clients[url].connection_pool
        pool.connection_class = type("Connection", (_ToldOfResets, pool.connection_class), {})
    return clients[url]


def async_durable() -> redis.asyncio.Redis:
    """The command-log instance, for the running event loop."""
    return _async_client(settings.COMMAND_LOG_URL)


def async_ephemeral() -> redis.asyncio.Redis:
    """The instance that may forget, for the running event loop."""
    return _async_client(settings.REDIS_URL)
