"""What browsers report about the content security policy: one line each, nothing of a person's, few a minute."""

import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.csp_reports import LARGEST, LIMIT

VIOLATION = {
    "document-uri": "https://help.example/support-tickets?search=Mia%20Chen",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/x.js?token=secret",
    "source-file": "https://help.example/static/support/js/page/main.js",
    "line-number": 12,
    "disposition": "enforce",
    "original-policy": "default-src 'none'",
}
LINE = (
    "csp: 'script-src-elem' stopped 'evil.example/x.js' asked for by "
    "'help.example/static/support/js/page/main.js':12 on 'help.example/support-tickets' (enforce)"
)


def send(client: Client, body: Any) -> int:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post("/csp-reports", text, content_type="application/csp-report").status_code


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "core.csp_reports"]


@pytest.fixture(autouse=True)
def _listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "core.csp_reports")


def test_a_violation_is_a_line_without_what_people_typed(
    caplog: pytest.LogCaptureFixture, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        assert send(Client(enforce_csrf_checks=True), {"csp-report": VIOLATION}) == 204
    assert lines(caplog) == [LINE]


def test_an_inline_script_has_no_address(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    report = {"document-uri": "https://help.example/", "effective-directive": "style-src-attr"}
    assert send(client, {"csp-report": {**report, "blocked-uri": "inline"}}) == 204
    assert lines(caplog) == [
        "csp: 'style-src-attr' stopped 'inline' asked for by the page on 'help.example/' (enforce)"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        {"csp-report": 3},
        {"other": {}},
        {"csp-report": {"line-number": "x"}},
        "\udcff",
        "x" * LARGEST,
    ],
    ids=["empty", "cut off", "a list", "a number", "another", "a word", "no text", "too large"],
)
def test_what_is_no_report_is_forgotten(client: Client, caplog: pytest.LogCaptureFixture, body: Any) -> None:
    assert (
        send(
            client,
            body.encode("utf-8", "surrogateescape").decode("latin-1") if isinstance(body, str) else body,
        )
        == 204
    )
    assert lines(caplog) == []


def test_nobody_writes_lines_of_their_own_into_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    forged = {**VIOLATION, "blocked-uri": "https://x/\nWARNING all is lost", "document-uri": "http://["}
    assert send(client, {"csp-report": forged}) == 204
    assert [("\n" in line, "something unreadable" in line) for line in lines(caplog)] == [(False, True)]


def test_a_flood_is_a_few_lines(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(int(LIMIT.burst) + 10):
        assert send(client, {"csp-report": VIOLATION}) == 204
    assert len(lines(caplog)) in (LIMIT.burst, LIMIT.burst + 1)


def test_it_is_told_and_not_asked(client: Client) -> None:
    assert client.get("/csp-reports").status_code == 405


def test_the_policy_names_everything_and_reports_the_rest(client: Client) -> None:
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in client.get("/nowhere")["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self'",
        "connect-src": f"'self' {settings.SITE_URL.replace('http', 'ws', 1)}",
        "manifest-src": "'self'",
        "worker-src": "'none'",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "report-uri": "/csp-reports",
    }


@pytest.mark.parametrize(
    "place",
    ["/notifications/email/{}", "/notifications/stop/{}", "/accounts/confirm-email/{}/"],
)
def test_what_lets_somebody_in_is_not_in_the_line(
    place: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "c2VjcmV0:1vXYZa:abcdefghijklmnop"
    address = f"https://help.example{place.format(secret)}"
    send(client, {"csp-report": VIOLATION | {"document-uri": address, "source-file": address}})
    (line,) = lines(caplog)
    assert secret not in line
    assert place.partition("{}")[0] in line
