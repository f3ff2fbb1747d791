"""The thread as its reader sees it: bubbles, groups, days, delivery, what happened in between."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from core.models import User
from support.models import Change, ChatMessage, SupportTicket
from support.thread import Bubble, Day, Item, Reach, Reader, SystemLine, thread

BEGIN = datetime(2026, 3, 9, 4, 41, tzinfo=UTC)  # 3:41 pm in Melbourne, Monday 9 March
AMIRA = User(id=uuid.uuid4(), username="amira", first_name="Amira")
BEN = User(id=uuid.uuid4(), username="ben", first_name="Ben", is_staff=True)
CHEN = User(id=uuid.uuid4(), username="chen", first_name="Chen", is_staff=True)


@pytest.fixture(autouse=True)
def tuesday() -> object:
    """The reader looks on Tuesday, in Melbourne."""
    with time_machine.travel(BEGIN + timedelta(days=1), tick=False), timezone.override("Australia/Melbourne"):
        yield


def ticket(description: str = "Week 14 is missing.") -> SupportTicket:
    return SupportTicket(requester=AMIRA, number=1042, description=description, created_at=BEGIN)


def message(
    author: User, number: int, minutes: float, *, note: bool = False, body: str = "Hi"
) -> ChatMessage:
    return ChatMessage(
        author=author,
        body=body,
        is_support=author.is_staff,
        audience="staff" if note else "public",
        public_sequence=None if note else number,
        staff_sequence=number,
        created_at=BEGIN + timedelta(minutes=minutes),
    )


def change(kind: str, minutes: float, before: str | None, after: str | None) -> Change:
    detail = {"from": before, "to": after}
    return Change(kind=kind, detail=detail, user=BEN, created_at=BEGIN + timedelta(minutes=minutes))


def bubbles(items: list[Item]) -> list[Bubble]:
    return [item for item in items if isinstance(item, Bubble)]


def test_the_description_opens_the_thread_and_is_no_message() -> None:
    opening = bubbles(thread(ticket(), [], [], Reader(user=AMIRA)))
    assert [(b.id, b.sender, b.html) for b in opening] == [("", "me", "<p>Week 14 is missing.</p>")]


def test_a_live_chat_opens_with_its_first_message() -> None:
    items = thread(ticket(description=""), [message(AMIRA, 1, 0)], [], Reader(user=AMIRA))
    assert [b.sequence for b in bubbles(items)] == [1]


def test_an_older_page_of_messages_has_no_opening_above_it() -> None:
    items = thread(ticket(), [message(BEN, 51, 90)], [], Reader(user=AMIRA), complete=False)
    assert [b.sequence for b in bubbles(items)] == [51]


@pytest.mark.parametrize(
    ("reader", "senders"),
    [
        (Reader(user=AMIRA), ["me", "support", "me"]),
        (Reader(user=BEN, staff=True), ["requester", "me", "requester"]),
        (Reader(user=CHEN, staff=True), ["requester", "support", "requester"]),
    ],
)
def test_me_is_always_the_reader(reader: Reader, senders: list[str]) -> None:
    messages = [message(BEN, 1, 11), message(AMIRA, 2, 25)]
    assert [b.sender for b in bubbles(thread(ticket(), messages, [], reader))] == senders


def test_a_note_looks_like_a_note_even_to_its_author() -> None:
    items = thread(ticket(), [message(BEN, 1, 11, note=True)], [], Reader(user=BEN, staff=True))
    assert [b.sender for b in bubbles(items)] == ["requester", "note"]


def test_messages_of_one_sender_within_five_minutes_stand_together() -> None:
    messages = [message(BEN, 1, 10), message(BEN, 2, 14), message(BEN, 3, 20), message(CHEN, 4, 21)]
    items = thread(ticket(), messages, [], Reader(user=AMIRA))
    assert [b.grouped for b in bubbles(items)] == [False, False, True, False, False]


def test_what_happened_in_between_ends_a_group() -> None:
    messages = [message(BEN, 1, 10), message(BEN, 2, 12)]
    items = thread(ticket(), messages, [change("ChangePriority", 11, "LOW", "HIGH")], Reader(user=AMIRA))
    assert [b.grouped for b in bubbles(items)] == [False, False, False]


def test_days_are_the_readers_own_and_the_first_unread_message_is_marked() -> None:
    messages = [message(BEN, 1, 10), message(BEN, 2, 60 * 12), message(BEN, 3, 60 * 12 + 1)]
    items = thread(ticket(), messages, [], Reader(user=AMIRA, read=1))
    days = [(item.label, item.new) for item in items if isinstance(item, Day)]
    assert days == [("Yesterday", False), ("New messages, today", True)]


def test_new_messages_of_the_same_day_get_a_line_of_their_own() -> None:
    messages = [message(BEN, 1, 10), message(BEN, 2, 12)]
    items = thread(ticket(), messages, [], Reader(user=AMIRA, read=1))
    assert [item.label for item in items if isinstance(item, Day)] == ["Yesterday", "New messages"]


@pytest.mark.parametrize(
    ("reach", "states"),
    [
        (Reach(), ["stored", "stored"]),
        (Reach(delivered=2), ["delivered", "delivered"]),
        (Reach(delivered=2, read=1), ["seen", "delivered"]),
    ],
)
def test_an_own_message_says_how_far_it_got(reach: Reach, states: list[str]) -> None:
    messages = [message(AMIRA, 1, 10), message(AMIRA, 2, 11)]
    items = bubbles(thread(ticket(), messages, [], Reader(user=AMIRA, others=reach)))
    assert [b.state for b in items[1:]] == states


def test_one_state_is_shown_once_at_the_end_of_a_run() -> None:
    messages = [message(AMIRA, 1, 10), message(AMIRA, 2, 11), message(AMIRA, 3, 12)]
    reader = Reader(user=AMIRA, others=Reach(delivered=3, read=1))
    items = bubbles(thread(ticket(), messages, [], reader))
    assert [b.state_shown for b in items[1:]] == [True, False, True]


def test_an_agents_state_counts_in_the_requesters_stream() -> None:
    """Two notes before it: the reply is number 3 for staff and number 1 for Amira, who has read 1."""
    reply = message(BEN, 3, 10)
    reply.public_sequence = 1
    items = bubbles(thread(ticket(), [reply], [], Reader(user=BEN, staff=True, others=Reach(read=1))))
    assert items[-1].state == "seen"


def test_changes_are_told_in_the_readers_words() -> None:
    changes = [
        change("AssignTicket", 3, None, str(BEN.pk)),
        change("ChangePriority", 4, "MEDIUM", "HIGH"),
        change("ChangeStatus", 5, "OPEN", "WAITING_USER"),
        change("ChangeTags", 6, "", "logbook"),
        change("AssignTicket", 7, str(BEN.pk), None),
    ]
    names = {str(BEN.pk): "Ben"}
    told = [
        [x.sentence for x in thread(ticket(), [], changes, reader, names=names) if isinstance(x, SystemLine)]
        for reader in (Reader(user=AMIRA), Reader(user=BEN, staff=True))
    ]
    assert told[0] == [
        "<b>Ben</b> picked up this ticket",
        "Priority changed from Normal to <b>High</b>",
        "Status changed to <b>Waiting on you</b>",
    ]
    assert told[1][2] == "Status changed to <b>Waiting on requester</b>"


def test_an_older_page_tells_only_what_happened_on_it() -> None:
    older = ticket()
    older.public_sequence = 9
    changes = [change("ChangePriority", minutes, "LOW", "HIGH") for minutes in (5, 15, 25)]
    items = thread(
        older, [message(BEN, 4, 10), message(BEN, 5, 20)], changes, Reader(user=AMIRA), complete=False
    )
    assert [item.at for item in items if isinstance(item, SystemLine)] == [BEGIN + timedelta(minutes=15)]


def test_an_agent_whose_name_the_page_does_not_know_is_support() -> None:
    items = thread(ticket(), [], [change("AssignTicket", 3, None, str(CHEN.pk))], Reader(user=AMIRA))
    told = [item.sentence for item in items if isinstance(item, SystemLine)]
    assert told == ["<b>Support</b> picked up this ticket"]


def test_a_name_is_text_and_never_markup() -> None:
    names = {str(BEN.pk): "<i>Ben</i>"}
    items = thread(
        ticket(), [], [change("AssignTicket", 3, None, str(BEN.pk))], Reader(user=AMIRA), names=names
    )
    told = [item.sentence for item in items if isinstance(item, SystemLine)]
    assert told == ["<b>&lt;i&gt;Ben&lt;/i&gt;</b> picked up this ticket"]
