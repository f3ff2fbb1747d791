"""The e-mail transport: what a real server answers decides, and one bad address never blocks the others."""

import smtplib
from collections.abc import Callable

import anymail.exceptions
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from core.mail import SMTP
from core.models import User
from notifications import services
from notifications.models import Delivery, Suppression
from notifications.transports.base import Outcome, Verdict
from notifications.transports.email import classify_smtp, classify_status
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import AT, happened, opened, planned
from tests.notifications.sink import Sink
from tests.system.ports import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_domain(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    settings.DEFAULT_FROM_EMAIL = "PsychPATH Support <support@psychpath.example>"
    settings.SITE_URL = "https://psychpath.example"


def states() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("address").values_list("address", "state", "reason"))


def test_a_server_that_says_421_gets_the_same_mail_once_later(
    sink: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    sink.recipient_answers["amira@example.com"] = ["421 Too busy"]

    assert services.deliver("email").counts == {"transient": 1}
    row.refresh_from_db()
    assert (row.state, row.attempts, row.cause) == ("queued", 1, "421 Too busy")
    Delivery.objects.update(due_at=timezone.now())
    assert services.deliver("email").counts == {"sent": 1}

    row.refresh_from_db()
    assert (row.state, row.attempts, row.cause) == ("sent", 2, "")
    assert [message["Message-ID"] for message in sink.messages] == [row.message_id_header]


def test_a_server_that_says_451_to_the_content_is_asked_again_later(
    sink: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    planned(say(ben, "Try it again."))
    sink.data_answers = ["451 Grey"]

    assert services.deliver("email").counts == {"transient": 1}
    Delivery.objects.update(due_at=timezone.now())
    assert services.deliver("email").counts == {"sent": 1}


def test_a_refused_address_is_tried_once_and_does_not_block_the_others(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User, person: Callable[..., User]
) -> None:
    person("zoe", is_staff=True)
    planned(opened(ticket))
    sink.recipient_answers["chen@example.com"] = ["550 No such user"]

    assert services.deliver("email").counts == {"sent": 2, "permanent": 1}
    Delivery.objects.update(due_at=AT)
    assert services.deliver("email").counts == {}

    assert states() == [
        ("ben@example.com", "sent", ""),
        ("chen@example.com", "failed", "refused"),
        ("zoe@example.com", "sent", ""),
    ]
    assert sink.tries.count("chen@example.com") == 1
    assert len(sink.sessions) == 1


def test_a_refused_address_gets_no_more_but_what_is_asked_for(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    sink.recipient_answers[amira.email] = ["550 5.1.1 No such user"]
    planned(say(ben, "Try it again."))
    services.deliver("email")
    planned(say(ben, "And now?"))

    assert services.deliver("email").counts == {"withheld": 1}
    asked = happened(events.GuestLinkRequested, "system:guests", ticket_id=ticket.id)
    User.objects.filter(id=amira.id).update(is_guest=True, email="", guest_address=amira.email)
    planned(asked)
    assert services.deliver("email").counts == {"sent": 1}

    assert sorted(states()) == [
        ("amira@example.com", "failed", "refused"),
        ("amira@example.com", "sent", ""),
        ("amira@example.com", "withheld", "suppressed"),
    ]
    assert Suppression.objects.values_list("address", "reason", "cause").get() == (
        "amira@example.com", "refused", "550 5.1.1 No such user",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "bad"),
    [
        ("550 5.1.1 no such user", True),
        ("553 5.1.3 bad address", True),
        ("551 not here", True),
        ("552 5.2.2 mailbox full", False),
        ("550 5.7.1 we do not like you", False),
        ("554 no", False),
    ],
)
def test_only_an_address_that_is_refused_for_good_is_suppressed(answer: str, bad: bool) -> None:
    code, _, words = answer.partition(" ")
    refused = smtplib.SMTPRecipientsRefused({"a": (int(code), words.encode())})

    assert (classify_smtp(refused).verdict, classify_smtp(refused).bad_address) == (Verdict.PERMANENT, bad)


def test_a_greylisted_address_does_not_block_the_others(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    planned(opened(ticket))
    sink.recipient_answers["ben@example.com"] = ["450 Grey"]
    sink.recipient_answers["chen@example.com"] = ["450 Grey"]

    assert services.deliver("email").counts == {"transient": 2}


def test_a_server_that_is_away_costs_one_row_a_try_and_the_others_wait(
    settings: Settings, ticket: SupportTicket, ben: User, chen: User
) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 2
    planned(opened(ticket))

    assert services.deliver("email").counts == {"transient": 1}

    assert sorted(Delivery.objects.values_list("state", "attempts")) == [("planned", 0), ("queued", 1)]


def verdict(outcome: Outcome) -> tuple[Verdict, str, bool]:
    return outcome.verdict, outcome.cause, outcome.halt


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), (Verdict.PERMANENT, "550 no", False)),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"grey")}), (Verdict.TRANSIENT, "450 grey", False)),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"bye")}), (Verdict.TRANSIENT, "421 bye", True)),
        (smtplib.SMTPDataError(554, b"spam"), (Verdict.PERMANENT, "554 spam", False)),
        (smtplib.SMTPDataError(451, b"later"), (Verdict.TRANSIENT, "451 later", False)),
        (smtplib.SMTPSenderRefused(552, b"too big", "a"), (Verdict.PERMANENT, "552 too big", False)),
        (smtplib.SMTPSenderRefused(530, b"log in", "a"), (Verdict.TRANSIENT, "530 log in", True)),
        (smtplib.SMTPAuthenticationError(535, b"bad"), (Verdict.TRANSIENT, "535 bad", True)),
        (
            smtplib.SMTPServerDisconnected("gone"),
            (Verdict.TRANSIENT, "SMTPServerDisconnected: gone", True),
        ),
        (TimeoutError("slow"), (Verdict.TRANSIENT, "TimeoutError: slow", True)),
        (ImproperlyConfigured("no key"), (Verdict.TRANSIENT, "ImproperlyConfigured: no key", True)),
    ],
)
def test_smtp_failures_blame_the_recipient_the_moment_or_us(
    error: Exception, expected: tuple[Verdict, str, bool]
) -> None:
    assert verdict(classify_smtp(error)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, (Verdict.TRANSIENT, True)),
        (401, (Verdict.TRANSIENT, True)),
        (429, (Verdict.TRANSIENT, True)),
        (503, (Verdict.TRANSIENT, True)),
        (504, (Verdict.UNCERTAIN, True)),
        (400, (Verdict.PERMANENT, False)),
        (422, (Verdict.PERMANENT, False)),
    ],
)
def test_a_providers_status_blames_the_mail_the_moment_or_us(
    status: int | None, expected: tuple[Verdict, bool]
) -> None:
    outcome = classify_status(status, "said")
    assert (outcome.verdict, outcome.halt) == expected


