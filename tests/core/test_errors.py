"""Errors: a page where pages are, a problem document under the API, and never a stack trace."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core import errors
from core.logs import WithCommand
from core.models import User
from core.problems import CATALOGUE, Refused
from core.references import reference_of

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

    @pytest.fixture
    def attempts(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """Every attempt to reach the database. Where it is away each takes as long as the time-out allows."""
        made: list[dict[str, Any]] = []
        connect = DatabaseWrapper.get_new_connection

        def counted(self: DatabaseWrapper, parameters: dict[str, Any]) -> Any:
            made.append(parameters)
            return connect(self, parameters)

        monkeypatch.setattr(DatabaseWrapper, "get_new_connection", counted)
        return made

    @pytest.mark.parametrize(
        "path", ["/", "/support-tickets", "/support/", "/admin/", "/accounts/login/", "/support/api/tickets/"]
    )
    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    @pytest.mark.parametrize("debug", [False, True])
    def test_an_answer_waits_for_it_once(
        self,
        signed_in: Client,
        settings: Any,
        attempts: list[dict[str, Any]],
        path: str,
        accept: str,
        debug: bool,
    ) -> None:
        settings.DEBUG = debug
        answer = signed_in.get(path, headers={"accept": accept})

        assert answer.status_code == 503
        assert [(made["host"], made["connect_timeout"]) for made in attempts] == [("/nonexistent", 3)]

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

    def test_what_middleware_met_is_logged_once_and_as_what_it_is(
        self, signed_in: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        signed_in.get("/support-tickets")

        assert [(each.name, each.levelname) for each in caplog.records] == [("core.errors", "WARNING")]
        assert caplog.records[0].getMessage().startswith("GET /support-tickets: database-unavailable (")

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
        assert "This page is out of date" in answer.content.decode()
        assert "Reload the page and try again." in answer.content.decode()

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

    def test_a_mistake_of_ours_asks_nobody(self, django_assert_num_queries: Any) -> None:
        """Neither database nor session nor context processors: this request has none of them."""
        request = HttpRequest()
        request.path = "/support-tickets"
        with django_assert_num_queries(0):
            page = errors.server_error(request)

        assert page.status_code == 500
        assert "What you’ve sent us before is safe." in page.content.decode()

    def test_somebody_elses_ticket(self, rf: RequestFactory) -> None:
        page = errors.answer(rf.get("/support-tickets/1"), Refused("not-found")).content.decode()

        assert "You can’t open this ticket." in page
        assert "It may belong to another account." in page
        assert 'href="/support-tickets"' in page


class TestWayOn:
    """Each page says what to do next, and names the moment so that people can ask about it."""

    @pytest.mark.parametrize("code", [code for code, kind in CATALOGUE.items() if kind.status >= 400])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_every_refusal_has_a_page_with_a_way_on(self, rf: RequestFactory, code: str, method: str) -> None:
        request = getattr(rf, method)("/support-tickets?status=open")
        answer = errors.answer(request, Refused(code))
        page = answer.content.decode()

        assert answer.status_code == CATALOGUE[code].status
        assert re.search(r"<h1[^>]*>[A-Z][^<]+</h1>", page)
        assert 'href="/"' in page
        assert "mailto:support@psychpath.com.au?subject=Reference%20" in page
        assert "Traceback" not in page

    def test_the_reference_on_the_page_is_the_one_in_the_log(
        self, quiet: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        page = quiet.get("/no/such/place").content.decode()
        told = re.search(r'<b class="num">(\w{4}-\w{4})</b>', page)
        record = next(record for record in caplog.records if record.name == "django.request")
        WithCommand().filter(record)

        assert told
        assert record.reference == told[1]  # type: ignore[attr-defined]

    def test_every_request_has_a_reference_of_its_own(self, rf: RequestFactory) -> None:
        first, second = rf.get("/"), rf.get("/")

        assert reference_of(first) == reference_of(first)
        assert reference_of(first) != reference_of(second)

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (1, "You can try again in 1 second."),
            (30, "You can try again in 30 seconds."),
            (None, "You can try again in a minute."),
        ],
    )
    def test_too_fast_says_when(self, rf: RequestFactory, seconds: int | None, words: str) -> None:
        answer = errors.answer(rf.post("/"), Refused("too-fast", retry_after=seconds))

        assert answer.status_code == 429
        assert words in answer.content.decode()
        assert answer.headers.get("Retry-After") == (str(seconds) if seconds else None)

    def test_a_page_that_could_not_be_read_offers_to_try_again(self, rf: RequestFactory) -> None:
        page = errors.answer(
            rf.get("/support-tickets?tag=a&b"), Refused("database-unavailable")
        ).content.decode()

        assert '<a class="btn btn-primary" href="/support-tickets?tag=a&amp;b">Try again</a>' in page
        assert "http-equiv" not in page  # nobody's reading is cut short

    def test_a_form_that_could_not_be_taken_is_not_sent_again(self, rf: RequestFactory) -> None:
        page = errors.answer(rf.post("/support-tickets/new"), Refused("log-full")).content.decode()

        assert "Try again</a>" not in page
        assert "Back button leads to what you wrote" in page

    def test_without_its_styles_there_is_still_a_sentence(self, rf: RequestFactory, settings: Any) -> None:
        """A release whose static files were not collected: every {% static %} raises."""
        settings.STORAGES = {"staticfiles": {"BACKEND": "core.static_files.ModuleStorage"}}
        settings.STATIC_ROOT = "/nonexistent"
        answer = errors.answer(rf.get("/"), Refused("internal"))

        assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
        assert answer.content.decode() == Refused("internal").sentence
