"""Task events leave in bundles, on whatever connection the worker has by then."""

import pytest
from kombu.asynchronous import Hub

from workers.consumer import Consumer


class Bundles(Consumer):
    """Without a worker around it: its loop, and how often it flushed."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.timer = self.hub.timer
        self.task_buckets: dict[str, None] = {}
        self.controller, self.flushed = None, 0
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
