"""Presence over HTTP: an agent's switch, and what everybody may know."""

from collections.abc import Callable
from typing import Any

import pytest

from core import valkey
from core.models import User
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

    def test_a_requester_has_no_switch(self, calling: Calling, amira: User) -> None:
        answer = calling(amira).post("status/toggle/", {"is_online": True})

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.django_db
class TestOnlineStatus:
    def test_anybody_learns_that_support_is_there(self, desk: Desk, calling: Calling, ben: User) -> None:
        desk.declare(ben, "online")
        answer = calling().get("chat/online-status/")

        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert answer.json() == {"is_online": True, "availability": "online", "support_name": "Ben"}

    def test_or_that_it_is_not(self, calling: Calling) -> None:
        answer = calling().get("chat/online-status/")

        assert answer.json() == {
            "is_online": False,
            "availability": "offline",
            "support_name": "PsychPATH Support",
        }
