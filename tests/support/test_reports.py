"""The report of promises: what was kept, by week and kind, on a page and in a file that no spreadsheet runs."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import selectors
from support.lengths import length_words
from support.selectors.reports import PromiseLine
from support.views.reports import safe
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def a_week(desk: Desk, amira: User, ben: User) -> None:
    """Kept after a minute, broken after ten, overdue, withdrawn; and a chat, kept."""
    desk.declare(ben, "online")
    for wait in (0, 9):
        ticket = desk.ask(amira)
        desk.now += timedelta(minutes=wait)
        desk.say(ben, ticket, "Here.")
    desk.ask(amira)
    gone = desk.ask(amira)
    desk.move(amira, gone, "RESOLVED")
    chat = desk.chat(amira)
    desk.say(ben, chat, "Hello.")


@pytest.fixture
def at_desk(ben: User) -> Iterator[Client]:
    client = Client()
    client.force_login(ben)
    with time_machine.travel(NOW):
        yield client


def line(kind: str, **more: object) -> PromiseLine:
    shared = {"week": date(2026, 3, 9), "withdrawn": 0, "promised": timedelta(minutes=5)}
    return PromiseLine(**{**shared, "kind": kind, **more})  # type: ignore[arg-type]


@pytest.mark.usefixtures("a_week")
def test_a_week_by_kind(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = selectors.promise_report(NOW, 12)
    assert found == [
        line("chat", made=1, kept=1, broken=0, defaults=1, actual=timedelta(minutes=1)),
        line(
            "ticket",
            made=4,
            kept=1,
            broken=2,
            withdrawn=1,
            defaults=4,
            actual=timedelta(minutes=5, seconds=30),
        ),
    ]
    assert [(found.share, found.waiting) for found in found] == [(100, 0), (33, 0)]
    assert selectors.promise_report(NOW + timedelta(weeks=12), 12) == []


@pytest.mark.usefixtures("a_week")
def test_the_page_says_the_finding_and_the_numbers(at_desk: Client) -> None:
    page = at_desk.get(reverse("report-promises")).content.decode()
    assert "Of 4 promised replies in the last 12 weeks, 2 came in time: 50%." in " ".join(page.split())
    assert '<th scope="rowgroup" rowspan="2">9 Mar</th>' in page
    assert re.search(r'href="/support/reports/promises" aria-current="page"', page)
    assert page.count('aria-current="page"') == 1
    assert "5 min" in page


@pytest.mark.usefixtures("a_week")
def test_the_file_holds_the_same_numbers(at_desk: Client) -> None:
    answer = at_desk.get(reverse("report-promises"), {"format": "csv"})
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="promises.csv"',
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Week from", "Kind", "Promised", "Kept"]
    assert rows[1:] == [
        ["2026-03-09", "Chat", "1", "1", "0", "0", "0", "100", "300", "60", "1"],
        ["2026-03-09", "Ticket", "4", "1", "2", "1", "0", "33", "300", "330", "4"],
    ]


def test_nothing_promised_is_no_dead_end(at_desk: Client) -> None:
    page = at_desk.get(reverse("report-promises")).content.decode()
    assert "No promises yet" in page
    assert "<table" not in page


def test_it_is_for_staff(amira: User) -> None:
    client = Client()
    assert client.get(reverse("report-promises")).status_code == 302
    client.force_login(amira)
    assert client.get(reverse("report-promises")).status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "+61", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe("Ticket") == "Ticket"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (40, "40 s"), (60, "1 min"), (3600, "1 h"), (7800, "2 h 10 min"), (90_000, "1 day")],
)
def test_lengths_in_words(seconds: int, words: str) -> None:
    assert length_words(timedelta(seconds=seconds)) == words
    assert length_words(None) == "–"
