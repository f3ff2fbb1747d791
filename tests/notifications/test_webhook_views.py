"""Mails that a provider has read and anymail can't: answered 200 and in the ledger, never lost to repeats that fail."""

import json
from typing import Any

import pytest
from django.test import Client

from notifications.models import IncomingMail, MailOutcome, MailReason
from tests.notifications.post import PostOffice
from tests.notifications.test_webhooks import (
    BASIC,
    desk,
    office,
    open_webhooks,
    postmark_mail,
    signed,
    worked,
)

__all__ = ["desk", "office", "open_webhooks"]
ODD = ["a\rBcc: x@y.example", "a\nBcc: x@y.example", "a\0b"]


def by_postmark(client: Client, payload: str) -> int:
    return client.post(
        "/anymail/postmark/inbound/", payload, "application/json", HTTP_AUTHORIZATION=BASIC
    ).status_code


@pytest.mark.parametrize("odd", ODD, ids=["CR", "LF", "NUL"])
@pytest.mark.parametrize("place", ["subject", "name", "recipient", "file", "header"])
def test_a_control_character_in_any_place_loses_no_mail_and_reaches_nobody(
    client: Client, office: PostOffice, place: str, odd: str
) -> None:
    mail: dict[str, Any] = postmark_mail(office)
    places: dict[str, tuple[dict[str, Any], str]] = {
        "subject": (mail, "Subject"),
        "name": (mail["FromFull"], "Name"),
        "recipient": (mail["ToFull"][0], "Name"),
        "file": (mail["Attachments"][0], "Name"),
        "header": (mail["Headers"][0], "Value"),
    }
    part, field = places[place]
    part[field] = odd

    assert [by_postmark(client, json.dumps(mail)) for _ in range(2)] == [200, 200]
    row = worked(office)
    assert (row.via, row.outcome) in {
        ("postmark", MailOutcome.BY_TOKEN),
        ("postmark", MailOutcome.QUARANTINED),
    }
    assert "x@y.example" not in {row.sender, *row.recipients}
    assert len(office.thread()) == (row.outcome == MailOutcome.BY_TOKEN)


@pytest.mark.parametrize("payload", ["", "{", "[]", "{}", '"mail"', '{"FromFull": 7}'])
def test_what_is_no_mail_at_all_waits_in_quarantine(client: Client, office: PostOffice, payload: str) -> None:
    assert by_postmark(client, payload) == 200
    row = worked(office)
    assert (row.outcome, row.reason) == (MailOutcome.QUARANTINED, MailReason.NO_SENDER)


def test_a_form_that_was_read_already_is_kept_with_its_words(client: Client, office: PostOffice) -> None:
    """Mailgun's signature is in its form, which is read to check it."""
    form = {
        **signed("t0ken"),
        "message-headers": "no list",
        "body-plain": "Week 14",
        "recipient": "support@x.example",
    }
    answer = client.post("/anymail/mailgun/inbound/", form, HTTP_AUTHORIZATION=BASIC)

    assert answer.status_code == 200
    row = worked(office)
    assert (row.via, row.reason) == ("mailgun", MailReason.NO_SENDER)


def test_who_may_not_speak_is_refused_whatever_they_say(client: Client, office: PostOffice) -> None:
    answer = client.post(
        "/anymail/postmark/inbound/", "{", "application/json", HTTP_AUTHORIZATION="Basic eA=="
    )

    assert answer.status_code == 400
    office.desk.drain()
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize(
    "hook",
    [
        "amazon_ses/inbound",
        "amazon_ses/tracking",
        "mailersend/inbound",
        "mailersend/tracking",
        "postal/inbound",
        "mandrill",
    ],
)
@pytest.mark.usefixtures("office")
def test_a_provider_that_is_not_set_up_has_no_address(
    client: Client, hook: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post(f"/anymail/{hook}/", "{}", "application/json", HTTP_AUTHORIZATION=BASIC)
    assert answer.status_code == 404
    assert f"the webhook /anymail/{hook}/ is not set up" in caplog.text
