"""The nights in which the clocks change: two people of one zone, and the mails by the calendar that they are owed.

Called by the tests of digests and by experiment S3. `ring` is what beat does at a moment.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.models import User
from notifications.models import Delivery, NoticeKind
from tests.support.conftest import Desk

QUARTER = timedelta(minutes=15)
# Of each zone, the Sunday on which an hour comes twice and the one on which it never comes.
CHANGES = {
    "Australia/Melbourne": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
}
# Within the hour that comes twice or never.
HOUR = 2


def around(desk: Desk, asks: User, helps: User, sunday: date, ring: Callable[[datetime], object]) -> None:
    """Saturday, the Sunday of the change and Monday, by the clock of both; every quarter of an hour in the nights."""
    zone = ZoneInfo(asks.timezone)
    begin = datetime(sunday.year, sunday.month, sunday.day, tzinfo=zone) - timedelta(days=1)
    now = begin.astimezone(UTC)
    desk.now = now - timedelta(days=1)
    ticket = desk.ask(asks)
    for _ in range(16):
        desk.say(helps, ticket, "Still here.")
        desk.now += timedelta(hours=5)
    while now.astimezone(zone).date() <= sunday + timedelta(days=1):
        ring(now)
        now += QUARTER if now.astimezone(zone).hour < 5 else 12 * QUARTER


def owed(sunday: date) -> dict[tuple[str, str], int]:
    """A reminder on each of the three days, a summary on the Monday."""
    days = [(sunday + timedelta(days=step)).isoformat() for step in (-1, 0, 1)]
    return {**{(NoticeKind.UNREAD, day): 1 for day in days}, (NoticeKind.DIGEST, days[2]): 1}


def planned(*people: User) -> dict[tuple[str, str], int]:
    """Rows of the calendar for these people, by notice and local day."""
    rows = Delivery.objects.filter(event_kind="Calendar", recipient__in=people)
    return dict(Counter((row.notice, row.facts["day"]) for row in rows))
