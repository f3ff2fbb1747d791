"""Something is away: 503 with when to come back, within three seconds, and never a stack trace.

The servers are really unreachable: the settings point at sockets where nobody listens, or at one that never answers.
"""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import command_log
from core.models import User
from support.models import SupportTicket
from tests.support.calling import Caller
from tests.support.conftest import Desk

Calling = Callable[..., Caller]
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}


def assert_away(answer: Any, code: str) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "3"
    assert answer.json()["code"] == code
    assert "Traceback" not in answer.content.decode()


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[str]:
    """A server that lets you in and never says a word."""
    path = tmp_path / "hung.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(64)
        yield f"unix://{path}"


@pytest.mark.django_db
class TestCommandLog:
    def test_a_dead_one_is_503(self, desk: Desk, calling: Calling, amira: User, settings: Any) -> None:
        ticket = desk.ask(amira)
        settings.COMMAND_LOG_URL = "unix:///nonexistent/durable.sock"
        for path, body in (("tickets/create/", TICKET), (f"tickets/{ticket.pk}/message/", {"message": "Hi"})):
            assert_away(calling(amira).post(path, body), "log-unavailable")

    def test_a_hung_one_is_503_within_three_seconds(
        self, calling: Calling, amira: User, settings: Any, hung: str
    ) -> None:
        settings.COMMAND_LOG_URL = settings.REDIS_URL = hung
        began = time.monotonic()
        answer = calling(amira).post("tickets/create/", TICKET)

        assert_away(answer, "log-unavailable")
        assert time.monotonic() - began < 3

    def test_reading_goes_on_without_it(
        self, desk: Desk, calling: Calling, amira: User, settings: Any
    ) -> None:
        ticket = desk.ask(amira)
        settings.COMMAND_LOG_URL = settings.REDIS_URL = "unix:///nonexistent/both.sock"

        assert calling(amira).get("tickets/").status_code == 200
        assert calling(amira).get(f"tickets/{ticket.pk}/").status_code == 200
        assert calling().get("chat/online-status/").status_code == 200

    def test_a_full_one_is_503(
        self, calling: Calling, amira: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command_log, "_fullness", type(command_log._fullness)())
        settings.COMMAND_LOG_MAX = 1
        first = calling(amira).post("tickets/create/", TICKET, Prefer="respond-async")
        second = calling(amira).post("tickets/create/", TICKET)

        assert first.status_code == 202
        assert (second.status_code, second.json()["code"], second["Retry-After"]) == (503, "log-full", "5")
        assert command_log.length(0) == 1


@pytest.mark.django_db
class TestEphemeral:
    def test_writes_are_accepted_and_limits_forgiven_without_it(
        self, desk: Desk, calling: Calling, amira: User, settings: Any
    ) -> None:
        settings.REDIS_URL = "unix:///nonexistent/ephemeral.sock"
        settings.WRITES_AT_ONCE = 1
        answers = [calling(amira).post("tickets/create/", TICKET, Prefer="respond-async") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [202, 202, 202]
        assert command_log.length(0) == 3


@pytest.mark.django_db(transaction=True)
class TestDatabase:
    def test_every_read_is_503(
        self, desk: Desk, calling: Calling, amira: User, away: Callable[[], None]
    ) -> None:
        caller, ticket = calling(amira), desk.ask(amira)
        away()
        for path in (
            "tickets/",
            f"tickets/{ticket.pk}/",
            f"tickets/{ticket.pk}/messages/",
            "chat/online-status/",
        ):
            assert_away(caller.get(path), "database-unavailable")

    def test_a_write_that_needs_to_know_who_asks_is_503(
        self, calling: Calling, amira: User, away: Callable[[], None]
    ) -> None:
        caller = calling(amira)
        away()

        assert_away(caller.post("tickets/create/", TICKET), "database-unavailable")
        assert command_log.length(0) == 0

    def test_what_was_accepted_before_it_went_is_202_not_503(
        self, calling: Calling, amira: User, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append = command_log.append

        def append_and_leave(*arguments: Any, **named: Any) -> Any:
            appended = append(*arguments, **named)
            away()
            return appended

        monkeypatch.setattr(command_log, "append", append_and_leave)
        answer = calling(amira).post("tickets/create/", TICKET, Prefer="respond-async")

        assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
        assert command_log.length(0) == 1
        assert SupportTicket.objects.none().count() == 0
