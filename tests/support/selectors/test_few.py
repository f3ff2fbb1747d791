"""Few: what is common is walked by date, what is rare is named; both find the same."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from core.models import User
from support.models import SupportTicket
from support.models.tickets import SEARCHED
from support.selectors import few
from support.selectors.filters import full_text
from support.selectors.lists import staff_tickets
from support.selectors.tickets import tickets_for
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
TICKETS = 30


@pytest.fixture
def counted(desk: Desk, amira: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty tickets with a common word, one of them with a rare one, and PostgreSQL knows it."""
    monkeypatch.setattr(few, "FEW", 5)
    for number in range(TICKETS):
        desk.ask(amira, "Logbook of the volcano" if number == 0 else f"Logbook {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE support_supportticket")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("word", "found", "looked_up"), [("logbook", TICKETS, False), ("volcano", 1, True), ("nobody", 0, True)]
)
def test_only_what_is_rare_is_looked_up_first(
    ben: User,
    word: str,
    found: int,
    looked_up: bool,
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    tickets = tickets_for(ben).alias(words=SEARCHED).filter(full_text(word))
    with django_assert_num_queries(2):  # the guess; what it is compared with, or the rare ones
        chosen = few.named_if_few(ben, tickets, is_guessed=True)
    assert (chosen is not tickets) == looked_up
    assert chosen.count() == found


@pytest.mark.usefixtures("counted")
def test_a_common_word_fills_the_page_with_the_newest(ben: User) -> None:
    page = staff_tickets(ben, q="logbook", limit=3)
    newest = list(SupportTicket.objects.order_by("-updated_at").values_list("number", flat=True)[:3])
    assert [ticket.number for ticket in page.items] == newest


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "#"}, []),
        ({"q": "#"}, []),
        ({"q": '"volcano logbook"'}, []),
        ({"q": "logbook -logbook"}, []),
        ({"q": '"the volcano"'}, ["Logbook of the volcano"]),
        ({"search": "log vol"}, ["Logbook of the volcano"]),
    ],
    ids=str,
)
def test_it_finds_the_same_where_no_guess_helps(ben: User, asked: dict[str, str], found: list[str]) -> None:
    assert [ticket.subject for ticket in staff_tickets(ben, **asked).items] == found  # type: ignore[arg-type]
