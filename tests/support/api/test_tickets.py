"""Tickets over HTTP: each call's whole document, as its reader gets it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.models import User
from core.problems import CATALOGUE
from support.frames import moment
from support.models import SupportTicket
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]


def person(user: User, **seen: str) -> dict[str, Any]:
    """A person as the documents show them."""
    return {
        "id": str(user.pk),
        "email": user.email,
        "first_name": user.first_name,
        "last_name": "",
        "name": user.first_name,
        "initials": user.first_name[:1],
        "hue": user.hue,
    } | seen


def agent_to_requester(user: User) -> dict[str, Any]:
    """An agent as requesters see them: the support address, no more than a first name."""
    return person(user, email=settings.SUPPORT_EMAIL, initials=user.first_name[:2].upper())


def question(ticket: SupportTicket, message_id: uuid.UUID) -> dict[str, Any]:
    """What the requester asked, as the documents show it."""
    return {
        "id": str(message_id),
        "ticket_id": str(ticket.pk),
        "sequence": 1,
        "message": "Any **news**?",
        "html": "<p>Any <strong>news</strong>?</p>",
        "files": [],
        "sender": person(ticket.requester),
        "is_support": False,
        "audience": "public",
        "source": "web",
        "created_at": "2026-03-10T10:25:00Z",
        "read_by_user": True,
        "read_by_support": True,
    }


def reply(ticket: SupportTicket, message_id: uuid.UUID, agent: User) -> dict[str, Any]:
    """What an agent said to it, not read yet."""
    return question(ticket, message_id) | {
        "sequence": 2,
        "message": "Done.",
        "html": "<p>Done.</p>",
        "sender": agent_to_requester(agent),
        "is_support": True,
        "created_at": "2026-03-10T10:27:00Z",
        "read_by_user": False,
    }


def row(ticket: SupportTicket, **differs: Any) -> dict[str, Any]:
    """A row of a list, of a fresh ticket unless something differs."""
    return {
        "id": str(ticket.pk),
        "number": ticket.number,
        "reference": f"PP-{ticket.number}",
        "ticket_type": "QUESTION",
        "subject": "Logbook export",
        "status": "OPEN",
        "priority": "MEDIUM",
        "created_at": "2026-03-10T10:24:00Z",
        "updated_at": "2026-03-10T10:24:00Z",
        "has_unread_messages": False,
        "unread_count": 0,
        "last_message_at": None,
        "last_message_preview": "",
        "assigned_to": None,
        "tags": [],
    } | differs


class TestCreate:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_a_new_ticket_with_everything(self, draining: None, calling: Calling, amira: User) -> None:
        asked = {
            "subject": "Logbook export",
            "description": "  Week 14 is missing.\n",
            "priority": "HIGH",
            "ticket_type": "BUG",
            "tags": ["export", "cpd", "export"],
            "current_url": "https://example.com/logbook?week=14",
            "browser_info": "Firefox 140",
            "context_data": {"week": 14, "ok": None},
        }
        answer = calling(amira).post("tickets/create/", asked)

        ticket = SupportTicket.objects.get()
        assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
        assert answer.json() == {
            "id": str(ticket.pk),
            "number": 1042,
            "reference": "PP-1042",
            "ticket_type": "BUG",
            "subject": "Logbook export",
            "status": "OPEN",
            "priority": "HIGH",
            "created_at": moment(ticket.created_at),
            "message": "Ticket PP-1042 created. We’ll reply here and by email.",
        }
        assert (ticket.requester, ticket.description) == (amira, "  Week 14 is missing.\n")
        assert (ticket.tags, ticket.context_data) == (["export", "cpd"], {"week": 14, "ok": None})
        assert ticket.current_url == "https://example.com/logbook?week=14"
        assert ticket.browser_info == "Firefox 140"

    def test_a_new_ticket_is_confirmed_in_the_callers_language(
        self, draining: None, calling: Calling, amira: User
    ) -> None:
        User.objects.filter(pk=amira.pk).update(language="de")
        answer = calling(amira).post("tickets/create/", {"subject": "Hi", "description": "?"})

        assert answer.json()["message"] == "Ticket PP-1042 angelegt. Wir antworten hier und per E-Mail."

    def test_a_new_ticket_with_the_least(self, draining: None, calling: Calling, amira: User) -> None:
        answer = calling(amira).post("tickets/create/", {"subject": "Hi", "description": "?"})

        ticket = SupportTicket.objects.get()
        assert answer.status_code == 201
        assert (ticket.priority, ticket.ticket_type, ticket.tags, ticket.context_data) == (
            "MEDIUM",
            "QUESTION",
            [],
            {},
        )


class TestOwnList:
    def test_the_whole_document(
        self, desk: Desk, calling: Calling, amira: User, dora: User, ben: User
    ) -> None:
        ticket = desk.ask(amira, tags=("cpd",))
        desk.give(ben, ticket, ben)
        desk.say(ben, ticket, "Looking.")
        desk.say(ben, ticket, "A note.", audience="staff")
        desk.ask(dora)

        answer = calling(amira).get("tickets/")

        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert answer.json() == {
            "tickets": [
                row(
                    ticket,
                    tags=["cpd"],
                    updated_at="2026-03-10T10:27:00Z",
                    has_unread_messages=True,
                    unread_count=1,
                    last_message_at="2026-03-10T10:27:00Z",
                    last_message_preview="Looking.",
                    assigned_to=agent_to_requester(ben),
                )
            ],
            "next": None,
        }

    def test_pages_follow_next(self, desk: Desk, calling: Calling, amira: User) -> None:
        first, second = desk.ask(amira), desk.ask(amira)
        page = calling(amira).get("tickets/", limit=1).json()
        rest = calling(amira).get("tickets/", limit=1, cursor=page["next"]).json()

        assert [found["number"] for found in page["tickets"]] == [second.number]
        assert [found["number"] for found in rest["tickets"]] == [first.number]
        assert rest["next"] is None

    def test_filters_arrive(self, desk: Desk, calling: Calling, amira: User) -> None:
        desk.ask(amira)
        urgent = desk.ask(amira, "Placement", priority="URGENT", tags=("cpd",))
        for asked in ({"search": "placem"}, {"priority": "URGENT"}, {"tag": "cpd"}, {"search": "PP-1043"}):
            found = calling(amira).get("tickets/", **asked).json()["tickets"]
            assert [ticket["number"] for ticket in found] == [urgent.number], asked
        assert len(calling(amira).get("tickets/", status="OPEN").json()["tickets"]) == 2
        assert calling(amira).get("tickets/", status="CLOSED").json() == {"tickets": [], "next": None}


class TestDeskList:
    def test_the_whole_document(self, desk: Desk, calling: Calling, amira: User, ben: User) -> None:
        ticket = desk.ask(amira)
        desk.say(amira, ticket, "Any news?")

        answer = calling(ben).get("tickets/all/")

        assert answer.status_code == 200
        assert answer.json() == {
            "tickets": [
                row(
                    ticket,
                    updated_at="2026-03-10T10:25:00Z",
                    has_unread_messages=True,
                    unread_count=1,
                    last_message_at="2026-03-10T10:25:00Z",
                    last_message_preview="Any news?",
                    description="Week 14 is missing.",
                    user=person(amira),
                    session_id=None,
                    is_new=True,
                )
            ],
            "next": None,
        }

    def test_a_live_chat_names_its_session(
        self, desk: Desk, calling: Calling, amira: User, ben: User
    ) -> None:
        ticket = desk.chat(amira)
        found = calling(ben).get("tickets/all/", view="chats").json()["tickets"]

        assert [each["session_id"] for each in found] == [str(ticket.sessions.get().pk)]

    def test_its_own_filters_arrive(self, desk: Desk, calling: Calling, amira: User, ben: User) -> None:
        own, free = desk.ask(amira, "Password lost"), desk.ask(amira, "Placement hours")
        desk.give(ben, own, ben)
        for asked, number in (
            ({"assignee": str(ben.pk)}, own.number),
            ({"unassigned": "true"}, free.number),
            ({"q": "passwords"}, own.number),
            ({"view": "inbox"}, own.number),
            ({"search": "plac"}, free.number),
        ):
            found = calling(ben).get("tickets/all/", **asked).json()["tickets"]
            assert [ticket["number"] for ticket in found] == [number], asked

    def test_a_requester_is_not_let_in(self, calling: Calling, amira: User) -> None:
        answer = calling(amira).get("tickets/all/")

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


class TestDetail:
    def test_the_whole_document_for_its_requester(
        self, desk: Desk, calling: Calling, amira: User, ben: User
    ) -> None:
        context = {"week": 14}
        ticket = desk.ask(amira, context_data='{"week": 14}', current_url="https://example.com/logbook")
        asked = desk.say(amira, ticket, "Any **news**?")
        desk.say(ben, ticket, "A note.", audience="staff")
        told = desk.say(ben, ticket, "Done.")
        desk.move(ben, ticket, "RESOLVED", assigned_to=ben.pk)

        answer = calling(amira).get(f"tickets/{ticket.pk}/")

        assert answer.status_code == 200
        assert answer.json() == {
            "ticket": row(
                ticket,
                status="RESOLVED",
                updated_at="2026-03-10T10:28:00Z",
                has_unread_messages=True,
                unread_count=1,
                last_message_at="2026-03-10T10:27:00Z",
                last_message_preview="Done.",
                assigned_to=agent_to_requester(ben),
                description="Week 14 is missing.",
                files=[],
                user=person(amira),
                resolved_at="2026-03-10T10:28:00Z",
                session_id=None,
                context_data=context,
                current_url="https://example.com/logbook",
                browser_info="",
                last_sequence=2,
                messages=[question(ticket, asked), reply(ticket, told, ben)],
            )
        }

    def test_staff_see_notes_in_their_own_numbers_and_addresses(
        self, desk: Desk, calling: Calling, amira: User, ben: User, chen: User
    ) -> None:
        ticket = desk.ask(amira)
        desk.say(ben, ticket, "A note.", audience="staff")
        desk.say(ben, ticket, "Done.")
        desk.give(ben, ticket, chen)

        found = calling(ben).get(f"tickets/{ticket.pk}/").json()["ticket"]

        assert [(m["sequence"], m["audience"]) for m in found["messages"]] == [(1, "staff"), (2, "public")]
        assert {m["sender"]["email"] for m in found["messages"]} == {"ben@example.com"}
        assert (found["assigned_to"], found["last_sequence"]) == (person(chen), 2)

    def test_no_answer_to_a_requester_holds_a_note_or_an_agents_address(
        self, desk: Desk, calling: Calling, amira: User, ben: User
    ) -> None:
        ticket = desk.ask(amira)
        desk.give(ben, ticket, ben)
        desk.say(ben, ticket, "Done.")
        desk.say(ben, ticket, "Her logbook is odd.", audience="staff")
        for path in ("tickets/", f"tickets/{ticket.pk}/", f"tickets/{ticket.pk}/messages/"):
            text = calling(amira).get(path).content.decode()
            assert "odd" not in text
            assert "ben@example.com" not in text

    def test_somebody_elses_ticket_is_answered_like_none(
        self, desk: Desk, calling: Calling, amira: User, dora: User
    ) -> None:
        ticket = desk.ask(amira)
        theirs = calling(dora).get(f"tickets/{ticket.pk}/")
        none = calling(dora).get(f"tickets/{uuid.uuid4()}/")

        assert (theirs.status_code, theirs.json()) == (none.status_code, none.json())
        assert theirs.status_code == 404
        assert theirs.json() == {
            "type": "/support/problems/not-found",
            "title": "Not found",
            "status": 404,
            "detail": CATALOGUE["not-found"].sentence,
            "error": CATALOGUE["not-found"].sentence,
            "code": "not-found",
        }
