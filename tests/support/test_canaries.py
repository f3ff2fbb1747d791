"""Canaries: through every shard and every queue, one out per lane; one row, no history; who hears nothing is found."""

import time
from typing import Any

import pytest

from core import canaries, command_log, delays, valkey
from core.canaries import Arrival
from core.queues import PROMISES
from support.canaries import actor_for, send
from support.models import Canary, Change
from support.sockets.canary_ear import Ear
from tests.support.conftest import Desk
from workers import canaries as _registered  # noqa: F401  (the tasks)
from workers.celery import app
from workers.persistence import drain

pytestmark = pytest.mark.django_db
QUEUES = [promise.name for promise in PROMISES if promise.family != "drain"]


def test_each_shard_has_an_actor_of_its_own(settings: Any) -> None:
    settings.COMMAND_LOG_SHARDS = 4
    actor_for.cache_clear()
    shards = [command_log.shard_of(actor_for(shard)) for shard in range(4)]
    actor_for.cache_clear()

    assert shards == [0, 1, 2, 3]


def test_one_is_sent_through_every_lane_and_none_while_it_is_out() -> None:
    assert send(canaries.read()) == ["log:0", *QUEUES]
    assert send(canaries.read()) == []
    assert command_log.length(0) == 1
    assert sorted(canaries.read().out) == sorted(["log:0", *QUEUES])


def test_one_that_got_lost_is_sent_again_one_that_waits_is_not() -> None:
    lanes, now = ["log:0", "email", "unread"], time.time()
    valkey.ephemeral().hset(canaries.OUT, mapping={"log:0": now - 13, "email": now - 13, "unread": now - 11})

    assert canaries.are_due(canaries.read(), lanes, now) == ["log:0", "email"]
    valkey.ephemeral().lpush("email", "it waits there")
    valkey.durable().xadd("commands:0", {"i": "it waits there"})
    assert canaries.are_due(canaries.read(), lanes, now) == []


def test_one_that_nobody_took_is_not_out(settings: Any) -> None:
    settings.COMMAND_LOG_URL = "unix:///nonexistent/valkey.sock"
    send(canaries.read())

    assert sorted(canaries.read().out) == sorted(QUEUES)


def test_a_thousand_canaries_leave_one_row_no_history_and_nothing_in_the_log(desk: Desk) -> None:
    for _ in range(3):
        send(canaries.read())
        drain(0)

    assert Canary.objects.count() == 1
    assert Change.objects.count() == 0
    assert command_log.length(0) == 0
    marks = canaries.read()
    assert "log:0" not in marks.out
    assert 0 <= marks.seen["log:0"].latency < 60
    assert valkey.ephemeral().hlen(canaries.SEEN) == 1


def test_the_drain_asks_little_of_the_database_for_one(django_assert_max_num_queries: Any) -> None:
    send(canaries.read())
    with django_assert_max_num_queries(12):
        drain(0)


@pytest.mark.parametrize("queue", QUEUES)
def test_a_task_of_each_queue_says_that_it_ran_and_tells_flower_nothing(queue: str) -> None:
    send(canaries.read())
    task = app.tasks[f"{queue}.canary"]
    task.run(sent_at=canaries.read().out[queue])

    marks = canaries.read()
    assert task.send_events is False
    assert queue not in marks.out
    assert marks.seen[queue].latency >= 0


def test_flower_is_not_told_of_the_drains_canary_either() -> None:
    assert app.tasks["persistence.send_canary"].send_events is False
    assert app.tasks["persistence.post_message"].send_events is not False


class TestEar:
    """By its own clock, which is given."""

    def ear(self) -> Ear:
        ear = Ear()
        ear.groups.add("canary")
        ear.deaf_since(None, 100.0)
        return ear

    def test_who_hears_is_not_deaf(self) -> None:
        ear = self.ear()
        for at in range(102, 160, 2):
            ear.forward({"public": f'{{"sent_at": {at}}}'})
            assert ear.deaf_since(Arrival(float(at), at + 0.1), float(at)) is None

    def test_one_lost_broadcast_is_chance_and_the_next_canary_is_sent_at_once(self) -> None:
        ear = self.ear()
        assert ear.deaf_since(Arrival(5.0, 5.1), 102.0) is None
        assert ear.misses_one
        ear.forward({"public": '{"sent_at": 6.0}'})
        assert ear.deaf_since(Arrival(6.0, 6.1), 104.0) is None
        assert not ear.misses_one

    def test_two_that_are_missed_are_deafness_and_twenty_seconds_are_hopeless(self) -> None:
        ear = self.ear()
        found = [
            (ear.deaf_since(Arrival(float(at), 0.0), float(at)) is not None, ear.is_hopeless)
            for at in range(102, 126, 2)
        ]

        assert found == [(False, False)] * 2 + [(True, False)] * 9 + [(True, True)]

    def test_who_does_not_listen_and_who_was_stopped_has_missed_nothing(self) -> None:
        ear = self.ear()
        ear.groups.clear()
        assert [ear.deaf_since(Arrival(float(at), 0.0), float(at)) for at in range(102, 160, 2)] == [
            None
        ] * 29
        ear.groups.add("canary")
        assert ear.deaf_since(Arrival(158.0, 0.0), 160.0) is None
        assert not ear.misses_one
        assert ear.deaf_since(Arrival(500.0, 0.0), 3600.0) is None
        assert not ear.misses_one


class TestDelays:
    """What people are told."""

    def test_nothing_is_late(self) -> None:
        assert delays.current() is None

    @pytest.mark.parametrize(
        ("lane", "kind"), [("log:0", "storing"), ("broadcast", "live"), ("email", "mail")]
    )
    def test_a_late_lane_is_what_people_notice_of_it(self, lane: str, kind: str) -> None:
        since = time.time() - 40
        valkey.ephemeral().hset(canaries.OUT, lane, since)

        assert delays.current() == delays.Delay(kind, since)

    def test_the_most_serious_one_is_told(self) -> None:
        since = time.time() - 40
        valkey.ephemeral().hset(
            canaries.OUT, mapping={"email": since - 5, "unread": since, "log:0": since + 1}
        )

        assert delays.current() == delays.Delay("storing", since + 1)

    def test_a_server_that_does_not_answer_is_told_of_when_that_lasts(
        self, settings: Any, monkeypatch: Any
    ) -> None:
        settings.COMMAND_LOG_URL = "unix:///nonexistent/valkey.sock"
        assert delays.current() is None
        monkeypatch.setattr(delays, "SETTLED_SECONDS", 0.0)
        delays.forget()

        found = delays.current()
        assert found is not None
        assert found.kind == "accepting"
