"""The pages of received mail: who may look, what they show, what a decision makes of a mail; files and whole mails."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import kept
from core.models import User
from notifications import services
from notifications.models import IncomingMail, MailOutcome
from support.guests import people
from support.models import SupportTicket
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk, desk, draining

__all__ = ["desk", "draining"]


@pytest.fixture
def office(desk: Desk, amira: User, ben: User) -> PostOffice:
    return PostOffice(desk, amira, ben)


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def bytes_of(answer: Any) -> bytes:
    """All of a download; reading it to its end closes it."""
    return b"".join(answer.streaming_content)


def status(person: User, address: str) -> int:
    answer: Any = as_(person).get(address)
    if answer.streaming:
        bytes_of(answer)
    return int(answer.status_code)


def test_the_page_is_for_support_admins_alone(office: PostOffice, admin: User, dora: User) -> None:
    row = office.deliver(office.raw("stranger-with-a-forwarded-token"))
    addresses = [reverse("mails"), reverse("mail", args=[row.pk]), reverse("mail-source", args=[row.pk])]

    seen = {
        person.username: [status(person, each) for each in addresses] for person in (admin, office.ben, dora)
    }
    assert seen == {"admin": [200, 200, 200], "ben": [403, 403, 403], "dora": [403, 403, 403]}
    assert as_(office.ben).post(reverse("mail-decide", args=[row.pk])).status_code == 403


def test_the_totals_are_all_there_is(office: PostOffice, admin: User) -> None:
    for name in (
        "reply-phone",
        "again-the-same-mail",
        "automatic-exchange",
        "stranger-with-a-forwarded-token",
    ):
        office.deliver(office.raw(name))
    page = as_(admin).get(reverse("mails"))

    counts = {total.outcome: total.count for total in page.context["totals"] if total.count}
    assert counts == {"token": 1, "duplicate": 1, "automatic": 1, "quarantined": 1}
    assert page.context["all"] == 4
    assert [row.sender for row in page.context["page"].items] == ["mallory@elsewhere.example"]
    every = as_(admin).get(reverse("mails"), {"outcome": "all"})
    assert len(every.context["page"].items) == 4


def test_a_preview_is_text_and_nothing_else(office: PostOffice, admin: User) -> None:
    row = office.deliver(office.raw("html-with-script"))
    page = as_(admin).get(reverse("mail", args=[row.pk])).content.decode()

    assert "Look here or [there](https://example.com/a)." in page
    assert "steal()" not in page
    assert "track.example" not in page
    source = as_(admin).get(reverse("mail-source", args=[row.pk]))
    assert source["Content-Disposition"] == 'attachment; filename="mail.eml"'
    assert source["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert bytes_of(source) == office.raw("html-with-script")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("draining")
@pytest.mark.parametrize(
    ("decision", "outcome", "tickets", "thread"),
    [
        ("ticket", MailOutcome.NEW, 2, []),
        ("thread", MailOutcome.BY_HAND, 1, [("Amira", "Amira forwarded this to me, here is what I think.")]),
        ("discard", MailOutcome.DISCARDED, 1, []),
    ],
)
def test_a_decision_is_carried_out(
    office: PostOffice, admin: User, decision: str, outcome: str, tickets: int, thread: list[tuple[str, str]]
) -> None:
    row = office.deliver(office.raw("stranger-with-a-forwarded-token"))
    answer = as_(admin).post(reverse("mail-decide", args=[row.pk]), {"decision": decision})
    office.work(row.pk)
    row.refresh_from_db()

    assert answer.status_code == 302
    assert (row.outcome, row.decision, row.decided_by) == (outcome, decision, admin)
    assert SupportTicket.objects.count() == tickets
    assert office.thread() == thread
    assert IncomingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("draining")
def test_what_the_team_is_said_to_have_written_is_released_as_a_guests(
    office: PostOffice, admin: User
) -> None:
    """An admin can't see who wrote it either, and the page says so before they decide."""
    row = office.deliver(office.raw("staff-without-proof"))
    page = as_(admin).get(reverse("mail", args=[row.pk])).content.decode()
    as_(admin).post(reverse("mail-decide", args=[row.pk]), {"decision": "ticket"})
    office.work(row.pk)
    row.refresh_from_db()

    assert "nobody speaks as one of the team without proof" in page
    assert row.outcome == MailOutcome.NEW
    assert row.author is not None
    assert (row.author.is_guest, row.author.guest_address) == (True, "ben@example.com")
    assert SupportTicket.objects.filter(requester=office.ben).count() == 0


