"""The ledger: claimed by one, settled once, tried again for three days, uncertain when its worker died."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import ids
from core.celery import app
from core.models import User
from notifications import services
from notifications.models import AccountMail, Delivery, Reason
from notifications.services.accounts import KEPT
from notifications.services.ledger import MOST_TRIES, TRIES_FOR, UNCERTAIN_AFTER, wait_after
from notifications.transports.base import permanent, sent, transient, uncertain, withheld
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import AT, opened, planned
from workers.schedule import BEAT

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(ticket: SupportTicket, ben: User) -> Delivery:
    """The mail that tells Ben of Amira's ticket."""
    return planned(opened(ticket))[0]


def state(row: Delivery) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.state, row.reason, row.cause


def test_a_claimed_row_is_sending_and_counts_the_try(row: Delivery) -> None:
    now = timezone.now()

    (claimed,) = services.claim(None, "email", 10, now)

    assert (claimed.id, claimed.state, claimed.attempts, claimed.claimed_at) == (row.id, "sending", 1, now)
    assert services.claim(None, "email", 10, now) == []


def test_only_rows_that_are_due_asked_for_and_of_this_transport_are_claimed(row: Delivery) -> None:
    now = timezone.now()

    assert services.claim(None, "email", 10, row.due_at - timedelta(seconds=1)) == []
    assert services.claim(None, "log", 10, now) == []
    assert services.claim([ids.new_id()], "email", 10, now) == []
    assert [claimed.id for claimed in services.claim([row.id], "email", 10, now)] == [row.id]


