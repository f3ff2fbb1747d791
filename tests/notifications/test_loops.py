"""E4 and E5: mail that answers itself, and headers that want to be two. What leaves goes to a real SMTP server."""

import re
from collections import Counter

import pytest
from django.test import Client
from pytest_django import Settings

from core.models import User
from notifications.models import Delivery, IncomingMail, MailOutcome, MailReason, NoticeKind
from notifications.services.deliver import deliver
from support.models import SupportTicket
from tests.notifications.post import PostOffice
from tests.notifications.sink import Sink
from tests.support.conftest import Desk, desk, draining

__all__ = ["desk", "draining"]
ROBOT = "help@desk.example"


@pytest.fixture
def office(desk: Desk, amira: User, ben: User) -> PostOffice:
    return PostOffice(desk, amira, ben)


def from_robot(number: int, to: str, *headers: str, subject: str = "Ticket received") -> bytes:
    """Another help desk's answer to whatever it is sent."""
    lines = [
        f"From: Other Desk <{ROBOT}>",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{number}@desk.example>",
    ]
    return "\r\n".join([*lines, *headers, "", f"We have received your request {number}."]).encode()


def automatic_answers() -> Counter[str]:
    """What we mailed the robot by ourselves, by ticket."""
    rows = Delivery.objects.filter(address=ROBOT, notice=NoticeKind.GUEST_LINK)
    return Counter(str(row.ticket_id) for row in rows)


def test_e4_another_installation_that_says_it_is_one(office: PostOffice, sink: Sink) -> None:
    """Twenty answers with the headers of RFC 3834: counted, shown, never answered."""
    for number in range(20):
        office.deliver(from_robot(number, "support@psychpath.com.au", "Auto-Submitted: auto-replied"))
        deliver("email")

    outcomes = Counter(IncomingMail.objects.values_list("outcome", flat=True))
    assert outcomes == {MailOutcome.AUTOMATIC: 20}
    assert [mail for mail in sink.messages if mail["To"] == ROBOT] == []


def test_e4_another_installation_that_hides_it(office: PostOffice, sink: Sink, settings: Settings) -> None:
    """It answers each mail of ours with a new one: after the fifth within the hour the breaker holds, and shows."""
    settings.MAIL_TICKETS_PER_HOUR = 5
    for number in range(20):
        office.deliver(from_robot(number, "support@psychpath.com.au", subject=f"Ticket {number} received"))
        deliver("email")

    rows = IncomingMail.objects.filter(sender=ROBOT)
    assert Counter(rows.values_list("outcome", flat=True)) == {
        MailOutcome.NEW: 5,
        MailOutcome.QUARANTINED: 15,
    }
    assert set(rows.filter(outcome=MailOutcome.QUARANTINED).values_list("reason", flat=True)) == {
        MailReason.TOO_MANY
    }
    assert list(automatic_answers().values()) == [1] * 5
    assert len(sink.to(ROBOT)) == 5


def test_e4_in_one_thread_there_is_one_automatic_answer(office: PostOffice, sink: Sink) -> None:
    """Its answers to our link come back to that ticket: its words are stored, nobody is answered again."""
    office.deliver(from_robot(0, "support@psychpath.com.au"))
    deliver("email")
    (ours,) = sink.to(ROBOT)
    for number in range(1, 20):
        office.deliver(from_robot(number, str(ours["Reply-To"])))
        deliver("email")

    ticket = SupportTicket.objects.get(requester__guest_address=ROBOT)
    assert ticket.messages.count() == 19
    assert automatic_answers() == {str(ticket.pk): 1}
    assert len(sink.to(ROBOT)) == 1


def test_e4_out_of_office_and_a_bounce_of_our_own_are_answered_by_nobody(
    office: PostOffice, sink: Sink
) -> None:
    deliver("email")
    before = len(sink.messages)
    for name in (
        "automatic-exchange",
        "automatic-german-without-headers",
        "bounce-postfix",
        "loop-our-own-notice",
    ):
        office.deliver(office.raw(name))
    deliver("email")

    assert office.thread() == []
    assert len(sink.messages) == before
    assert IncomingMail.objects.get(outcome=MailOutcome.BOUNCE).delivery == office.mailed


def test_e5_mails_with_line_breaks_in_their_headers_reach_nobody_else(office: PostOffice, sink: Sink) -> None:
    for name in (
        "injection-in-subject",
        "injection-in-name",
        "injection-in-address",
        "files-name-with-line-break",
    ):
        office.deliver(office.raw(name))
    office.desk.give(office.ben, office.ticket, office.ben)
    deliver("email")

    recipients = {address for envelope in sink.envelopes for address in envelope.rcpt_tos}
    assert recipients == {"amira@example.com", "ben@example.com"}
    assert all(len(envelope.rcpt_tos) == 1 for envelope in sink.envelopes)
    assert [name for mail in sink.messages for name in mail if name.lower() in {"bcc", "cc"}] == []
    assert {len(mail.get_all("Subject", [])) for mail in sink.messages} == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("draining")
@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\0b"], ids=["CRLF", "LF", "NUL"])
def test_e5_a_subject_by_http_with_a_line_break_is_refused(office: PostOffice, bad: str) -> None:
    client = Client()
    client.force_login(office.amira)
    body = {"subject": bad, "description": "Hello", "priority": "LOW", "ticket_type": "QUESTION", "tags": []}
    answer = client.post("/support/api/tickets/create/", body, content_type="application/json")

    assert answer.status_code == 422
    assert re.search("one line|can’t store", answer.json()["errors"]["subject"][0])