def test_sources_are_forgotten_in_time_and_what_they_became_is_not(office: PostOffice, admin: User) -> None:
    """A source that a younger mail still needs stays; so do rows, messages and files."""
    old = office.deliver(office.raw("files-inline-picture"))
    again = office.deliver(office.raw("files-inline-picture"), via="other")
    young = office.deliver(office.raw("reply-phone"))
    long_ago = old.received_at - timedelta(days=400)
    IncomingMail.objects.filter(pk=old.pk).update(received_at=long_ago)

    assert services.forget_sources(old.received_at - timedelta(days=365)) == 1
    again.refresh_from_db()
    young.refresh_from_db()
    assert kept.read(again.digest) == office.raw("files-inline-picture")
    IncomingMail.objects.filter(pk=again.pk).update(received_at=long_ago)
    assert services.forget_sources(old.received_at - timedelta(days=365)) == 1
    with pytest.raises(FileNotFoundError):
        kept.path(again.digest)
    assert kept.path(young.digest).is_file()
    assert status(admin, reverse("mail", args=[old.pk])) == 200
    file = office.ticket.messages.get(body__startswith="See the picture").files[0]
    assert len(kept.read(file["digest"])) == 70


def test_a_file_is_a_download_for_whoever_may_see_the_ticket(office: PostOffice, dora: User) -> None:
    office.deliver(office.raw("files-inline-picture"))
    file = office.ticket.messages.get(source="email").files[0]
    address = reverse("ticket-file", args=[office.ticket.pk, file["id"]])

    answer = as_(office.amira).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Content-Disposition"] == 'attachment; filename="week14.png"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(bytes_of(answer)) == file["size"] == 70
    assert len(bytes_of(as_(office.ben).get(address))) == 70
    assert as_(dora).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    other = reverse("ticket-file", args=[office.ticket.pk, office.ticket.pk])
    assert as_(office.amira).get(other).status_code == 404


def test_a_thread_shows_the_file_and_where_the_whole_mail_is(office: PostOffice, dora: User) -> None:
    office.deliver(office.raw("reply-gmail-english"))
    office.deliver(office.raw("files-and-no-words"))
    thread = as_(office.amira).get(reverse("ticket", args=[office.ticket.pk])).content.decode()
    message = office.ticket.messages.get(body="It works now, thank you.")
    whole = reverse("mail-original", args=[office.ticket.pk, message.pk])

    assert "logbook.pdf" in thread
    assert "PDF, 19 B" in thread
    assert f'href="{whole}"' in thread
    page = as_(office.amira).get(whole)
    assert "Please try the export again." in page.content.decode()
    assert "Please try the export again." not in thread
    assert as_(dora).get(whole).status_code == 404


def test_a_guest_reads_the_whole_mail_that_they_sent(desk: Desk, ben: User, dora: User) -> None:
    guest = people.new_guest("amira@example.com", "Amira")
    office = PostOffice(desk, guest, ben)
    office.deliver(office.raw("reply-gmail-english"))
    message = office.ticket.messages.get(source="email")
    whole = reverse("mail-original", args=[office.ticket.pk, message.pk])
    client = Client()
    client.force_login(guest, backend="support.guests.backend.Guests")

    assert f'href="{whole}"' in client.get(reverse("ticket", args=[office.ticket.pk])).content.decode()
    assert "Please try the export again." in client.get(whole).content.decode()
    stranger = people.new_guest("amira@example.com", "Amira")
    client.force_login(stranger, backend="support.guests.backend.Guests")
    assert client.get(whole).status_code == 404


def test_a_requester_does_not_read_the_whole_mail_of_an_agent(office: PostOffice) -> None:
    office.deliver(office.raw("thread-agent-by-mail"))
    message = office.ticket.messages.get(source="email")
    whole = reverse("mail-original", args=[office.ticket.pk, message.pk])

    assert as_(office.amira).get(whole).status_code == 404
    assert as_(office.ben).get(whole).status_code == 200
    assert whole not in as_(office.amira).get(reverse("ticket", args=[office.ticket.pk])).content.decode()
