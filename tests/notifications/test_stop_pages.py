"""Stopping mails from the mail itself: one POST without signing in, nothing on GET, and nobody named; and the settings
that need no sign-in.
"""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.core import signing
from django.test import Client
from pytest_django import Settings

from core.models import User
from notifications import emails, links, mail_tokens, services
from notifications.examples import EXAMPLES
from notifications.models import Delivery, Preference
from notifications.reach import hears_by_mail
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import happened, planned
from tests.notifications.sink import Sink
from tests.support.conftest import desk, draining  # noqa: F401  (fixtures)
from tests.system.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
Say = Callable[..., events.MessagePosted]
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def mailed(sink: Sink, say: Say, amira: User, ben: User, settings: Settings) -> str:
    """The path that Amira's mail program is offered."""
    settings.SITE_URL = "http://testserver"
    planned(say(ben, "Try it again."))
    services.deliver("email")
    (message,) = sink.messages
    assert message["List-Unsubscribe-Post"] == ONE_CLICK
    found = re.fullmatch(r"<http://testserver(/notifications/stop/\S+)>", message["List-Unsubscribe"].strip())
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("draining")
def test_one_click_of_the_mail_program_is_enough(mailed: str, amira: User, ben: User, say: Say) -> None:
    browserless = Client(enforce_csrf_checks=True)

    answer = browserless.post(mailed, ONE_CLICK, content_type=FORM)

    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    settled(amira)
    assert Preference.objects.get().muted == ["ticket_reply:email"]
    (row,) = planned(say(ben, "And now?"))
    assert (row.state, row.reason) == ("withheld", "preference")


def settled(person: User) -> None:
    """Until the command was applied."""
    until(lambda: not hears_by_mail(person), what="the switch is off")


def test_looking_changes_nothing_and_offers_one_button(mailed: str, amira: User) -> None:
    client = Client()
    for method in (client.get, client.head):
        assert method(mailed).status_code == 200
    page = client.get(mailed).content.decode()

    assert "We email you when this happens: A reply to your ticket." in page
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page
    assert client.post(mailed, "x=1", content_type=FORM).status_code == 400
    assert Preference.objects.count() == 0
    assert "no-store" in client.get(mailed)["Cache-Control"]
    for secret in (amira.email, "Amira", "Logbook", "PP-1042"):
        assert secret not in page


def test_a_token_that_is_cut_off_forged_old_or_somebodys_gone_opens_nothing(mailed: str, amira: User) -> None:
    token = mailed.rpartition("/")[2]
    forged = signing.dumps([amira.pk.hex, "ticket_reply:email"], salt="another purpose")
    for bad in (
        token[:-2],
        forged,
        "x",
        mail_tokens.token(amira.pk, "account:email"),
        mail_tokens.token(amira.pk),
    ):
        answer = Client().post(f"/notifications/stop/{bad}", ONE_CLICK, content_type=FORM)
        assert (answer.status_code, "This link doesn’t work any more" in answer.content.decode()) == (
            404,
            True,
        )
    User.objects.update(is_active=False)
    assert Client().get(mailed).status_code == 404
    assert timedelta(days=365) == mail_tokens.AGE


def test_what_somebody_asked_for_offers_no_way_to_stop_it(
    sink: Sink, ticket: SupportTicket, amira: User, settings: Settings
) -> None:
    User.objects.filter(id=amira.id).update(is_guest=True, email="", guest_address="amira@example.com")
    planned(happened(events.GuestLinkRequested, "system:guests", ticket_id=ticket.id))
    services.deliver("email")

    assert [message["List-Unsubscribe"] for message in sink.messages] == [None]


def test_a_mail_tells_a_provider_which_delivery_it_is(mailed: str) -> None:
    row = Delivery.objects.select_related("recipient").get()
    notice = emails.message_of(row, EXAMPLES["ticket_reply"](), None)

    assert notice.metadata == {"delivery": str(row.id)}  # type: ignore[attr-defined]


@pytest.mark.usefixtures("draining")
def test_the_settings_need_no_sign_in_and_leave_what_they_do_not_show(amira: User) -> None:
    Preference.objects.create(
        user=amira,
        browser=True,
        muted=["ticket_update:in_app", "ticket_reply:email"],
        changed_at="2026-01-01T00:00Z",
    )
    path = links.to_mail_settings(amira.pk).partition("/notifications")[1:]
    client = Client()
    page = client.get("".join(path)).content.decode()
    assert re.findall(r'name="on" value="([^"]*)"( checked)?', page) == [
        ("ticket_reply:email", ""),
        ("ticket_update:email", " checked"),
        ("unread:email", " checked"),
    ]

    answer = client.post(
        "".join(path), {"on": ["ticket_reply:email"], "quiet_from": "22:00", "quiet_until": "06:30"}
    )

    assert "Saved." in answer.content.decode()
    wishes = Preference.objects.get()
    assert (wishes.browser, wishes.muted) == (
        True,
        ["ticket_update:email", "ticket_update:in_app", "unread:email"],
    )
    assert (wishes.quiet_from, wishes.quiet_until) == (time(22), time(6, 30))


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        ({"quiet_from": "22:00"}, "Choose both times, or clear both."),
        ({"quiet_from": "late", "quiet_until": "06:00"}, "Write a time as 22:00."),
    ],
)
def test_quiet_hours_that_make_no_sense_are_said_so_signed_in_or_not(
    ends: dict[str, str], sentence: str, amira: User
) -> None:
    signed_in = Client()
    signed_in.force_login(amira)
    for client, path in (
        (Client(), f"/notifications/email/{mail_tokens.token(amira.pk)}"),
        (signed_in, "/accounts/notifications/"),
    ):
        answer = client.post(path, ends)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Preference.objects.count() == 0


def test_switches_stay_as_they_were_set_while_quiet_hours_are_mended(amira: User) -> None:
    signed_in = Client()
    signed_in.force_login(amira)
    wanted = {"ticket_reply:email", "unread:email"}
    for client, path, more in (
        (Client(), f"/notifications/email/{mail_tokens.token(amira.pk)}", set()),
        (signed_in, "/accounts/notifications/", {"ticket_reply:in_app"}),
    ):
        asked = {"on": [*wanted, *more], "quiet_from": "22:00", "browser": "on", "sound": "on"}
        page = client.post(path, asked).content.decode()
        assert set(re.findall(r'name="on" value="([^"]*)" checked', page)) == wanted | more
        assert len(re.findall(r'name="(?:browser|sound)"[^>]* checked', page)) == (2 if more else 0)


def test_the_page_is_in_the_persons_own_language(amira: User) -> None:
    User.objects.filter(id=amira.id).update(language="de")

    page = Client().get(f"/notifications/email/{mail_tokens.token(amira.pk)}").content.decode()

    assert "Ruhezeiten" in page
