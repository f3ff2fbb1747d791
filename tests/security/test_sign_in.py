"""Signing in, signing up and asking for a new password, by somebody who wants in or wants to know who is here."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as conf
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from core import command_log
from core.models import User
from support.guests import people
from tests.conftest import PASSWORD
from tests.security import hashing

pytestmark = pytest.mark.django_db
LOGIN, SIGN_UP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
_NEW_EACH_TIME = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|[0-9A-Z]{4}-[0-9A-Z]{4}\b')
Answer = tuple[int, str, str, int, int]


@pytest.fixture
def hers(amira: User) -> User:
    """Amira has confirmed her address."""
    EmailAddress.objects.create(user=amira, email=amira.email, verified=True, primary=True)
    return amira


@pytest.fixture
def counted(settings: Settings) -> None:
    """Every account that is made from now on has a password whose hashes are counted."""
    settings.PASSWORD_HASHERS = [hashing.PATH]


def asked(path: str, form: dict[str, str], *, typed: str) -> Answer:
    """What a stranger can see of an answer: status, way on, words; what it cost, and the mails it caused."""
    hashes, mails = hashing.Counting.times, command_log.length(0)
    answer: Any = Client().post(path, form)
    page = _NEW_EACH_TIME.sub("", answer.content.decode()).replace(typed, "")
    cost = hashing.Counting.times - hashes
    return answer.status_code, answer.get("Location", ""), page, cost, command_log.length(0) - mails


def sign_in(client: Client, login: str, password: str, **more: str) -> bool:
    client.post(LOGIN, {"login": login, "password": password}, headers=more)
    return SESSION_KEY in client.session


# --- Who is here? ---


def test_a_wrong_password_is_answered_alike_for_everybody_and_nobody(
    counted: None, person: Callable[..., User]
) -> None:
    for name, more in (("amira", {}), ("ben", {"is_staff": True}), ("gone", {"is_active": False})):
        person(name, **more)
    guest = people.new_guest("grace@example.com")
    logins = ["amira", "amira@example.com", "ben", "gone", "nobody", "nobody@example.com"]
    logins += [guest.username, guest.guest_address]

    answers = {
        login: asked(LOGIN, {"login": login, "password": "not this one"}, typed=login) for login in logins
    }
    assert {answer[0] for answer in answers.values()} == {200}
    assert len({answer[:3] for answer in answers.values()}) == 1
    assert {login: answer[3] for login, answer in answers.items()} == dict.fromkeys(logins, 1)


def test_signing_up_tells_nobody_whose_address_is_known(counted: None, person: Callable[..., User]) -> None:
    for name in ("amira", "dora"):
        person(name)
    people.new_guest("grace@example.com")
    answers: dict[str, Answer] = {}
    for address in ("amira@example.com", "DORA@example.com", "grace@example.com", "new@example.com"):
        form = {"email": address, "username": f"somebody{len(answers)}", "password1": "correct horse 14"}
        answers[address] = asked(SIGN_UP, form | {"password2": form["password1"]}, typed=address)

    assert set(answers.values()) == {(302, "/accounts/confirm-email/", "", 1, 1)}
    assert set(User.objects.filter(is_guest=False).values_list("username", flat=True)) == {
        "amira",
        "dora",
        "somebody2",
        "somebody3",
    }


def test_a_forgotten_password_is_answered_alike_and_costs_the_same(
    counted: None, person: Callable[..., User]
) -> None:
    person("amira")
    addresses = ("amira@example.com", "nobody@example.com")
    answers = {asked(RESET, {"email": address}, typed=address) for address in addresses}

    assert answers == {(302, "/accounts/password/reset/done/", "", 0, 1)}


def test_nobody_is_let_in_before_their_address_is_confirmed(amira: User) -> None:
    client = Client()
    answer = client.post(LOGIN, {"login": "amira", "password": PASSWORD})

    assert (answer["Location"], SESSION_KEY in client.session) == ("/accounts/confirm-email/", False)


# --- How often? ---


def test_five_wrong_passwords_close_one_account_for_a_while_from_everywhere(
    hers: User, person: Callable[..., User]
) -> None:
    dora = person("dora")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    for _ in range(5):
        assert not sign_in(Client(), "amira", "not this one")

    assert not sign_in(Client(REMOTE_ADDR="203.0.113.9"), "amira", PASSWORD)
    assert sign_in(Client(), "dora", PASSWORD)


@pytest.mark.parametrize(("path", "most"), [(RESET, 20), (SIGN_UP, 20), (LOGIN, 30)])
def test_one_browser_asks_so_often_and_another_behind_the_same_proxy_is_not_kept_waiting(
    settings: Settings, path: str, most: int
) -> None:
    settings.REST_FRAMEWORK = {**conf.REST_FRAMEWORK, "NUM_PROXIES": 1}

    def ask(number: int, forwarded: str) -> int:
        form = {"email": f"nobody{number}@example.com", "login": f"nobody{number}"}
        return int(Client().post(path, form, headers={"X-Forwarded-For": forwarded}).status_code)

    # What a browser says itself stands before what the proxy adds, and is not believed.
    codes = [ask(number, f"198.51.100.{number}, 203.0.113.7") for number in range(most + 1)]
    assert 429 not in codes[:most]
    assert codes[most] == 429
    assert ask(99, "203.0.113.8") != 429


def test_signing_in_and_failing_to_are_lines_of_the_log_without_what_was_typed(
    hers: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="notifications.account_adapter"):
        sign_in(Client(), "amira", "not this one")
        sign_in(Client(), "amira", PASSWORD)

    assert caplog.messages == [
        "accounts: a sign-in failed from '127.0.0.1'",
        f"accounts: user:{hers.pk} signed in from '127.0.0.1'",
    ]


# --- Whose session? ---


def test_a_session_planted_before_signing_in_is_worth_nothing_after(hers: User) -> None:
    client = Client()
    planted = client.session
    planted["seen"] = "by somebody else"
    planted.save()
    client.cookies[conf.SESSION_COOKIE_NAME] = planted.session_key or ""

    assert sign_in(client, "amira", PASSWORD)
    assert client.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def test_a_key_that_nobody_gave_out_is_not_taken_for_a_session(hers: User) -> None:
    client = Client()
    client.cookies[conf.SESSION_COOKIE_NAME] = chosen = "a" * 32

    assert sign_in(client, "amira", PASSWORD)
    assert client.session.session_key != chosen


def test_signing_out_ends_the_session_on_the_server(hers: User) -> None:
    client, thief = Client(), Client()
    assert sign_in(client, "amira", PASSWORD)
    thief.cookies[conf.SESSION_COOKIE_NAME] = client.cookies[conf.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")

    assert thief.get("/support-tickets")["Location"].startswith(LOGIN)
    assert Session.objects.count() == 0


def test_a_new_password_ends_every_other_session_and_renews_this_one(hers: User) -> None:
    here, elsewhere = Client(), Client()
    assert sign_in(here, "amira", PASSWORD)
    assert sign_in(elsewhere, "amira", PASSWORD)
    before = here.session.session_key
    new = "swift-Otter-4711"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert here.get("/support-tickets").status_code == 200
    assert here.session.session_key != before
    assert elsewhere.get("/support-tickets")["Location"].startswith(LOGIN)


# --- Where to? ---


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "http:///example.com"],
)
def test_nobody_is_sent_to_another_site(hers: User, elsewhere: str) -> None:
    client = Client()
    answer = client.post(LOGIN, {"login": "amira", "password": PASSWORD, "next": elsewhere})
    themed = client.post("/preferences/theme", {"theme": "dark", "next": elsewhere})
    left = client.post("/accounts/logout/", {"next": elsewhere})

    assert (answer["Location"], themed["Location"], left["Location"]) == ("/", "/", "/")


# --- Which password? ---


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("short14", False),
        ("password1234", False),
        ("somebody", False),
        ("correct horse 14", True),
        ("ü " * 60, True),
    ],
)
def test_a_password_is_long_uncommon_and_as_long_as_one_likes(password: str, taken: bool) -> None:
    form = {"email": "new@example.com", "username": "somebody", "password1": password, "password2": password}
    Client().post(SIGN_UP, form)

    assert User.objects.filter(username="somebody").exists() is taken
