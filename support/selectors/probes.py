"""What probes found: every run since a moment, the oldest first. Read by `support.uptime`; nobody's ticket is in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from support.models import ProbeRun
from support.models.probes import ProbeOutcome


class Found(NamedTuple):
    """A run that went to its end: when it began, and [hop, state, milliseconds] of each hop that it tried."""

    at: datetime
    steps: list[tuple[str, str, int]]


def probed_since(moment: datetime) -> Sequence[Found]:
    """All of them; what was cancelled found nothing."""
    runs = ProbeRun.objects.filter(began_at__gte=moment).exclude(outcome=ProbeOutcome.CANCELLED)
    return [Found(*row) for row in runs.order_by("began_at", "pk").values_list("began_at", "steps")]