class RefusingProvider:
    """A mail backend as anymail's are, whose provider answers as the test says."""

    answer: Exception

    def __init__(self, **_: object) -> None:
        pass

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def send_messages(self, _messages: list[object]) -> int:
        raise self.answer


def _api_error(status: int) -> anymail.exceptions.AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code, response._content = status, b'{"echo": "the words of the mail"}'
    return anymail.exceptions.AnymailRequestsAPIError("Refused by the provider", response=response)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_api_error(422), ("failed", "AnymailRequestsAPIError 422 Refused by the provider")),
        (_api_error(503), ("queued", "AnymailRequestsAPIError 503 Refused by the provider")),
        (
            anymail.exceptions.AnymailRecipientsRefused(),
            ("failed", "AnymailRecipientsRefused: All message recipients were rejected or invalid"),
        ),
    ],
)
def test_a_providers_refusal_is_kept_without_the_mail_it_quotes(
    answer: Exception,
    expected: tuple[str, str],
    say: Callable[..., events.MessagePosted],
    ben: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingProvider"
    monkeypatch.setattr(RefusingProvider, "answer", answer, raising=False)
    (row,) = planned(say(ben, "Try it again."))

    services.deliver("email")

    row.refresh_from_db()
    assert (row.state, row.cause) == expected
