"""Metrics: how everything is and how long it takes, in the text format of Prometheus. For operators.

Any web process answers for the whole system: what processes count lies in one place (`core.measures`). A hop that is
away has no depth, only an `up` of 0: a missing sample is not mistaken for an empty queue. `core.urls` adds the families
of those who know the domain. docs/operations.md says what each means, deploy/alerts.yml when somebody has to look.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import redis
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from core import depths, hops, measured, measures
from core.health import operators_only
from core.histograms import BOUNDS, Histogram

Families = Callable[[], Iterable[Metric]]
STEPS: Final = {
    measures.STORED: (
        "support_accept_to_stored_seconds",
        "From the acceptance of a command to its commit; canaries apart.",
    ),
    measures.ANNOUNCED: (
        "support_accept_to_broadcast_seconds",
        "From the acceptance of a message to its broadcast.",
    ),
    measures.SEEN: (
        "support_accept_to_seen_seconds",
        "From the acceptance of a message to the word of somebody else's page that it is there.",
    ),
    measures.MAILED: (
        "support_accept_to_mailed_seconds",
        "From the acceptance of what a mail is about until a server took it, the intended wait included.",
    ),
    measures.OVERDUE: ("support_due_to_mailed_seconds", "From when a mail was due until a server took it."),
}


def gauge(name: str, text: str, label: str = "", values: dict[str, float] | None = None) -> Metric:
    """A family of one label, or of one sample under "" without."""
    family = GaugeMetricFamily(name, text, labels=[label] if label else [])
    for value, sample in (values or {}).items():
        family.add_metric([value] if label else [], sample)
    return family


def of(*more: Families) -> Callable[[HttpRequest], HttpResponse]:
    """The view, with these families besides the kernel's own."""

    @require_safe
    @never_cache
    @operators_only
    def metrics(_request: HttpRequest) -> HttpResponse:
        registry = CollectorRegistry()
        registry.register(_All((_kernel, *more)))
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return metrics


class _All(Collector):
    """Asks one after the other; whoever cannot know says nothing."""

    def __init__(self, all_families: Iterable[Families]) -> None:
        self._all = all_families

    def describe(self) -> Iterable[Metric]:
        return ()  # or the registry would ask everything once only for the names

    def collect(self) -> Iterator[Metric]:
        for families in self._all:
            try:
                yield from families()
            except (redis.RedisError, DatabaseError):
                continue


def _kernel() -> Iterator[Metric]:
    found = hops.ask_all()
    up = {hop.name: hop.ok for hop in found}
    yield gauge("support_up", "Whether a hop is well.", "hop", {hop.name: int(hop.ok) for hop in found})
    yield gauge(
        "support_hop_seconds", "How long a hop took.", "hop", {hop.name: hop.seconds for hop in found}
    )
    if up["command log"]:
        yield from _log()
    if up["ephemeral valkey"]:
        yield from _queues()
        yield from _levels()
        yield from _steps()


def _log() -> Iterator[Metric]:
    shards = depths.of_log()
    length = {shard.name: float(shard.length) for shard in shards}
    oldest = {shard.name: round(shard.age, 3) for shard in shards}
    yield gauge("support_command_log_length", "Accepted commands not yet stored.", "shard", length)
    yield gauge("support_command_log_oldest_seconds", "Age of the oldest of them.", "shard", oldest)


def _queues() -> Iterator[Metric]:
    found = depths.of_queues()
    length = {queue.name: float(queue.length) for queue in found}
    oldest = {queue.name: round(queue.age, 3) for queue in found}
    yield gauge("support_queue_length", "Tasks waiting in a Celery queue.", "queue", length)
    yield gauge("support_queue_oldest_seconds", "Age of the oldest of them.", "queue", oldest)
    in_hand = {"valkey": float(depths.in_hand())}
    yield gauge("support_tasks_unacknowledged", "Tasks some worker has in hand.", "broker", in_hand)


def _levels() -> Iterator[Metric]:
    sockets = {"": sum(measured.levels(measures.SOCKETS))}
    yield gauge("support_connections", "Open sockets, of all processes.", values=sockets)
    if drift := measured.levels(measures.BEAT_DRIFT):
        text = "How late beat rang at worst within the last minute."
        yield gauge("support_beat_drift_seconds", text, values={"": max(drift)})


def _steps() -> Iterator[Metric]:
    counted = measured.since_the_beginning()
    for step, (name, text) in STEPS.items():
        family = HistogramMetricFamily(name, text)
        family.add_metric([], _buckets(counted[step]), counted[step].seconds)
        yield family


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    bounds = (*map(str, BOUNDS), "+Inf")
    return list(zip(bounds, map(float, histogram.cumulative()), strict=True))
