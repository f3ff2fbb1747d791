"""The bell's pages: whose notices, what each link and button does, and that every write is a command."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from core import command_log
from core.contracts import Contract, decode
from core.models import User
from notifications import bell
from notifications.models import Delivery, Preference
from support import commands
from support.models import SupportTicket
from tests.notifications.conftest import given, moved, opened, planned
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(ticket: SupportTicket, ben: User) -> Delivery:
    """Amira has been told that Ben solved it."""
    (row,) = planned(moved(ticket, ben, "OPEN", "RESOLVED"), transport="in_app")
    Delivery.objects.update(state="sent", created_at=datetime.now(UTC))
    return row


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def waiting() -> list[Contract]:
    return [decode(entry.payload) for entry in command_log.read(0, count=10)]


@pytest.mark.parametrize("path", ["/notifications", "/accounts/notifications/"])
def test_a_stranger_is_asked_to_sign_in(path: str, db: None) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


def test_the_list_says_what_happened_and_the_bell_that_it_is_new(told: Delivery, amira: User) -> None:
    page = of(amira).get("/notifications").content.decode()

    assert "PP-1042 is resolved" in page
    assert "Logbook export is missing week 14" in page
    assert f'href="/notifications/{told.id}"' in page
    assert page.count("data-unseen>") + page.count("data-unseen data-ticket") == 1
    assert '<span class="sr-only" data-bell-words>Notifications, 1 new</span>' in page


def test_for_htmx_it_is_the_lines_alone(told: Delivery, amira: User) -> None:
    part = of(amira).get("/notifications", headers={"HX-Request": "true"})

    assert part.content.decode().lstrip().startswith('<ul class="notice-list"')
    assert "HX-Request" in part["Vary"]


def test_an_empty_list_is_no_dead_end(dora: User) -> None:
    page = of(dora).get("/notifications").content.decode()

    assert "Nothing yet. We’ll tell you here when there’s news about your tickets." in page
    assert "data-bell-words>Notifications</span>" in page


def test_nobody_sees_or_opens_somebody_elses(told: Delivery, dora: User, ben: User) -> None:
    for other in (dora, ben):
        client = of(other)
        assert "PP-1042 is resolved" not in client.get("/notifications").content.decode()
        assert client.get(f"/notifications/{told.id}").status_code == 404
        assert bell.unseen_of([other]) == {other.pk: {}}
    assert of(dora).get(f"/notifications/{uuid.uuid4()}").status_code == 404
    assert waiting() == []


def test_opening_a_notice_leads_to_its_ticket_and_sees_it(
    told: Delivery, ticket: SupportTicket, amira: User
) -> None:
    client = of(amira)
    answer = client.get(f"/notifications/{told.id}")

    assert (answer.status_code, answer["Location"]) == (302, f"/support-tickets/{ticket.id}")
    assert [type(command) for command in waiting()] == [commands.MarkNoticesSeen]
    drain(0)
    told.refresh_from_db()
    assert told.seen_at is not None
    client.get(f"/notifications/{told.id}")
    assert waiting() == []  # once is enough


def test_an_agent_is_led_to_the_desk(ticket: SupportTicket, ben: User) -> None:
    (row,) = planned(opened(ticket), transport="in_app")
    Delivery.objects.update(state="sent")

    assert of(ben).get(f"/notifications/{row.id}")["Location"] == f"/support/?ticket={ticket.id}"


def test_everything_is_marked_at_once_without_script(
    told: Delivery, ticket: SupportTicket, amira: User, ben: User, chen: User
) -> None:
    planned(given(ticket, ben, chen.id), transport="in_app")
    Delivery.objects.exclude(state="withheld").update(state="sent", created_at=datetime.now(UTC))

    answer = of(amira).post("/notifications/seen")
    drain(0)

    assert (answer.status_code, answer["Location"]) == (302, "/notifications")
    unseen = Delivery.objects.filter(state="sent", seen_at=None)
    assert [row.recipient_id for row in unseen] == [chen.id]  # hers alone were marked


def test_a_page_in_the_background_sees_what_it_shows(
    told: Delivery, ticket: SupportTicket, amira: User
) -> None:
    client = of(amira)
    other = client.post("/notifications/seen", {"ticket": str(uuid.uuid4())}, headers={"X-Background": "1"})
    drain(0)
    assert bell.unseen_of([amira]) == {amira.pk: {str(ticket.id): 1}}
    this = client.post("/notifications/seen", {"ticket": str(ticket.id)}, headers={"X-Background": "1"})
    drain(0)

    assert (other.status_code, this.status_code) == (204, 204)
    assert bell.unseen_of([amira]) == {amira.pk: {}}
    assert client.post("/notifications/seen", {"ticket": "x"}).status_code == 422


def test_seeing_needs_a_token(told: Delivery, amira: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(amira)

    assert client.post("/notifications/seen").status_code == 403
    assert waiting() == []


def test_the_switches_of_a_requester_and_of_an_agent(amira: User, ben: User) -> None:
    mine = of(amira).get("/accounts/notifications/").content.decode()
    desk = of(ben).get("/accounts/notifications/").content.decode()

    assert [name for name in ("new_ticket", "chat_waiting", "internal_note") if name in mine] == []
    assert mine.count('name="on"') == 5
    assert desk.count('name="on"') == 10
    assert mine.count("checked") == 5  # everything but sound and the browser's own, which are off
    assert 'name="sound">' in mine


def test_a_choice_is_kept_and_shown(amira: User, ben: User, ticket: SupportTicket) -> None:
    client = of(amira)
    answer = client.post("/accounts/notifications/", {"sound": "on", "on": ["ticket_reply:email"]})
    assert (answer.status_code, answer["Location"]) == (302, reverse("notice-preferences"))
    drain(0)

    row = Preference.objects.get(user=amira)
    assert (row.sound, row.browser) == (True, False)
    assert row.muted == ["ticket_reply:in_app", "ticket_update:email", "ticket_update:in_app", "unread:email"]
    page = client.get("/accounts/notifications/").content.decode()
    assert page.count(" checked") == 2
    told = planned(moved(ticket, ben, "OPEN", "RESOLVED"), transport="in_app")
    assert [(row.state, row.reason) for row in told] == [("withheld", "preference")]


def test_switches_that_the_page_does_not_show_stay_as_they_are(amira: User) -> None:
    Preference.objects.create(
        user=amira, muted=["new_ticket:email"], changed_at=datetime(2026, 3, 9, tzinfo=UTC)
    )

    of(amira).post("/accounts/notifications/", {"on": ["new_ticket:email", "ticket_reply:email"]})
    drain(0)

    assert Preference.objects.get(user=amira).muted == [
        "new_ticket:email", "ticket_reply:in_app", "ticket_update:email", "ticket_update:in_app", "unread:email",
    ]  # fmt: skip
