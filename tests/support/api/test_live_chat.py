"""One's own live chat over HTTP: the same conversation as the socket's `general`, begun by its first message."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from core import ids
from core.models import User
from support import commands
from support.chat_identity import live_ticket_id
from support.models import ChatMessage, ChatSession, SupportTicket
from support.models.sessions import SessionState
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
Calling = Callable[..., Caller]


def test_before_its_first_message_it_is_empty_and_has_its_id(calling: Calling, amira: User) -> None:
    answer = calling(amira).get("chat/messages/", after=0)

    assert answer.status_code == 200
    assert answer.json() == {
        "ticket_id": str(live_ticket_id(amira.pk, None)),
        "messages": [],
        "last_sequence": 0,
        "limited": False,
        "after": 0,
    }


def test_the_first_message_begins_it_and_the_next_goes_with_it(
    draining: None, calling: Calling, amira: User, settings: Any
) -> None:
    settings.CHAT_TOPICS = ["Logbook and hours"]
    caller = calling(amira)
    first = {"id": str(uuid.uuid4()), "message": "Is anybody there?", "topic": "Logbook and hours"}
    begun = caller.post("chat/message/", first)
    again = caller.post("chat/message/", first)
    second = caller.post("chat/message/", {"message": "Week 14 is missing.", "topic": ""})

    assert [begun.status_code, again.status_code, second.status_code] == [201, 201, 201]
    assert (begun.json()["id"], begun.json()["ticket_id"]) == (
        first["id"],
        str(live_ticket_id(amira.pk, None)),
    )
    assert again.json() == begun.json()
    chat = ChatSession.objects.get()
    assert (str(chat.ticket_id), chat.state, chat.ticket.tags) == (
        begun.json()["ticket_id"],
        SessionState.WAITING,
        ["Logbook and hours"],
    )
    told = caller.get("chat/messages/", after=1).json()
    assert [message["message"] for message in told["messages"]] == ["Week 14 is missing."]
    assert (told["ticket"]["chat"]["state"], told["ticket"]["chat"]["position"]) == ("waiting", 1)


def test_a_repeat_under_one_key_is_one_message(draining: None, calling: Calling, amira: User) -> None:
    caller = calling(amira)
    answers = [
        caller.post("chat/message/", {"message": "Hello?"}, Idempotency_Key="one-and-the-same")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert ChatMessage.objects.count() == 1


def test_after_it_ended_the_next_is_empty_and_names_the_one_before(
    desk: Desk, calling: Calling, amira: User
) -> None:
    ticket_id, session_id = live_ticket_id(amira.pk, None), ids.new_id()
    desk.now = datetime.now(UTC)
    desk.do(amira, commands.StartChat, ticket_id=ticket_id, session_id=session_id, subject="Hello")
    desk.do(amira, commands.EndChat, ticket_id=ticket_id, session_id=session_id)
    told = calling(amira).get("chat/messages/").json()

    assert told["ticket_id"] == str(live_ticket_id(amira.pk, session_id))
    assert (told["messages"], told["previous"]["id"], told["previous"]["chat"]["state"]) == (
        [],
        str(ticket_id),
        "ended",
    )
    assert SupportTicket.objects.count() == 1


@pytest.mark.parametrize("by_key", [False, True])
def test_what_an_ended_chat_has_stored_does_not_begin_the_next(
    draining: None, desk: Desk, calling: Calling, amira: User, ben: User, by_key: bool
) -> None:
    words = {"message": "Hello"} | ({} if by_key else {"id": str(ids.new_id())})
    key = {"Idempotency_Key": "one-and-the-same"} if by_key else {}
    assert calling(amira).post("chat/message/", words, **key).status_code == 201
    first = SupportTicket.objects.get()
    desk.move(ben, first, "RESOLVED")
    answer = calling(amira).post("chat/message/", words, **key)

    assert (answer.status_code, answer.json()["code"]) == (422, "id-taken")
    assert SupportTicket.objects.get() == first


def test_a_stranger_has_a_chat_of_their_own(desk: Desk, calling: Calling, amira: User, dora: User) -> None:
    desk.chat(amira)

    assert calling(dora).get("chat/messages/").json()["ticket_id"] == str(live_ticket_id(dora.pk, None))
    assert calling().get("chat/messages/").status_code == 401
