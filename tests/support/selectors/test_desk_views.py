"""The views of the desk, their counts and their cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.models import User
from core.problems import Refused
from support import selectors
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def numbers(page: Any) -> list[int]:
    return [ticket.number for ticket in page.items]


class TestDesk:
    @pytest.fixture
    def tickets(self, desk: Desk, amira: User, dora: User, ben: User, chen: User) -> dict[str, int]:
        """One ticket for every view, by what it is for."""
        free, own, chens, waiting, done = (desk.ask(amira, f"Ticket {n}") for n in range(5))
        chat = desk.chat(dora)
        desk.give(ben, own, ben)
        desk.give(ben, chens, chen)
        desk.move(ben, waiting, "WAITING_USER", assigned_to=chen.pk)
        desk.move(ben, done, "RESOLVED")
        named = {"free": free, "own": own, "chens": chens, "waiting": waiting, "done": done, "chat": chat}
        return {name: ticket.number for name, ticket in named.items()}

    @pytest.mark.parametrize(
        ("view", "expected"),
        [
            ("all", {"free", "own", "chens", "waiting", "done", "chat"}),
            ("inbox", {"own"}),
            ("unassigned", {"free", "chat"}),
            ("open", {"free", "own", "chens", "waiting", "chat"}),
            ("waiting", {"waiting"}),
            ("chats", {"chat"}),
            ("resolved", {"done"}),
        ],
    )
    def test_views(self, tickets: dict[str, int], ben: User, view: str, expected: set[str]) -> None:
        found = set(numbers(selectors.staff_tickets(ben, view=view)))

        assert {name for name, number in tickets.items() if number in found} == expected

    def test_counts_of_the_views_are_one_query(
        self, tickets: dict[str, int], ben: User, django_assert_num_queries: Queries
    ) -> None:
        with django_assert_num_queries(1):
            counts = selectors.view_counts(ben)
        assert counts == {"inbox": 1, "unassigned": 2, "open": 5, "waiting": 1, "chats": 1}

    def test_counts_of_a_requesters_tabs_are_one_query(
        self, tickets: dict[str, int], amira: User, django_assert_num_queries: Queries
    ) -> None:
        with django_assert_num_queries(1):
            counts = selectors.status_counts(amira)
        assert counts == {"all": 5, "open": 3, "waiting": 1, "resolved": 1}

    def test_a_page_of_any_size_is_one_query(
        self, tickets: dict[str, int], ben: User, amira: User, django_assert_num_queries: Queries
    ) -> None:
        with django_assert_num_queries(1):
            page = selectors.staff_tickets(ben)
            [(row.requester.email, row.assigned_to and row.assigned_to.email) for row in page.items]
        with django_assert_num_queries(1):
            selectors.requester_tickets(amira)

    def test_by_assignee_or_nobody(self, tickets: dict[str, int], ben: User, chen: User) -> None:
        chens = selectors.staff_tickets(ben, assignee=chen.pk)
        nobodys = selectors.staff_tickets(ben, unassigned=True)

        assert set(numbers(chens)) == {tickets["chens"], tickets["waiting"]}
        assert set(numbers(nobodys)) == {tickets["free"], tickets["done"], tickets["chat"]}
        with pytest.raises(Refused):
            selectors.staff_tickets(ben, assignee="chen")

    @pytest.mark.parametrize("view", ["everything", "__all__", ""])
    def test_an_unknown_view_is_refused(self, ben: User, view: str) -> None:
        with pytest.raises(Refused) as refused:
            selectors.staff_tickets(ben, view=view)
        assert refused.value.errors == {
            "view": ["Choose one of: all, inbox, unassigned, open, waiting, chats, resolved."]
        }
