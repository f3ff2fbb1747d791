"""Forms are limited as the API is, and count together with it: per person, and per address for all behind it."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import command_log
from core.models import User
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}
TOO_FAST = "You’re sending messages quickly. You can send again in"
# Whose form, its address (of a ticket when it takes one), what is posted.
FORMS = pytest.mark.parametrize(
    ("who", "name", "posted"),
    [
        ("amira", "ticket-create", TICKET),
        ("amira", "ticket-reply", {"message": "Hello", "id": str(uuid.uuid4())}),
        ("amira", "ticket-status", {"status": "RESOLVED", "expected": "OPEN"}),
        ("ben", "desk-reply", {"message": "Hello", "audience": "public", "id": str(uuid.uuid4())}),
        ("ben", "desk-priority", {"priority": "HIGH"}),
        ("ben", "desk-availability", {"availability": "away"}),
    ],
)


@pytest.fixture(autouse=True)
def slow(settings: Any) -> None:
    """One at once, then one in a hundred seconds; forms do not wait for what becomes of it."""
    settings.WRITES_AT_ONCE = 1
    settings.WRITES_PER_SECOND = 0.01


@FORMS
def test_a_form_that_comes_too_fast_is_not_accepted(
    desk: Desk,
    amira: User,
    ben: User,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    name: str,
    posted: dict[str, str],
) -> None:
    monkeypatch.setattr("core.receipts.PAGE_SECONDS", 0.0)
    ticket, person = desk.ask(amira), {"amira": amira, "ben": ben}[who]
    assert Caller(person).post("tickets/create/", TICKET, Prefer="respond-async").status_code == 202
    before = command_log.length(0)
    browser = Client()
    browser.force_login(person)
    takes_ticket = name in {"ticket-reply", "ticket-status", "desk-reply", "desk-priority"}

    answer = browser.post(reverse(name, args=[ticket.pk] if takes_ticket else []), posted)

    assert answer.status_code == 429
    assert TOO_FAST in answer.content.decode()
    assert command_log.length(0) == before


def test_preferences_wait_on_a_page_that_says_for_how_long(amira: User) -> None:
    browser = Client()
    browser.force_login(amira)
    assert Caller(amira).post("tickets/create/", TICKET, Prefer="respond-async").status_code == 202

    answer = browser.post(reverse("notice-preferences"))

    assert (answer.status_code, command_log.length(0)) == (429, 1)


def test_what_was_typed_is_still_there(amira: User) -> None:
    browser = Client()
    browser.force_login(amira)
    assert Caller(amira).post("tickets/create/", TICKET, Prefer="respond-async").status_code == 202

    answer = browser.post(reverse("ticket-create"), TICKET)

    assert 'value="Logbook export"' in answer.content.decode()
