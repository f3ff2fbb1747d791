"""Reports: how often what was promised was kept. Each is one query, whatever the number of rows behind it.

Called by the pages of reports, which only agents open. Weeks begin on Monday in the support's own zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q
from django.db.models.functions import TruncWeek
from django.utils.timezone import get_default_timezone

from support.models import ReplyPromise
from support.workflow import PromiseKind, PromiseOutcome


class Median(Aggregate):
    """Of lengths of time: half of them are shorter."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """A week's promises of one kind. Overdue without a reply is broken; what may still be kept counts as waiting."""

    week: date
    kind: str
    made: int
    kept: int
    broken: int
    withdrawn: int
    defaults: int
    promised: timedelta | None
    actual: timedelta | None

    @property
    def kind_words(self) -> str:
        """Ticket, chat, message."""
        return str(PromiseKind(self.kind).label)

    @property
    def waiting(self) -> int:
        """Neither replied to nor overdue."""
        return self.made - self.kept - self.broken - self.withdrawn

    @property
    def share(self) -> int | None:
        """Per cent kept, of those that are decided."""
        return share(self.kept, self.broken)


def share(kept: int, broken: int) -> int | None:
    """Per cent, rounded down: 99.6 is not all of them. None while nothing is decided."""
    return 100 * kept // (kept + broken) if kept + broken else None


def weeks_until(now: datetime, weeks: int) -> list[datetime]:
    """Where the last so many weeks begin, and where this one ends."""
    here = now.astimezone(get_default_timezone())
    monday = (here - timedelta(days=here.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return [monday + timedelta(weeks=week) for week in range(1 - weeks, 2)]


def promise_report(now: datetime, weeks: int) -> list[PromiseLine]:
    """The last so many weeks, this one first."""
    overdue = Q(outcome=PromiseOutcome.OPEN, due_at__lt=now)
    week = TruncWeek("made_at", tzinfo=get_default_timezone())
    recent = ReplyPromise.objects.filter(made_at__gte=weeks_until(now, weeks)[0]).annotate(week=week)
    lines: Any = (
        recent.values("week", "kind")
        .annotate(
            made=Count("pk"),
            kept=Count("pk", filter=Q(outcome=PromiseOutcome.KEPT)),
            broken=Count("pk", filter=Q(outcome=PromiseOutcome.BROKEN) | overdue),
            withdrawn=Count("pk", filter=Q(outcome=PromiseOutcome.WITHDRAWN)),
            defaults=Count("pk", filter=Q(is_default=True)),
            promised=Median(F("due_at") - F("made_at")),
            actual=Median(F("replied_at") - F("made_at")),
        )
        .order_by("-week", "kind")
    )
    return [PromiseLine(**{**line, "week": line["week"].date()}) for line in lines]
