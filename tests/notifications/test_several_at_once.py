"""Notices are claimed and settled ten at a time, mails one by one: what is left of ten when something goes wrong."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import User
from notifications import services
from notifications.models import Delivery
from notifications.services import ahead, ledger
from notifications.transports.base import Outcome, Send, sent, transient
from notifications.transports.in_app import InAppTransport
from support import events
from tests.notifications.conftest import planned
from tests.system.waiting import until

pytestmark = pytest.mark.django_db
Say = Callable[..., events.MessagePosted]
CLAIMING = "UPDATE notifications_delivery SET state = 'sending'"
SETTLING = "UPDATE notifications_delivery SET state = 'sent'"


@pytest.fixture
def rows(say: Say, ben: User) -> list[Delivery]:
    """Twelve notices for Amira, of now."""
    rows = planned(*(say(ben, f"{number}") for number in range(12)), transport="in_app")
    Delivery.objects.update(created_at=timezone.now())
    return rows


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> list[Outcome | Exception]:
    """What becomes of the next notices; of those after them, that they are sent."""
    ahead_of_them: list[Outcome | Exception] = []

    def send(_row: Delivery) -> Outcome:
        outcome = ahead_of_them.pop(0) if ahead_of_them else sent()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @contextmanager
    def session(_self: InAppTransport) -> Iterator[Send]:
        yield send

    monkeypatch.setattr(InAppTransport, "session", session)
    return ahead_of_them


def counted() -> dict[tuple[str, int], int]:
    """How many rows are in which state, after how many tries."""
    found = list(Delivery.objects.filter(transport="in_app").values_list("state", "attempts"))
    return {each: found.count(each) for each in found}


def test_twelve_notices_are_two_claims_and_two_settlings(rows: list[Delivery]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert services.deliver("in_app").counts == {"sent": 12}

    asked_for = [query["sql"].strip() for query in asked.captured_queries]
    assert sum(sql.startswith(CLAIMING) for sql in asked_for) == 2
    assert sum(sql.startswith(SETTLING) for sql in asked_for) == 2
    assert counted() == {("sent", 1): 12}
    assert set(Delivery.objects.values_list("cause", "reason", "provider_id")) == {("", "", "")}
    assert not Delivery.objects.filter(settled_at=None).exists()


def test_when_valkey_is_away_what_was_sent_is_sent_and_what_was_not_tried_waits_untried(
    rows: list[Delivery], weather: list[Outcome | Exception]
) -> None:
    weather += [sent(), sent(), transient("ConnectionError", halt=True)]

    assert services.deliver("in_app").counts == {"sent": 2, "transient": 1}

    assert counted() == {("sent", 1): 2, ("queued", 1): 1, ("planned", 0): 9}


def test_an_error_leaves_one_uncertain_and_the_others_as_they_were(
    rows: list[Delivery], weather: list[Outcome | Exception]
) -> None:
    weather += [sent(), RuntimeError("a page that cannot be told")]

    with pytest.raises(RuntimeError):
        services.deliver("in_app")

    assert counted() == {("sent", 1): 1, ("sending", 1): 1, ("planned", 0): 10}


def test_what_was_not_tried_is_put_back_though_the_rest_cannot_be_settled(
    rows: list[Delivery], weather: list[Outcome | Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle(_rows: list[Delivery], _now: datetime) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(ahead, "settle_sent", settle)

    with pytest.raises(OperationalError):
        services.deliver("in_app", limit=2)

    assert counted() == {("sending", 1): 2, ("planned", 0): 10}


def test_a_second_try_that_was_not_made_waits_as_after_the_first(
    rows: list[Delivery], weather: list[Outcome | Exception]
) -> None:
    Delivery.objects.update(state="queued", attempts=1)

    services.deliver("in_app", limit=1)

    assert counted() == {("sent", 2): 1, ("queued", 1): 11}


def test_what_has_a_name_at_a_provider_is_settled_with_it(
    rows: list[Delivery], weather: list[Outcome | Exception]
) -> None:
    weather += [sent("ring 7"), sent()]

    services.deliver("in_app", limit=2)

    assert sorted(Delivery.objects.filter(state="sent").values_list("provider_id", flat=True)) == [
        "",
        "ring 7",
    ]


def test_a_limit_within_ten_leaves_nothing_claimed(rows: list[Delivery]) -> None:
    tally = services.deliver("in_app", limit=3)

    assert (tally.counts, tally.more) == ({"sent": 3}, True)
    assert counted() == {("sent", 1): 3, ("planned", 0): 9}


def test_what_was_claimed_a_second_ago_is_put_back_and_asked_about_again(
    rows: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "FRESH_SECONDS", -1.0)  # nothing is ever fresh

    with CaptureQueriesContext(connection) as asked:
        assert services.deliver("in_app").counts == {"sent": 12}

    assert sum(query["sql"].strip().startswith(CLAIMING) for query in asked.captured_queries) == 12
    assert counted() == {("sent", 1): 12}


@pytest.mark.django_db(transaction=True)
def test_what_others_have_locked_is_left_to_them(rows: list[Delivery]) -> None:
    def elsewhere() -> dict[str, int]:
        try:
            return services.deliver("in_app").counts
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert len(Delivery.objects.select_for_update()) == 12
        assert pool.submit(elsewhere).result(timeout=10) == {}

    assert counted() == {("planned", 0): 12}


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_somebody_else_has_locked_holds_up_none_of_the_others(
    rows: list[Delivery], weather: list[Outcome | Exception]
) -> None:
    """The drain locks rows when what they tell of is read; two that wait for each other would end one of them."""
    locked, others = rows[0], Delivery.objects.filter(transport="in_app").exclude(id=rows[0].id)
    claimed = services.claim(None, "in_app", 12, rows[-1].due_at)

    def settle() -> None:
        try:
            ledger.settle_sent(claimed, rows[-1].due_at)
        finally:
            connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(id=locked.id)
        elsewhere = Thread(target=settle)
        elsewhere.start()
        until(lambda: others.filter(state="sent").count() == 11, what="the others are settled")
        assert elsewhere.is_alive(), "it waits for the one that is locked"
    elsewhere.join()

    assert counted() == {("sent", 1): 12}
