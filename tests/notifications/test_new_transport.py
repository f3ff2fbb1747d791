"""The seam: a new means is one file with a class and one line in the registry; everything else knows it from there."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import User
from notifications import rules, services
from notifications.models import Delivery, NoticeKind, Reason
from notifications.person import Person
from notifications.rules import Audience, Rule
from notifications.transports.base import QUICK, Outcome, Send, permanent, sent, transient
from notifications.transports.registry import TRANSPORTS
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import moved, opened
from workers.notify import sweep
from workers.push import deliver

pytestmark = pytest.mark.django_db
RULES: dict[Any, tuple[Rule, ...]] = rules.RULES


class Pigeons:
    """Carries notices to whoever has an account, in good weather."""

    name = "pigeon"
    label = "By pigeon"
    task = QUICK
    claims = 1

    def __init__(self) -> None:
        self.weather: list[Outcome] = []
        self.carried: list[str] = []
        self.flights = 0

    def no_way_to(self, person: Person) -> Reason | None:
        return None if person.id else Reason.NO_ACCOUNT

    def address_of(self, person: Person) -> str:
        return f"loft of {person.address}"

    @contextmanager
    def session(self) -> Iterator[Send]:
        self.flights += 1
        yield self._fly

    def _fly(self, delivery: Delivery) -> Outcome:
        outcome = self.weather.pop(0) if self.weather else sent(f"ring {delivery.notice}")
        if outcome.provider_id:
            self.carried.append(delivery.address)
        return outcome


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    """In the registry, and named by the rule about new tickets."""
    made = Pigeons()
    line = Rule(audience=Audience.AGENTS, notice=NoticeKind.NEW_TICKET, transports=("pigeon",))
    monkeypatch.setitem(TRANSPORTS, made.name, made)
    monkeypatch.setitem(RULES, events.TicketOpened, (line,))
    return made


def rows() -> list[tuple[str, str, str, str, int]]:
    found = Delivery.objects.order_by("address")
    return list(found.values_list("address", "state", "reason", "provider_id", "attempts"))


def test_it_is_planned_sent_and_settled_like_every_other(
    pigeons: Pigeons, ticket: SupportTicket, ben: User, chen: User
) -> None:
    services.record([opened(ticket)])
    planned = [str(pk) for pk in Delivery.objects.values_list("id", flat=True)]

    assert deliver(planned, transport="pigeon") == {"sent": 2}

    assert rows() == [
        ("loft of ben@example.com", "sent", "", "ring new_ticket", 1),
        ("loft of chen@example.com", "sent", "", "ring new_ticket", 1),
    ]
    assert (pigeons.flights, deliver(planned, transport="pigeon")) == (1, {})


def test_whom_it_cannot_reach_is_withheld_by_name(pigeons: Pigeons, ticket: SupportTicket) -> None:
    services.record([opened(ticket)])

    assert [row[1:3] for row in rows()] == [("withheld", "no-account")]


def test_bad_weather_is_waited_out_and_a_hawk_is_final(
    pigeons: Pigeons, ticket: SupportTicket, ben: User, chen: User
) -> None:
    pigeons.weather = [transient("storm"), permanent("hawk")]
    services.record([opened(ticket)])

    assert services.deliver("pigeon").counts == {"transient": 1, "permanent": 1}
    assert sorted(row[1] for row in rows()) == ["failed", "queued"]
    Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    assert services.deliver("pigeon").counts == {"sent": 1}


def test_the_ledgers_page_calls_it_by_its_label(
    pigeons: Pigeons, ticket: SupportTicket, ben: User, admin: User
) -> None:
    services.record([opened(ticket)])
    client = Client()
    client.force_login(admin)

    page = client.get("/support/deliveries/?transport=pigeon").content.decode()

    assert page.count("By pigeon") == 3  # the filter, and a row for each agent


def test_the_log_is_a_transport_like_every_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ticket: SupportTicket, ben: User
) -> None:
    line = Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_UPDATE, transports=("log",))
    monkeypatch.setitem(RULES, events.StatusChanged, (line,))
    services.record([moved(ticket, ben, "OPEN", "RESOLVED")])

    with caplog.at_level(logging.INFO, logger="notifications.transports.log"):
        assert services.deliver("log").counts == {"sent": 1}

    row = Delivery.objects.get()
    assert f"notice ticket_update for delivery {row.id}" in caplog.messages
    assert (row.state, row.provider_id, row.address) == ("sent", str(row.id), "")


def test_what_nobody_speaks_any_more_waits_and_is_said(
    pigeons: Pigeons,
    ticket: SupportTicket,
    ben: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    say: Callable[..., events.MessagePosted],
) -> None:
    services.record([opened(ticket)])
    monkeypatch.delitem(TRANSPORTS, "pigeon")

    sweep()

    assert [row[1] for row in rows()] == ["planned"]
    assert "notify: nobody speaks pigeon any more; 1 deliveries wait" in caplog.messages
