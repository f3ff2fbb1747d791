"""The page of deliveries: for support admins, with a filter, a way to older rows, and what can be done about each.

Every write is a command, applied by the time the page is back.
"""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core import ids
from core.models import User
from notifications import services
from notifications.ledger.lists import PAGE
from notifications.models import Breaker, Delivery, Run, Suppression
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import AT, opened, planned
from tests.support.conftest import desk, draining  # noqa: F401  (fixtures)
from workers.notify import work_runs

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/support/deliveries/"
Say = Callable[..., events.MessagePosted]


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def rows(ticket: SupportTicket, say: Say, amira: User, ben: User) -> tuple[Delivery, Delivery]:
    """A reply whose address was refused, and a mail to Ben that waits."""
    (reply,), (waiting,) = planned(say(ben, "Try it again.")), planned(opened(ticket))
    Delivery.objects.filter(id=reply.id).update(
        state="failed", reason="refused", cause="550 No such user", attempts=1, provider_id="provider-7"
    )
    return Delivery.objects.get(id=reply.id), waiting


def shown(page: str) -> list[str]:
    """To whom the rows of a page are, and their state."""
    body = page[page.index("<tbody>") :] if "<tbody>" in page else ""
    lines = re.findall(r"</svg>(.*?)</span>.*?<bdi>(.*?)</bdi>", body, re.DOTALL)
    return [f"{name} {state}" for state, name in lines]


def test_only_support_admins_come_in(amira: User, ben: User, admin: User) -> None:
    answers = [client.get(URL).status_code for client in (Client(), of(amira), of(ben), of(admin))]

    assert answers == [302, 403, 403, 200]
    for name in ("delivery-run", "breaker-release", "suppression-lift"):
        assert of(ben).post(reverse(name)).status_code == 403
        assert of(admin).get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["transport", "person", "ticket"])
def test_a_character_that_nobody_can_store_finds_nothing(
    rows: tuple[Delivery, Delivery], admin: User, name: str
) -> None:
    assert of(admin).get(URL, {name: "\0"}).status_code == 200
    assert of(admin).get(URL, {name: "a\0"}).status_code in {200, 422}


def test_a_row_says_what_for_whom_how_and_how_it_went(rows: tuple[Delivery, Delivery], admin: User) -> None:
    page = of(admin).get(URL).content.decode()

    assert sorted(shown(page)) == ["Amira Failed", "Ben Planned"]
    for words in (
        "PP-1042",
        "amira@example.com",
        "By email",
        "The address was refused",
        "550 No such user",
        "provider-7",
    ):
        assert words in page
    assert rows[0].message_id_header.strip("<>") in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=failed", ["Amira Failed"]),
        ("state=trouble", ["Amira Failed"]),
        ("state=planned", ["Ben Planned"]),
        ("state=held", []),
        ("transport=email&person=ami", ["Amira Failed"]),
        ("person=BEN%40example", ["Ben Planned"]),
        ("transport=in_app", []),
        ("ticket=PP-1042&state=failed", ["Amira Failed"]),
        ("ticket=1043", []),
        ("since=2026-01-01&until=2026-01-02", []),
    ],
)
def test_the_filter_narrows(
    query: str, found: list[str], rows: tuple[Delivery, Delivery], admin: User
) -> None:
    page = of(admin).get(f"{URL}?{query}").content.decode()

    assert shown(page) == found
    assert ("No delivery matches this filter." in page) is (found == [])


