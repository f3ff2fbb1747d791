"""Live chats by beat and by event: offered, passed on, accepted, handed on once, flagged; also run twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import command_log
from core.ids import new_id
from core.models import User
from support import chat_commands, commands, selectors
from support.models import SupportTicket, SupportUserStatus
from tests.workers.chatting import BEGIN, Clock, chat_at, is_gone, is_here, kinds, session_of, standing, take
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_waiting_chat_is_offered_to_the_least_busy_agent_and_after_thirty_seconds_to_the_next(
    chat_clock: Clock, amira: User, dora: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben, chen)
    theirs = chat_clock.desk.chat(dora)
    take(ben, chat_commands.AcceptChat, theirs)
    ticket = chat_at(chat_clock, amira, 100)

    assert chat_clock.look() == ["OfferChat"]
    assert standing(ticket) == ("offered", "chen")
    chat_clock.to(129.9)
    assert chat_clock.look() == []
    chat_clock.to(130)
    assert chat_clock.look() == ["ExpireOffer"]
    assert chat_clock.look() == ["OfferChat"]
    assert standing(ticket) == ("offered", "ben")
    chat_clock.to(160)
    assert (chat_clock.look(), chat_clock.look()) == (["ExpireOffer"], [])
    assert standing(ticket) == ("waiting", None)
    chat_clock.to(250)  # two minutes after Chen let it pass
    assert chat_clock.look() == ["OfferChat"]
    assert standing(ticket) == ("offered", "chen")
    assert session_of(ticket).offers == 3


def test_two_beats_and_an_event_make_one_offer_and_one_expiry(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    assert chat_clock.look(times=3) == ["OfferChat"]
    chat_clock.to(41)
    assert chat_clock.look(times=3) == ["ExpireOffer"]
    assert kinds(ticket) == ["StartChat", "OfferChat", "ExpireOffer"]


def test_nobody_is_offered_more_than_their_capacity_and_their_own_word_counts(
    chat_clock: Clock, amira: User, dora: User, ben: User, settings: Any
) -> None:
    settings.CHAT_CAPACITY = 1
    is_here(chat_clock.desk, ben)
    first, second = chat_at(chat_clock, amira, 10), chat_at(chat_clock, dora, 20)
    assert (chat_clock.look(), chat_clock.look()) == (["OfferChat"], [])
    assert (standing(first), standing(second)) == (("offered", "ben"), ("waiting", None))
    chat_clock.desk.do(ben, chat_commands.SetChatCapacity, capacity=2)
    assert chat_clock.look() == ["OfferChat"]
    assert standing(second) == ("offered", "ben")
    chat_clock.desk.do(ben, chat_commands.SetChatCapacity, capacity=None)
    assert SupportUserStatus.objects.get(user=ben).capacity == 1


def test_two_offers_of_one_batch_do_not_fill_one_place_twice(
    chat_clock: Clock, amira: User, dora: User, ben: User, settings: Any
) -> None:
    settings.CHAT_CAPACITY = 1
    is_here(chat_clock.desk, ben)
    tickets = [chat_at(chat_clock, person, 10) for person in (amira, dora)]
    for ticket in tickets:
        offer = chat_commands.OfferChat(
            id=new_id(),
            actor="system:support",
            at=datetime.now(UTC),
            ticket_id=ticket.pk,
            session_id=session_of(ticket).pk,
            user_id=ben.pk,
            number=1,
        )
        command_log.append([offer])
    drain(0)
    assert sorted(standing(ticket)[0] for ticket in tickets) == ["offered", "waiting"]


def test_a_declined_chat_goes_to_the_next_and_a_strangers_no_changes_nothing(
    chat_clock: Clock, amira: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben, chen)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.look()
    whose = session_of(ticket).offered_to
    other = chen if whose == ben else ben
    take(other, chat_commands.DeclineChat, ticket)
    assert session_of(ticket).offered_to == whose
    take(whose, chat_commands.DeclineChat, ticket)  # type: ignore[arg-type]
    assert chat_clock.look() == ["OfferChat"]
    assert session_of(ticket).offered_to == other


def test_accepting_makes_the_chat_active_and_the_ticket_theirs(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.look()
    before = SupportTicket.objects.get(pk=ticket.pk).revision
    chat_clock.to(20)
    take(ben, chat_commands.AcceptChat, ticket)
    take(ben, chat_commands.AcceptChat, ticket)
    session, stored = session_of(ticket), SupportTicket.objects.get(pk=ticket.pk)
    assert (session.state, session.agent, session.accepted_at) == (
        "active",
        ben,
        BEGIN + timedelta(seconds=20),
    )
    assert (session.offered_to, session.offered_at) == (None, None)
    assert (stored.assigned_to, stored.revision) == (ben, before + 1)
    assert kinds(ticket) == ["StartChat", "OfferChat", "AcceptChat"]


def test_an_answer_accepts_a_chat_that_is_offered_to_somebody_else_and_a_note_does_not(
    chat_clock: Clock, amira: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.look()
    chat_clock.desk.say(chen, ticket, "Amira asked that before.", audience="staff")
    assert standing(ticket) == ("offered", "ben")
    chat_clock.desk.say(chen, ticket, "Hello Amira.")
    assert standing(ticket) == ("active", "chen")
    assert SupportTicket.objects.get(pk=ticket.pk).assigned_to == chen
    chat_clock.desk.say(ben, ticket, "Hello from me too.")
    assert standing(ticket) == ("active", "chen")


def test_a_lapsed_agents_offer_is_handed_on_once_by_two_beats(
    chat_clock: Clock, amira: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.look()
    is_here(chat_clock.desk, chen)
    is_gone(ben)
    assert chat_clock.look(times=2) == ["HandOnChat"]
    assert chat_clock.look(times=2) == ["OfferChat"]
    assert standing(ticket) == ("offered", "chen")
    assert chat_clock.look(times=2) == []
    assert kinds(ticket).count("HandOnChat") == 1


def test_a_waiting_chat_that_was_given_to_somebody_who_goes_is_everybodys_again(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    chat_clock.desk.do(ben, chat_commands.SetChatCapacity, capacity=0)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.desk.give(ben, ticket, ben)
    assert chat_clock.look() == []
    is_gone(ben)
    assert chat_clock.look(times=2) == ["HandOnChat"]
    assert SupportTicket.objects.get(pk=ticket.pk).assigned_to is None


def test_a_chat_that_was_offered_to_its_assignee_who_goes_leaves_them_wholly(
    chat_clock: Clock, amira: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    chat_clock.desk.give(chen, ticket, ben)
    chat_clock.look()
    assert standing(ticket) == ("offered", "ben")
    is_gone(ben)
    assert [chat_clock.look(times=2), chat_clock.look(times=2), chat_clock.look()] == [["HandOnChat"]] * 2 + [
        []
    ]
    assert SupportTicket.objects.get(pk=ticket.pk).assigned_to is None

    chat_clock.desk.give(chen, ticket, ben)  # who does not see that he is away
    assert [chat_clock.look(times=2), chat_clock.look()] == [["HandOnChat"], []]
    assert SupportTicket.objects.get(pk=ticket.pk).assigned_to is None


def test_an_active_chat_is_flagged_while_its_agent_is_gone_and_a_colleague_takes_it_over(
    chat_clock: Clock, amira: User, ben: User, chen: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 10)
    take(ben, chat_commands.AcceptChat, ticket)
    is_gone(ben)
    chat_clock.to(19.9)
    assert chat_clock.look() == []  # who has just accepted is there
    chat_clock.to(20)
    assert chat_clock.look(times=2) == ["FlagChat"]
    assert session_of(ticket).unattended_since == BEGIN + timedelta(seconds=20)
    is_here(chat_clock.desk, ben)
    assert chat_clock.look(times=2) == ["FlagChat"]
    assert session_of(ticket).unattended_since is None

    chat_clock.to(30)
    is_gone(ben)
    assert chat_clock.look() == ["FlagChat"]
    take(chen, chat_commands.AcceptChat, ticket)
    session = session_of(ticket)
    assert (session.agent, session.unattended_since) == (chen, None)
    assert session.accepted_at == BEGIN + timedelta(seconds=10)
    assert SupportTicket.objects.get(pk=ticket.pk).assigned_to == chen
    is_here(chat_clock.desk, ben)
    assert chat_clock.look() == []


def test_a_pinned_agent_without_a_page_is_offered_nothing(chat_clock: Clock, amira: User, ben: User) -> None:
    chat_clock.desk.do(
        ben, commands.SetAvailability, availability="online", pinned_until=BEGIN + timedelta(hours=4)
    )
    is_gone(ben)
    assert [agent.username for agent in selectors.agents_for_chats()] == ["ben"]
    chat_at(chat_clock, amira, 10)
    assert chat_clock.look() == []


def test_who_stops_waiting_leaves_a_ticket_with_their_words(
    chat_clock: Clock, amira: User, ben: User
) -> None:
    is_here(chat_clock.desk, ben)
    ticket = chat_at(chat_clock, amira, 0)
    chat_clock.desk.say(amira, ticket, "Is anybody there?")
    chat_clock.look()
    take(amira, commands.EndChat, ticket)
    session, stored = session_of(ticket), SupportTicket.objects.get(pk=ticket.pk)
    assert (session.state, session.end_cause, session.offered_to) == ("ended", "left", None)
    assert (stored.status, stored.public_sequence) == ("OPEN", 1)
    assert chat_clock.look() == []
