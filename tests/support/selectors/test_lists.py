"""The lists: who sees what, in which order, page by page."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.models import User
from core.problems import Refused
from support import selectors
from support.models import SupportTicket
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def numbers(page: Any) -> list[int]:
    return [ticket.number for ticket in page.items]


class TestOwnTickets:
    def test_a_requester_sees_their_own_newest_first(self, desk: Desk, amira: User, dora: User) -> None:
        first, second = desk.ask(amira), desk.ask(amira)
        desk.ask(dora)
        desk.say(amira, first, "Any news?")

        assert numbers(selectors.requester_tickets(amira)) == [first.number, second.number]

    def test_an_agents_own_list_holds_only_what_they_asked(self, desk: Desk, amira: User, ben: User) -> None:
        desk.ask(amira)
        mine = desk.ask(ben)

        assert numbers(selectors.requester_tickets(ben)) == [mine.number]

    def test_somebody_elses_ticket_is_not_found_exactly_like_none(
        self, desk: Desk, amira: User, dora: User
    ) -> None:
        ticket = desk.ask(amira)
        for ticket_id in (ticket.pk, uuid.uuid4(), "no-uuid"):
            with pytest.raises(Refused) as refused:
                selectors.ticket_for(dora, ticket_id)
            assert refused.value.code == "not-found"

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [1044, 1043, 1042]),
            ({"status": "all"}, [1044, 1043, 1042]),
            ({"status": "OPEN"}, [1044]),
            ({"status": "open"}, [1044]),
            ({"status": "waiting"}, [1043]),
            ({"status": "active"}, [1044, 1043]),
            ({"status": "resolved"}, [1042]),
            ({"priority": "URGENT"}, [1043]),
            ({"tag": "cpd"}, [1044]),
            ({"tag": "CPD"}, []),
            ({"search": "PP-1043"}, [1043]),
            ({"search": "1042"}, [1042]),
            ({"search": "#1044"}, [1044]),
            ({"search": "placement HOURS"}, [1043]),
            ({"search": "week 14"}, [1044, 1043, 1042]),
            ({"search": "%"}, []),
            ({"search": "\0week\ud800 14"}, [1044, 1043, 1042]),
            ({"search": "99999999999999"}, []),
        ],
        ids=str,
    )
    def test_filters(
        self, desk: Desk, amira: User, ben: User, asked: dict[str, Any], found: list[int]
    ) -> None:
        done, waits, _ = (
            desk.ask(amira),
            desk.ask(amira, "Placement hours", priority="URGENT"),
            desk.ask(amira, tags=("cpd", "export")),
        )
        desk.move(ben, waits, "WAITING_USER")
        desk.move(ben, done, "RESOLVED")

        assert sorted(numbers(selectors.requester_tickets(amira, **asked)), reverse=True) == found

    @pytest.mark.parametrize(
        "asked", [{"status": "OPEN; DROP"}, {"priority": "SOON"}, {"cursor": "nonsense"}], ids=str
    )
    def test_an_unknown_word_is_refused(self, amira: User, asked: dict[str, Any]) -> None:
        with pytest.raises(Refused) as refused:
            selectors.requester_tickets(amira, **asked)
        assert (refused.value.code, list(refused.value.errors)) == ("invalid", list(asked))


class TestPages:
    def test_pages_join_without_gap_or_overlap_at_one_moment(self, desk: Desk, amira: User) -> None:
        asked = [desk.ask(amira).number for _ in range(7)]
        SupportTicket.objects.update(updated_at=desk.now)

        pages, cursor = [], None
        for _ in range(4):
            page = selectors.requester_tickets(amira, cursor=cursor, limit=2)
            pages.append(numbers(page))
            cursor = page.next

        assert cursor is None
        assert [len(page) for page in pages] == [2, 2, 2, 1]
        assert sorted(number for page in pages for number in page) == asked

    def test_a_ticket_that_moves_up_meanwhile_is_not_shown_twice(self, desk: Desk, amira: User) -> None:
        first, second, third = desk.ask(amira), desk.ask(amira), desk.ask(amira)
        page = selectors.requester_tickets(amira, limit=2)
        desk.say(amira, second, "Any news?")

        rest = selectors.requester_tickets(amira, limit=2, cursor=page.next)

        assert (numbers(page), numbers(rest)) == ([third.number, second.number], [first.number])

    def test_a_cursor_that_was_tampered_with_is_refused(self, desk: Desk, amira: User) -> None:
        desk.ask(amira)
        desk.ask(amira)
        cursor = selectors.requester_tickets(amira, limit=1).next
        assert cursor is not None
        with pytest.raises(Refused):
            selectors.requester_tickets(amira, cursor=f"{cursor}x")
