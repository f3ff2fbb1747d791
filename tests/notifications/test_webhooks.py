"""Webhooks of three providers, in the shapes that they document: mails that came in, and words about ours."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import reload
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches, include, path
from pytest_django import Settings

from core import urls as core_urls
from core.models import User
from notifications import addresses, webhook_urls
from notifications.in_app import in_app
from notifications.models import (
    Delivery,
    IncomingMail,
    MailOutcome,
    NoticeKind,
    Signal,
    State,
    Suppression,
)
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk, desk

__all__ = ["desk"]
SECRET = "provider:only-for-tests"
BASIC = "Basic " + base64.b64encode(SECRET.encode()).decode()
KEY = "signing-key-only-for-tests"
AT = 1_773_100_800


@pytest.fixture(autouse=True)
def open_webhooks(settings: Settings) -> Iterator[None]:
    """With a secret set the addresses exist."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    reload(webhook_urls)
    kept = list(core_urls.urlpatterns)
    core_urls.urlpatterns[:0] = [path("anymail/", include(webhook_urls))]
    clear_url_caches()
    yield
    core_urls.urlpatterns[:] = kept
    settings.ANYMAIL = {}
    reload(webhook_urls)
    clear_url_caches()


@pytest.fixture
def office(desk: Desk, amira: User, ben: User) -> PostOffice:
    return PostOffice(desk, amira, ben)


def worked(office: PostOffice) -> IncomingMail:
    """The one mail of the ledger, after the workers."""
    office.desk.drain()
    row = IncomingMail.objects.get()
    office.work(row.pk)
    row.refresh_from_db()
    return row


def signed(token: str) -> dict[str, str]:
    """What Mailgun proves itself with."""
    digest = hmac.new(KEY.encode(), f"{AT}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": str(AT), "token": token, "signature": digest}


def postmark_mail(office: PostOffice) -> dict[str, object]:
    """Postmark's inbound webhook without the raw mail: fields, headers, files."""
    return {
        "FromName": "Amira Haddad",
        "From": "amira@example.com",
        "FromFull": {"Email": "amira@example.com", "Name": "Amira Haddad", "MailboxHash": ""},
        "To": office.reply_address(office.amira),
        "ToFull": [{"Email": office.reply_address(office.amira), "Name": "", "MailboxHash": "x"}],
        "CcFull": [],
        "BccFull": [],
        "OriginalRecipient": office.reply_address(office.amira),
        "Subject": "Re: [PP-1042] Logbook export is missing week 14",
        "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
        "ReplyTo": "",
        "MailboxHash": "x",
        "Date": "Tue, 10 Mar 2026 10:24:00 +1100",
        "TextBody": "By Postmark.\n\nOn Tue, 10 Mar 2026, Ben <support@psychpath.com.au> wrote:\n> Please try again.\n",
        "HtmlBody": "",
        "StrippedTextReply": "By Postmark.",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<amira@example.com>"},
            {"Name": "Message-ID", "Value": "<postmark@mail.example.com>"},
        ],
        "Attachments": [
            {
                "Name": "week14.png",
                "Content": base64.b64encode(b"PNG").decode(),
                "ContentType": "image/png",
                "ContentLength": 3,
            }
        ],
    }


