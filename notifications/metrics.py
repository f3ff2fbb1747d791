"""What Prometheus is told of deliveries: how many are in which state, and how long what is due has waited.

Called by `core.metrics`, which `core.urls` puts together. Must not name anybody.
"""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from core.metrics import gauge
from notifications.ledger.totals import totals
from notifications.models import State
from notifications.transports.registry import TRANSPORTS


def families() -> Iterator[Metric]:
    """Raises DatabaseError when PostgreSQL is away."""
    found = totals(timezone.now())
    family = GaugeMetricFamily(
        "support_deliveries",
        "Deliveries by state: those that wait or are being sent, and what ended of the last 24 hours.",
        labels=["transport", "state"],
    )
    for transport in TRANSPORTS:
        for state in State.values:
            family.add_metric([transport, state], found.counts.get((transport, state), 0))
    yield family
    yield gauge(
        "support_delivery_oldest_due_seconds",
        "For how long the oldest delivery that is due has waited; those held back apart.",
        "transport",
        {transport: found.due_for(transport) for transport in TRANSPORTS},
    )
