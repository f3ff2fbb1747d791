"""Search: as one types, and full text."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from core.models import User
from support import selectors
from support.models import SupportTicket
from support.models.tickets import SEARCHED
from support.selectors.filters import as_typed, full_text
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def numbers(page: Any) -> list[int]:
    return [ticket.number for ticket in page.items]


class TestSearch:
    @pytest.fixture
    def found(self, desk: Desk, amira: User, dora: User, ben: User) -> Callable[..., list[str]]:
        """Subjects of what a search by Ben finds."""
        desk.ask(amira, "Registration renewal", description="The certificate is wrong.")
        desk.ask(amira, "Supervision log", description="Registered hours are missing.")
        desk.ask(dora, "Password", description="I can’t sign in.")

        def search(**asked: Any) -> list[str]:
            return [ticket.subject for ticket in selectors.staff_tickets(ben, **asked).items]

        return search

    @pytest.mark.parametrize(
        ("asked", "subjects"),
        [
            ({"search": "regist"}, ["Supervision log", "Registration renewal"]),
            ({"search": "registr cert"}, ["Registration renewal"]),
            ({"search": "PP-1044"}, ["Password"]),
            ({"search": "1043"}, ["Supervision log"]),
            ({"search": "dora@example"}, ["Password"]),
            ({"search": "a:* | !b & <-> 'x' \\ ("}, []),
            ({"search": "!!!"}, []),
            ({"q": "registered hours"}, ["Supervision log"]),
            ({"q": "certificates -renewal"}, []),
            ({"q": '"supervision log" OR password'}, ["Password", "Supervision log"]),
            ({"q": "the"}, []),
            ({"q": "registration", "search": "1043"}, []),
        ],
        ids=str,
    )
    def test_words(self, found: Callable[..., list[str]], asked: dict[str, str], subjects: list[str]) -> None:
        assert found(**asked) == subjects

    @pytest.mark.parametrize(
        "condition", [as_typed("regist"), full_text("registration")], ids=["typed", "full"]
    )
    def test_words_are_found_by_the_index(self, desk: Desk, ben: User, condition: Q) -> None:
        """With three rows the planner would rather read them all; without that choice it has to know the index."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        tickets = SupportTicket.objects.visible_to(ben).alias(words=SEARCHED).filter(condition)

        assert "support_ticket_words" in tickets.explain()
