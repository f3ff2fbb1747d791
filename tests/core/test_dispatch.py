"""Dispatch: a task is published by name; nobody waits long for a broker that is away, and the web not at all."""

import base64
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import dispatch, valkey
from core.dispatch import Publisher
from tests import servers

# A publish has the broker's own 2 s to answer; beyond that something retries.
PATIENCE = 3.0


@pytest.fixture
def stopped_broker() -> Iterator[None]:
    """A broker that hangs: it is connected to and never answers."""
    pid = servers.fleet().ephemeral.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)


@pytest.fixture
def no_broker() -> Iterator[None]:
    servers.fleet().ephemeral.kill()
    yield
    servers.fleet().ephemeral.start()


def published(queue: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of the tasks that wait in a queue, oldest first."""
    raw: list[Any] = valkey.ephemeral().lrange(queue, 0, -1)
    messages = [json.loads(line) for line in reversed(raw)]
    return [
        (message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[1]) for message in messages
    ]


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What this module logged, without the error in brackets; other threads log as well."""
    return [record.message.partition(" (")[0] for record in caplog.records if record.name == "core.dispatch"]


def until(true: Callable[[], bool]) -> None:
    """Wait for it, as long as a test may take."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen within 10 s"
        threading.Event().wait(0.01)


def test_a_task_lies_in_the_queue_its_name_says_with_json_arguments() -> None:
    assert dispatch.publish("persistence.sweep") is True
    assert dispatch.publish("email.deliver", deliveries=["one", "two"]) is True

    assert published("sweep") == [("persistence.sweep", {})]
    assert published("email") == [("email.deliver", {"deliveries": ["one", "two"]})]


def test_a_task_that_is_worthless_later_says_so() -> None:
    dispatch.publish("persistence.drain", shard=0, expires=10)

    (line,) = valkey.ephemeral().lrange("persistence", 0, -1)
    assert json.loads(line)["headers"]["expires"] is not None


def test_a_task_without_a_queue_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="names no queue"):
        dispatch.publish("nonsense")


def test_without_a_broker_a_publish_fails_at_once_and_says_so(
    no_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    answers = [dispatch.publish("persistence.drain", shard=0) for _ in range(3)]

    assert answers == [False, False, False]
    assert time.monotonic() - began < PATIENCE
    assert said(caplog) == ["dispatch: persistence.drain was not published"] * 3


def test_a_hung_broker_is_given_up_within_its_time_out(stopped_broker: None) -> None:
    dispatch.publish("persistence.drain", shard=0)  # the kept connection fails first
    began = time.monotonic()

    assert dispatch.publish("persistence.drain", shard=0) is False
    assert time.monotonic() - began < PATIENCE


def test_a_broker_that_is_back_is_used_again() -> None:
    servers.fleet().ephemeral.kill()
    assert dispatch.publish("persistence.drain", shard=0) is False
    servers.fleet().ephemeral.start()

    assert dispatch.publish("persistence.drain", shard=1) is True
    assert published("persistence") == [("persistence.drain", {"shard": 1})]


def test_rings_are_published_in_order_by_another_thread() -> None:
    for shard in range(20):
        dispatch.ring("persistence.drain", shard=shard)
    until(lambda: valkey.ephemeral().llen("persistence") == 20)

    assert published("persistence") == [("persistence.drain", {"shard": shard}) for shard in range(20)]


class SlowBroker:
    """Stands for a broker that takes no task until it `goes_on`; its publisher is the process's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken = 0
        self._busy, self._go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(dispatch, "publish", self._publish)
        publisher = Publisher()
        monkeypatch.setattr(dispatch, "_publisher_of", lambda _pid: publisher)

    def is_busy(self) -> None:
        assert self._busy.wait(10)

    def goes_on(self, after: int) -> None:
        """Every ring has been taken when this returns: none is left for the next test."""
        self._go_on.set()
        until(lambda: self.taken == after)

    def _publish(self, *_: Any, **__: Any) -> None:
        self._busy.set()
        self._go_on.wait(10)
        self.taken += 1


def test_ringing_never_waits_for_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = SlowBroker(monkeypatch)
    began = time.monotonic()
    for _ in range(1000):
        dispatch.ring("persistence.drain", shard=0)
    took = time.monotonic() - began
    broker.goes_on(after=1000)

    assert took < 0.5


def test_what_a_slow_broker_cannot_take_is_dropped_for_the_sweep(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatch, "MOST_WAITING", 2)
    broker = SlowBroker(monkeypatch)
    dispatch.ring("persistence.drain")
    broker.is_busy()
    with caplog.at_level(logging.WARNING):
        for shard in range(3):
            dispatch.ring("persistence.drain", shard=shard)
    broker.goes_on(after=3)

    assert said(caplog) == [
        "dispatch: persistence.drain dropped, the broker is too slow; the sweep will ring"
    ]


def test_one_bad_ring_does_not_silence_the_next() -> None:
    dispatch.ring("nonsense")
    dispatch.ring("persistence.drain", shard=0)
    until(lambda: valkey.ephemeral().llen("persistence") == 1)

    assert published("persistence") == [("persistence.drain", {"shard": 0})]
