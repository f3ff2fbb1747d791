"""Connections: turns the URLs of the environment into the dictionaries that Django and Celery want.

Called by the settings only. Time-outs differ by role: a frozen worker must lose its locks within seconds, a page
may read a little longer.
"""

import socket
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict
from redis.backoff import NoBackoff
from redis.retry import Retry

# A machine that is cut off says nothing. Both sides give a line up after some seconds of silence: what was asked or
# answered into the void would be repeated for a quarter of an hour by Linux's own reckoning, and PostgreSQL would hold
# an idle session of a vanished client, one of its max_connections, for two hours. Linux alone knows the last of each.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_LAYERS_KEEPALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
# Milliseconds; keepalives in seconds. A drain that cannot get a row in 2 s leaves the batch in the log; the sweep
# repeats it. One that was cut off amid a transaction, or frozen, has lost its lock by then. Amid a pipeline it does not
# count as idle: one that was cut off has lost it after three seconds of silence, a frozen one when its transaction is
# too old (workers/drain.py).
_WORKER_LIMITS: dict[str, int | str] = {
    "statement_timeout": 5000,
    "lock_timeout": 2000,
    "idle_in_transaction_session_timeout": 2000,
    "client_connection_check_interval": 500,
    "tcp_keepalives_idle": 1,
    "tcp_keepalives_interval": 1,
    "tcp_keepalives_count": 2,
    "tcp_user_timeout": 3000,
}
# What is prepared (core/postgresql) is written to be planned without its values. Left to itself PostgreSQL
# plans anew, each time, every one that is given a list, which takes longer than to run it.
_WORKER_PLANS: dict[str, int | str] = {"plan_cache_mode": "force_generic_plan"}
_WEB_LIMITS: dict[str, int | str] = {
    "statement_timeout": 10_000,
    "lock_timeout": 2000,
    "idle_in_transaction_session_timeout": 10_000,
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# The same for every process, Flower included.
BROKER_OPTIONS = {
    # A dead worker's task comes back after a minute; the sweep does not wait for it. The shortest of any process wins.
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 10,
    "socket_timeout": 2,  # above the 1 s BRPOP, so that a hung server is noticed
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "max_retries": 0,  # a publish gives up at once (kombu's default tries for 6 s); workers reconnect by other rules
}


_NAMED = {"dbname", "user", "password", "host", "port"}  # by settings of their own


def database(url: str, role: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgresql://` URL, with the limits of this process's role.

    Further parameters of the URL are handed to libpq (`sslmode`); what is set here wins.
    """
    parts = conninfo_to_dict(url)
    others = {name: value for name, value in parts.items() if name not in _NAMED}
    # Prepared at the first use, by cursors that are asked to (core/postgresql).
    options: dict[str, Any] = {**others, "connect_timeout": 3, "prepare_threshold": 0, **_KEEPALIVE}
    session = {"worker": _WORKER_LIMITS | _WORKER_PLANS, "asgi": _WEB_LIMITS, "wsgi": _WEB_LIMITS}.get(
        role, {}
    )
    if session:
        options["options"] = " ".join(f"-c {name}={value}" for name, value in session.items())
    if role == "asgi":
        # Each request runs in a thread of its own there: kept connections would leak one per thread.
        options["pool"] = {"min_size": 2, "max_size": 16, "timeout": 3, "max_lifetime": 600}
    return {
        "ENGINE": "core.postgresql",
        "NAME": parts.get("dbname", "support"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if role == "asgi" else 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def layers(url: str, prefix: str) -> dict[str, Any]:
    """Django's CHANNEL_LAYERS. The other Redis layer drops silently at 100 messages per process."""
    hosts = [{"address": url, "socket_connect_timeout": 1, "health_check_interval": 10, **_kept_alive(url)}]
    backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
    return {"default": {"BACKEND": backend, "CONFIG": {"hosts": hosts, "prefix": prefix}}}


def _kept_alive(url: str) -> dict[str, Any]:
    """For a line that only listens, and so never waits for an answer; a Unix socket cannot be cut."""
    if urlsplit(url).scheme == "unix":
        return {}
    known = {
        getattr(socket, name): value for name, value in _LAYERS_KEEPALIVE.items() if hasattr(socket, name)
    }
    return {"socket_keepalive": True, "socket_keepalive_options": known}


def caches(url: str) -> dict[str, Any]:
    """Django's CACHES. Sign-in counts its attempts there: a hung server must not take the thread with it."""
    options = {"socket_timeout": 2, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}
    backend = "django.core.cache.backends.redis.RedisCache"
    return {"default": {"BACKEND": backend, "LOCATION": url, "OPTIONS": options}}


def broker(url: str) -> str:
    """Celery's spelling of a Valkey URL: a Unix socket is `redis+socket://…?virtual_host=N` there.

    By itself kombu checks no certificate, where every other client of ours does.
    """
    parts = urlsplit(url)
    if parts.scheme == "rediss" and "ssl_cert_reqs=" not in parts.query:
        return f"{url}{'&' if parts.query else '?'}ssl_cert_reqs=required"
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={parts.query.removeprefix('db=') or '0'}"


def email(url: str) -> dict[str, Any]:
    """Django's EMAIL_ settings for `smtp://user:password@host:port`; `smtps` is TLS at once, `smtp+tls` STARTTLS."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        raise ValueError("EMAIL_URL must look like smtp://user:password@host:port (or smtps://, smtp+tls://)")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
    }
