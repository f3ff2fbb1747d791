"""Silence in a live chat: announced, then it ends; a word breaks it, whenever it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from core import command_log
from core.contracts import decode
from core.ids import new_id
from core.models import User
from support import commands
from support.models import SupportTicket
from tests.workers.chatting import BEGIN, Clock, chat_at, is_here, kinds, session_of
from workers import chats
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quiet_chat_is_announced_after_ten_minutes_and_ended_after_fifteen(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 0)
    chat_clock.desk.say(ben, ticket, "Hello Amira.")
    chat_clock.to(599)
    assert chat_clock.look() == []
    chat_clock.to(600)
    assert chat_clock.look(times=2) == ["AnnounceQuiet"]
    chat_clock.to(899)
    assert chat_clock.look() == []
    chat_clock.to(900)
    assert chat_clock.look(times=2) == ["EndQuietChat"]
    session = session_of(ticket)
    assert (session.state, session.end_cause, session.ended_by) == ("ended", "quiet", None)
    assert session.ended_at == BEGIN + timedelta(seconds=900)
    assert SupportTicket.objects.get(pk=ticket.pk).status == "OPEN"
    assert kinds(ticket)[-2:] == ["AnnounceQuiet", "EndQuietChat"]
    assert chat_clock.look() == []


def test_a_word_breaks_the_silence_and_the_next_one_is_announced_anew(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 0)
    chat_clock.desk.say(ben, ticket, "Hello Amira.")
    chat_clock.to(600)
    chat_clock.look()
    chat_clock.to(899)
    chat_clock.desk.say(amira, ticket, "I’m still here.")
    chat_clock.to(900)
    assert chat_clock.look() == []
    chat_clock.to(1499)
    assert chat_clock.look() == ["AnnounceQuiet"]
    chat_clock.to(1799)
    assert chat_clock.look() == ["EndQuietChat"]


def test_silence_that_was_found_while_somebody_wrote_ends_nothing(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 0)
    chat_clock.desk.say(ben, ticket, "Hello Amira.")
    chat_clock.to(600)
    chat_clock.look()
    chat_clock.to(900)
    chats.look(datetime.now(UTC))
    word = commands.PostMessage(
        id=new_id(), actor=amira.actor, at=datetime.now(UTC), ticket_id=ticket.pk, body="Wait."
    )
    end = command_log.read(0, count=1)[0]
    command_log.append([word])
    command_log.delete(0, [end], {})
    command_log.append([decode(end.payload)])  # type: ignore[list-item]
    drain(0)
    assert session_of(ticket).state == "active"


def test_a_chat_without_beats_for_an_hour_is_still_announced_before_it_ends(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 0)
    chat_clock.desk.say(ben, ticket, "Hello Amira.")
    chat_clock.to(3600)
    assert (chat_clock.look(), chat_clock.look()) == (["AnnounceQuiet"], [])
    chat_clock.to(3900)
    assert chat_clock.look() == ["EndQuietChat"]
    assert session_of(ticket).state == "ended"
