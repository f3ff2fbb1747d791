"""What the desk says of a mail under its message, in the reader's own time; requesters are told nothing of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone, translation

from core.models import User
from notifications.ledger.looks import LOOKS
from notifications.ledger.thread import mails_of
from notifications.ledger.words import line_of
from notifications.models import Delivery, State
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import moved, planned

pytestmark = pytest.mark.django_db
Say = Callable[..., events.MessagePosted]
# 10:24 am in Melbourne, of a day that is not today.
THEN = datetime(2026, 3, 9, 23, 24, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_melbourne() -> Iterator[None]:
    with timezone.override("Australia/Melbourne"):
        yield


@pytest.fixture
def row(say: Say, ben: User) -> Delivery:
    """The mail that tells Amira of Ben's answer."""
    return planned(say(ben, "Try it again."))[0]


@pytest.mark.parametrize(
    ("facts", "words", "tone"),
    [
        ({"state": "sent", "settled_at": THEN}, "Mailed to Amira, Tuesday 10 March at 10:24 am", "neutral"),
        (
            {"state": "delivered", "delivered_at": THEN},
            "Mailed to Amira, delivered Tuesday 10 March at 10:24 am",
            "success",
        ),
        (
            {"state": "opened", "opened_at": THEN},
            "Mailed to Amira, opened Tuesday 10 March at 10:24 am",
            "success",
        ),
        (
            {"state": "bounced", "bounced_at": THEN},
            "Email to Amira came back Tuesday 10 March at 10:24 am. Check the address with them.",
            "danger",
        ),
        (
            {"state": "failed", "reason": "refused"},
            "Email to Amira failed. Check the address, or tell them another way.",
            "danger",
        ),
        (
            {"state": "uncertain"},
            "We don’t know whether the email to Amira left. Ask them, or have a support admin send it again.",
            "warning",
        ),
        (
            {"state": "queued", "due_at": THEN},
            "Email to Amira didn’t get through yet. We try again Tuesday 10 March at 10:24 am.",
            "warning",
        ),
        (
            {"state": "planned", "held": "thread"},
            "Email to Amira is held: too many at once. A support admin can release it.",
            "warning",
        ),
        (
            {"state": "withheld", "reason": "read"},
            "Not mailed to Amira. They had read it already.",
            "neutral",
        ),
    ],
)
def test_a_mail_is_a_sentence(facts: dict[str, object], words: str, tone: str, row: Delivery) -> None:
    Delivery.objects.update(**facts)

    line = line_of(Delivery.objects.select_related("recipient").get())

    assert (line.words, line.look.tone) == (words, tone)


def test_today_needs_no_day(row: Delivery) -> None:
    row.state, row.delivered_at = State.DELIVERED, timezone.now()

    assert line_of(row).words.startswith("Mailed to Amira, delivered ")
    assert line_of(row).words.endswith(("am", "pm"))


def test_every_state_has_a_look_and_a_sentence_in_german_too(row: Delivery) -> None:
    assert set(LOOKS) == set(State)
    with translation.override("de"):
        words = {
            state: line_of(Delivery(state=state, address="a@b.example", due_at=THEN)).words for state in State
        }
    assert len(set(words.values())) == len(State)
    assert all("a@b.example" in sentence for sentence in words.values())


def test_what_an_author_and_a_note_make_of_themselves_is_not_said(
    ticket: SupportTicket, say: Say, ben: User
) -> None:
    note, reply = planned(say(ben, "A note.", "staff"))[0], planned(say(ben, "A reply."))[0]

    both = [str(row.message_id) for row in (note, reply)]

    assert list(mails_of(ticket, both).lines) == both[1:]


def test_the_thread_says_it_to_staff_and_not_to_the_requester(
    row: Delivery, ticket: SupportTicket, amira: User, ben: User
) -> None:
    Delivery.objects.update(state="failed", reason="refused", cause="550 No such user")
    (update,) = planned(moved(ticket, ben, "OPEN", "RESOLVED"))
    Delivery.objects.filter(id=update.id).update(state="uncertain", reason="unconfirmed")
    ben.language = amira.language = "en-au"
    pages = {}
    for reader, path in ((ben, f"/support/?ticket={ticket.id}"), (amira, f"/support-tickets/{ticket.id}")):
        client = Client()
        client.force_login(reader)
        pages[reader.username] = client.get(path).content.decode()

    assert "Email to Amira failed. Check the address, or tell them another way." in pages["ben"]
    assert "550 No such user" in pages["ben"]
    assert [line.look.tone for line in mails_of(ticket, []).trouble] == ["warning"]
    assert "We don’t know whether the email to Amira left." in pages["ben"]
    assert "Email to Amira" not in pages["amira"]
    assert "550 No such user" not in pages["amira"]