def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(
    say: Callable[..., events.MessagePosted], ben: User
) -> None:
    rows = planned(say(ben, "one"), say(ben, "two"), say(ben, "three"))
    for place, row in enumerate(reversed(rows)):
        Delivery.objects.filter(id=row.id).update(due_at=AT + timedelta(seconds=place))

    claimed = services.claim(None, "email", 2, timezone.now())

    assert [row.id for row in claimed] == [rows[2].id, rows[1].id]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_at_once_share_the_rows(
    say: Callable[..., events.MessagePosted], ben: User
) -> None:
    rows = planned(*(say(ben, f"{n}") for n in range(20)))
    start = Barrier(2)

    def work() -> list[UUID]:
        start.wait()
        try:
            mine: list[UUID] = []
            while claimed := services.claim(None, "email", 3, timezone.now()):
                mine += [row.id for row in claimed]
            return mine
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(work), pool.submit(work)
        taken = first.result() + second.result()

    # A row that the other had locked was passed, so each was claimed by one worker, and all of them were.
    assert sorted(taken) == sorted(row.id for row in rows)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sending", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_worker_is_claiming_is_passed_not_waited_for(row: Delivery) -> None:
    def elsewhere() -> list[Delivery]:
        try:
            return services.claim([row.id], "email", 1, timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Delivery.objects.select_for_update().get(id=row.id)
        assert pool.submit(elsewhere).result(timeout=2) == []


def test_a_sent_row_is_final_with_the_providers_id(row: Delivery) -> None:
    (claimed,) = services.claim(None, "email", 1, timezone.now())
    now = timezone.now()

    assert services.settle(claimed, sent("provider-1"), now) is True

    row.refresh_from_db()
    assert (row.state, row.provider_id, row.settled_at, row.attempts) == ("sent", "provider-1", now, 1)
    assert services.settle(claimed, permanent("550 later"), now) is False
    assert state(row) == ("sent", "", "")


def test_a_transient_failure_waits_and_is_claimed_again_when_it_is_due(row: Delivery) -> None:
    now = timezone.now()
    (claimed,) = services.claim(None, "email", 1, now)

    services.settle(claimed, transient("421 later"), now)

    row.refresh_from_db()
    assert (row.state, row.cause, row.settled_at, row.claimed_at) == ("queued", "421 later", None, None)
    assert timedelta(seconds=30) <= row.due_at - now <= timedelta(seconds=60)
    assert services.claim(None, "email", 1, now) == []
    assert services.claim(None, "email", 1, row.due_at)[0].attempts == 2


def test_waits_double_are_jittered_and_stop_growing_at_six_hours() -> None:
    for attempts, full in ((1, 60), (2, 120), (5, 960), (9, 15360), (10, 21600), (200, 21600)):
        waits = [wait_after(attempts).total_seconds() for _ in range(50)]
        assert full / 2 <= min(waits) < max(waits) <= full


def test_after_three_days_of_tries_it_is_given_up_with_the_last_answer(row: Delivery) -> None:
    late = row.created_at + TRIES_FOR
    (claimed,) = services.claim(None, "email", 1, late)

    services.settle(claimed, transient("451 still not"), late)

    assert state(row) == ("failed", "gave-up", "451 still not")


def test_after_three_days_what_may_have_left_is_uncertain_and_not_failed(row: Delivery) -> None:
    late = row.created_at + TRIES_FOR
    (claimed,) = services.claim(None, "email", 1, late)

    services.settle(claimed, uncertain("no answer"), late)

    assert state(row) == ("uncertain", "unconfirmed", "It may have left: no answer")


def test_a_permanent_failure_says_why(row: Delivery) -> None:
    (claimed,) = services.claim(None, "email", 1, timezone.now())

    services.settle(claimed, permanent("550 no such user"), timezone.now())

    assert state(row) == ("failed", "refused", "550 no such user")


def test_a_row_withheld_at_the_last_moment_says_why(row: Delivery) -> None:
    (claimed,) = services.claim(None, "email", 1, timezone.now())

    services.settle(claimed, withheld(Reason.READ), timezone.now())

    assert state(row) == ("withheld", "read", "")


def test_a_row_whose_worker_died_becomes_uncertain_after_forty_seconds(row: Delivery) -> None:
    now = timezone.now()
    services.claim(None, "email", 1, now)

    assert services.mark_uncertain(now + timedelta(seconds=40)) == set()
    assert services.mark_uncertain(now + timedelta(seconds=41)) == {row.ticket_id}
    assert services.mark_uncertain(now + timedelta(seconds=42)) == set()

    assert state(row) == ("uncertain", "unconfirmed", "")
    assert services.claim(None, "email", 1, now + timedelta(days=1)) == []


def test_no_task_outlives_its_claim_and_within_a_minute_of_it_people_are_told() -> None:
    swept = timedelta(seconds=BEAT["sweep deliveries"]["schedule"])

    assert timedelta(seconds=app.conf.task_time_limit) < UNCERTAIN_AFTER
    assert UNCERTAIN_AFTER + swept < timedelta(minutes=1)


def test_the_truth_about_an_uncertain_row_may_still_arrive(row: Delivery) -> None:
    (claimed,) = services.claim(None, "email", 1, timezone.now())
    services.mark_uncertain(timezone.now() + timedelta(minutes=3))

    assert services.settle(claimed, sent(), timezone.now()) is True

    assert state(row) == ("sent", "", "")


def test_an_older_try_cannot_settle_a_newer_one(row: Delivery) -> None:
    (first,) = services.claim(None, "email", 1, timezone.now())
    services.settle(first, transient("421"), timezone.now())
    services.claim(None, "email", 1, timezone.now() + timedelta(minutes=2))

    assert services.settle(first, sent(), timezone.now()) is False

    assert state(row)[0] == "sending"


def test_what_is_due_is_found_by_transport_oldest_first(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    first, second, third = planned(say(ben, "one"), say(ben, "two"), say(ben, "three"))
    Delivery.objects.filter(id=first.id).update(due_at=AT + timedelta(seconds=1))
    Delivery.objects.filter(id=second.id).update(transport="log")
    Delivery.objects.filter(id=third.id).update(state="queued")

    assert services.find_due(AT + timedelta(seconds=1)) == {"email": [third.id, first.id], "log": [second.id]}
    assert services.find_due(AT) == {"email": [third.id], "log": [second.id]}
    assert services.find_due(AT + timedelta(seconds=1), 1) == {"email": [third.id], "log": [second.id]}
    Delivery.objects.filter(id=second.id).update(transport="pigeon")
    assert services.find_due(AT + timedelta(seconds=1), 1) == {"email": [third.id], "pigeon": [second.id]}


def test_what_a_batch_planned_is_found_unless_it_has_to_wait(
    say: Callable[..., events.MessagePosted], ben: User
) -> None:
    now, later = say(ben, "one"), say(ben, "two")
    rows = planned(now, later, say(ben, "of another batch"), say(ben, "a note", "staff"))
    Delivery.objects.filter(event_id=later.id).update(due_at=AT + timedelta(minutes=2))

    found = services.planned_by([now.id, later.id], AT)

    assert found == {"email": [row.id for row in rows if row.event_id == now.id]}


def account_row() -> Delivery:
    mail = AccountMail.objects.create(
        id=ids.new_id(),
        template="t",
        to="amira@example.com",
        subject="Reset",
        text="secret",
        html="<p>secret</p>",
    )
    return Delivery.objects.create(
        id=ids.new_id(), event_id=ids.new_id(), command_id=mail.id, event_kind="AccountMailRequested",
        notice="account", account_mail=mail, address=mail.to, transport="email", due_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (sent(), ("", "", "")),
        (permanent("550"), ("", "", "")),
        (withheld(Reason.GONE), ("", "", "")),
        (transient("421"), ("Reset", "secret", "<p>secret</p>")),
    ],
)
def test_the_text_of_an_account_mail_is_forgotten_once_its_delivery_is_final(
    outcome: object, left: tuple[str, str, str]
) -> None:
    account_row()
    (claimed,) = services.claim(None, "email", 1, timezone.now())

    services.settle(claimed, outcome, timezone.now())  # type: ignore[arg-type]

    assert AccountMail.objects.values_list("subject", "text", "html").get() == left


def test_the_text_of_an_uncertain_account_mail_is_forgotten_in_time() -> None:
    row = account_row()
    created = row.account_mail.created_at if row.account_mail else timezone.now()

    assert services.empty_old(created + KEPT) == 0
    assert services.empty_old(created + KEPT + timedelta(seconds=1)) == 1
    assert services.empty_old(created + KEPT + timedelta(seconds=1)) == 0

    assert AccountMail.objects.values_list("text", "html").get() == ("", "")


def test_what_was_held_for_days_and_released_has_all_its_tries(row: Delivery) -> None:
    Delivery.objects.update(released=True)
    late = row.created_at + 2 * TRIES_FOR
    for _ in range(MOST_TRIES - 1):
        (claimed,) = services.claim(None, "email", 1, late)
        services.settle(claimed, transient("451 later"), late)
        assert state(row) == ("queued", "", "451 later")
        late += timedelta(hours=6)
    (claimed,) = services.claim(None, "email", 1, late)
    services.settle(claimed, transient("451 still not"), late)
    assert state(row) == ("failed", "gave-up", "451 still not")
