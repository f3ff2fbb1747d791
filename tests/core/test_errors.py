"""Errors: a page where pages are, a problem document under the API, and never a stack trace."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core import errors
from core.models import User
from core.problems import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet() -> Client:
    """A browser: it sees what is answered, not what was raised."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("server closed the connection"), "database-unavailable"),
        (InterfaceError("connection already closed"), "database-unavailable"),
        (redis.ConnectionError("refused"), "log-unavailable"),
        (redis.TimeoutError("slow"), "log-unavailable"),
        (RequestDataTooBig("10 MB"), "too-large"),
        (Refused("stale"), "stale"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", ["/support-tickets", "/support/api/tickets/"])
def test_what_a_view_raises_is_answered_in_the_language_of_its_address(
    error: Exception, code: str, path: str, rf: RequestFactory
) -> None:
    answer = errors.DatabaseAway(lambda _: HttpResponse()).process_exception(rf.get(path), error)

    assert answer is not None
    assert answer.status_code == Refused(code).type.status
    spoken = "application/problem+json" if "api" in path else "text/html; charset=utf-8"
    assert answer["Content-Type"] == spoken
    assert answer.headers.get("Retry-After") == (
        str(Refused(code).retry_after) if Refused(code).retry_after else None
    )


def test_a_mistake_of_ours_is_left_to_the_framework(rf: RequestFactory) -> None:
    middleware = errors.DatabaseAway(lambda _: HttpResponse())

    assert middleware.process_exception(rf.get("/"), ValueError("oops")) is None


@pytest.mark.django_db(transaction=True)
class TestDatabaseAway:
    @pytest.fixture
    def signed_in(self, quiet: Client, amira: User) -> Iterator[Client]:
        """Amira's browser; the database has gone since she signed in."""
        quiet.force_login(amira)
        kept = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict["HOST"] = "/nonexistent"
        yield quiet
        connection.close()
        connection.settings_dict.update(kept)

    @pytest.mark.parametrize("path", ["/", "/support-tickets", "/support/", "/admin/", "/accounts/login/"])
    @pytest.mark.parametrize("debug", [False, True])
    def test_every_page_is_503_even_when_middleware_meets_it_first(
        self, signed_in: Client, settings: Any, path: str, debug: bool
    ) -> None:
        settings.DEBUG = debug
        answer = signed_in.get(path)

        assert (answer.status_code, answer["Retry-After"]) == (503, "3")
        assert "Nothing is lost" in answer.content.decode()
        assert "OperationalError" not in answer.content.decode()

    def test_under_the_api_it_is_a_problem(self, signed_in: Client) -> None:
        answer = signed_in.get("/support/api/tickets/")

        assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")


class TestTooLarge:
    @pytest.mark.parametrize("debug", [False, True])
    def test_a_form_of_ten_megabytes(self, quiet: Client, amira: User, settings: Any, debug: bool) -> None:
        settings.DEBUG = debug
        quiet.force_login(amira)
        body = b"subject=" + b"x" * 10_000_000
        answer = quiet.post("/support-tickets/new", body, "application/x-www-form-urlencoded")

        assert answer.status_code == 413
        assert "Shorten it and try again" in answer.content.decode()

    def test_ten_megabytes_of_form_fields_in_parts(self, quiet: Client, amira: User) -> None:
        quiet.force_login(amira)
        answer = quiet.post("/support-tickets/new", {"subject": "x" * 10_000_000})

        assert answer.status_code == 413

    @pytest.mark.parametrize("length", ["", "abc", "-1"])
    def test_a_length_that_is_none_is_not_ours_to_judge(self, rf: RequestFactory, length: str) -> None:
        request = rf.post("/", b"x", "application/json", CONTENT_LENGTH=length)
        answer = errors.DatabaseAway(lambda _: HttpResponse("fine"))(request)

        assert answer.content == b"fine"


class TestPages:
    @pytest.mark.parametrize("debug", [False, True])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_an_unknown_address(self, quiet: Client, settings: Any, debug: bool, method: str) -> None:
        settings.DEBUG = debug
        answer = getattr(quiet, method)("/no/such/place")

        assert answer.status_code == 404
        assert "There’s nothing at this address." in answer.content.decode()

    def test_a_form_without_its_token(self, amira: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(amira)
        answer = client.post("/support-tickets/new", {"subject": "Hi"})

        assert answer.status_code == 403
        assert "This page is out of date. Reload it and try again." in answer.content.decode()

    def test_a_mistake_of_ours(self, rf: RequestFactory) -> None:
        page, document = errors.server_error(rf.get("/")), errors.server_error(rf.get("/support/api/x/"))

        assert (page.status_code, document.status_code) == (500, 500)
        assert "Something went wrong on our side." in page.content.decode()
        assert document["Content-Type"] == "application/problem+json"

    def test_something_suspicious(self, rf: RequestFactory) -> None:
        request: HttpRequest = rf.get("/support/api/x/")

        assert errors.bad_request(request, exception=ValueError()).status_code == 400
        assert errors.bad_request(request, exception=RequestDataTooBig()).status_code == 413
        assert errors.permission_denied(request, exception=PermissionError()).status_code == 403
