"""The presence worker: rows against leases and the clock, in both directions, however often beat rings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from core import command_log, valkey
from core.contracts import decode, kind_of
from core.ids import new_id
from core.models import User
from support import commands, intake, presence, selectors
from support.models import AvailabilityRecord, SupportUserStatus
from workers.persistence import drain
from workers.presence import expire

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)


class Clock:
    """The time that everything here goes by, but for how long Valkey keeps a lease: `vanish` does that."""

    def __init__(self, traveller: Any) -> None:
        self.traveller, self.seconds = traveller, 0.0

    def to(self, seconds: float) -> None:
        """So many seconds after the beginning."""
        self.traveller.move_to(BEGIN + timedelta(seconds=seconds), tick=False)
        self.seconds = seconds

    def beat(self, until: float) -> None:
        """Beat every five seconds until then, each time drained."""
        while self.seconds < until:
            self.to(min(self.seconds + 5, until))
            look()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """10:24 am; Valkey has known everybody for longer than a lease."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        valkey.ephemeral().set(presence.EPOCH_KEY, "0")
        yield Clock(traveller)


def look() -> list[str]:
    """One beat and its drain; what it found."""
    expire()
    found = [kind_of(decode(entry.payload)) for entry in command_log.read(0, count=10)]
    drain(0)
    return found


def declare(agent: User, availability: str, pinned_until: datetime | None = None) -> None:
    presence.renew(agent.pk)
    command = commands.SetAvailability(
        id=new_id(),
        actor=agent.actor,
        at=datetime.now(UTC),
        availability=availability,
        pinned_until=pinned_until,
    )
    command_log.append([command])
    drain(0)


def state_of(agent: User) -> tuple[str, str, str]:
    """Effective, why, and what the public sees."""
    row = SupportUserStatus.objects.get(user=agent)
    return row.availability, row.reason, row.shown


def test_an_agent_whose_lease_lapsed_goes_offline_and_the_others_stay(
    clock: Clock, ben: User, chen: User
) -> None:
    for agent in (ben, chen):
        declare(agent, "online")
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    assert look() == ["ExpirePresence"]
    assert state_of(ben) == ("offline", "gone", "offline")
    assert state_of(chen) == ("online", "active", "online")
    assert look() == []


def test_two_beats_find_one_lapse_one_idleness_and_one_return(clock: Clock, ben: User) -> None:
    declare(ben, "online")

    def two_beats() -> int:
        expire()
        expire()
        found = len({entry.command_id for entry in command_log.read(0, count=10)})
        drain(0)
        return found

    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    assert two_beats() == 1
    presence.renew(ben.pk)
    assert two_beats() == 1
    clock.to(600)
    assert two_beats() == 1
    assert state_of(ben) == ("away", "idle", "away")
    presence.renew(ben.pk)
    assert (two_beats(), state_of(ben)) == (1, ("online", "active", "online"))
    assert two_beats() == 0


def test_a_flushed_valkey_takes_nobody_offline_or_away_before_a_lease_has_passed(
    clock: Clock, ben: User
) -> None:
    declare(ben, "online")
    clock.to(1800)
    presence.renew(ben.pk)
    valkey.ephemeral().flushdb()
    clock.beat(1860)
    assert state_of(ben)[0] == "online"
    clock.beat(1875)
    assert state_of(ben) == ("offline", "gone", "offline")


def test_an_epoch_from_a_clock_that_was_ahead_keeps_nobody_online(clock: Clock, ben: User) -> None:
    declare(ben, "online")
    ahead = BEGIN + timedelta(minutes=10)
    valkey.ephemeral().set(presence.EPOCH_KEY, str(ahead.timestamp()))
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    assert (look(), state_of(ben)) == (["ExpirePresence"], ("offline", "gone", "offline"))


def test_a_page_that_is_back_after_a_flush_and_has_not_said_keeps_its_agent_online(
    clock: Clock, ben: User
) -> None:
    declare(ben, "online")
    clock.to(1800)
    valkey.ephemeral().flushdb()
    presence.renew(ben.pk, None)
    assert (look(), state_of(ben)) == ([], ("online", "active", "online"))


def test_an_agent_who_is_there_and_shown_as_gone_comes_back(clock: Clock, ben: User) -> None:
    declare(ben, "away")
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    look()
    assert state_of(ben) == ("away", "declared", "offline")
    presence.renew(ben.pk)
    assert (look(), state_of(ben)) == (["ObservePresence"], ("away", "declared", "away"))


def test_whoever_wants_to_be_offline_or_is_no_agent_any_more_is_left_alone(
    clock: Clock, ben: User, amira: User
) -> None:
    declare(ben, "offline")
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    look()
    SupportUserStatus.objects.create(user=amira, declared="online", changed_at=BEGIN)
    for person in (ben, amira):
        presence.renew(person.pk)
    assert look() == []


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_staff": False}], ids=["deactivated", "demoted"]
)
def test_an_agent_no_more_is_gone_once_their_lease_has_lapsed(
    clock: Clock, ben: User, change: dict[str, bool]
) -> None:
    declare(ben, "online")
    User.objects.filter(pk=ben.pk).update(**change)
    assert look() == []
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    assert (look(), SupportUserStatus.objects.get(user=ben).is_present) == (["ExpirePresence"], False)
    assert look() == []


