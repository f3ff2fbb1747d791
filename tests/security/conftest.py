"""The domain's past, pages with sockets, and every address there can be, for the tests of abuse."""

from collections.abc import Iterator
from importlib import reload

import pytest
from anymail.webhooks import amazon_ses
from django.urls import clear_url_caches
from pytest_django import Settings

from core import urls as core_urls
from notifications import webhook_urls
from tests.support.conftest import calling, desk, draining
from tests.support.sockets.conftest import clock_stands_still, loop_left_clean, open_page

__all__ = ["calling", "clock_stands_still", "desk", "draining", "loop_left_clean", "open_page"]
# What one provider or another asks for before it looks at a request at all.
_KEYS = (
    "BREVO_API_KEY",
    "MAILERSEND_INBOUND_SECRET",
    "MAILERSEND_SIGNING_SECRET",
    "MAILGUN_WEBHOOK_SIGNING_KEY",
    "MAILTRAP_API_TOKEN",
    "MANDRILL_WEBHOOK_KEY",
    "POSTAL_WEBHOOK_KEY",
    "RESEND_API_KEY",
    "SENDINBLUE_API_KEY",
    "UNISENDER_GO_API_KEY",
)


@pytest.fixture(autouse=True)
def open_webhooks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The webhooks of all providers, whose addresses depend on a secret; as if Amazon's library were installed."""
    monkeypatch.setattr(amazon_ses, "_get_anymail_boto3_params", lambda **_: ({}, {}))
    before = settings.ANYMAIL
    settings.ANYMAIL = {"WEBHOOK_SECRET": "provider:only-for-tests"} | dict.fromkeys(_KEYS, "only-for-tests")
    _read_addresses_again()
    yield
    settings.ANYMAIL = before
    _read_addresses_again()


def _read_addresses_again() -> None:
    reload(webhook_urls)
    reload(core_urls)
    clear_url_caches()