def test_a_filter_that_makes_no_sense_says_so(rows: tuple[Delivery, Delivery], admin: User) -> None:
    for query, sentence in {
        "state=purple": "Choose one of the states.",
        "ticket=mine": "Write a ticket as PP-1042 or 1042.",
        "since=soon": "Choose a day.",
        "cursor=made-up": "This page of the list is out of date. Start again from the top.",
    }.items():
        answer = of(admin).get(f"{URL}?{query}")
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_older_rows_are_a_page_away_and_each_is_shown_once(
    rows: tuple[Delivery, Delivery],
    admin: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    copies = []
    for place in range(PAGE + 10):
        copy = Delivery.objects.get(id=rows[0].id)
        copy.pk, copy.created_at = ids.new_id(), AT + timedelta(seconds=place // 7)
        copies.append(copy)
    Delivery.objects.bulk_create(copies)
    client = of(admin)

    with django_assert_max_num_queries(24):  # as many for fifty rows as for none
        first = client.get(URL).content.decode()
    (link,) = re.findall(r'rel="next" href="([^"]*)"', first)
    second = client.get(link.replace("&amp;", "&")).content.decode()

    handled = [re.findall(rf'action="{URL}([0-9a-f-]{{36}})"', page) for page in (first, second)]
    assert (len(handled[0]), len(handled[1])) == (PAGE, 12)
    assert {uuid.UUID(each) for page in handled for each in page} == set(
        Delivery.objects.values_list("id", flat=True)
    )


@pytest.mark.usefixtures("draining")
def test_a_failed_mail_is_sent_again_and_the_page_is_back_where_it_was(
    rows: tuple[Delivery, Delivery], admin: User
) -> None:
    client = of(admin)

    answer = client.post(f"{URL}{rows[0].id}", {"action": "replay", "back": "state=failed&nonsense=1"})

    assert (answer.status_code, answer["Location"]) == (302, f"{URL}?state=failed")
    assert "Done." in client.get(URL).content.decode()
    row = Delivery.objects.get(id=rows[0].id)
    assert (row.state, row.reason, row.replayed_at is None) == ("planned", "", False)


@pytest.mark.usefixtures("draining")
def test_what_has_moved_on_meanwhile_says_so(rows: tuple[Delivery, Delivery], admin: User) -> None:
    client = of(admin)
    client.post(f"{URL}{rows[1].id}", {"action": "cancel"})
    assert Delivery.objects.get(id=rows[1].id).state == "cancelled"

    client.post(f"{URL}{rows[0].id}", {"action": "cancel"})

    assert "This delivery has moved on meanwhile. Look at it again." in client.get(URL).content.decode()


@pytest.mark.usefixtures("draining")
def test_all_that_match_are_sent_again_with_progress(rows: tuple[Delivery, Delivery], admin: User) -> None:
    client = of(admin)
    assert "Send again: 1" in client.get(f"{URL}?state=failed").content.decode()
    assert "all that match" not in client.get(URL).content.decode()  # never everything there ever was

    client.post(f"{URL}runs", {"action": "replay", "back": "state=failed"})

    run = Run.objects.get()
    assert (run.total, run.state, run.by_id) == (1, "running", admin.id)
    part = client.get(f"{URL}?part=runs", headers={"HX-Request": "true"}).content.decode()
    assert ("0 of 1, Running" in part, 'hx-trigger="every 2s"' in part) == (True, True)
    work_runs()
    part = client.get(f"{URL}?part=runs", headers={"HX-Request": "true"}).content.decode()
    assert ("1 of 1, Done" in part, 'hx-trigger="every 2s"' in part) == (True, False)


@pytest.mark.usefixtures("draining")
def test_a_run_is_stopped(rows: tuple[Delivery, Delivery], admin: User) -> None:
    client = of(admin)
    client.post(f"{URL}runs", {"action": "cancel", "back": "state=planned"})

    client.post(f"{URL}runs/{Run.objects.get().id}/cancel")
    work_runs()

    assert Run.objects.values_list("state", "done").get() == ("cancelled", 0)
    assert Delivery.objects.get(id=rows[1].id).state == "planned"


@pytest.mark.usefixtures("draining")
def test_what_is_held_back_is_shown_and_let_go(rows: tuple[Delivery, Delivery], admin: User) -> None:
    key = "ben@example.com"
    Breaker.objects.create(id=f"address:{key}", hold="address", key=key, count=200, opened_at=timezone.now())
    Suppression.objects.create(
        address="amira@example.com", reason="refused", cause="550", since=timezone.now()
    )
    Delivery.objects.filter(id=rows[1].id).update(held="address")
    client = of(admin)
    page = client.get(f"{URL}?state=held").content.decode()
    assert shown(page) == ["Ben Held"]
    assert "Too many emails to one address: <bdi>ben@example.com</bdi>." in page
    assert "1 address takes no mail from us" in page

    client.post(f"{URL}breakers/release", {"breaker": f"address:{key}"})
    client.post(f"{URL}suppressions/lift", {"address": "amira@example.com"})

    assert (Delivery.objects.get(id=rows[1].id).held, Suppression.objects.count()) == ("", 0)
    assert "Too many emails to one address" not in client.get(URL).content.decode()


def test_a_ledger_that_does_not_balance_is_an_alarm(
    ticket: SupportTicket, ben: User, chen: User, admin: User
) -> None:
    services.record([opened(ticket)])
    page = " ".join(of(admin).get(URL).content.decode().split())
    assert (
        "In the last 24 hours 1 event was told. That took 6 deliveries. Every one is accounted for." in page
    )
    Delivery.objects.filter(recipient=chen, transport="email").delete()

    page = " ".join(of(admin).get(URL).content.decode().split())

    assert "The ledger doesn’t balance: 6 deliveries were planned and 5 are here." in page
    assert "1 event has too few" in page
