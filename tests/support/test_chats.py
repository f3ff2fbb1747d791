"""Live chats through the drain: ended once by whoever is first, rated by their requester, asked for by mail."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core import command_log, ids, receipts
from core.models import User
from notifications.models import Delivery
from support import commands, frames, histories, selectors
from support.models import Change, ChatSession, SupportTicket
from support.models.sessions import FOLLOWS, SessionState
from support.selectors import messages_of
from support.services import session_moves
from support.sockets import snapshots
from support.thread import Reader, SystemLine, thread
from support.views.desk_timeline import timeline
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db


def session_of(ticket: SupportTicket) -> ChatSession:
    return ChatSession.objects.get(ticket=ticket)


def about(ticket: SupportTicket) -> dict[str, Any]:
    return {"ticket_id": ticket.pk, "session_id": session_of(ticket).pk}


def outcome(desk: Desk, user: User, kind: Any, **facts: Any) -> tuple[str, str]:
    """What the receipt of one command says."""
    command_id = ids.new_id()
    command = kind(id=command_id, actor=user.actor, at=desk.now, **facts)
    listener = receipts.listener()
    waiter = listener.expect(command.id, command.fingerprint())
    command_log.append([command], reply_to=listener.channel)
    drain(0)
    accepted = receipts.Accepted(
        command_id=command_id, ticket_id=facts["ticket_id"], actor=user.actor, waiter=waiter, behind=0.0
    )
    settled = receipts.settled(accepted, 5.0)
    return settled.state, settled.code or ""


@pytest.fixture
def chat(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Amira asked, Ben answered."""
    ticket = desk.chat(amira)
    desk.say(amira, ticket, "Is somebody there?")
    desk.say(ben, ticket, "Good morning, Amira.")
    return ticket


def test_every_state_has_its_line_in_the_table_and_nothing_follows_the_end() -> None:
    assert set(FOLLOWS) == set(SessionState)
    assert FOLLOWS[SessionState.ENDED] == frozenset()


@pytest.mark.parametrize("who", ["amira", "ben"])
def test_either_side_ends_a_chat_once(desk: Desk, chat: SupportTicket, who: str) -> None:
    person, at = User.objects.get(username=who), desk.now
    desk.do(person, commands.EndChat, **about(chat))
    desk.do(User.objects.get(username="ben"), commands.EndChat, **about(chat))

    session = session_of(chat)
    assert (session.state, session.ended_by, session.ended_at, session.end_cause) == (
        "ended",
        person,
        at,
        "person",
    )
    assert list(Change.objects.filter(kind="EndChat").values_list("user__username", flat=True)) == [who]


def test_a_repeated_end_announces_the_same_event(desk: Desk, chat: SupportTicket, ben: User) -> None:
    command_id = ids.new_id()
    for _ in range(2):
        desk.do(ben, commands.EndChat, id=command_id, **about(chat))

    assert Change.objects.filter(kind="EndChat").count() == 1
    assert len(Change.objects.get(pk=command_id).events) == 1


def test_a_stranger_ends_nothing(desk: Desk, chat: SupportTicket, dora: User) -> None:
    assert outcome(desk, dora, commands.EndChat, **about(chat)) == ("rejected", "not-found")
    assert session_of(chat).state == "active"


def test_a_chat_of_another_ticket_is_not_found(desk: Desk, chat: SupportTicket, amira: User) -> None:
    facts = {"ticket_id": chat.pk, "session_id": uuid.uuid4()}
    assert outcome(desk, amira, commands.EndChat, **facts) == ("rejected", "not-found")


def test_resolving_the_ticket_ends_its_chat_and_says_why(desk: Desk, chat: SupportTicket, ben: User) -> None:
    desk.move(ben, chat, "RESOLVED")

    session = session_of(chat)
    assert (session.state, session.ended_by, session.end_cause) == ("ended", ben, "ticket")


