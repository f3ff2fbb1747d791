"""Live chats by the desk's forms, with and without script: accepted, declined, and how many at once."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from core import command_log
from core.ids import new_id
from core.models import User
from support import chat_commands
from support.models import Change, ChatSession, SupportTicket, SupportUserStatus
from tests.support.conftest import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("draining")]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/support/"}
CAPACITY = "/support/chats/capacity"


@pytest.fixture
def offered(desk: Desk, amira: User, ben: User) -> SupportTicket:
    """Amira's chat, offered to Ben."""
    desk.declare(ben, "online")
    ticket = desk.chat(amira)
    offer(desk, ticket, ben)
    return ticket


def offer(desk: Desk, ticket: SupportTicket, agent: User) -> None:
    chat = ChatSession.objects.get(ticket=ticket)
    command = chat_commands.OfferChat(
        id=new_id(),
        actor="system:support",
        at=desk.now,
        ticket_id=ticket.pk,
        session_id=chat.pk,
        user_id=agent.pk,
        number=chat.offers + 1,
    )
    command_log.append([command])
    desk.drain()


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(user: User, name: str, ticket: SupportTicket, *, script: bool = False, query: str = "") -> Any:
    address = reverse(name, args=[ticket.pk]) + query
    return browser_of(user).post(address, headers=HTMX if script else {})


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def done(response: Any) -> str:
    """What script says in a toast."""
    return str(json.loads(response["HX-Trigger"])["desk:done"]["title"])


def standing(ticket: SupportTicket) -> tuple[str, User | None, User | None, User | None]:
    """The chat's state, to whom it is offered, whose it is, and whose its ticket is."""
    chat = ChatSession.objects.select_related("offered_to", "agent", "ticket__assigned_to").get(ticket=ticket)
    return chat.state, chat.offered_to, chat.agent, chat.ticket.assigned_to


class TestAccept:
    def test_without_script_it_is_theirs_and_open_before_them(
        self, offered: SupportTicket, ben: User
    ) -> None:
        answer = post(ben, "desk-chat-accept", offered, query="?view=chats&ticket=x&cursor=y")

        assert (answer.status_code, said(answer)) == (302, ["This chat is yours now."])
        assert answer["Location"] == f"/support/?view=chats&ticket={offered.pk}&cursor=y"
        assert standing(offered) == ("active", None, ben, ben)

    def test_with_script_the_conversation_comes_and_the_address_follows(
        self, offered: SupportTicket, ben: User
    ) -> None:
        answer = post(ben, "desk-chat-accept", offered, script=True, query="?view=chats&cursor=y")

        assert (answer.status_code, answer["HX-Desk"]) == (200, "1")
        assert answer["HX-Push-Url"] == f"/support/?view=chats&ticket={offered.pk}"
        assert done(answer) == "This chat is yours now."
        assert 'id="conv"' in answer.content.decode()
        assert "Hello" in words(answer)

    def test_it_need_not_be_offered_to_them(self, offered: SupportTicket, chen: User) -> None:
        assert post(chen, "desk-chat-accept", offered).status_code == 302
        assert standing(offered) == ("active", None, chen, chen)

    @pytest.mark.parametrize("script", [False, True])
    def test_who_comes_second_hears_who_was_first(
        self, offered: SupportTicket, ben: User, chen: User, script: bool
    ) -> None:
        post(chen, "desk-chat-accept", offered)
        answer = post(ben, "desk-chat-accept", offered, script=script)

        assert answer.status_code == 409
        assert "Chen has taken this chat already." in words(answer)
        assert standing(offered) == ("active", None, chen, chen)
        assert Change.objects.filter(kind="AcceptChat").count() == 1

    def test_a_ticket_without_a_chat_has_none_to_accept(self, desk: Desk, amira: User, ben: User) -> None:
        answer = post(ben, "desk-chat-accept", desk.ask(amira))

        assert answer.status_code == 404
        assert "There’s no chat on this ticket." in words(answer)

    def test_a_requester_and_a_stranger_are_turned_away(
        self, offered: SupportTicket, amira: User, dora: User
    ) -> None:
        for name in ("desk-chat-accept", "desk-chat-decline"):
            assert [post(person, name, offered).status_code for person in (amira, dora)] == [403, 403]
            assert browser_of(amira).get(reverse(name, args=[offered.pk])).status_code in {403, 405}
        assert standing(offered)[0] == "offered"


