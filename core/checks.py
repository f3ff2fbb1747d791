"""System checks: outside DEBUG an unsafe installation does not start.

Registered with Django (`manage.py check`, every management command) and run by the other entry points through
`refuse_to_start()`, because uvicorn, gunicorn and celery run no checks by themselves. What a running service
would have to tell (Valkey's configuration, demo accounts) is asked when it answers; a service that is away
does not keep a process from starting, which would turn one outage into two.
"""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from core import brand, command_log, env, valkey

DEMO_ACCOUNTS = ("admin", "ben", "chen", "amira", "dora")
DEMO_PASSWORD = "testpass123"  # noqa: S105  (published in the documentation; what is checked is that nobody has it)
SAFE_SERIALISERS = {"json", "application/json"}
SHORTEST_SECRET = 32


def _unsafe(number: int, sentence: str, hint: str) -> Error:
    return Error(sentence, hint=hint, id=f"core.E{number:03}")


@register(Tags.security)
def check_settings(**_: Any) -> list[CheckMessage]:
    """What the settings alone tell."""
    return [] if settings.DEBUG else list(_faults_of_settings())


def _faults_of_settings() -> Iterator[CheckMessage]:
    if any("InMemory" in layer["BACKEND"] for layer in settings.CHANNEL_LAYERS.values()):
        yield _unsafe(1, "The channel layer lives in one process's memory.", "Use channels_redis.pubsub.")
    if "*" in settings.ALLOWED_HOSTS:
        yield _unsafe(2, "ALLOWED_HOSTS allows every host.", "Name the hosts this installation answers to.")
    if any("*" in origin for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield _unsafe(3, "CSRF_TRUSTED_ORIGINS holds a wildcard.", "Name full origins, scheme included.")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET or settings.SECRET_KEY.startswith("only-for-"):
        yield _unsafe(4, "SECRET_KEY is the default or too short.", "Set at least 32 random characters.")
    if not {*settings.CELERY_ACCEPT_CONTENT, settings.CELERY_TASK_SERIALIZER} <= SAFE_SERIALISERS:
        yield _unsafe(5, "Celery accepts more than JSON.", "Pickle and YAML run code: accept json only.")
    if not env.secret("FLOWER_BASIC_AUTH", default=""):
        yield _unsafe(6, "Flower has no credentials.", "Set FLOWER_BASIC_AUTH=user:password.")
    if brand.is_static(settings.BRAND_LOGO) and finders.find(settings.BRAND_LOGO) is None:
        yield _unsafe(11, "BRAND_LOGO names no static file.", "Give a URL, /path or a path under static/.")
    if settings.FAIL_POINTS:
        yield _unsafe(12, "FAIL_POINTS is set: files could kill this process.", "It is for tests: unset it.")
    yield from _missing_timeouts()


def _missing_timeouts() -> Iterator[CheckMessage]:
    hint = "Without it a hung server takes every thread with it."
    for name in ("socket_timeout", "socket_connect_timeout"):
        if not settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(name):
            yield _unsafe(7, f"CELERY_BROKER_TRANSPORT_OPTIONS has no {name}.", hint)
        if not valkey.durable().connection_pool.connection_kwargs.get(name):
            yield _unsafe(7, f"The Valkey clients have no {name}.", hint)
        if name not in settings.CACHES["default"].get("OPTIONS", {}):
            yield _unsafe(7, f"The cache has no {name}.", hint)
    if not settings.DATABASES["default"].get("OPTIONS", {}).get("connect_timeout"):
        yield _unsafe(7, "The database has no connect_timeout.", hint)


@register(Tags.database, deploy=True)
def check_services(**_: Any) -> list[CheckMessage]:
    """What the running services tell."""
    return [] if settings.DEBUG else [*_faults_of_log(), *_demo_accounts()]


def _faults_of_log() -> Iterator[CheckMessage]:
    wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
    try:
        found = valkey.durable().config_get(*wanted)
    except redis.ResponseError:
        yield checks.Warning(
            "The command log does not tell its configuration.", hint=_by_hand(wanted), id="core.W001"
        )
        return
    except redis.RedisError as error:
        yield checks.Warning("The command log does not answer.", hint=str(error), id="core.W002")
        return
    for name, value in wanted.items():
        if found.get(name) != value:
            yield _unsafe(
                8, f"The command log has {name} {found.get(name)}.", f"It must be {value}: {_LOSES[name]}."
            )


_LOSES = {
    "appendonly": "a restart forgets what was accepted",
    "appendfsync": "a power cut forgets what was accepted",
    "maxmemory-policy": "a full server throws accepted commands away",
}


def _by_hand(wanted: dict[str, str]) -> str:
    return "Make sure by hand of " + ", ".join(f"{name} {value}" for name, value in wanted.items()) + "."


def _demo_accounts() -> Iterator[CheckMessage]:
    try:
        found = [
            user.get_username()
            for user in get_user_model()._default_manager.filter(username__in=DEMO_ACCOUNTS, is_active=True)
            if user.check_password(DEMO_PASSWORD)
        ]
    except DatabaseError as error:
        yield checks.Warning("The database does not answer.", hint=str(error), id="core.W003")
        return
    if found:
        names = ", ".join(sorted(found))
        yield _unsafe(
            9, f"Demo accounts are in this database: {names}.", "Delete them, or change their passwords."
        )


def _other_shards() -> Iterator[CheckMessage]:
    """Also under DEBUG: a command in a shard that nobody drains would be accepted and never stored."""
    try:
        command_log.verify_shards()
    except command_log.ShardMismatch as mismatch:
        yield _unsafe(10, str(mismatch), "")
    except redis.RedisError as error:
        yield checks.Warning("The command log does not answer.", hint=str(error), id="core.W002")


def _untraceable() -> Iterator[CheckMessage]:
    if settings.TRACES_TO and find_spec("opentelemetry") is None:
        hint = "Install requirements-otel.txt, or unset it."
        yield _unsafe(13, "OTEL_EXPORTER_OTLP_ENDPOINT is set, and what it needs is not installed.", hint)


def refuse_to_start() -> None:
    """For entry points that run no checks: end the process when something is unsafe, naming it."""
    found = (*check_settings(), *check_services(), *_other_shards(), *_untraceable())
    faults = [fault for fault in found if isinstance(fault, Error)]
    if faults:
        sentences = "\n".join(f"{fault.id}: {fault.msg} {fault.hint}" for fault in faults)
        sys.stderr.write(f"{sentences}\n")
        raise env.BadEnvironment(sentences)