def test_what_has_ended_moves_no_more(desk: Desk, chat: SupportTicket, amira: User, ben: User) -> None:
    desk.do(amira, commands.EndChat, **about(chat))
    session = session_of(chat)

    assert session_moves.accept(session, ben, desk.now) is False
    assert (session.state, session.ended_by) == ("ended", amira)


def test_a_chat_that_began_in_the_same_batch_can_be_ended_and_rated(desk: Desk, amira: User) -> None:
    ticket_id, session_id = ids.new_id(), ids.new_id()
    both: dict[str, Any] = {"ticket_id": ticket_id, "session_id": session_id}
    stamps: list[dict[str, Any]] = [
        {"id": ids.new_id(), "actor": amira.actor, "at": desk.now} for _ in range(3)
    ]
    command_log.append(
        [
            commands.StartChat(**stamps[0], **both, subject="Hello"),
            commands.EndChat(**stamps[1], **both),
            commands.RateChat(**stamps[2], **both, score=5),
        ]
    )
    drain(0)

    session = ChatSession.objects.get(pk=session_id)
    assert (session.state, session.ended_by, session.rating) == ("ended", amira, 5)


def test_the_last_rating_counts(desk: Desk, chat: SupportTicket, amira: User) -> None:
    desk.do(amira, commands.EndChat, **about(chat))
    desk.do(amira, commands.RateChat, **about(chat), score=2, comment="It took a while.")
    at = desk.now
    desk.do(amira, commands.RateChat, **about(chat), score=4)

    session = session_of(chat)
    assert (session.rating, session.rating_comment, session.rated_at) == (4, "", at)
    details = list(
        Change.objects.filter(kind="RateChat").order_by("created_at").values_list("detail", flat=True)
    )
    assert details == [{"from": None, "to": "2"}, {"from": "2", "to": "4"}]


@pytest.mark.parametrize(
    ("who", "refusal"), [("ben", "forbidden"), ("dora", "not-found")], ids=["an agent", "a stranger"]
)
@pytest.mark.usefixtures("dora")
def test_only_the_requester_rates(
    desk: Desk, chat: SupportTicket, amira: User, who: str, refusal: str
) -> None:
    desk.do(amira, commands.EndChat, **about(chat))
    person = User.objects.get(username=who)

    assert outcome(desk, person, commands.RateChat, **about(chat), score=5) == ("rejected", refusal)
    assert session_of(chat).rating is None


def test_a_chat_that_goes_on_is_not_rated(desk: Desk, chat: SupportTicket, amira: User) -> None:
    assert outcome(desk, amira, commands.RateChat, **about(chat), score=5) == ("rejected", "transition")


def test_a_new_chat_closes_the_rating_of_the_last(desk: Desk, chat: SupportTicket, amira: User) -> None:
    facts = about(chat)
    desk.do(amira, commands.EndChat, **facts)
    desk.chat(amira)

    assert outcome(desk, amira, commands.RateChat, **facts, score=5) == ("rejected", "closed")


@pytest.mark.parametrize(
    ("later", "expected"),
    [(timedelta(days=7), ("stored", "")), (timedelta(days=7, seconds=1), ("rejected", "closed"))],
)
def test_a_chat_is_rated_for_seven_days(
    desk: Desk, chat: SupportTicket, amira: User, later: timedelta, expected: tuple[str, str]
) -> None:
    ended_at = desk.now
    desk.do(amira, commands.EndChat, **about(chat))
    desk.now = ended_at + later

    assert outcome(desk, amira, commands.RateChat, **about(chat), score=3) == expected


