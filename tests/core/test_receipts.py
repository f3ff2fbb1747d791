"""Receipts: whoever waits hears the verdict on their own command; nobody waits in vain or takes all threads."""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from pytest_django import Settings

from core import receipts, valkey
from core.command_log import receipt_key
from core.receipts import PENDING, Accepted, Listener, Settled, Waiter
from tests import servers

COMMAND = uuid.UUID("0195f000-0000-7000-8000-000000000020")
OTHER = uuid.UUID("0195f000-0000-7000-8000-000000000021")
STORED = Settled(
    state="stored",
    actor="user:amira",
    kind="OpenTicket",
    ticket_id="a ticket",
    fingerprint="asked",
    command_id=str(COMMAND),
)
REJECTED = msgspec.structs.replace(STORED, state="rejected", code="closed", sentence="This ticket is closed.")


@pytest.fixture(scope="module")
def listener() -> Listener:
    """Its thread ends with the process."""
    return Listener()


def announce(verdict: Settled, channel: str) -> None:
    """As the drain does it."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    receipts.announce(pipe, verdict, channel)
    pipe.execute()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen within 10 s"
        threading.Event().wait(0.01)


def accepted(waiter: Waiter, behind: float = 0.0) -> Accepted:
    return Accepted(command_id=COMMAND, ticket_id=None, actor="user:amira", waiter=waiter, behind=behind)


@pytest.mark.parametrize("verdict", [STORED, REJECTED], ids=lambda verdict: verdict.state)
def test_who_waits_hears_the_verdict(listener: Listener, verdict: Settled) -> None:
    waiter = listener.expect(COMMAND, "asked")
    announce(verdict, listener.channel)
    listener.pause(waiter, 10)

    assert waiter.settled == verdict


def test_a_clashing_request_under_the_same_id_does_not_hear_it(listener: Listener) -> None:
    """Its own verdict, id-taken, comes under its own fingerprint."""
    first, clash, other = (
        listener.expect(COMMAND, "asked"),
        listener.expect(COMMAND, "asked something else"),
        listener.expect(OTHER, "asked"),
    )
    announce(STORED, listener.channel)
    listener.pause(first, 10)

    assert [waiter.settled for waiter in (first, clash, other)] == [STORED, PENDING, PENDING]


def test_both_requests_of_a_repeat_hear_it(listener: Listener) -> None:
    twins = [listener.expect(COMMAND, "asked") for _ in range(2)]
    announce(STORED, listener.channel)
    for waiter in twins:
        listener.pause(waiter, 10)

    assert [waiter.settled for waiter in twins] == [STORED, STORED]


def test_another_processs_channel_is_not_heard(listener: Listener) -> None:
    waiter, last = listener.expect(COMMAND, "asked"), listener.expect(OTHER, "asked")
    announce(STORED, "receipts:another-process")
    announce(msgspec.structs.replace(STORED, command_id=str(OTHER)), listener.channel)
    listener.pause(last, 10)

    assert (waiter.settled, last.settled.state) == (PENDING, "stored")


def test_not_settled_in_time_is_pending(listener: Listener) -> None:
    waiter = listener.expect(COMMAND, "asked")
    began = time.monotonic()
    listener.pause(waiter, 0.05)

    assert waiter.settled == PENDING
    assert 0.05 <= time.monotonic() - began < 1.0


def test_at_most_half_of_the_threads_wait(settings: Settings) -> None:
    settings.WEB_THREADS = 4
    listener = Listener()
    waiters = [listener.expect(COMMAND, "asked") for _ in range(2)]
    threads = [threading.Thread(target=listener.pause, args=(waiter, 10)) for waiter in waiters]
    for thread in threads:
        thread.start()
    until(lambda: listener._slots._value == 0)

    third = listener.expect(COMMAND, "asked")
    began = time.monotonic()
    listener.pause(third, 10)
    assert time.monotonic() - began < 1.0
    announce(STORED, listener.channel)
    for thread in threads:
        thread.join(10)
    assert [waiter.settled for waiter in waiters] == [STORED, STORED]
    assert listener._slots._value == 2


@pytest.mark.parametrize(
    ("wished", "behind", "waited"),
    [(2.0, 0.0, [2.0]), (60.0, 0.0, [10.0]), (2.0, 2.0, [2.0]), (2.0, 2.1, [])],
    ids=["as wished", "at most ten seconds", "a little behind", "not while the log is behind"],
)
def test_how_long_a_view_waits(
    wished: float, behind: float, waited: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []
    listener = receipts.listener()
    monkeypatch.setattr(listener, "pause", lambda _waiter, seconds: paused.append(seconds))

    answer = receipts.settled(accepted(listener.expect(COMMAND, "asked"), behind), wished)

    assert (paused, answer) == (waited, PENDING)


def test_a_process_has_one_listener() -> None:
    assert receipts.listener() is receipts.listener()


def test_a_request_that_gave_up_is_forgotten(listener: Listener) -> None:
    waiter = listener.expect(COMMAND, "asked")
    assert len(listener._waiters) == 1
    del waiter

    assert len(listener._waiters) == 0


def test_a_lost_subscription_is_taken_up_again(listener: Listener) -> None:
    servers.fleet().ephemeral.kill()
    servers.fleet().ephemeral.start()
    until(lambda: dict(valkey.ephemeral().pubsub_numsub(listener.channel))[listener.channel.encode()] == 1)

    waiter = listener.expect(COMMAND, "asked")
    announce(STORED, listener.channel)
    listener.pause(waiter, 10)
    assert waiter.settled == STORED


def test_a_settled_receipt_is_looked_up_for_an_hour() -> None:
    announce(STORED, "receipts:gone")

    assert receipts.look_up(COMMAND) == STORED
    assert valkey.ephemeral().ttl(receipt_key(COMMAND)) in range(3590, 3601)


@pytest.mark.parametrize(
    ("durable", "ephemeral", "known"),
    [
        (None, None, None),
        ({"state": "pending", "fingerprint": "asked"}, None, "pending"),
        ({"state": "pending", "fingerprint": "asked"}, {"state": "stored"}, "stored"),
        ({"state": "rejected", "code": "closed"}, None, "rejected"),
        ({"state": "rejected", "code": "closed"}, {"state": "rejected", "code": "closed"}, "rejected"),
        ({"state": "pending", "fingerprint": "asked"}, {"state": "rejected", "code": "closed"}, "pending"),
        (None, {"state": "rejected", "code": "id-taken"}, "rejected"),
    ],
    ids=[
        "nothing",
        "in the log",
        "settled just now",
        "refused, and the quick answer lost",
        "refused",
        "refused, and asked for again",
        "refused, and nothing else",
    ],
)
def test_what_is_known_of_a_command(
    durable: dict[str, Any] | None, ephemeral: dict[str, Any] | None, known: str | None
) -> None:
    for client, receipt in ((valkey.durable(), durable), (valkey.ephemeral(), ephemeral)):
        if receipt:
            client.set(receipt_key(COMMAND), msgspec.json.encode(receipt))

    found = receipts.look_up(COMMAND)

    assert (found.state if found else None) == known


def test_a_refusal_is_known_while_the_log_is_away(settings: Any) -> None:
    valkey.ephemeral().set(receipt_key(COMMAND), msgspec.json.encode({"state": "rejected", "code": "closed"}))
    settings.COMMAND_LOG_URL = "unix:///nonexistent.sock?db=0"

    found = receipts.look_up(COMMAND)

    assert found
    assert (found.state, found.code) == ("rejected", "closed")
