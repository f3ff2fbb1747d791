"""Every page in the invented languages: nothing of ours is outside the marks, and the page says its direction.

What people wrote is Greek here, so that a Latin word outside the marks is a sentence that nobody can translate.
"""

import uuid

import pytest
from django.test import Client
from pytest_django import Settings

from core.models import User
from tests.languages.outside import outside, untranslated
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db

FOR_EVERYBODY = ("/", "/nowhere", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
FOR_REQUESTERS = (
    "/",
    "/support-tickets",
    "/support-tickets?status=RESOLVED",
    "/support-tickets?search=xxxx",
    "/support-tickets/new",
    "/support-tickets/{ticket}",
    "/support-tickets/{resolved}",
    "/support-tickets/{nowhere}",
    "/notifications",
    "/accounts/notifications/",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
)
FOR_AGENTS = (
    "/",
    "/support/",
    "/support/?view=unassigned",
    "/support/?view=resolved",
    "/support/?view=chats",
    "/support/?search=xxxx",
    "/support/?ticket={ticket}",
    "/support/?ticket={ticket}&details=1",
    "/support/?ticket={resolved}",
    "/support/?ticket={nowhere}",
    "/support/reports/promises",
    "/notifications",
    "/accounts/notifications/",
)


@pytest.fixture(autouse=True)
def greek(amira: User, ben: User, chen: User) -> None:
    """People with names that hold no Latin letter, who read the invented language."""
    for person, name in ((amira, "Αμίρα"), (ben, "Βεν"), (chen, "Τσεν")):
        person.first_name, person.language = name, "en-xa"
        person.save()


@pytest.fixture
def places(desk: Desk, amira: User, ben: User, chen: User) -> dict[str, str]:
    """A ticket with a past, one that is resolved, and one that is not there."""
    ticket = desk.ask(amira, "Ώρες", description="Λείπει μία εβδομάδα.", tags=("ώρες",), priority="HIGH")
    desk.give(ben, ticket, ben)
    desk.say(ben, ticket, "Θα το δω.")
    desk.say(ben, ticket, "Πρόσεχε.", audience="staff")
    desk.move(ben, ticket, "WAITING_USER")
    desk.say(amira, ticket, "Ευχαριστώ.")
    resolved = desk.ask(amira, "Κωδικός", description="Χάθηκε.")
    desk.give(ben, resolved, chen)
    desk.move(chen, resolved, "RESOLVED")
    return {"ticket": str(ticket.pk), "resolved": str(resolved.pk), "nowhere": str(uuid.uuid4())}


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", FOR_EVERYBODY)
def test_nothing_is_left_in_english_for_strangers(client: Client, settings: Settings, address: str) -> None:
    settings.LANGUAGE_CODE = "ar-xb"  # what a browser reads that asks for no language of ours
    assert untranslated(page(client, address)) == []


@pytest.mark.parametrize("address", FOR_REQUESTERS)
def test_nothing_is_left_in_english_for_requesters(
    client: Client, amira: User, places: dict[str, str], address: str
) -> None:
    client.force_login(amira)
    assert untranslated(page(client, address.format(**places))) == []


@pytest.mark.parametrize("address", FOR_AGENTS)
def test_nothing_is_left_in_english_for_agents(
    client: Client, ben: User, places: dict[str, str], address: str
) -> None:
    client.force_login(ben)
    assert untranslated(page(client, address.format(**places))) == []


def test_a_form_that_has_to_be_mended_says_so_in_the_readers_language(client: Client, amira: User) -> None:
    client.force_login(amira)
    sent = client.post("/support-tickets/new", {"subject": "", "description": "", "priority": "?"})
    assert untranslated(sent.content.decode()) == []


def test_a_page_from_right_to_left_says_so_and_turns_what_points(
    client: Client, amira: User, places: dict[str, str]
) -> None:
    User.objects.filter(pk=amira.pk).update(language="ar-xb")
    client.force_login(amira)
    body = page(client, f"/support-tickets/{places['ticket']}")
    assert '<html lang="ar-XB" dir="rtl"' in body
    assert 'class="icon flip-rtl"' in body or "flip-rtl" in body
    assert '<script id="words" type="application/json">' in body


def test_marks_may_stand_inside_each_other() -> None:
    assert outside("a ⟦b ⟦c⟧ d⟧ e") == "a  e"
