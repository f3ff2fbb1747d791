"""Words are in the reader's language, times in their zone, and a request without a session asks nobody anything."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from core.models import User
from support.middleware import ReaderLanguage, ReaderTimezone


def zone_seen(request: HttpRequest) -> str:
    """The zone that is active while the page is made."""
    seen: list[str] = []

    def page(_: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    ReaderTimezone(page)(request)
    return seen[0]


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a session"
    request.user = user
    return request


@pytest.mark.parametrize(
    ("zone", "seen"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Australia/Perth", "Australia/Perth"),
        ("Atlantis/Centre", "Australia/Melbourne"),
        ("../../etc", "Australia/Melbourne"),
        ("Europe", "Australia/Melbourne"),
        ("", "Australia/Melbourne"),
    ],
)
def test_a_reader_sees_their_own_zone_and_an_unknown_one_is_the_sites(zone: str, seen: str) -> None:
    assert zone_seen(request_of(User(username="amira", timezone=zone))) == seen
    assert timezone.get_current_timezone_name() == "Australia/Melbourne"


def test_a_request_without_a_session_is_not_asked_who_it_is() -> None:
    assert zone_seen(RequestFactory().get("/health/live")) == "Australia/Melbourne"


def language_seen(request: HttpRequest) -> tuple[str | None, str | None]:
    """The language that is active while the page is made, and the one its answer names."""
    seen: list[str | None] = []

    def page(_: HttpRequest) -> HttpResponse:
        seen.append(translation.get_language())
        return HttpResponse()

    answer = ReaderLanguage(page)(request)
    return seen[0], answer.headers.get("Content-Language")


@pytest.mark.parametrize(
    ("choice", "seen"),
    [("de", ("de", "de")), ("en-au", ("en-au", "en-au")), ("", ("fr", None)), ("tlh", ("fr", None))],
)
def test_a_readers_own_language_wins_over_the_browsers(
    choice: str, seen: tuple[str | None, str | None]
) -> None:
    reader = User(username="amira")
    reader.language = choice
    with translation.override("fr"):
        assert language_seen(request_of(reader)) == seen
        assert translation.get_language() == "fr"


def test_a_request_without_a_session_reads_what_its_browser_asks_for() -> None:
    with translation.override("de"):
        assert language_seen(RequestFactory().get("/health/live")) == ("de", None)
