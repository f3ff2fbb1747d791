"""Health: is the process alive, can it serve, and how deep are log and queues.

`live` asks nothing of anybody. `ready` and `metrics` are for operators: their token, or a listed address
that did not come through a proxy. Each hop is one plain sentence and waits no longer than its client does.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import wraps

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import command_log, errors, queues, valkey
from core.problems import Refused

# The sweep rings every 2 s and a drain finishes within one: an older head means that nobody works it off.
OLDEST_SECONDS = 30.0
Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One thing a request depends on."""

    name: str
    ok: bool
    sentence: str
    seconds: float


class NotWell(Exception):
    """A hop answers, and what it says is not good."""


def operators_only(view: Answer) -> Answer:
    """Bearer token, or a direct connection from a listed address."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if _by_token(request) or _by_address(request):
            return view(request)
        return errors.problem(
            Refused("forbidden", "This is for operators: send the token, or ask from the host.")
        )

    return guarded


def _by_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = scheme.lower() == "bearer" and bool(settings.OPS_TOKEN)
    return given and constant_time_compare(token.strip(), settings.OPS_TOKEN)


def _by_address(request: HttpRequest) -> bool:
    """Behind a proxy everybody has the proxy's address, so a forwarded request needs the token."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and request.META.get("REMOTE_ADDR") in settings.OPS_ADDRESSES


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
@operators_only
def ready(_request: HttpRequest) -> HttpResponse:
    """Every hop a request takes; 503 when one of them is not well."""
    hops = [check() for check in CHECKS]
    well = all(hop.ok for hop in hops)
    return JsonResponse({"ready": well, "hops": [asdict(hop) for hop in hops]}, status=200 if well else 503)


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


CHECKS: tuple[Callable[[], Hop], ...] = (database, durable, ephemeral, drains)


@require_safe
@never_cache
@operators_only
def metrics(_request: HttpRequest) -> HttpResponse:
    """The same in the text format of Prometheus; a hop that is away has no depth, only an `up` of 0."""
    hops = [check() for check in CHECKS]
    up = {hop.name: hop.ok for hop in hops}
    lines = _family("support_up", "Whether a hop is well.", {f'hop="{h.name}"': int(h.ok) for h in hops})
    lines += _family(
        "support_hop_seconds", "How long a hop took.", {f'hop="{h.name}"': h.seconds for h in hops}
    )
    lines += _log_depth() if up["command log"] else []
    lines += _queue_depth() if up["ephemeral valkey"] else []
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _family(name: str, text: str, values: dict[str, float]) -> list[str]:
    samples = [f"{name}{{{labels}}} {value}" for labels, value in values.items()]
    return [f"# HELP {name} {text}", f"# TYPE {name} gauge", *samples]


def _log_depth() -> list[str]:
    shards = range(settings.COMMAND_LOG_SHARDS)
    length = {f'shard="{shard}"': command_log.length(shard) for shard in shards}
    oldest = {f'shard="{shard}"': round(command_log.oldest_age(shard), 3) for shard in shards}
    return [
        *_family("support_command_log_length", "Accepted commands not yet stored.", {**length}),
        *_family("support_command_log_oldest_seconds", "Age of the oldest of them.", oldest),
    ]


def _queue_depth() -> list[str]:
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for promise in queues.PROMISES:
        pipe.llen(promise.name)
    pipe.hlen("unacked")
    *depths, unacked = pipe.execute()
    waiting = {
        f'queue="{promise.name}"': depth for promise, depth in zip(queues.PROMISES, depths, strict=True)
    }
    return [
        *_family("support_queue_length", "Tasks waiting in a Celery queue.", waiting),
        *_family(
            "support_tasks_unacknowledged", "Tasks some worker has in hand.", {'broker="valkey"': unacked}
        ),
    ]
