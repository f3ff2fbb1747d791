"""Tracking: what a provider says of a mail is kept, once each, and never moves a delivery backwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from core import command_log, ids
from core.models import User
from notifications import services
from notifications.models import Delivery, Plan, State, SuppressedFor, Suppression
from notifications.transports.base import sent, transient
from support import events, mail_intake
from support.models import SupportTicket
from tests.notifications.conftest import AT, opened, planned
from workers.persistence import drain

pytestmark = pytest.mark.django_db
WORDS = (State.DELIVERED, State.OPENED, State.BOUNCED, State.COMPLAINED)


@pytest.fixture
def row(ticket: SupportTicket, ben: User) -> Delivery:
    """The mail that tells Ben of Amira's ticket, as a provider has taken it."""
    planned(opened(ticket))
    (claimed,) = services.claim(None, "email", 1, timezone.now())
    services.settle(claimed, sent("provider-1"), timezone.now())
    return claimed


def times(row: Delivery) -> list[datetime | None]:
    row.refresh_from_db()
    return [row.delivered_at, row.opened_at, row.bounced_at, row.complained_at]


@pytest.mark.parametrize("order", list(permutations(WORDS)))
def test_in_whatever_order_the_words_arrive_the_last_state_and_every_time_are_the_same(
    order: tuple[State, ...], row: Delivery
) -> None:
    at = {state: AT + timedelta(minutes=place) for place, state in enumerate(WORDS)}
    for state in order:
        services.observe(state, at[state], provider_id="provider-1")

    assert times(row) == [at[state] for state in WORDS]
    assert row.state == State.COMPLAINED


def test_a_word_said_a_hundred_times_moves_the_delivery_once(row: Delivery) -> None:
    moved = [
        services.observe(State.DELIVERED, AT + timedelta(seconds=n), provider_id="provider-1")
        for n in range(100)
    ]

    assert [len(rows) for rows in moved] == [1] + [0] * 99
    assert times(row) == [AT, None, None, None]


@pytest.mark.parametrize("name", ["message_id", "provider_id"])
def test_a_mail_is_found_by_each_of_its_names(name: str, row: Delivery) -> None:
    value = {"message_id": row.message_id_header, "provider_id": "provider-1"}[name]

    assert [moved.id for moved in services.observe(State.OPENED, AT, **{name: value})] == [row.id]


def test_names_that_we_did_not_give_out_move_nothing(row: Delivery) -> None:
    assert services.observe(State.BOUNCED, AT) == []
    assert services.observe(State.BOUNCED, AT, provider_id="somebody else's", message_id="<theirs@x>") == []
    assert times(row) == [None] * 4


def test_what_travelled_in_the_same_mail_moves_with_it(
    row: Delivery, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (other,) = planned(say(ben, "And another thing."))
    Delivery.objects.filter(id=other.id).update(carrier=row, state="sent")

    services.observe(State.BOUNCED, AT, message_id=row.message_id_header, cause="550 5.1.1 no such user")

    assert times(other) == [None, None, AT, None]
    assert (other.state, other.cause) == ("bounced", "550 5.1.1 no such user")


def test_a_delivery_that_waits_for_another_try_arrived_after_all(ticket: SupportTicket, ben: User) -> None:
    planned(opened(ticket))
    (claimed,) = services.claim(None, "email", 1, timezone.now())
    services.settle(claimed, transient("timed out"), timezone.now())

    services.observe(State.DELIVERED, AT, message_id=claimed.message_id_header)

    assert services.claim(None, "email", 1, timezone.now() + timedelta(days=1)) == []


def test_what_has_not_been_tried_yet_is_not_taken_for_delivered(ticket: SupportTicket, ben: User) -> None:
    (waiting,) = planned(opened(ticket))

    assert services.observe(State.DELIVERED, AT, message_id=waiting.message_id_header) == []

    waiting.refresh_from_db()
    assert waiting.state == "planned"


def test_the_provider_may_be_quicker_than_our_own_worker(ticket: SupportTicket, ben: User) -> None:
    planned(opened(ticket))
    (claimed,) = services.claim(None, "email", 1, timezone.now())
    services.observe(State.DELIVERED, AT, message_id=claimed.message_id_header)

    assert services.settle(claimed, sent("provider-1"), timezone.now()) is False

    claimed.refresh_from_db()
    assert (claimed.state, claimed.provider_id) == ("delivered", "provider-1")


def test_an_address_is_suppressed_once_whatever_its_case_and_lifted_again(row: Delivery) -> None:
    assert services.suppress("Ben@Example.com", SuppressedFor.BOUNCED, AT, cause="550", delivery=row) is True
    assert services.suppress("ben@example.com", SuppressedFor.REFUSED, AT) is False

    assert Suppression.objects.values_list("address", "reason", "cause", "delivery_id").get() == (
        "ben@example.com", "bounced", "550", row.id,
    )  # fmt: skip
    assert [services.lift("ben@example.COM"), services.lift("ben@example.com")] == [True, False]


def test_a_word_that_came_before_its_mail_was_known_is_said_again_and_agents_hear_of_it(
    ticket: SupportTicket, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    now, signal_id = timezone.now(), ids.new_id()
    mail_intake.record_signal(
        signal_id=signal_id,
        state="bounced",
        happened_at=now,
        source="postmark",
        provider_id="later",
        cause="550",
    )
    drain(0)
    assert (services.say_again(now), command_log.length(0)) == (0, 0)

    (claimed,) = services.claim([row.id], "email", 1, now + timedelta(hours=1))
    services.settle(claimed, sent("later"), now)
    assert services.say_again(now) == 1
    drain(0)

    row.refresh_from_db()
    assert (row.state, row.bounced_at, row.cause) == ("bounced", now, "550")
    assert Suppression.objects.values_list("address", flat=True).get() == row.address
    assert Plan.objects.filter(command_id=signal_id, event_kind="MailFailed").count() == 1
    assert (services.say_again(now), command_log.length(0)) == (0, 0)