@pytest.mark.parametrize("is_open", [True, False], ids=["with a page", "without one"])
def test_an_agent_no_more_is_not_there_however_long_they_were_pinned(
    clock: Clock, ben: User, is_open: bool
) -> None:
    declare(ben, "online", pinned_until=BEGIN + timedelta(hours=9))
    if not is_open:
        valkey.ephemeral().delete(presence.lease_key(ben.pk))
        assert (look(), state_of(ben)) == (["ExpirePresence"], ("online", "pinned", "online"))
    User.objects.filter(pk=ben.pk).update(is_active=False)
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    assert (look(), state_of(ben)) == (["ExpirePresence"], ("offline", "declared", "offline"))
    assert look() == []


def test_ten_minutes_without_input_are_away_and_the_next_touch_is_online(clock: Clock, ben: User) -> None:
    declare(ben, "online")
    clock.to(599)
    presence.renew(ben.pk, 599)
    assert look() == []
    clock.to(600)
    presence.renew(ben.pk, 600)
    assert look() == ["ObservePresence"]
    assert state_of(ben) == ("away", "idle", "away")
    renewed = presence.renew(ben.pk, 1)
    assert (renewed.began, renewed.woke) == (False, True)
    intake.restore_presence(ben, datetime.now(UTC))
    drain(0)
    assert state_of(ben) == ("online", "active", "online")


def test_a_manual_away_is_kept_whatever_is_touched(clock: Clock, ben: User) -> None:
    declare(ben, "away")
    presence.renew(ben.pk, 0)
    assert (look(), state_of(ben)) == ([], ("away", "declared", "away"))


def test_a_pin_holds_without_a_page_and_is_over_on_time(clock: Clock, ben: User) -> None:
    declare(ben, "online", BEGIN + timedelta(minutes=30))
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    clock.beat(1799)
    assert state_of(ben) == ("online", "pinned", "online")
    assert SupportUserStatus.objects.get(user=ben).is_present is False
    clock.beat(1805)
    assert state_of(ben) == ("offline", "gone", "offline")


def test_declaring_again_ends_a_pin(clock: Clock, ben: User) -> None:
    declare(ben, "online", BEGIN + timedelta(hours=4))
    declare(ben, "away")
    declare(ben, "online")
    assert SupportUserStatus.objects.get(user=ben).pinned_until is None


def test_the_history_has_a_line_for_each_change_and_none_for_a_repeat(clock: Clock, ben: User) -> None:
    declare(ben, "online")
    declare(ben, "online")
    clock.to(60)
    valkey.ephemeral().delete(presence.lease_key(ben.pk))
    look()
    lines = AvailabilityRecord.objects.filter(user=ben).order_by("at", "is_public")
    assert [(line.availability, line.reason, line.is_public, line.at - BEGIN) for line in lines] == [
        ("online", "active", False, timedelta(0)),
        ("online", "active", True, timedelta(0)),
        ("offline", "gone", False, timedelta(seconds=60)),
        ("offline", "gone", True, timedelta(seconds=60)),
    ]


# --- What the public sees, with the debounce of production (RELIABILITY: S4, S5) ------------------------------------


@pytest.fixture
def debounced(settings: Any) -> None:
    settings.PRESENCE_DEBOUNCE = 15


@pytest.mark.usefixtures("debounced")
def test_the_public_sees_a_change_once_it_has_held_for_fifteen_seconds(clock: Clock, ben: User) -> None:
    declare(ben, "online")
    clock.beat(14)
    assert (state_of(ben)[0], selectors.online_status().is_online) == ("online", False)
    assert [agent.username for agent in selectors.agents_for_chats()] == ["ben"]
    clock.beat(19)
    assert selectors.online_status().is_online is True


@pytest.mark.usefixtures("debounced")
def test_s4_flapping_is_one_public_change_in_fifteen_seconds_and_right_soon_after(
    clock: Clock, ben: User
) -> None:
    """Ten changes a second for a minute, then the last one stands."""
    for tenth in range(600):
        clock.to(tenth / 10)
        declare(ben, "online" if tenth % 2 else "away")
        if tenth % 50 == 0:
            look()
    clock.beat(59.9 + 20)
    public = AvailabilityRecord.objects.filter(user=ben, is_public=True)
    assert [line.availability for line in public] == ["online"]
    assert selectors.online_status().is_online is True


@pytest.mark.usefixtures("debounced")
def test_s4_changes_that_outlast_the_debounce_are_never_closer_than_it(clock: Clock, ben: User) -> None:
    for turn in range(12):
        declare(ben, "online" if turn % 2 else "away")
        clock.beat(clock.seconds + 16 + turn)
    moments = list(
        AvailabilityRecord.objects.filter(user=ben, is_public=True)
        .order_by("at")
        .values_list("at", flat=True)
    )
    assert len(moments) > 4
    assert min(b - a for a, b in pairwise(moments)) >= timedelta(seconds=15)


@pytest.mark.usefixtures("debounced")
def test_s5_a_vanished_machine_is_offline_within_75_seconds(clock: Clock, ben: User) -> None:
    """Its lease and all of Valkey are lost with it, a moment before a beat looks."""
    declare(ben, "online")
    clock.beat(20)
    assert selectors.online_status().is_online is True
    valkey.ephemeral().flushdb()
    clock.beat(20 + 59)
    assert selectors.online_status().is_online is True
    clock.beat(20 + 75)
    assert selectors.online_status().is_online is False
    lapse = AvailabilityRecord.objects.get(user=ben, is_public=True, availability="offline")
    assert timedelta(seconds=60) <= lapse.at - BEGIN - timedelta(seconds=20) <= timedelta(seconds=75)
