"""The thread's socket against the real servers: accepted, stored, heard. The drain is run by hand."""

import asyncio
import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db.backends.signals import connection_created

from core import command_log, ids, layer, valkey
from core.contracts import decode, kind_of
from core.models import User
from core.problems import Refused
from support import frames, groups, intake
from support.chat_identity import live_ticket_id
from support.models import ChatMessage, ChatSession, SupportTicket
from support.sockets import chat
from support.sockets.hub import hub
from tests.support.conftest import Desk
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import Page, comes_true, off_loop
from workers import broadcast
from workers.persistence import drain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def log() -> list[Any]:
    """The commands that wait in the log."""
    return [decode(entry.payload) for entry in command_log.read(0, count=1000)]


def kinds() -> list[str]:
    return [kind_of(command) for command in log()]


@contextmanager
def connections_made() -> Iterator[list[Any]]:
    """Every database connection that is opened inside; a socket's reads open one each in these tests."""
    made: list[Any] = []

    def note(connection: Any, **_: Any) -> None:
        made.append(connection)

    connection_created.connect(note)
    yield made
    connection_created.disconnect(note)


async def test_a_message_is_accepted_then_stored_and_both_sides_hear_it(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    asking = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    helping = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    for page in (asking, helping):
        history = await page.hear("chat_history")
        assert (history["messages"], history["last_sequence"], history["limited"]) == ([], 0, False)
    message_id = str(uuid.uuid4())
    await asking.say(type="message", id=message_id, message="Hello, is anyone there?")
    assert await asking.hear("accepted") == {"type": "accepted", "id": message_id}
    await off_loop(drain, 0)
    for page in (asking, helping):
        message = (await page.hear("message"))["message"]
        assert [message[name] for name in ("id", "sequence", "message", "is_support")] == [
            message_id,
            1,
            "Hello, is anyone there?",
            False,
        ]
    row = await off_loop(ChatMessage.objects.get)
    assert (str(row.pk), row.source, row.author_id) == (message_id, "chat", amira.pk)


async def test_the_short_form_of_a_message_gets_an_id_from_the_server(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.say(message="Hello")
    accepted = await page.hear("accepted")
    assert [str(command.id) for command in log()] == [accepted["id"]]


async def test_chat_frames_cost_the_web_process_no_database_query(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    with connections_made() as made:
        for number in range(20):
            await page.say(type="message", id=str(uuid.uuid4()), message=f"message {number}")
            await page.hear("accepted")
        for kind in ("typing", "ping"):
            await page.say(type=kind)
        await page.say(type="read", sequence=1)
        await page.hear("heartbeat")
        await comes_true(lambda: len(log()) == 21)
    assert made == []
    assert kinds() == ["PostMessage"] * 20 + ["MarkRead"]


async def test_a_history_has_the_last_fifty_the_ticket_and_everybodys_place(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    def before() -> None:
        posts = [
            intake.build_post_message(amira, ticket.pk, ids.new_id(), str(number)) for number in range(58)
        ]
        command_log.append(posts)
        for body in ("59", "60"):
            desk.say(ben, ticket, body)
        desk.read(amira, ticket, 59)

    await off_loop(before)
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    history = await page.hear("chat_history")
    assert [message["sequence"] for message in history["messages"]] == list(range(11, 61))
    assert history["ticket_id"] == history["ticket"]["id"] == str(ticket.pk)
    assert (history["last_sequence"], history["limited"]) == (60, False)
    assert (history["read_sequence"], history["others"]) == (60, {"read": 59, "received": 59})


async def test_resume_gives_what_was_missed_and_history_what_came_before(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    await off_loop(lambda: [desk.say(ben, ticket, f"message {number}") for number in range(1, 8)])
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    await page.say(type="resume", after=5)
    missed = await page.hear("chat_history")
    assert ([message["sequence"] for message in missed["messages"]], missed["after"]) == ([6, 7], 5)
    await page.say(type="history", before=4, limit=2)
    earlier = await page.hear("chat_history")
    assert ([message["sequence"] for message in earlier["messages"]], earlier["before"]) == ([2, 3], 4)


async def test_questions_have_a_bucket_of_their_own(
    open_page: Opener, ticket: SupportTicket, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "QUESTIONS_AT_ONCE", 2)
    monkeypatch.setattr(chat, "QUESTIONS_PER_SECOND", 0.001)
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    for _ in range(3):
        await page.say(type="resume", after=0)
    error = await page.hear("error")
    assert (error["code"], error["retry_after"]) == ("too-fast", 1000)
    assert sum(frame["type"] == "chat_history" for frame in page.heard) == 3


# --- Who may --------------------------------------------------------------------------------------


async def test_missing_foreign_and_impossible_tickets_look_alike(
    open_page: Opener, ticket: SupportTicket, dora: User
) -> None:
    for reference in (ticket.pk, uuid.uuid4(), "1042", "general'--"):
        page = await open_page(dora, f"/ws/chat/{reference}/")
        assert (await page.hear_close(), page.heard) == (4404, [])


async def test_a_stranger_is_asked_to_sign_in_whatever_the_ticket(
    open_page: Opener, ticket: SupportTicket
) -> None:
    for reference in (ticket.pk, uuid.uuid4(), "general"):
        page = await open_page(None, f"/ws/chat/{reference}/")
        assert (await page.hear_close(), page.heard) == (4401, [])


async def test_a_note_is_for_staff_and_reaches_nobody_else(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    asking = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    helping = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await asking.say(type="message", message="note", audience="staff")
    assert (await asking.hear("error"))["code"] == "forbidden"
    await helping.say(type="message", message="for us only", audience="staff")
    await helping.hear("accepted")
    await off_loop(drain, 0)
    assert (await helping.hear("message"))["message"]["audience"] == "staff"
    assert await asking.hears_nothing()


async def test_frames_for_one_actor_reach_that_actors_pages_alone(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    asking = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    helping = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await asking.hear("chat_history")
    await helping.hear("chat_history")
    refused = Refused("stale", "This is “{status}” by now.", values={"status": "Open"})
    await off_loop(layer.send, [frames.refusal_frame(ticket.pk, amira.actor, refused, ids.new_id())])
    error = await asking.hear("error")
    assert (error["code"], error["error"]) == ("stale", "This is “Open” by now.")
    assert await helping.hears_nothing()


async def test_a_refusal_is_told_in_the_readers_language(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    await off_loop(lambda: User.objects.filter(pk=amira.pk).update(language="en-xa"))
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.say(type="message", message=" ")
    error = await page.hear("error")
    assert (error["code"], error["error"]) == ("invalid", "⟦Write something first.⟧")
    assert error["errors"] == {"message": ["⟦Write something first.⟧"]}
    later = Refused("stale", "This is “{status}” by now.", values={"status": "Open"})
    await off_loop(layer.send, [frames.refusal_frame(ticket.pk, amira.actor, later, ids.new_id())])
    assert (await page.hear("error"))["error"] == "⟦This is “⟦Open⟧” by now.⟧"


async def test_what_the_domain_refuses_comes_back_to_its_sender(
    open_page: Opener, desk: Desk, ticket: SupportTicket, amira: User, ben: User
) -> None:
    await off_loop(lambda: desk.move(ben, ticket, "CLOSED"))
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    message_id = str(uuid.uuid4())
    await page.say(type="message", id=message_id, message="One more thing")
    await page.hear("accepted")
    await off_loop(drain, 0)
    error = await page.hear("error")
    assert (error["code"], error["id"]) == ("closed", message_id)


# --- What is refused ------------------------------------------------------------------------------


BAD_FRAMES: list[tuple[dict[str, Any], str]] = [
    ({"type": "message", "message": ""}, "invalid"),
    ({"type": "message", "message": "  \n "}, "invalid"),
    ({"type": "message", "message": "a" * 10_001}, "invalid"),
    ({"type": "message", "message": "nul \x00"}, "invalid"),
    ({"type": "message", "message": "half \ud800"}, "invalid"),
    ({"type": "message", "message": 5}, "invalid"),
    ({"type": "shout"}, "invalid"),
    ({"type": "message", "message": ["a"]}, "malformed"),
]


async def test_a_bad_frame_is_answered_with_a_sentence_and_nothing_is_logged(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    for frame, code in BAD_FRAMES:
        message_id = str(uuid.uuid4())
        await page.say(id=message_id, **frame)
        error = await page.hear("error")
        assert (error["code"], error.get("id")) == (code, message_id if code == "invalid" else None)
        assert error["error"].endswith(".")
    assert log() == []
    await page.say(type="message", message="a good one")
    await page.hear("accepted")


async def test_binary_and_broken_text_leave_the_socket_open(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.say_bytes(b'{"message": "a"}')
    assert (await page.hear("error"))["code"] == "malformed"
    await page.say_raw("[" * 60_000)
    assert (await page.hear("error"))["code"] == "malformed"
    await page.say(type="ping")
    await page.hear("heartbeat")
    assert log() == []


async def test_too_large_a_frame_ends_the_connection(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.say(type="message", message="a" * 65_536)
    assert await page.hear_close() == 4413
    assert [frame.get("code") for frame in page.heard] == [None, "too-large"]
    assert log() == []


async def test_ten_thousand_code_points_of_any_kind_arrive_unchanged(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    zoo = ("👩‍👩‍👧‍👦\u202e שלום \u202cn" + "\u0301" * 10_000)[:10_000]
    await page.say_raw('{"message": "' + zoo + '"}')
    await page.hear("accepted")
    assert [command.body for command in log()] == [zoo]


async def test_a_flood_is_accepted_up_to_the_bucket_and_then_closed(
    open_page: Opener, ticket: SupportTicket, amira: User, settings: Any
) -> None:
    settings.CHAT_POSTS_AT_ONCE, settings.CHAT_POSTS_PER_SECOND = 5, 0.01
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    for number in range(100):
        await page.say(type="message", message=f"flood {number}")
    assert await page.hear_close() == 4429
    codes = [frame["code"] for frame in page.heard if frame["type"] == "error"]
    assert codes == ["too-fast"] * 61
    assert [command.body for command in log()] == [f"flood {number}" for number in range(5)]


async def test_a_log_that_is_away_stops_the_line(
    open_page: Opener, ticket: SupportTicket, amira: User, settings: Any
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    settings.COMMAND_LOG_URL = "unix:///nonexistent.sock?db=0"
    message_id = str(uuid.uuid4())
    await page.say(type="message", id=message_id, message="Hello")
    await page.say(type="message", message="never taken before the first")
    assert await page.hear_close() == 4409
    errors = [(frame["code"], frame["id"]) for frame in page.heard if frame["type"] == "error"]
    assert errors == [("log-unavailable", message_id)]


# --- Marks and typing -----------------------------------------------------------------------------


async def test_marks_are_told_once_at_first_and_once_at_the_end(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    for sequence in (1, 2, 3, 2):
        await page.say(type="read", sequence=sequence)
        await page.say(type="received", sequence=sequence)
    await page.say(type="ping")
    await page.hear("heartbeat")
    await page.leave()
    await comes_true(lambda: len(log()) == 4)
    assert sorted((kind_of(command), command.sequence) for command in log()) == [
        ("MarkDelivered", 1),
        ("MarkDelivered", 3),
        ("MarkRead", 1),
        ("MarkRead", 3),
    ]


async def test_a_mark_that_the_log_does_not_take_is_told_again(
    open_page: Opener, ticket: SupportTicket, amira: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.sockets.marks.EVERY_SECONDS", 0.05)
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    well, settings.COMMAND_LOG_URL = settings.COMMAND_LOG_URL, "unix:///nonexistent.sock?db=0"
    await page.say(type="read", sequence=3)
    await page.say(type="ping")
    await page.hear("heartbeat")
    settings.COMMAND_LOG_URL = well
    await comes_true(lambda: [(kind_of(command), command.sequence) for command in log()] == [("MarkRead", 3)])
    await page.say(type="read", sequence=4)
    await comes_true(lambda: [command.sequence for command in log()] == [3, 4])
    await page.leave()


async def test_typing_rings_once_in_three_seconds(
    open_page: Opener, ticket: SupportTicket, ben: User
) -> None:
    await off_loop(valkey.ephemeral().delete, "broadcast")
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    for _ in range(5):
        await page.say(type="typing")
    await page.say(type="ping")
    await page.hear("heartbeat")
    await comes_true(lambda: valkey.ephemeral().llen("broadcast"))
    waiting = valkey.ephemeral().lrange("broadcast", 0, -1)
    assert len(waiting) == 1
    assert b'"task": "broadcast.typing"' in waiting[0]


# --- Who looks at a thread ---


def viewings() -> list[tuple[str, bool]]:
    """What was rung: whose page, and whether it was left."""
    waiting = valkey.ephemeral().lrange("broadcast", 0, -1)
    told = [json.loads(base64.b64decode(json.loads(task)["body"]))[1] for task in reversed(waiting)]
    return [(each["user_id"], each["over"]) for each in told]


async def test_an_agents_page_says_once_a_second_that_it_shows_the_thread_and_that_it_was_left(
    open_page: Opener, ticket: SupportTicket, ben: User
) -> None:
    await off_loop(valkey.ephemeral().delete, "broadcast")
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    for _ in range(3):
        await page.say(type="viewing")
    await page.say(type="ping")
    await page.hear("heartbeat")
    await page.leave()
    await comes_true(lambda: len(viewings()) == 2)

    assert await off_loop(viewings) == [(str(ben.pk), False), (str(ben.pk), True)]


async def test_an_agent_with_two_windows_has_left_when_the_second_is_closed(
    open_page: Opener, ticket: SupportTicket, ben: User
) -> None:
    await off_loop(valkey.ephemeral().delete, "broadcast")
    first, second = [await open_page(ben, f"/ws/chat/{ticket.pk}/") for _ in range(2)]
    for page in (first, second):
        await page.say(type="viewing")
        await page.say(type="ping")
        await page.hear("heartbeat")
    await first.leave()
    await second.leave()
    await comes_true(lambda: len(viewings()) == 3)

    assert [over for _, over in await off_loop(viewings)] == [False, False, True]


async def test_a_requester_cannot_say_that_they_look(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.say(type="viewing")

    assert (await page.hear("error"))["code"] == "forbidden"


async def test_who_looks_is_for_the_other_agents_alone(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User, chen: User
) -> None:
    requester, agent = [await open_page(person, f"/ws/chat/{ticket.pk}/") for person in (amira, ben)]
    for page in (requester, agent):
        await page.hear("chat_history")
    tell = partial(broadcast.viewing, ticket_id=str(ticket.pk), user_id=str(chen.pk))
    await off_loop(partial(tell, over=False))
    await off_loop(
        partial(broadcast.typing, ticket_id=str(ticket.pk), user_id="1", name="Chen", is_support=True)
    )

    who = {"id": str(chen.pk), "name": "Chen", "initials": chen.initials, "hue": chen.hue}
    assert await agent.hear("viewing") == {"type": "viewing", "user": who, "over": False}
    assert (await requester.hear("typing"))["user"]["name"] == "Chen"
    assert "viewing" not in {frame["type"] for frame in requester.heard}


async def test_who_writes_a_note_is_for_the_other_agents_alone(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    requester, agent = [await open_page(person, f"/ws/chat/{ticket.pk}/") for person in (amira, ben)]
    for page in (requester, agent):
        await page.hear("chat_history")
    tell = partial(broadcast.typing, ticket_id=str(ticket.pk), user_id="1", name="Chen", is_support=True)
    await off_loop(partial(tell, audience="staff"))
    await off_loop(tell)

    assert [(await agent.hear("typing"))["audience"] for _ in range(2)] == ["staff", "public"]
    assert (await requester.hear("typing"))["audience"] == "public"


async def test_somebody_who_is_no_agent_any_more_is_not_announced(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    agent = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await agent.hear("chat_history")
    await off_loop(partial(broadcast.viewing, ticket_id=str(ticket.pk), user_id=str(amira.pk), over=False))
    await off_loop(
        partial(broadcast.typing, ticket_id=str(ticket.pk), user_id="1", name="A", is_support=False)
    )
    await agent.hear("typing")

    assert "viewing" not in {frame["type"] for frame in agent.heard}


async def test_a_reply_that_missed_a_colleagues_is_refused_by_its_id(
    open_page: Opener, desk: Desk, ticket: SupportTicket, ben: User, chen: User
) -> None:
    page = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    await off_loop(desk.say, chen, ticket, "I have this one.")
    message_id = str(uuid.uuid4())
    await page.say(type="message", id=message_id, message="Hello", seen=0)
    await page.hear("accepted")
    await off_loop(drain, 0)
    error = await page.hear("error")

    assert (error["code"], error["id"]) == ("overtaken", message_id)
    assert (
        error["error"] == "Somebody replied while you were writing. Read the reply, then send or edit yours."
    )


# --- The live chat --------------------------------------------------------------------------------


async def test_every_tab_opens_the_same_conversation_before_it_exists(open_page: Opener, amira: User) -> None:
    first, second = await open_page(amira, "/ws/chat/general/"), await open_page(amira, "/ws/chat/general/")
    expected = str(live_ticket_id(amira.pk, None))
    for tab in (first, second):
        history = await tab.hear("chat_history")
        assert (history["ticket_id"], history["messages"], history["last_sequence"]) == (expected, [], 0)
    await first.say(message="Hello")
    await first.hear("accepted")
    await second.say(message="Hello from the other tab")
    await second.hear("accepted")
    await first.say(message="Again")
    await first.hear("accepted")
    assert kinds() == ["StartChat", "PostMessage"] * 3
    await first.say(type="resume", after=0)
    assert (await first.hear("chat_history"))["messages"] == []
    await off_loop(drain, 0)
    for tab in (first, second):
        texts = [(await tab.hear("message"))["message"]["message"] for _ in range(3)]
        assert texts == ["Hello", "Hello from the other tab", "Again"]
    assert await off_loop(ChatSession.objects.count) == 1


async def test_the_next_conversation_is_another_ticket(
    open_page: Opener, desk: Desk, amira: User, ben: User
) -> None:
    first = await off_loop(desk.chat, amira)
    session = await off_loop(lambda: ChatSession.objects.get(ticket=first))
    page = await open_page(amira, "/ws/chat/general/")
    assert (await page.hear("chat_history"))["ticket_id"] == str(first.pk)
    await off_loop(lambda: desk.move(ben, first, "RESOLVED"))
    await hub().review()
    assert await page.hear_close() == 4408
    again = await open_page(amira, "/ws/chat/general/")
    assert (await again.hear("chat_history"))["ticket_id"] == str(live_ticket_id(amira.pk, session.pk))


async def test_what_an_ended_chat_has_stored_does_not_begin_the_next(
    open_page: Opener, desk: Desk, amira: User, ben: User, settings: Any
) -> None:
    """Sent again by a page that had not heard so. The words that go with it begin the next one."""
    settings.CHAT_TOPICS = ("Logbook and hours",)
    message_id = str(uuid.uuid4())
    page = await open_page(amira, "/ws/chat/general/")
    await page.say(type="message", id=message_id, message="Hello")
    await page.hear("accepted")
    await off_loop(drain, 0)
    first = await off_loop(SupportTicket.objects.get)
    await off_loop(lambda: desk.move(ben, first, "RESOLVED"))
    await page.leave()

    again = await open_page(amira, "/ws/chat/general/")
    assert (await again.hear("chat_history"))["ticket_id"] != str(first.pk)
    await again.say(type="message", id=message_id, message="Hello", topic="Logbook and hours")
    await again.hear("accepted")
    await off_loop(drain, 0)
    told = {error["code"]: error["id"] for error in [await again.hear("error"), await again.hear("error")]}
    assert (told["id-taken"], set(told)) == (message_id, {"id-taken", "not-found"})  # the topic of no chat
    assert await off_loop(SupportTicket.objects.get) == first

    for frame in ({"id": message_id, "message": "Hello"}, {"message": "One more thing"}):
        await again.say(type="message", **frame)
        await again.hear("accepted")
    await off_loop(drain, 0)
    assert (await again.hear("message"))["message"]["message"] == "One more thing"
    assert await off_loop(SupportTicket.objects.count) == 2
    await again.say(message="And another")
    await again.hear("accepted")
    assert kinds() == ["PostMessage"]  # it is known to exist


# --- Leaving --------------------------------------------------------------------------------------


async def test_a_group_is_heard_once_per_process_and_left_with_its_last_page(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    name = f"psychpath__group__{groups.chat(ticket.pk)}"
    pages = [await open_page(amira, f"/ws/chat/{ticket.pk}/") for _ in range(3)]
    for page in pages:
        await page.hear("chat_history")
    assert valkey.ephemeral().pubsub_numsub(name) == [(name.encode(), 1)]
    for page in pages:
        await page.leave()
    await comes_true(lambda: valkey.ephemeral().pubsub_numsub(name) == [(name.encode(), 0)])


async def test_a_page_that_leaves_while_it_opens_leaves_nothing_behind(
    open_page: Opener, ticket: SupportTicket, amira: User
) -> None:
    pages: list[Page] = [await open_page(amira, f"/ws/chat/{ticket.pk}/") for _ in range(5)]
    await asyncio.gather(*(page.leave() for page in pages))
    await comes_true(lambda: not valkey.ephemeral().pubsub_channels("psychpath*"))
