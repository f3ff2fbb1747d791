"""Messages over HTTP: written, read, seen."""

import json
import uuid
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import commands, histories
from support.frames import moment, ticket_state
from support.models import ChatMessage, SupportTicket
from support.sockets import snapshots
from tests.support.api.test_tickets import agent_to_requester, person
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
Calling = Callable[..., Caller]


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """A fresh ticket of Amira's."""
    return desk.ask(amira)


class TestWritten:
    def test_the_whole_document_under_the_clients_id(
        self, ticket: SupportTicket, draining: None, calling: Calling, amira: User
    ) -> None:
        message_id = str(uuid.uuid4())
        body = {"message": " Any news?\n", "id": message_id}
        answer = calling(amira).post(f"tickets/{ticket.pk}/message/", body)

        stored = ChatMessage.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": message_id,
            "ticket_id": str(ticket.pk),
            "sequence": 1,
            "message": " Any news?\n",
            "html": "<p>Any news?</p>",
            "files": [],
            "sender": person(amira),
            "is_support": False,
            "audience": "public",
            "source": "web",
            "created_at": moment(stored.created_at),
            "read_by_user": True,
            "read_by_support": False,
        }
        assert stored.body == " Any news?\n"

    def test_a_note_is_numbered_for_staff_alone(
        self, ticket: SupportTicket, draining: None, calling: Calling, ben: User
    ) -> None:
        body = {"message": "Odd logbook.", "audience": "staff"}
        answer = calling(ben).post(f"tickets/{ticket.pk}/message/", body)

        assert (answer.status_code, answer.json()["sequence"], answer.json()["audience"]) == (201, 1, "staff")
        assert ChatMessage.objects.get().public_sequence is None

    def test_a_requester_cannot_write_a_note(
        self, ticket: SupportTicket, draining: None, calling: Calling, amira: User
    ) -> None:
        body = {"message": "Psst.", "audience": "staff"}
        answer = calling(amira).post(f"tickets/{ticket.pk}/message/", body)

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert not ChatMessage.objects.exists()

    def test_a_closed_ticket_refuses(
        self, desk: Desk, ticket: SupportTicket, draining: None, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.move(ben, ticket, "CLOSED")
        answer = calling(amira).post(f"tickets/{ticket.pk}/message/", {"message": "Hello?"})

        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        assert answer.json()["code"] == "closed"
        assert not ChatMessage.objects.exists()


class TestRead:
    def test_the_whole_document(
        self, desk: Desk, ticket: SupportTicket, calling: Calling, amira: User, ben: User
    ) -> None:
        first = desk.say(ben, ticket, "Looking.")
        desk.say(ben, ticket, "Done.")

        answer = calling(amira).get(f"tickets/{ticket.pk}/messages/", before=2)

        assert answer.status_code == 200
        assert answer.json() == {
            "messages": [
                {
                    "id": str(first),
                    "ticket_id": str(ticket.pk),
                    "sequence": 1,
                    "message": "Looking.",
                    "html": "<p>Looking.</p>",
                    "files": [],
                    "sender": agent_to_requester(ben),
                    "is_support": True,
                    "audience": "public",
                    "source": "web",
                    "created_at": "2026-03-10T10:25:00Z",
                    "read_by_user": False,
                    "read_by_support": True,
                }
            ],
            "ticket_id": str(ticket.pk),
            "last_sequence": 2,
            "limited": False,
            "before": 2,
        }

    def test_what_came_after_brings_the_ticket_and_both_sides_cursors(
        self,
        desk: Desk,
        ticket: SupportTicket,
        calling: Calling,
        amira: User,
        ben: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        desk.say(amira, ticket, "Any news?")
        desk.say(ben, ticket, "A note.", audience="staff")
        desk.say(ben, ticket, "Yes.")
        desk.do(amira, commands.MarkDelivered, ticket_id=ticket.pk, sequence=2)
        desk.give(ben, ticket, ben)
        desk.move(ben, ticket, "IN_PROGRESS")
        ticket.refresh_from_db()
        caller = calling(amira)
        caller.get(f"tickets/{ticket.pk}/messages/", after=2)  # the session is known

        with django_assert_num_queries(
            2 + 5
        ):  # session and person; ticket, messages, chat, progress, streams
            answer = caller.get(f"tickets/{ticket.pk}/messages/", after=2)

        assert answer.json() == {
            "ticket_id": str(ticket.pk),
            "messages": [],
            "last_sequence": 2,
            "limited": False,
            "after": 2,
            "ticket": ticket_state(ticket, staff=False),
            "read_sequence": 1,
            "others": {"read": 2, "received": 2},
        }
        assert answer.json()["ticket"]["assigned_to"] == agent_to_requester(ben)
        seen_by_ben = calling(ben).get(f"tickets/{ticket.pk}/messages/", after=3).json()
        assert (seen_by_ben["read_sequence"], seen_by_ben["others"]) == (3, {"read": 1, "received": 3})

    @pytest.mark.parametrize("question", [{}, {"after": 0}, {"after": 2}, {"before": 3}, {"limit": 2}])
    def test_it_is_what_a_socket_is_told(
        self,
        desk: Desk,
        ticket: SupportTicket,
        calling: Calling,
        amira: User,
        ben: User,
        question: dict[str, int],
    ) -> None:
        for text in ("one", "two", "three"):
            desk.say(ben, ticket, text)
        desk.chat(amira)
        for person_ in (amira, ben):
            told = calling(person_).get(f"tickets/{ticket.pk}/messages/", **question).json()
            thread = histories.Thread(person_, ticket.pk)
            match question:
                case {"after": after}:
                    said = snapshots.behind(thread, after)
                case {"before": before}:
                    said = snapshots.before(thread, before)
                case {"limit": _two}:
                    told["messages"], said = None, snapshots.opening(thread)
                case _:
                    said = snapshots.opening(thread)
            spoken = json.loads(said.text)
            if told["messages"] is None:
                spoken["messages"] = None
            assert {"type": "chat_history", **told} == spoken

    def test_windows_are_in_the_readers_stream(
        self, desk: Desk, ticket: SupportTicket, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.say(ben, ticket, "A note.", audience="staff")
        for text in ("one", "two", "three"):
            desk.say(ben, ticket, text)
        path = f"tickets/{ticket.pk}/messages/"

        def numbers(caller: Caller, **asked: int) -> list[int]:
            return [message["sequence"] for message in caller.get(path, **asked).json()["messages"]]

        assert numbers(calling(amira), after=1) == [2, 3]
        assert numbers(calling(ben), after=1) == [2, 3, 4]
        assert numbers(calling(ben), limit=2) == [3, 4]
        assert numbers(calling(amira), before=3, limit=1) == [2]

    def test_both_ticks_show_once_the_other_side_has_seen_it(
        self, desk: Desk, ticket: SupportTicket, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.say(amira, ticket, "Any news?")
        desk.say(ben, ticket, "Yes.")
        desk.read(amira, ticket, 2)
        found = calling(amira).get(f"tickets/{ticket.pk}/messages/").json()["messages"]

        assert [(m["read_by_user"], m["read_by_support"]) for m in found] == [(True, True), (True, True)]


class TestSeen:
    def test_seen_up_to_here_leaves_the_rest_unread(
        self, desk: Desk, ticket: SupportTicket, draining: None, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.say(ben, ticket, "one")
        desk.say(ben, ticket, "two")
        answer = calling(amira).post(f"tickets/{ticket.pk}/read/", {"sequence": 1})

        assert (answer.status_code, answer.json()) == (200, {"id": str(ticket.pk), "unread_count": 1})
        assert ticket.participants.get(user=amira).read_sequence == 1

    def test_an_agent_who_looks_is_seen_for_the_team(
        self, desk: Desk, ticket: SupportTicket, draining: None, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.say(amira, ticket, "one")
        answer = calling(ben).post(f"tickets/{ticket.pk}/read/", {"sequence": 1})
        ticket.refresh_from_db()

        assert (answer.json()["unread_count"], ticket.staff_read_sequence) == (0, 1)


class TestReceived:
    def test_it_reached_the_page_and_was_not_seen(
        self, desk: Desk, ticket: SupportTicket, draining: None, calling: Calling, amira: User, ben: User
    ) -> None:
        desk.say(ben, ticket, "one")
        desk.say(ben, ticket, "two")
        answer = calling(amira).post(f"tickets/{ticket.pk}/received/", {"sequence": 9})

        assert (answer.status_code, answer.json()) == (200, {"id": str(ticket.pk)})
        place = ticket.participants.get(user=amira)
        assert (place.read_sequence, place.delivered_sequence) == (0, 2)

    def test_a_strangers_page_is_told_nothing(
        self, ticket: SupportTicket, calling: Calling, dora: User
    ) -> None:
        answer = calling(dora).post(f"tickets/{ticket.pk}/received/", {"sequence": 1})

        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
