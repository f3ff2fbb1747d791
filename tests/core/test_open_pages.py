"""The open pages of tests hear all that is said, however long it took until it was."""

from typing import Any

import pytest

from core.models import User
from tests.open_pages import OpenPages

pytestmark = pytest.mark.django_db


def test_a_line_that_was_silent_is_asked_whether_it_is_well_and_that_is_no_frame(
    pages: OpenPages, amira: User
) -> None:
    """A slow machine is silent for longer than the ten seconds after which the client asks."""
    pages.open(amira)
    line: Any = pages._pubsub.connection
    line.next_health_check = 0.0

    pages.forget()

    assert pages.everybody == {}
