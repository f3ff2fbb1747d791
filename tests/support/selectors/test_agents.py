"""Agents: who is there, for everybody and for colleagues."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from core.models import User
from support import commands, selectors
from support.selectors import OnlineStatus
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
NOBODY = OnlineStatus(is_online=False, availability="offline", support_name="PsychPATH Support")


def test_nobody_has_ever_been_there(ben: User) -> None:
    assert selectors.online_status() == NOBODY
    assert selectors.agents_online() == []
    assert selectors.availability_of(ben) == "offline"


def test_one_agent_online_is_enough_and_lends_their_first_name(desk: Desk, ben: User, chen: User) -> None:
    desk.declare(chen, "away")
    desk.declare(ben, "online")

    assert selectors.online_status() == OnlineStatus(
        is_online=True, availability="online", support_name="Ben"
    )
    assert [(agent.username, agent.availability) for agent in selectors.agents_online()] == [  # type: ignore[attr-defined]
        ("ben", "online"),
        ("chen", "away"),
    ]


def test_the_agent_who_has_been_there_longest_lends_the_name(desk: Desk, ben: User, chen: User) -> None:
    desk.declare(chen, "online")
    desk.declare(ben, "online")

    assert selectors.online_status().support_name == "Chen"


def test_only_away_is_away(desk: Desk, ben: User) -> None:
    desk.declare(ben, "away")

    assert selectors.online_status() == OnlineStatus(
        is_online=False, availability="away", support_name="PsychPATH Support"
    )
    assert selectors.availability_of(ben) == "away"


def test_a_lapsed_lease_is_offline_whatever_was_declared(desk: Desk, ben: User, admin: User) -> None:
    for declared in ("online", "away"):
        desk.declare(ben, declared)
        desk.do(admin, commands.ExpirePresence, user_id=ben.pk)

        assert selectors.online_status() == NOBODY
        assert selectors.agents_online() == []
        assert selectors.availability_of(ben) == ("offline" if declared == "online" else "away")


def test_chats_can_be_given_to_whoever_is_effectively_online_longest_first(
    desk: Desk, ben: User, chen: User, admin: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.declare(admin, "away")
    desk.declare(chen, "online")
    desk.do(ben, commands.SetAvailability, availability="online", pinned_until=desk.now + timedelta(days=1))
    desk.do(ben, commands.ExpirePresence, user_id=ben.pk)

    with django_assert_num_queries(1):
        found = selectors.agents_for_chats()
    assert [(agent.username, agent.is_present) for agent in found] == [("chen", True), ("ben", False)]  # type: ignore[attr-defined]


def test_an_agent_who_lost_the_right_does_not_count(desk: Desk, ben: User) -> None:
    desk.declare(ben, "online")
    User.objects.filter(pk=ben.pk).update(is_staff=False)

    assert selectors.online_status() == NOBODY


def test_tickets_can_be_given_to_every_active_agent(amira: User, ben: User, chen: User, admin: User) -> None:
    User.objects.filter(pk=chen.pk).update(is_active=False)

    assert selectors.assignable_agents() == [admin, ben]
