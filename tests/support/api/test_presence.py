"""Presence over HTTP: an agent's switch, and what everybody may know."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from core import valkey
from core.models import User
from support.models import SupportUserStatus
from support.presence import lease_key
from tests.support.calling import Caller
from tests.support.conftest import Desk

Calling = Callable[..., Caller]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("draining")
class TestToggle:
    @pytest.mark.parametrize(
        ("body", "answered"),
        [
            (
                {"is_online": True},
                {"is_online": True, "availability": "online", "message": "You’re online."},
            ),
            (
                {"is_online": False},
                {"is_online": False, "availability": "offline", "message": "You’re offline."},
            ),
            (
                {"availability": "away"},
                {"is_online": False, "availability": "away", "message": "You’re away for a moment."},
            ),
            (
                {"availability": "online", "is_online": True},
                {"is_online": True, "availability": "online", "message": "You’re online."},
            ),
        ],
        ids=str,
    )
    def test_the_whole_document(
        self, calling: Calling, ben: User, body: dict[str, Any], answered: dict[str, Any]
    ) -> None:
        answer = calling(ben).post("status/toggle/", body)

        assert (answer.status_code, answer.json()) == (200, answered)
        assert valkey.ephemeral().exists(lease_key(ben.pk)) == 1

    def test_online_can_be_pinned_and_a_word_nobody_knows_is_refused(
        self, calling: Calling, ben: User
    ) -> None:
        answer = calling(ben).post("status/toggle/", {"availability": "online", "pin": "4h"})
        refused = calling(ben).post("status/toggle/", {"availability": "online", "pin": "for ever"})

        assert (answer.status_code, refused.status_code) == (200, 422)
        row = SupportUserStatus.objects.get(user=ben)
        assert row.pinned_until is not None
        assert (
            timedelta(hours=4) - timedelta(minutes=1)
            < row.pinned_until - row.changed_at
            <= timedelta(hours=4)
        )

    def test_a_requester_has_no_switch(self, calling: Calling, amira: User) -> None:
        answer = calling(amira).post("status/toggle/", {"is_online": True})

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.fixture
def evening() -> Iterator[None]:
    """8:24 pm in Melbourne."""
    with time_machine.travel(datetime(2026, 3, 10, 9, 24, tzinfo=UTC), tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("evening")
class TestOnlineStatus:
    def test_anybody_learns_that_support_is_there(self, desk: Desk, calling: Calling, ben: User) -> None:
        desk.declare(ben, "online")
        answer = calling().get("chat/online-status/")

        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert answer.json() == {
            "is_online": True,
            "availability": "online",
            "support_name": "Ben",
            "promise": "Usually replies in about 5 minutes.",
            "replies_in": 300,
            "replies_by": "2026-03-10T09:29:00Z",
            "promise_is_default": True,
        }

    def test_or_that_it_is_not(self, calling: Calling) -> None:
        answer = calling().get("chat/online-status/")

        assert answer.json() == {
            "is_online": False,
            "availability": "offline",
            "support_name": "PsychPATH Support",
            "promise": "We’ll reply by email, usually by 10:00 am AEDT tomorrow.",
            "replies_in": 48960,
            "replies_by": "2026-03-10T23:00:00Z",
            "promise_is_default": True,
        }

    @pytest.mark.parametrize(
        ("zone", "moment"),
        [
            ("Australia/Perth", "7:00 am AWST tomorrow"),
            ("Nowhere/../etc", "10:00 am AEDT tomorrow"),
            ("", "10:00 am AEDT tomorrow"),
        ],
    )
    def test_the_promise_is_said_in_the_zone_that_is_named(
        self, calling: Calling, zone: str, moment: str, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(2):
            answer = calling().get(f"chat/online-status/?timezone={zone}")

        assert answer.json()["promise"] == f"We’ll reply by email, usually by {moment}."
