"""The command log: what is accepted lies there in order, once, until it is stored; what is refused never does."""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from pytest_django import Settings

from core import command_log, ids, valkey
from core.command_log import Appended, Entry
from core.contracts import Command, decode
from core.fullness import Fullness
from core.problems import Refused
from support.commands import MarkRead
from tests import servers

AT = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)
AMIRA = uuid.UUID("0195f000-0000-7000-8000-000000000001")
TICKET = uuid.UUID("0195f000-0000-7000-8000-000000000010")
WEEK = 7 * 24 * 3600


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is remembered of full shards or of the log's number of shards."""
    monkeypatch.setattr(command_log, "_fullness", Fullness())
    command_log.verify_shards.cache_clear()
    yield
    command_log.verify_shards.cache_clear()


def reading(sequence: int = 1, ticket_id: uuid.UUID = TICKET) -> MarkRead:
    return MarkRead(id=ids.new_id(), actor=f"user:{AMIRA}", at=AT, ticket_id=ticket_id, sequence=sequence)


def in_log(shard: int = 0) -> list[Command]:
    entries = command_log.read(shard, count=100)
    return [decode(entry.payload) for entry in entries]  # type: ignore[misc]


def receipt(command: Command) -> dict[str, Any] | None:
    known: Any = valkey.durable().get(command_log.receipt_key(command.id))
    return msgspec.json.decode(known) if known else None


def put_before(seconds: int, shard: int = 0) -> None:
    """An entry that was accepted so long ago."""
    fields: Any = {"i": str(ids.new_id()), "c": b"{}", "r": ""}
    valkey.durable().xadd(
        command_log.key(shard), fields, id=f"{time.time_ns() // 1_000_000 - seconds * 1000}-0"
    )


def test_what_is_appended_is_read_in_order() -> None:
    first, second, third = reading(1), reading(2), reading(3)
    command_log.append([first])
    command_log.append([second, third])

    assert in_log() == [first, second, third]
    assert [entry.command_id for entry in command_log.read(0, count=100)] == [
        str(command.id) for command in (first, second, third)
    ]


def test_an_append_says_whether_anybody_is_at_work() -> None:
    first = command_log.append([reading(), reading()])
    second = command_log.append([reading()])

    assert first == Appended(shard=0, added=2, length=2, head_age=0.0)
    assert (second.added, second.length) == (1, 3)
    assert (first.was_empty, second.was_empty) == (True, False)


def test_an_append_says_how_far_behind_the_log_is() -> None:
    put_before(seconds=5)

    appended = command_log.append([reading()])

    assert appended.length == 2
    assert 5.0 <= appended.head_age < 8.0
    assert 5.0 <= command_log.oldest_age(0) < 8.0


def test_an_empty_shard_has_no_age() -> None:
    assert command_log.oldest_age(0) == 0.0
    assert command_log.length(0) == 0


def test_pages_are_read_from_the_head_on() -> None:
    commands = [reading(number) for number in range(5)]
    command_log.append(commands)

    head = command_log.read(0, count=2)
    behind = command_log.read(0, after=head[-1].entry_id, count=2)
    rest = command_log.read(0, after=behind[-1].entry_id, count=2)
    end = command_log.read(0, after=rest[-1].entry_id, count=2)

    pages = [[decode(entry.payload) for entry in page] for page in (head, behind, rest, end)]
    assert pages == [commands[:2], commands[2:4], commands[4:], []]


def test_who_waits_for_a_receipt_gets_a_pending_one_with_the_command() -> None:
    waited_for, sent = reading(), reading()
    command_log.append([waited_for], reply_to="receipts:web-1")
    command_log.append([sent])

    assert receipt(waited_for) == {
        "state": "pending",
        "actor": f"user:{AMIRA}",
        "kind": "MarkRead",
        "ticket_id": str(TICKET),
        "fingerprint": waited_for.fingerprint(),
    }
    assert valkey.durable().ttl(command_log.receipt_key(waited_for.id)) in range(WEEK - 10, WEEK + 1)
    assert receipt(sent) is None
    assert [entry.reply_to for entry in command_log.read(0, count=9)] == ["receipts:web-1", ""]


def test_what_is_done_is_deleted_with_its_pending_receipt() -> None:
    done, waiting = reading(1), reading(2)
    command_log.append([done, waiting], reply_to="receipts:web-1")

    left = command_log.delete(0, command_log.read(0, count=1), {})

    assert left == 1
    assert in_log() == [waiting]
    assert receipt(done) is None
    assert receipt(waiting) is not None


def test_a_refusal_is_kept_for_who_asks_later() -> None:
    refused = reading()
    command_log.append([refused], reply_to="receipts:web-1")
    verdict = b'{"state":"rejected","code":"closed"}'

    left = command_log.delete(0, command_log.read(0, count=1), {str(refused.id): verdict})

    assert left == 0
    assert receipt(refused) == {"state": "rejected", "code": "closed"}
    assert valkey.durable().ttl(command_log.receipt_key(refused.id)) in range(WEEK - 10, WEEK + 1)


def test_an_entry_that_is_another_command_by_now_is_not_deleted() -> None:
    """After a power cut the server may give an entry's id out again."""
    kept = reading()
    command_log.append([kept])
    (entry,) = command_log.read(0, count=1)
    stale = Entry(entry_id=entry.entry_id, command_id=str(ids.new_id()), payload=b"", reply_to="")

    assert command_log.delete(0, [stale], {}) == 1
    assert in_log() == [kept]