def test_a_reply_by_postmark(client: Client, office: PostOffice) -> None:
    payload = json.dumps(postmark_mail(office))
    answers = [
        client.post("/anymail/postmark/inbound/", payload, "application/json", HTTP_AUTHORIZATION=BASIC)
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert worked(office).outcome == MailOutcome.BY_TOKEN
    assert office.thread() == [("Amira", "By Postmark.")]
    message = office.ticket.messages.get(source="email")
    assert [(file["name"], file["size"]) for file in message.files] == [("week14.png", 3)]


def test_a_reply_by_mailgun(client: Client, office: PostOffice) -> None:
    form = {
        **signed("t0ken"),
        "recipient": office.reply_address(office.amira),
        "sender": "amira@example.com",
        "subject": "Re: [PP-1042]",
        "body-mime": office.raw("reply-gmail-german").decode(),
    }
    answer = client.post("/anymail/mailgun/inbound_mime/", form, HTTP_AUTHORIZATION=BASIC)

    assert answer.status_code == 200
    assert worked(office).via == "mailgun"
    assert office.thread() == [("Amira", "Danke, das hat geklappt.")]


def test_a_reply_by_sparkpost(client: Client, office: PostOffice) -> None:
    relayed = {
        "content": {
            "email_rfc822": base64.b64encode(office.raw("reply-outlook-english")).decode(),
            "email_rfc822_is_base64": True,
            "headers": [],
            "subject": "Re: [PP-1042]",
            "to": [office.reply_address(office.amira)],
        },
        "friendly_from": "amira@example.com",
        "msg_from": "amira@example.com",
        "rcpt_to": office.reply_address(office.amira),
        "protocol": "smtp",
        "customer_id": "1337",
        "webhook_id": "4839201967643219",
    }
    body = json.dumps([{"msys": {"relay_message": relayed}}])
    answer = client.post("/anymail/sparkpost/inbound/", body, "application/json", HTTP_AUTHORIZATION=BASIC)

    assert answer.status_code == 200
    assert worked(office).outcome == MailOutcome.BY_TOKEN
    assert office.thread() == [("Amira", "All good now.")]


@pytest.mark.parametrize("authorization", ["", "Basic " + base64.b64encode(b"provider:guess").decode()])
def test_without_the_secret_nothing_is_accepted(
    client: Client, office: PostOffice, authorization: str
) -> None:
    payload = json.dumps(postmark_mail(office))
    answer = client.post(
        "/anymail/postmark/inbound/", payload, "application/json", HTTP_AUTHORIZATION=authorization
    )

    assert answer.status_code == 400
    office.desk.drain()
    assert not IncomingMail.objects.exists()


def test_with_the_secret_and_a_forged_signature_nothing_is_accepted(
    client: Client, office: PostOffice
) -> None:
    form = {**signed("t0ken"), "signature": "0" * 64, "body-mime": office.raw("reply-gmail-german").decode()}
    answer = client.post("/anymail/mailgun/inbound_mime/", form, HTTP_AUTHORIZATION=BASIC)

    assert answer.status_code == 400
    office.desk.drain()
    assert not IncomingMail.objects.exists()


def said(event: str, *, at: int = AT, **more: Any) -> str:
    """A word of Mailgun about the mail that it calls by the Message-ID without brackets."""
    data = {
        "event": event,
        "timestamp": at,
        "id": f"{event}-{at}",
        "recipient": "amira@example.com",
        "message": {"headers": {"message-id": "mailgun-1@psychpath.com.au"}},
        **more,
    }
    return json.dumps({"signature": signed(f"{event}{at}"), "event-data": data})


def tell(client: Client, body: str) -> int:
    return client.post(
        "/anymail/mailgun/tracking/", body, "application/json", HTTP_AUTHORIZATION=BASIC
    ).status_code


BOUNCED: dict[str, Any] = {
    "severity": "permanent",
    "reason": "bounce",
    "delivery-status": {"code": 550, "message": "No such user"},
}


@pytest.fixture
def sent(office: PostOffice) -> PostOffice:
    """Mailgun took the mail to Amira; what it says of it is dated like the mail."""
    office.mailed.provider_id = "<mailgun-1@psychpath.com.au>"
    office.mailed.save()
    return office


def test_e3_a_hundred_words_out_of_order_are_one_change_of_state(client: Client, sent: PostOffice) -> None:
    """Opened, then delivered, late and again and again: opened. A bounce outranks both, whenever it is told."""
    now = int(datetime.now(UTC).timestamp())
    words = [said("opened", at=now), said("delivered", at=now - 60)] * 50
    assert {tell(client, word) for word in words} == {200}
    sent.desk.drain()
    sent.mailed.refresh_from_db()
    opened, signals = sent.mailed.state, Signal.objects.count()

    assert tell(client, said("failed", at=now - 120, **BOUNCED)) == 200
    sent.desk.drain()
    sent.mailed.refresh_from_db()

    assert (opened, signals) == (State.OPENED, 2)
    assert (sent.mailed.state, sent.mailed.cause) == (State.BOUNCED, "No such user")
    assert Suppression.objects.get().address == "amira@example.com"


def test_a_reason_with_characters_that_nobody_can_store_is_kept_without_them(
    client: Client, sent: PostOffice
) -> None:
    said_by_server = {"delivery-status": {"code": 550, "message": "No\0 such\ud800 user"}}
    assert (
        tell(client, said("failed", at=int(datetime.now(UTC).timestamp()), **BOUNCED | said_by_server)) == 200
    )
    sent.desk.drain()
    sent.mailed.refresh_from_db()

    assert (sent.mailed.state, sent.mailed.cause) == (State.BOUNCED, "No such user")


def test_a_bounce_is_told_to_the_agent_of_the_ticket(client: Client, sent: PostOffice, chen: User) -> None:
    """To all of them while nobody has it; at the message it is about stands the same."""
    now = int(datetime.now(UTC).timestamp())
    tell(client, said("failed", at=now, **BOUNCED))
    sent.desk.drain()
    told = Delivery.objects.filter(notice=NoticeKind.MAIL_FAILED).select_related("recipient", "ticket")
    row = told[0]

    assert {each.recipient for each in told} == {sent.ben, chen}
    notice = in_app(row, sent.ticket, sent.ben, None)
    assert (notice.title, notice.url) == (
        "Amira didn’t get our email about PP-1042",
        f"/support/?ticket={sent.ticket.pk}",
    )

    sent.desk.give(sent.ben, sent.ticket, chen)
    tell(client, said("complained", at=now))
    sent.desk.drain()
    newest = told.filter(facts__state="complained")
    assert [each.recipient for each in newest] == [chen]


@pytest.mark.parametrize("delivery", ["known", "nobody's", "", None])
def test_a_word_that_is_quicker_than_our_own_commit_names_the_mail_by_its_delivery(
    client: Client, office: PostOffice, delivery: str | None
) -> None:
    office.mailed.state, office.mailed.claimed_at = State.SENDING, datetime.now(UTC)
    office.mailed.message_id_header = addresses.message_id(office.mailed.pk)
    office.mailed.save()
    name = str(office.mailed.pk) if delivery == "known" else delivery
    body = {
        "RecordType": "Delivery",
        "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
        "Recipient": "amira@example.com",
        "DeliveredAt": datetime.now(UTC).isoformat(),
        "Metadata": {} if name is None else {"delivery": name},
    }
    path = "/anymail/postmark/tracking/"
    answer = client.post(path, json.dumps(body), "application/json", HTTP_AUTHORIZATION=BASIC)
    office.desk.drain()

    office.mailed.refresh_from_db()
    moved = State.DELIVERED if delivery == "known" else State.SENDING
    assert (answer.status_code, office.mailed.state) == (200, moved)


def test_e3_forged_and_old_words_change_nothing(client: Client, sent: PostOffice) -> None:
    forged = json.loads(said("failed", **BOUNCED))
    forged["signature"]["signature"] = "0" * 64
    old = said("failed", at=int(datetime.now(UTC).timestamp()) - 30 * 86_400, **BOUNCED)

    assert tell(client, json.dumps(forged)) == 400
    assert tell(client, old) == 200
    sent.desk.drain()
    sent.mailed.refresh_from_db()
    assert sent.mailed.state == State.SENT
    assert not Signal.objects.exists()


def test_words_about_mails_that_are_not_ours_are_kept_and_change_nothing(
    client: Client, office: PostOffice
) -> None:
    now = int(datetime.now(UTC).timestamp())
    assert tell(client, said("delivered", at=now)) == 200
    office.desk.drain()

    assert [signal.is_known for signal in Signal.objects.all()] == [False]
    office.mailed.refresh_from_db()
    assert office.mailed.state == State.SENT
