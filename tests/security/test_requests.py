"""What holds for every address, read from the URL conf: forged writes are refused, and answers carry their headers."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from core.models import User
from tests.security import table
from tests.security.bodies import BODIES
from tests.security.cast import Cast, make_cast
from tests.security.routes import filled, routes
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
# Browsers, mail programs and mail providers post here, without a page of ours before it: what they may cause is a line
# of the log, what the token in the address says, and nothing without the webhooks' secret.
WITHOUT_TOKEN = {
    "csp-reports",
    "notifications/stop/<token>",
    "anymail/.../",
    "anymail/unisender_go/tracking/",
}
COOKIES = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_COOKIE_", "CSRF_COOKIE_", "SECURE_", "MESSAGE"))]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


@pytest.fixture
def cast(desk: Desk, amira: User, dora: User, ben: User, admin: User) -> Cast:
    return make_cast(desk, amira, dora, ben, admin)


def let_in(cells: table.Cells) -> str:
    """Somebody who may, whoever it is; the most trusted last."""
    return next(
        kind for kind in ("amira", "guest", "agent", "admin", "nobody") if not _is_refused(cells[kind])
    )


def _is_refused(cell: str) -> bool:
    return cell in {"401", "403", "404", "405", "login"}


def test_a_write_without_its_token_is_refused_at_every_address(cast: Cast) -> None:
    known, taken = routes(), []
    writes = [(name, cells) for (name, method), cells in table.read(table.ROUTES).items() if method == "POST"]
    for name, cells in writes:
        if name in WITHOUT_TOKEN or all(map(_is_refused, cells.values())):
            continue
        kind = let_in(cells)
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.cookies.update(cast.browsers[kind].cookies)
        path, body = filled(known[name], cast.values_for(kind, known[name])), BODIES.get(name, {})
        if name.startswith("support/api/"):
            answer: Any = browser.post(path, json.dumps(body), content_type="application/json")
        else:
            answer = browser.post(path, body)
        if answer.status_code != 403:
            taken.append((name, kind, answer.status_code))

    assert taken == []
    assert len(writes) > 80


@pytest.mark.parametrize("kind", ["nobody", "admin"])
def test_every_answer_says_what_a_browser_must_not_do_with_it(cast: Cast, kind: str) -> None:
    lacking = []
    for name, route in routes().items():
        answer: Any = cast.browsers[kind].get(filled(route, cast.values_for(kind, route)))
        if answer.streaming:
            b"".join(answer.streaming_content)
        policy = answer.headers.get("Content-Security-Policy", "")
        expected = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        lacking += [(name, header) for header, value in expected.items() if answer.get(header) != value]
        if "default-src 'none'" not in policy or "unsafe" in policy:
            lacking.append((name, f"policy {policy[:60]!r}"))
        if "Set-Cookie" in answer and "HttpOnly" not in answer["Set-Cookie"]:
            lacking.append((name, "a cookie that scripts read"))

    assert lacking == []


def test_what_a_person_reads_is_kept_by_no_cache(cast: Cast) -> None:
    """Pages of one's own, read again with the back button by whoever sits down next."""
    kept = []
    for (name, method), cells in table.read(table.ROUTES).items():
        if method != "GET" or cells["amira"] != "200" or not _is_refused(cells["nobody"]):
            continue
        route = routes()[name]
        answer: Any = cast.browsers["amira"].get(filled(route, cast.values_for("amira", route)))
        if answer.streaming:
            b"".join(answer.streaming_content)
        if "no-store" not in answer.get("Cache-Control", ""):
            kept.append(name)

    assert kept == []


def test_cookies_and_transport_of_an_https_site() -> None:
    environment = os.environ | {"SITE_URL": "https://support.example.com"}
    command = [sys.executable, "-c", f"import django; django.setup()\n{COOKIES}"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(out.stdout)
    expected = {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_PATH": "/",
        "CSRF_COOKIE_DOMAIN": None,
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_REDIRECT_EXEMPT": ["^health/", "^metrics$"],
    }
    assert {name: found[name] for name in expected} == expected
