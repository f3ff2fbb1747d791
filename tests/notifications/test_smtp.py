"""Mail servers, in time: called before anything is claimed, all of their addresses in so many seconds."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from core import mail
from core.celery import app
from core.env import BadEnvironment
from core.models import User
from notifications import calling, services, smtp
from notifications.models import Delivery
from support.models import SupportTicket
from tests.notifications.conftest import opened, planned
from tests.notifications.sink import Sink


@pytest.mark.django_db
def test_a_server_is_called_before_a_row_is_claimed(
    sink: Sink, ticket: SupportTicket, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(opened(ticket))
    found: list[str] = []
    call = calling.reach

    def reach(*arguments: Any) -> socket.socket:
        found.append(Delivery.objects.get().state)
        return call(*arguments)

    monkeypatch.setattr(f"{smtp.__name__}.reach", reach)

    assert services.deliver("email").counts == {"sent": 1}
    assert found == ["planned"]


@pytest.mark.django_db
def test_nobody_is_called_for_nothing(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{smtp.__name__}.reach", None)

    assert services.deliver("email").counts == {}


@pytest.mark.django_db
def test_opening_a_server_that_does_not_greet_is_given_up_and_the_row_waits(
    settings: Settings, ticket: SupportTicket, ben: User
) -> None:
    planned(opened(ticket))
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = mail.SMTP, 0.3
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()

        assert services.deliver("email").counts == {"transient": 1}

    assert Delivery.objects.values_list("state", "attempts").get() == ("queued", 1)


def test_all_addresses_together_have_the_time_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    at = [100.0]

    def silent(_address: tuple[str, int], seconds: float) -> socket.socket:
        waited.append(seconds)
        at[0] += seconds
        raise TimeoutError("timed out")

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{n}", 25)) for n in range(8)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", silent)
    monkeypatch.setattr(f"{calling.__name__}.monotonic", lambda: at[0])

    with pytest.raises(TimeoutError):
        calling.reach("mail.example.com", 25, 10.0)

    assert waited == pytest.approx([1.25] * 8)


def test_the_first_address_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        ask = socket.getaddrinfo
        both = [(*kind, ("127.0.0.2", port)), (*kind, ("127.0.0.1", port))]
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *a, **k: both if host == "mail.example.com" else ask(host, *a, **k),
        )
        with calling.reach("mail.example.com", port, 5.0) as line:
            assert line.getpeername() == ("127.0.0.1", port)


def test_calling_a_mail_and_goodbye_fit_into_the_time_of_a_task() -> None:
    together = calling.OPENING_SECONDS + smtp.MAIL_SECONDS + smtp.GOODBYE_SECONDS

    assert mail.read(brand="PsychPATH", testing=True)["EMAIL_TIMEOUT"] == calling.OPENING_SECONDS
    assert together <= app.conf.task_time_limit - 2


@pytest.mark.parametrize(("said", "seconds"), [("", 10), ("7", 7), ("12", 12)])
def test_a_provider_has_ten_seconds_or_what_is_set(
    said: str, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANYMAIL_REQUESTS_TIMEOUT", said)

    timeout = mail.read(brand="PsychPATH", testing=True)["ANYMAIL"]["REQUESTS_TIMEOUT"]
    assert (timeout, type(timeout)) == (seconds, int)


def test_more_than_a_task_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYMAIL_REQUESTS_TIMEOUT", "30")

    with pytest.raises(BadEnvironment):
        mail.read(brand="PsychPATH", testing=True)