class TestDecline:
    def test_without_script_it_waits_for_somebody_else_and_the_desk_stays_as_it_was(
        self, offered: SupportTicket, ben: User
    ) -> None:
        answer = post(ben, "desk-chat-decline", offered, query="?view=unassigned")

        assert (answer.status_code, answer["Location"]) == (302, "/support/?view=unassigned")
        assert said(answer) == ["We’ll offer this chat to somebody else."]
        assert standing(offered) == ("waiting", None, None, None)
        assert list(ChatSession.objects.get().passes) == [str(ben.pk)]

    def test_with_script_the_card_goes_and_no_conversation_opens(
        self, desk: Desk, offered: SupportTicket, ben: User, dora: User
    ) -> None:
        other = desk.chat(dora)
        offer(desk, other, ben)
        answer = post(ben, "desk-chat-decline", offered, script=True)

        page = answer.content.decode()
        assert (answer.status_code, 'id="conv"' in page) == (200, False)
        assert re.findall(r'data-offer="([^"]+)"', page) == [str(other.pk)]
        assert done(answer) == "We’ll offer this chat to somebody else."

    def test_what_is_offered_to_a_colleague_is_not_ones_own_to_decline(
        self, offered: SupportTicket, ben: User, chen: User
    ) -> None:
        assert post(chen, "desk-chat-decline", offered).status_code == 302
        assert standing(offered) == ("offered", ben, None, None)
        assert not Change.objects.filter(kind="DeclineChat").exists()

    def test_declining_twice_passes_it_on_once(self, offered: SupportTicket, ben: User) -> None:
        for _ in range(2):
            assert post(ben, "desk-chat-decline", offered).status_code == 302
        assert Change.objects.filter(kind="DeclineChat").count() == 1


class TestCapacity:
    @pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("7", 7), ("50", 50), ("", None)])
    def test_a_number_or_the_teams_own(self, ben: User, typed: str, kept: int | None) -> None:
        answer = browser_of(ben).post(CAPACITY, {"capacity": typed})

        assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")
        assert said(answer) == ["You’re offered this many chats from now on."]
        assert SupportUserStatus.objects.get(user=ben).chat_capacity == kept

    @pytest.mark.parametrize("typed", ["-1", "51", "many", "1.5", "9" * 40])
    def test_anything_else_changes_nothing_and_says_what_is_wanted(self, ben: User, typed: str) -> None:
        browser_of(ben).post(CAPACITY, {"capacity": "4"})
        answer = browser_of(ben).post(CAPACITY, {"capacity": typed})

        assert (answer.status_code, said(answer)) == (302, ["Enter a whole number from 0 to 50."])
        assert SupportUserStatus.objects.get(user=ben).chat_capacity == 4

    def test_the_profile_shows_what_was_chosen(self, ben: User) -> None:
        client = browser_of(ben)
        client.post(CAPACITY, {"capacity": "4"})
        page = client.get("/accounts/profile/").content.decode()

        assert re.search(r'id="capacity"[^>]* value="4"', page)

    def test_it_is_for_agents_alone(self, amira: User) -> None:
        assert browser_of(amira).post(CAPACITY, {"capacity": "4"}).status_code == 403
        assert not SupportUserStatus.objects.exists()

    def test_without_its_token_it_is_refused(self, ben: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ben)

        assert client.post(CAPACITY, {"capacity": "4"}).status_code == 403
