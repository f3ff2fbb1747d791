"""Gathering: one ring at a time, nothing twice by two tasks, the same again for a task that is repeated."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Task

from core import dispatch, valkey
from core.celery import app
from core.contracts import encode
from core.ids import new_id
from support import events
from tests.workers.chatting import BEGIN
from workers import base, gathering
from workers.gathering import Taken


def moved() -> events.ReadMoved:
    return events.ReadMoved(
        id=new_id(),
        command_id=new_id(),
        actor="user:someone",
        at=BEGIN,
        ticket_id=new_id(),
        user_id=new_id(),
        sequence=1,
        is_support=False,
    )


def test_a_ring_under_way_is_for_all_until_its_task_has_looked() -> None:
    assert gathering.put({"unread.refresh": ["a"], "broadcast.tickets": ["a"]}) == [
        "unread.refresh",
        "broadcast.tickets",
    ]
    assert gathering.put({"unread.refresh": ["b", "c"], "push.unseen": ["b"]}) == ["push.unseen"]
    assert gathering.take("unread.refresh", "one") == Taken(["a", "b", "c"], 0)
    assert gathering.put({"unread.refresh": ["d"], "broadcast.tickets": ["d"]}) == ["unread.refresh"]


def test_a_ring_that_got_lost_is_forgotten() -> None:
    gathering.put({"unread.refresh": ["a"]})
    assert 0 < valkey.ephemeral().pttl("rung:unread.refresh") <= 1000


def test_a_repeated_task_gets_what_it_took_and_nothing_newer() -> None:
    gathering.put({"unread.refresh": ["a"]})
    assert gathering.take("unread.refresh", "one") == Taken(["a"], 0)
    gathering.put({"unread.refresh": ["b"]})
    assert gathering.take("unread.refresh", "one") == Taken(["a"], 1)
    assert gathering.take("unread.refresh", "two") == Taken(["b"], 0)
    gathering.done("unread.refresh", "one")
    assert gathering.take("unread.refresh", "one") == Taken([], 0)


@pytest.fixture
def tested() -> Iterator[Callable[[Callable[[list[Any]], Any]], Task]]:
    """Makes a function the reaction `unread.tested`."""
    yield base.reaction("unread.tested")
    app.tasks.unregister("unread.tested")


def test_more_than_one_task_can_bear_is_left_for_the_next(
    tested: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[str, Any]] = []
    monkeypatch.setattr(dispatch, "publish", lambda name, **more: rung.append((name, more)))
    monkeypatch.setattr(gathering, "MOST", 2)
    heard: list[int] = []
    task = tested(lambda batch: heard.append(len(batch)))
    batch = [moved() for _ in range(3)]
    gathering.put({"unread.tested": [encode(event).decode() for event in batch]})

    assert task.run() == [f"ReadMoved by {event.command_id}" for event in batch[:2]]
    assert rung == [("unread.tested", {})]
    assert task.run() == [f"ReadMoved by {batch[2].command_id}"]
    assert heard == [2, 1]


def test_a_reaction_that_failed_is_repeated_with_the_same_events(tested: Callable[..., Task]) -> None:
    fails = [OSError("away"), None]
    heard: list[list[str]] = []

    def handle(batch: list[Any]) -> None:
        heard.append([str(event.command_id) for event in batch])
        if error := fails.pop(0):
            raise error

    task = tested(handle)
    event = moved()
    gathering.put({"unread.tested": [encode(event).decode()]})
    with pytest.raises(OSError, match="away"):
        task.run()
    task.run()
    assert heard == [[str(event.command_id)]] * 2
