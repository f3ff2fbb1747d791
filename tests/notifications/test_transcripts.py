"""Transcripts by mail: to who asked, with what was said in that chat, and no note of the team."""

from datetime import timedelta
from typing import Any

import pytest

from core import ids
from core.models import User
from notifications import services
from notifications.examples import example_chat_transcript
from notifications.notices import Reader
from notifications.transcripts import MOST, chat_transcript
from support import events
from support.models import ChatMessage, ChatSession, SupportTicket
from tests.notifications.conftest import AT, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(ticket: SupportTicket, amira: User, ben: User) -> ChatSession:
    """Two public messages and a note inside the chat, one public message before it."""
    session = ChatSession.objects.create(ticket=ticket, requester=amira, agent=ben, created_at=AT)
    said: list[tuple[User, str, str, ChatSession | None]] = [
        (amira, "Before the chat.", "public", None),
        (amira, "Is somebody there?", "public", session),
        (ben, "She has asked this before.", "staff", session),
        (ben, "Good morning, Amira.", "public", session),
    ]
    public = 0
    for number, (author, body, audience, of) in enumerate(said, start=1):
        public += audience == "public"
        ChatMessage.objects.create(
            ticket=ticket,
            session=of,
            author=author,
            body=body,
            audience=audience,
            is_support=author.is_staff,
            public_sequence=public if audience == "public" else None,
            staff_sequence=number,
            created_at=AT + timedelta(minutes=number),
        )
    return session


def requested(chat: ChatSession) -> events.TranscriptRequested:
    command_id = ids.new_id()
    return events.TranscriptRequested(
        id=ids.derive(command_id, "TranscriptRequested"),
        command_id=command_id,
        actor=chat.requester.actor,
        at=AT,
        ticket_id=chat.ticket_id,
        session_id=chat.pk,
    )


def body(message: Any, kind: str) -> str:
    return str(message.get_body(preferencelist=(kind,)).get_content())


def test_the_requester_gets_what_was_said_in_the_chat(sink: Sink, chat: ChatSession, amira: User) -> None:
    (row,) = planned(requested(chat))
    assert (row.recipient, row.notice, row.state) == (amira, "chat_transcript", "planned")

    assert services.deliver("email").counts == {"sent": 1}

    (message,) = sink.messages
    assert (message["To"], message["Subject"]) == (
        "amira@example.com",
        "[PP-1042] Logbook export is missing week 14",
    )
    for kind in ("plain", "html"):
        assert "Is somebody there?" in body(message, kind)
        assert "Good morning, Amira." in body(message, kind)
        assert "She has asked this before." not in body(message, kind)
        assert "Before the chat." not in body(message, kind)
        assert "ben@example.com" not in body(message, kind)


def test_a_note_that_got_in_all_the_same_is_left_out() -> None:
    notice = example_chat_transcript()
    ticket = SupportTicket(number=1, subject="x")
    note = ChatMessage(ticket=ticket, body="A note", audience="staff", is_support=True, created_at=AT)
    chat = ChatSession(ticket=ticket, created_at=AT)

    assert chat_transcript(ticket, chat, [note], Reader(is_support=False)).context["lines"] == []
    assert len(notice.context["lines"]) == 2


def test_a_very_long_chat_is_cut_and_says_so() -> None:
    ticket = SupportTicket(number=1, subject="x")
    chat = ChatSession(ticket=ticket, created_at=AT)
    said = [
        ChatMessage(ticket=ticket, body=f"{number}", audience="public", created_at=AT)
        for number in range(MOST + 1)
    ]

    context = chat_transcript(ticket, chat, said, Reader(is_support=False)).context
    assert (len(context["lines"]), context["lines"][0]["indented"], context["cut"]) == (MOST, "  1", True)