def test_a_transcript_is_sent_once_in_ten_minutes(desk: Desk, chat: SupportTicket, amira: User) -> None:
    first = desk.now
    desk.do(amira, commands.SendTranscript, **about(chat))
    desk.now = first + timedelta(minutes=9, seconds=59)
    assert outcome(desk, amira, commands.SendTranscript, **about(chat)) == ("rejected", "too-fast")
    desk.now = first + timedelta(minutes=10)
    desk.do(amira, commands.SendTranscript, **about(chat))

    planned = Delivery.objects.filter(notice="chat_transcript")
    assert list(planned.values_list("address", "state")) == [("amira@example.com", "planned")] * 2


def test_an_agent_sends_no_transcript(desk: Desk, chat: SupportTicket, ben: User) -> None:
    assert outcome(desk, ben, commands.SendTranscript, **about(chat)) == ("rejected", "forbidden")


def test_the_thread_says_who_ended_the_chat(desk: Desk, chat: SupportTicket, amira: User, ben: User) -> None:
    desk.do(ben, commands.EndChat, **about(chat))
    page = messages_of(chat, staff=False)
    chat.refresh_from_db()

    said = {
        reader.username: [
            str(item.sentence)
            for item in thread(
                chat, page.messages, selectors.timeline_of(chat), Reader(user=reader, staff=reader.is_staff)
            )
            if isinstance(item, SystemLine)
        ]
        for reader in (amira, ben)
    }
    assert said == {
        "amira": ["<b>Ben</b> joined the chat", "<b>Ben</b> ended the chat"],
        "ben": ["You joined the chat", "You ended the chat"],
    }


def test_the_timeline_tells_staff_of_the_rating(desk: Desk, chat: SupportTicket, amira: User) -> None:
    desk.do(amira, commands.EndChat, **about(chat))
    desk.do(amira, commands.RateChat, **about(chat), score=4)

    lines = timeline(chat, selectors.timeline_of(chat), {})
    assert [line.text for line in lines[:2]] == ["Amira rated the chat 4 of 5", "Amira ended the chat"]


def test_the_wire_shows_the_chat_and_no_agents_address(desk: Desk, chat: SupportTicket, ben: User) -> None:
    desk.do(ben, commands.EndChat, **about(chat))

    shown = frames.chat_json(selectors.chat_of(chat), staff=False)
    assert (shown["state"], shown["end_cause"], shown["rating"]) == ("ended", "person", None)
    assert (shown["ended_by"]["first_name"], "ben@example.com" in str(shown)) == ("Ben", False)


def test_a_page_loaded_right_after_the_end_still_knows_the_chat(
    desk: Desk, chat: SupportTicket, amira: User
) -> None:
    desk.now = timezone.now()
    desk.do(amira, commands.EndChat, **about(chat))
    unborn = histories.Thread(amira, ids.new_id(), may_be_unborn=True)
    assert f'"previous":{{"id":"{chat.pk}"' in snapshots.opening(unborn).text

    ended = ChatSession.objects.filter(ticket=chat)
    ended.update(ended_at=timezone.now() - timedelta(hours=1, seconds=1))
    assert '"previous"' not in snapshots.opening(unborn).text


def test_the_topic_is_the_tickets_first_tag_and_the_first_tab_says_it(
    desk: Desk, amira: User, dora: User
) -> None:
    ticket = desk.chat(amira)
    topic_id = ids.derive(ticket.pk, "topic")
    for topic in ("Logbook and hours", "Supervision"):
        desk.do(amira, commands.ChooseTopic, id=topic_id, ticket_id=ticket.pk, topic=topic)

    ticket.refresh_from_db()
    assert ticket.tags == ["Logbook and hours"]
    facts = {"ticket_id": ticket.pk, "topic": "Supervision"}
    assert outcome(desk, dora, commands.ChooseTopic, **facts) == ("rejected", "not-found")


def test_a_note_accepts_no_chat(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.chat(amira)
    desk.say(ben, ticket, "She asked last week.", audience="staff")
    assert session_of(ticket).state == "waiting"

    desk.say(ben, ticket, "Good morning, Amira.")
    assert (session_of(ticket).state, session_of(ticket).agent) == ("active", ben)
