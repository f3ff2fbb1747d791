"""Breakers: too many mails of one kind within an hour are held, seen and let go; none is dropped."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import ids
from core.models import User
from notifications import services
from notifications.models import Breaker, Delivery
from support import delivery_commands as commands
from support import events
from support.models import SupportTicket
from tests.notifications.conftest import moved, opened, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db
Say = Callable[..., events.MessagePosted]


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> Settings:
    settings.MAILS_PER_ADDRESS = settings.MAILS_PER_THREAD = settings.MAILS_PER_RULE = 0
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    return settings


def told() -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for place in Delivery.objects.filter(transport="email").values_list("state", "held"):
        found[place] = found.get(place, 0) + 1
    return found


def say_ten(say: Say, ben: User) -> None:
    planned(*(say(ben, f"message {number}") for number in range(10)))


@pytest.mark.parametrize(
    ("name", "hold", "key"),
    [
        ("MAILS_PER_ADDRESS", "address", "amira@example.com"),
        ("MAILS_PER_THREAD", "thread", "{ticket}"),
        ("MAILS_PER_RULE", "rule", "MessagePosted:ticket_reply"),
    ],
)
def test_what_is_too_much_is_held_under_its_name(
    name: str, hold: str, key: str, sink: Sink, limits: Settings, say: Say, ticket: SupportTicket, ben: User
) -> None:
    setattr(limits, name, 4)
    say_ten(say, ben)

    assert services.deliver("email").counts == {"sent": 4, "put back": 6}

    assert len(sink.tries) == 4
    assert told() == {("sent", ""): 4, ("planned", hold): 6}
    breaker = Breaker.objects.get()
    assert (breaker.hold, breaker.key, breaker.count) == (hold, key.format(ticket=ticket.id), 4)
    assert Delivery.objects.filter(state="planned").values_list("attempts", flat=True).distinct().get() == 0


def test_an_open_breaker_holds_for_another_worker_too_and_only_what_it_is_about(
    sink: Sink, limits: Settings, say: Say, ticket: SupportTicket, ben: User
) -> None:
    limits.MAILS_PER_RULE = 4
    say_ten(say, ben)
    services.deliver("email")
    planned(say(ben, "one more"), moved(ticket, ben, "OPEN", "RESOLVED"))

    assert services.deliver("email").counts == {"put back": 1, "sent": 1}


def test_released_it_all_goes_and_is_counted_afresh(
    sink: Sink, limits: Settings, say: Say, ben: User, admin: User
) -> None:
    limits.MAILS_PER_ADDRESS = 4
    say_ten(say, ben)
    services.deliver("email")
    name = Breaker.objects.get().id
    services.apply(
        commands.ReleaseBreaker(id=ids.new_id(), actor=admin.actor, at=timezone.now(), breaker_id=name)
    )

    assert services.deliver("email").counts == {"sent": 6}
    planned(*(say(ben, f"later {number}") for number in range(4)))
    assert services.deliver("email").counts == {"put back": 4}  # six have gone since: it is open again
    assert Breaker.objects.get().released_at is None


def test_an_hour_later_nothing_is_too_much(sink: Sink, limits: Settings, say: Say, ben: User) -> None:
    limits.MAILS_PER_THREAD = 4
    planned(*(say(ben, f"message {number}") for number in range(4)))
    services.deliver("email")
    Delivery.objects.update(settled_at=timezone.now() - timedelta(minutes=61))
    planned(say(ben, "one more"))

    assert services.deliver("email").counts == {"sent": 1}


def test_one_event_that_many_are_told_of_is_one(
    sink: Sink, limits: Settings, ticket: SupportTicket, person: Callable[..., User]
) -> None:
    limits.MAILS_PER_THREAD = limits.MAILS_PER_RULE = 1
    for number in range(6):
        person(f"agent{number}", is_staff=True)
    planned(opened(ticket))

    assert services.deliver("email").counts == {"sent": 6}
