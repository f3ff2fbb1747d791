"""Housekeeping: guests without a conversation are forgotten, and nobody else."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core import ids
from core.models import User
from notifications.models import Signal
from support import commands
from support.guests.people import new_guest
from tests.support.conftest import Desk
from workers import housekeeping
from workers.schedule import BEAT

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest() -> Callable[..., User]:
    """A guest who was here so many days ago."""

    def make(name: str, days: float) -> User:
        person = new_guest(f"{name}@example.com", name)
        User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - timedelta(days=days))
        return person

    return make


def names() -> list[str]:
    return sorted(User.objects.filter(is_guest=True).values_list("first_name", flat=True))


def test_who_never_wrote_is_forgotten_after_thirty_days_who_wrote_never(
    guest: Callable[..., User], desk: Desk, amira: User, caplog: pytest.LogCaptureFixture
) -> None:
    guest("silent", 31)
    guest("fresh", 29)
    back = guest("back", 90)
    User.objects.filter(pk=back.pk).update(last_login=timezone.now() - timedelta(days=3))
    desk.ask(guest("asked", 400))
    chatted = guest("chatted", 400)
    desk.do(chatted, commands.StartChat, ticket_id=ids.new_id(), session_id=ids.new_id(), subject="Hello")
    User.objects.filter(pk=amira.pk).update(date_joined=timezone.now() - timedelta(days=900))

    with caplog.at_level(logging.INFO, logger="workers.housekeeping"):
        assert housekeeping.forget_silent_guests.run() == 1

    assert names() == ["asked", "back", "chatted", "fresh"]
    assert User.objects.filter(pk=amira.pk).exists()
    assert "1 guests without a conversation are forgotten" in caplog.text


def test_the_installation_says_after_how_many_days(guest: Callable[..., User], settings: object) -> None:
    settings.GUEST_SILENT_DAYS = 8  # type: ignore[attr-defined]
    guest("eight", 8.1)
    guest("seven", 7.9)

    assert housekeeping.forget_silent_guests.run() == 1
    assert names() == ["seven"]


def test_it_happens_once_a_day_and_a_failure_does_not_count(
    guest: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    guest("one", 40)
    with monkeypatch.context() as broken:
        broken.setattr(User._meta, "db_table", "no_such_table")
        with pytest.raises(Exception, match="no_such_table"):
            housekeeping.forget_silent_guests.run()

    assert housekeeping.forget_silent_guests.run() == 1
    guest("two", 40)
    assert housekeeping.forget_silent_guests.run() == 0
    assert names() == ["two"]


def test_words_of_providers_are_forgotten_when_nobody_can_repeat_them() -> None:
    now = timezone.now()
    for age in (timedelta(days=13), timedelta(days=14, minutes=1), timedelta(days=400)):
        at = now - age
        Signal.objects.create(
            id=ids.new_id(), state="delivered", source="a provider", happened_at=at, received_at=at
        )

    assert housekeeping.forget_signals.run() == 2
    assert [(now - signal.received_at).days for signal in Signal.objects.all()] == [13]
    assert BEAT["forget signals"]["task"] == "housekeeping.forget_signals"


def test_a_late_ring_is_dropped() -> None:
    entry = BEAT["forget silent guests"]

    assert entry["options"] == {"queue": "housekeeping", "expires": 3240.0}
    assert entry["schedule"] == 3600.0
