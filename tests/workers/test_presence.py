"""The presence worker: rows against leases, in both directions, however often beat rings."""

import pytest

from core import command_log, valkey
from core.models import User
from support import presence
from support.models import SupportUserStatus
from workers.persistence import drain
from workers.presence import expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def long_epoch() -> None:
    """Valkey has known everybody for longer than a lease."""
    valkey.ephemeral().set(presence.EPOCH_KEY, "0")


def row_of(agent: User) -> tuple[str, bool, bool]:
    row = SupportUserStatus.objects.get(user=agent)
    return row.declared, row.is_present, row.is_online


def declare(agent: User, availability: str, *, is_present: bool = True) -> None:
    online = is_present and availability == "online"
    SupportUserStatus.objects.create(
        user=agent,
        declared=availability,
        is_present=is_present,
        is_online=online,
        changed_at=agent.date_joined,
    )


@pytest.mark.usefixtures("long_epoch")
def test_an_agent_whose_lease_lapsed_goes_offline_and_the_others_stay(ben: User, chen: User) -> None:
    for agent in (ben, chen):
        declare(agent, "online")
    presence.renew(chen.pk)
    expire()
    drain(0)
    assert (row_of(ben), row_of(chen)) == (("online", False, False), ("online", True, True))


@pytest.mark.usefixtures("long_epoch")
def test_two_beats_find_one_lapse(ben: User) -> None:
    declare(ben, "online")
    expire()
    expire()
    assert len({entry.command_id for entry in command_log.read(0, count=10)}) == 1
    drain(0)
    expire()
    assert command_log.length(0) == 0


def test_a_flushed_valkey_takes_nobody_offline_before_a_lease_has_passed(ben: User) -> None:
    declare(ben, "online")
    expire()
    assert command_log.length(0) == 0
    valkey.ephemeral().set(presence.EPOCH_KEY, "0")
    expire()
    assert command_log.length(0) == 1


@pytest.mark.usefixtures("long_epoch")
def test_an_agent_who_is_there_and_shown_as_gone_comes_back(ben: User) -> None:
    declare(ben, "away", is_present=False)
    presence.renew(ben.pk)
    expire()
    drain(0)
    assert row_of(ben) == ("away", True, False)


@pytest.mark.usefixtures("long_epoch")
def test_whoever_wants_to_be_offline_or_is_no_agent_any_more_is_left_alone(ben: User, amira: User) -> None:
    declare(ben, "offline", is_present=False)
    declare(amira, "online", is_present=False)
    for person in (ben, amira):
        presence.renew(person.pk)
    expire()
    assert command_log.length(0) == 0
