"""The domain's past, for workers that look at it, and a clock."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.support.conftest import Desk, calling, desk, draining
from tests.workers.chatting import BEGIN, Clock

__all__ = ["calling", "desk", "draining"]


@pytest.fixture
def chat_clock(desk: Desk) -> Iterator[Clock]:
    """10:24 am."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield Clock(traveller, desk)