def test_deleting_twice_is_harmless() -> None:
    command_log.append([reading(1), reading(2)])
    head = command_log.read(0, count=1)

    assert [command_log.delete(0, head, {}) for _ in range(2)] == [1, 1]
    assert len(in_log()) == 1


@pytest.mark.parametrize(
    ("limit", "value"), [("COMMAND_LOG_MAX", 3), ("COMMAND_LOG_MAX_BYTES", 100)], ids=["entries", "bytes"]
)
def test_a_full_shard_refuses_for_a_second_and_then_asks_again(
    limit: str, value: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    setattr(settings, limit, value)
    command_log.append([reading(1), reading(2), reading(3)])

    with pytest.raises(Refused) as refused:
        command_log.append([reading(4)])

    assert (refused.value.code, refused.value.retry_after) == ("log-full", 5)
    assert command_log.length(0) == 3
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 1.1)
    assert command_log.append([reading(4)]).length == 4


def test_a_full_shard_does_not_fill_its_neighbour(settings: Settings) -> None:
    settings.COMMAND_LOG_SHARDS, settings.COMMAND_LOG_MAX = 2, 1
    one, other = uuid.UUID(int=4), uuid.UUID(int=2)
    assert [command_log.shard_of(str(ticket)) for ticket in (one, other)] == [0, 1]
    command_log.append([reading(ticket_id=one)])

    assert command_log.append([reading(ticket_id=other)]).length == 1
    assert command_log.waiting_shards() == [0, 1]


def test_only_shards_that_hold_something_wait(settings: Settings) -> None:
    settings.COMMAND_LOG_SHARDS = 3
    put_before(seconds=0, shard=1)

    assert command_log.waiting_shards() == [1]


@pytest.mark.parametrize(("shards", "expected"), [(1, [0, 0, 0]), (2, [0, 1, 1]), (4, [0, 1, 1])])
def test_the_shard_of_an_aggregate_is_the_same_for_ever(
    shards: int, expected: list[int], settings: Settings
) -> None:
    """Written down: entries of one ticket must stay in one stream across processes and upgrades."""
    settings.COMMAND_LOG_SHARDS = shards
    aggregates = (str(TICKET), str(uuid.UUID(int=2)), f"user:{AMIRA}")

    assert [command_log.shard_of(aggregate) for aggregate in aggregates] == expected


def test_the_first_process_writes_the_number_of_shards_and_others_must_agree(settings: Settings) -> None:
    settings.COMMAND_LOG_SHARDS = 2
    command_log.append([reading()])
    assert valkey.durable().get(command_log.SHARDS_KEY) == b"2"

    settings.COMMAND_LOG_SHARDS = 3
    command_log.verify_shards.cache_clear()
    with pytest.raises(command_log.ShardMismatch, match="COMMAND_LOG_SHARDS is 3, but the log has 2 shards"):
        command_log.append([reading()])
    assert sum(command_log.length(shard) for shard in range(3)) == 1


def test_sockets_and_the_sweep_must_agree_on_the_number_of_shards_too(settings: Settings) -> None:
    valkey.durable().set(command_log.SHARDS_KEY, 4)

    with pytest.raises(command_log.ShardMismatch, match="COMMAND_LOG_SHARDS is 1, but the log has 4 shards"):
        asyncio.run(command_log.append_async(0, [reading()]))
    with pytest.raises(command_log.ShardMismatch):
        command_log.waiting_shards()
    assert command_log.length(0) == 0


def test_a_log_that_is_gone_refuses_at_once_and_takes_again_when_it_is_back() -> None:
    servers.fleet().durable.kill()
    try:
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            command_log.append([reading()])
        assert (refused.value.code, refused.value.retry_after) == ("log-unavailable", 3)
        assert time.monotonic() - began < 1.0
    finally:
        servers.fleet().durable.start()

    assert command_log.append([reading()]).length == 1


def test_a_log_that_hangs_is_given_up_within_three_seconds_and_gets_nothing_twice() -> None:
    pid = servers.fleet().durable.pid
    assert pid is not None
    first = reading()
    command_log.append([first])
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            command_log.append([reading(2)])
        took = time.monotonic() - began
    finally:
        os.kill(pid, signal.SIGCONT)

    assert (refused.value.code, took < 3.0) == ("log-unavailable", True)
    # Not known to be accepted: it may have gone in once the server woke, and never more than once.
    assert [command.sequence for command in in_log() if isinstance(command, MarkRead)] in ([1], [1, 2])


def test_the_log_survives_the_death_of_its_server() -> None:
    kept = [reading(1), reading(2)]
    command_log.append(kept, reply_to="receipts:web-1")
    servers.fleet().durable.kill()
    servers.fleet().durable.start()

    assert in_log() == kept
    assert receipt(kept[0]) is not None


def test_a_writer_coroutine_appends_alike() -> None:
    first, second = reading(1), reading(2)

    appended = asyncio.run(command_log.append_async(0, [first, second]))

    assert appended == Appended(shard=0, added=2, length=2, head_age=0.0)
    assert in_log() == [first, second]
    assert receipt(first) is None


def test_a_writer_coroutine_is_refused_alike() -> None:
    servers.fleet().durable.kill()
    try:
        with pytest.raises(Refused) as refused:
            asyncio.run(command_log.append_async(0, [reading()]))
    finally:
        servers.fleet().durable.start()

    assert refused.value.code == "log-unavailable"
