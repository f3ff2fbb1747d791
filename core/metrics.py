"""Metrics: how well the hops are and how deep log and queues, in the text format of Prometheus. For operators.

A hop that is away has no depth, only an `up` of 0: a missing sample is not mistaken for an empty queue.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import command_log, hops, queues, valkey
from core.health import operators_only


@require_safe
@never_cache
@operators_only
def metrics(_request: HttpRequest) -> HttpResponse:
    """The same in the text format of Prometheus; a hop that is away has no depth, only an `up` of 0."""
    found = hops.ask_all()
    up = {hop.name: hop.ok for hop in found}
    lines = _family("support_up", "Whether a hop is well.", {f'hop="{h.name}"': int(h.ok) for h in found})
    lines += _family(
        "support_hop_seconds", "How long a hop took.", {f'hop="{h.name}"': h.seconds for h in found}
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
