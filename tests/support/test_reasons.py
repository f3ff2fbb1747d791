"""Why an agent is what they are, in a line."""

from datetime import UTC, datetime, timedelta

import pytest

from support.models import SupportUserStatus
from support.presence import Lease
from support.reasons import reason_words

NOW = datetime(2026, 3, 10, 3, 24, tzinfo=UTC)  # 2:24 pm in Melbourne
LEASE = Lease(left=20.4, input_at=NOW - timedelta(seconds=40))


def row(availability: str, reason: str, pinned_until: datetime | None = None) -> SupportUserStatus:
    return SupportUserStatus(
        availability=availability, reason=reason, pinned_until=pinned_until, changed_at=NOW
    )


@pytest.mark.parametrize(
    ("status", "lease", "words"),
    [
        (None, None, "Offline: set by hand."),
        (row("offline", "declared"), LEASE, "Offline: set by hand."),
        (row("away", "declared"), LEASE, "Away: set by hand."),
        (
            row("online", "active"),
            LEASE,
            "Online: last activity 40 s ago, your page was last heard 40 s ago.",
        ),
        (row("online", "active"), Lease(20, None), "Online: your page was last heard 40 s ago."),
        (row("online", "active"), None, "Waiting to hear from a page of yours."),
        (
            row("away", "idle"),
            Lease(55, NOW - timedelta(minutes=12)),
            "Away: no activity for 12 min, your page was last heard a moment ago.",
        ),
        (row("offline", "gone"), None, "Offline: no page of yours is open."),
        (row("online", "pinned", NOW + timedelta(hours=1)), None, "Online: pinned until 3:24 pm."),
        (
            row("online", "pinned", datetime(2026, 3, 10, 13, 0, tzinfo=UTC)),
            None,
            "Online: pinned until the end of the day.",
        ),
    ],
)
def test_what_decides_and_what_is_known(
    status: SupportUserStatus | None, lease: Lease | None, words: str
) -> None:
    assert reason_words(status, lease, NOW) == words
