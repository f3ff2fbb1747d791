"""Promises: stored when something is accepted, settled by the first reply, measured, and said by one selector."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import selectors
from support.models import ReplyPromise, ReplyTime
from support.promises import Figure
from support.services import reply_times
from tests.support.conftest import BEGIN, Desk

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    rows = ReplyPromise.objects.order_by("made_at")
    return [(row.kind, row.words, row.outcome) for row in rows]


def test_a_ticket_is_promised_what_the_page_said_and_the_first_reply_keeps_it(
    desk: Desk, amira: User, ben: User
) -> None:
    desk.declare(ben, "online")
    ticket = desk.ask(amira)
    desk.say(ben, ticket, "Between us.", audience="staff")
    assert told() == [("ticket", "Usually replies in about 5 minutes.", "open")]
    desk.say(ben, ticket, "We are looking at it.")
    desk.say(ben, ticket, "Found it.")
    promise = ReplyPromise.objects.get()
    assert (promise.outcome, promise.is_default, promise.due_at - promise.made_at) == (
        "kept",
        True,
        timedelta(minutes=5),
    )
    assert promise.replied_at == promise.made_at + timedelta(minutes=2)


def test_a_late_reply_breaks_it_and_the_next_question_is_promised_anew(
    desk: Desk, amira: User, ben: User
) -> None:
    desk.declare(ben, "online")
    ticket = desk.ask(amira)
    desk.say(amira, ticket, "Anybody?")
    desk.now += timedelta(minutes=10)
    desk.say(ben, ticket, "Sorry.")
    desk.say(amira, ticket, "And the other week?")
    words = "Usually replies in about 5 minutes."
    assert told() == [("ticket", words, "broken"), ("message", words, "open")]


def test_a_chat_is_promised_once_and_what_is_closed_waits_for_nothing(
    desk: Desk, amira: User, ben: User
) -> None:
    desk.declare(ben, "online")
    ticket = desk.chat(amira)
    desk.say(amira, ticket, "Hello?")
    desk.move(amira, ticket, "RESOLVED")
    assert told() == [("chat", "Usually replies in about 5 minutes.", "withdrawn")]


def test_nobody_there_is_promised_by_when_in_the_readers_own_zone(desk: Desk, amira: User) -> None:
    User.objects.filter(pk=amira.pk).update(timezone="Australia/Perth")
    amira.refresh_from_db()
    desk.ask(amira)
    assert told() == [("ticket", "We’ll reply by email, usually by 7:00 am AWST tomorrow.", "open")]


def test_what_replies_take_is_measured_from_first_replies_and_from_who_waits_too_long(
    desk: Desk, amira: User, ben: User
) -> None:
    desk.declare(ben, "online")
    for minutes in range(1, 21):
        ticket = desk.ask(amira)
        desk.now += timedelta(minutes=minutes - 1)
        desk.say(ben, ticket, "Here.")
    assert selectors.promises(desk.now)["online"].is_default is True
    reply_times.measure(desk.now)
    figure = ReplyTime.objects.get(availability="online")
    assert (figure.seconds, figure.sample) == (15 * 60, 20)
    found = selectors.promises(desk.now)["online"]
    assert (found.seconds, found.is_default) == (900, False)
    for _ in range(20):
        desk.ask(amira)
    reply_times.measure(desk.now + timedelta(days=1))
    assert selectors.figures()["online"].sample == 40
    assert selectors.figures()["online"].seconds > 23 * 3600


def test_measuring_twice_is_measuring_once(desk: Desk, amira: User, ben: User) -> None:
    desk.ask(amira)
    for _ in range(2):
        reply_times.measure(desk.now)
    assert ReplyTime.objects.count() == 3
    assert selectors.figures() == dict.fromkeys(("online", "away", "offline"), Figure(0, 0))


def test_offline_only_staffed_time_counts(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)  # 9:24 pm in Melbourne
    desk.now = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)  # 9:30 am
    desk.say(ben, ticket, "Good morning.")
    reply_times.measure(desk.now)
    assert selectors.figures()["offline"] == Figure(1800, 1)


def test_asking_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        selectors.promises(BEGIN)
