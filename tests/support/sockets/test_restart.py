"""A process that is told to end sends its pages away before it goes."""

import os
import signal
from collections.abc import Iterator

import pytest

from core.models import User
from support import presence
from support.sockets import restart
from tests.support.sockets.conftest import Opener

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest.fixture
def told_to_end() -> Iterator[list[int]]:
    """Stands where the server's own handler stands."""
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    yield told
    signal.signal(signal.SIGTERM, before)


async def test_pages_are_told_when_to_come_back_and_the_server_still_hears_the_signal(
    told_to_end: list[int], open_page: Opener, amira: User
) -> None:
    pages = [await open_page(amira, "/ws/notifications/") for _ in range(3)]
    for page in pages:
        await page.settle()
    os.kill(os.getpid(), signal.SIGTERM)
    delays = [(await page.hear("restart"))["delay"] for page in pages]
    assert len(set(delays)) > 1
    assert all(restart.LEAST_SECONDS <= delay <= restart.spread_of(3) for delay in delays)
    assert told_to_end == [signal.SIGTERM]


async def test_five_hundred_pages_come_back_over_twelve_seconds() -> None:
    assert restart.spread_of(500) == 12.0


async def test_agents_are_back_before_their_lease_has_lapsed() -> None:
    spreads = [restart.spread_of(pages, staff=True) for pages in (3, 500, 2_000)]
    assert spreads == [restart.spread_of(3), 12.0, presence.PARTING_SECONDS / 2]
