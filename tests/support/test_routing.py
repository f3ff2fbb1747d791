"""Origins: our own pages may open a socket; everybody else gets HTTP 403 before anything is accepted."""

import pytest
from pytest_django import Settings

from support import routing
from tests.support.sockets.page import Page

pytestmark = pytest.mark.asyncio


async def test_the_site_and_both_names_of_this_machine_are_ours(settings: Settings) -> None:
    settings.SITE_URL, settings.PORT, settings.DEBUG = "https://help.example.com", 8123, True
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.partner.example"]
    assert routing.allowed_origins() == [
        "https://help.example.com",
        "https://.partner.example",
        "http://127.0.0.1:8123",
        "http://localhost:8123",
    ]
    settings.DEBUG = False
    assert routing.allowed_origins() == ["https://help.example.com", "https://.partner.example"]


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("https://help.example.com", True),
        ("https://help.example.com:443", True),
        ("HTTPS://HELP.EXAMPLE.COM", True),
        ("https://a.partner.example", True),
        ("http://help.example.com", False),
        ("https://help.example.com:8443", False),
        ("https://help.example.com.evil.example", False),
        ("https://evil.example#help.example.com", False),
        ("https://help.example.com@evil.example", False),
        ("https://xhelp.example.com", False),
        ("https://help.example.com:99999", False),
        ("https://[help.example.com", False),
        ("null", False),
        ("", False),
        ("file://", False),
    ],
)
async def test_an_origin_matches_whole_or_not_at_all(origin: str, ours: bool, settings: Settings) -> None:
    settings.SITE_URL, settings.DEBUG = "https://help.example.com", False
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.partner.example"]
    answers: list[str] = []

    async def accepting(scope: object, receive: object, send: object) -> None:
        answers.append("accepted")

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(event: dict[str, str]) -> None:
        answers.append(event["type"])

    scope = {"type": "websocket", "headers": [(b"origin", origin.encode())]}
    await routing.origins_only(accepting)(scope, receive, send)
    assert answers == (["accepted"] if ours else ["websocket.close"])


@pytest.mark.parametrize("headers", [[], [(b"origin", b"https://help.example.com")] * 2])
async def test_a_missing_or_doubled_origin_is_refused(
    headers: list[tuple[bytes, bytes]], settings: Settings
) -> None:
    settings.SITE_URL, answers = "https://help.example.com", list[str]()

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(event: dict[str, str]) -> None:
        answers.append(event["type"])

    await routing.origins_only(None)({"type": "websocket", "headers": headers}, receive, send)
    assert answers == ["websocket.close"]


@pytest.mark.parametrize("path", ["/ws/", "/ws/chat/", "/ws/chat/a/b/", "/ws/notifications", "/"])
async def test_other_addresses_are_refused(path: str) -> None:
    assert await Page(path).connect() is False
