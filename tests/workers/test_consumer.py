"""Task events leave in bundles, on whatever line the worker has by then; what failed or was lost leaves nothing."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from kombu.asynchronous import Hub

from workers.celery import keep_nothing_of_a_failure
from workers.consumer import Consumer


class Bundles(Consumer):
    """Without a worker around it: its loop, and how often it flushed."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.timer = self.hub.timer
        self.task_buckets: dict[str, None] = {}
        self.controller, self.flushed = None, 0
        self.init_callback = None
        self.event_dispatcher = self

    def flush(self) -> None:
        self.flushed += 1

    @property
    def due(self) -> list[object]:
        return [scheduled.entry.fun for scheduled in self.timer.queue]

    def fire(self) -> None:
        """The timers, as if their time had come."""
        entries = [scheduled.entry for scheduled in self.timer.queue]
        self.timer.clear()
        for entry in entries:
            entry()


@pytest.fixture
def consumer() -> Bundles:
    return Bundles()


def test_many_events_leave_together(consumer: Bundles) -> None:
    for _ in range(30):
        consumer.on_send_event_buffered()
    assert (len(consumer.due), consumer.flushed) == (1, 0)

    consumer.fire()
    assert (len(consumer.due), consumer.flushed) == (0, 1)

    consumer.on_send_event_buffered()
    consumer.fire()
    assert consumer.flushed == 2


def test_a_lost_connection_does_not_silence_the_next(consumer: Bundles) -> None:
    consumer.on_send_event_buffered()
    consumer.timer.clear()

    consumer.on_close()
    consumer.on_send_event_buffered()

    assert len(consumer.due) == 1


class Held:
    """What holds itself, as a traceback's frames do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def held() -> "Iterator[weakref.ref[Held]]":
    """Something that a full collection alone frees."""
    gc.disable()
    try:
        yield weakref.ref(Held())
    finally:
        gc.enable()


def test_what_was_made_for_a_lost_line_is_gone_when_the_next_is_ready(
    consumer: Bundles, held: "weakref.ref[Held]"
) -> None:
    assert held() is not None
    consumer.on_ready()
    assert held() is None


@pytest.mark.parametrize(("state", "stays"), [("SUCCESS", True), ("FAILURE", False), ("RETRY", False)])
def test_what_a_failed_task_had_in_hand_is_gone(held: "weakref.ref[Held]", state: str, stays: bool) -> None:
    keep_nothing_of_a_failure(state=state)
    assert (held() is not None) is stays
