"""Delivering: each row sent once, asked again before it goes whether it still may, within the time of a task."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import ids
from core.models import User
from notifications import services
from notifications.models import AccountMail, Delivery
from support import events
from support.models import Participant, SupportTicket
from tests.notifications.conftest import AT, happened, opened, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_domain(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    settings.DEFAULT_FROM_EMAIL = "PsychPATH Support <support@psychpath.example>"
    settings.SITE_URL = "https://psychpath.example"


def states() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("address").values_list("address", "state", "reason"))


def test_a_right_withdrawn_since_planning_withholds_the_mail(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    planned(opened(ticket))
    User.objects.filter(id=ben.id).update(is_staff=False)
    User.objects.filter(id=chen.id).update(is_active=False)

    assert services.deliver("email").counts == {"withheld": 2}

    assert states() == [
        ("ben@example.com", "withheld", "not-theirs"),
        ("chen@example.com", "withheld", "inactive"),
    ]


def test_a_message_that_is_gone_is_not_told(
    sink: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    Delivery.objects.update(message_id=ids.new_id())

    assert services.deliver("email").counts == {"withheld": 1}
    row.refresh_from_db()
    assert row.reason == "gone"


@pytest.mark.parametrize(("read", "counts"), [(0, {"sent": 1}), (1, {"withheld": 1})])
def test_a_reply_that_was_read_within_the_grace_is_withheld(
    read: int,
    counts: dict[str, int],
    sink: Sink,
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    settings: Settings,
) -> None:
    settings.REPLY_MAIL_GRACE = 120
    planned(say(ben, "Try it again."))
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=read)

    assert services.deliver("email").counts == counts


def test_without_grace_reading_does_not_matter(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    planned(say(ben, "Try it again."))
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=9)

    assert services.deliver("email").counts == {"sent": 1}


def test_a_call_stops_when_its_time_is_used_up_and_says_so(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    rows = planned(opened(ticket))

    first = services.deliver("email", [row.id for row in rows], seconds=0)
    second = services.deliver("email", [row.id for row in rows])

    assert (first.counts, first.more) == ({"sent": 1}, True)
    assert (second.counts, second.more) == ({"sent": 1}, False)


def test_the_same_ids_delivered_three_times_are_sent_once(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    ids_ = [row.id for row in planned(opened(ticket))]

    assert [services.deliver("email", ids_).counts for _ in range(3)] == [{"sent": 2}, {}, {}]
    assert sorted(sink.tries) == ["ben@example.com", "chen@example.com"]


def test_what_a_delivery_waits_for_is_left_alone(sink: Sink, ticket: SupportTicket, ben: User) -> None:
    planned(opened(ticket))
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    assert services.deliver("email").counts == {}


def test_a_mail_goes_to_the_address_of_today(
    sink: Sink, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    User.objects.filter(id=amira.id).update(email="amira@new.example")

    assert services.deliver("email").counts == {"sent": 1}

    row.refresh_from_db()
    assert row.address == "amira@new.example"
    assert sink.tries == ["amira@new.example"]


def test_nobody_is_written_to_who_gave_up_their_address(
    sink: Sink, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    User.objects.filter(id=amira.id).update(email="")

    assert services.deliver("email").counts == {"withheld": 1}

    row.refresh_from_db()
    assert row.reason == "no-address"


def test_a_text_that_is_forgotten_is_not_sent_empty(sink: Sink) -> None:
    mail = AccountMail.objects.create(
        id=ids.new_id(), template="t", to="amira@example.com", subject="", text="", emptied_at=AT
    )
    planned(happened(events.AccountMailRequested, "system:accounts", mail_id=mail.id))

    assert services.deliver("email").counts == {"withheld": 1}
