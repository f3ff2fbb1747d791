"""Reactions: what gathers for them, who is rung and how often, and what a task that dies or fails gets again."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Task

from core import moments, valkey
from core.celery import app
from core.contracts import Event
from core.ids import new_id
from support import events
from tests.core.test_dispatch import published
from tests.support.conftest import BEGIN
from workers import base, fanout, gathering
from workers.fanout import MARGIN_SECONDS, PACE_SECONDS, Bell


class Moment:
    """A clock that stands, and what was published at it: name, whether under the ringing batch's id, countdown."""

    def __init__(self) -> None:
        self.now = 100.0
        self.rung: list[tuple[str, float | None]] = []
        self.broker_is_there = True
        self.bell = Bell(self.publish, lambda: self.now)

    def publish(self, task: str, task_id: str, countdown: float | None) -> bool:
        assert task_id == moments.task_id(self.batch_id, task)
        self.rung.append((task, countdown))
        return self.broker_is_there

    def batch(self, *reactions: str) -> dict[str, bool]:
        """A batch with these reactions; of each whether it rings for it itself."""
        self.batch_id = new_id()
        rings = self.bell.who_rings(reactions, self.batch_id)
        self.bell.ring(rings, self.batch_id)
        return {name: whose == self.batch_id for name, whose in rings.items()}


def tagged() -> Event:
    facts: dict[str, Any] = {"id": new_id(), "command_id": new_id(), "actor": "system:t", "at": BEGIN}
    return events.TagsChanged(ticket_id=new_id(), **facts)


def gather(*caused: Event) -> list[str]:
    pipe = valkey.ephemeral().pipeline(transaction=False)
    names = list(fanout.queue(pipe, caused, new_id()))
    pipe.execute()
    return names


@pytest.fixture
def reaction() -> Iterator[tuple[Task, list[list[Event]]]]:
    """A reaction of the test's own under a name of the table, and the batches that it was given."""
    given: list[list[Event]] = []
    before = app.tasks.pop("broadcast.tickets", None)

    def handle(batch: list[Event]) -> None:
        given.append(batch)
        if len(given) == 1:
            raise ValueError("it fails the first time")

    yield base.reaction("broadcast.tickets")(handle), given
    app.tasks.pop("broadcast.tickets")
    if before is not None:
        app.tasks.register(before)


def test_the_first_batch_rings_at_once_and_a_burst_rings_once_more_at_the_end_of_its_pace() -> None:
    moment = Moment()
    own = [moment.batch("unread.refresh")["unread.refresh"] for _ in range(50)]
    assert moment.rung == [("unread.refresh", None), ("unread.refresh", PACE_SECONDS)]
    assert own == [True, True, *[False] * 48]

    moment.now += PACE_SECONDS  # the second may run now: it has taken what came until now
    assert moment.batch("unread.refresh", "notify.release") == {
        "unread.refresh": True,
        "notify.release": True,
    }
    assert moment.rung[2:] == [("unread.refresh", PACE_SECONDS), ("notify.release", None)]

    moment.now += 10
    assert moment.batch("unread.refresh") == {"unread.refresh": True}
    assert moment.rung[4:] == [("unread.refresh", None)]


def test_a_task_that_is_about_to_run_is_not_trusted_to_find_what_is_only_now_put_there() -> None:
    moment = Moment()
    moment.batch("unread.refresh")
    moment.batch("unread.refresh")
    moment.now += PACE_SECONDS - MARGIN_SECONDS
    assert moment.batch("unread.refresh") == {"unread.refresh": True}
    [(_, countdown)] = moment.rung[2:]
    assert countdown == pytest.approx(PACE_SECONDS + MARGIN_SECONDS)


def test_a_batch_is_found_under_the_one_whose_ring_sees_to_it() -> None:
    moment = Moment()
    moment.batch("chats.match")
    moment.batch("chats.match")
    ringing = moment.batch_id
    assert moment.bell.who_rings(["chats.match"], new_id()) == {"chats.match": ringing}


def test_a_ring_that_the_broker_did_not_take_is_repeated_with_the_next_event() -> None:
    moment = Moment()
    moment.broker_is_there = False
    moment.batch("chats.match")
    moment.broker_is_there = True
    moment.batch("chats.match")
    assert moment.rung == [("chats.match", None), ("chats.match", None)]


def test_events_of_several_batches_are_reacted_to_once_and_a_task_that_failed_gets_the_same_again(
    reaction: tuple[Task, list[list[Event]]],
) -> None:
    task, given = reaction
    first, second, third = tagged(), tagged(), tagged()
    assert gather(first) + gather(second) == ["broadcast.tickets"] * 2

    task.push_request(id="one")
    with pytest.raises(ValueError, match="the first time"):
        task.run()
    gather(third)
    task.run()
    task.run()
    task.pop_request()

    assert given == [[first, second], [first, second], [third]]
    task.push_request(id="two")
    task.run()
    task.pop_request()
    assert len(given) == 3, "nothing has gathered: a ring too many does nothing"
    assert list(valkey.ephemeral().scan_iter("reactions:*")) == []


def test_while_the_quick_workers_are_away_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask for themselves, sweeps find rows: Valkey need not hold a day's events."""
    monkeypatch.setattr(gathering, "MOST_KEPT", 3)
    for added in ([b"one", b"two"], [b"three", b"four"]):
        pipe = valkey.ephemeral().pipeline(transaction=False)
        gathering.queue_put(pipe, "notify.release", added)
        pipe.execute()

    assert gathering.take("notify.release", "a task") == [b"two", b"three", b"four"]


def test_more_than_one_task_may_take_ring_for_the_rest(reaction: tuple[Task, list[list[Event]]]) -> None:
    task, given = reaction
    given.append([])
    gather(*(tagged() for _ in range(gathering.MOST + 1)))
    task.push_request(id="one")
    task.run()
    task.pop_request()
    assert [len(batch) for batch in given] == [0, gathering.MOST]
    assert published("broadcast") == [("broadcast.tickets", {})]
    assert gathering.waiting(["broadcast.tickets", "unread.refresh"]) == ["broadcast.tickets"]


def test_the_sweep_rings_for_what_a_drain_that_died_has_not_rung_for() -> None:
    gather(tagged())
    fanout.sweep()
    assert published("broadcast") == [("broadcast.tickets", {})]
    assert published("unread") == []
