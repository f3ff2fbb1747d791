"""Moments: one small entry per batch; found by time, by command, by task."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from core import ids, moments, valkey
from core.moments import Drained, Read


def drained(*commands: uuid.UUID, **more: object) -> Drained:
    facts = {
        "id": ids.new_id(),
        "task": "",
        "taken": 1.0,
        "committed": 2.0,
        "commands": b"".join(command.bytes for command in commands),
        "accepted": tuple(1000 + place for place in range(len(commands))),
    }
    return Drained(**{**facts, **more})  # type: ignore[arg-type]


def note(*batches: Drained) -> None:
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for batch in batches:
        moments.queue(pipe, batch)
    pipe.execute()


def test_a_batch_comes_back_as_it_was_with_the_moment_of_its_announcement() -> None:
    command, before = ids.new_id(), time.time()
    read = Read(ids.new_id(), 3, True, 1.5)
    batch = drained(command, reactions=("unread.refresh",), reads=(read,))
    note(batch)

    [(announced, found)] = moments.since(datetime.fromtimestamp(before, UTC) - timedelta(seconds=1))
    assert found == batch
    assert before - 1 < announced < time.time() + 1
    assert found.tasks == {"unread.refresh": str(ids.derive(batch.id, "unread.refresh"))}


def test_a_command_is_found_at_its_own_place_only() -> None:
    first, second = ids.new_id(), ids.new_id()
    batch = drained(first, second)
    across = uuid.UUID(bytes=batch.commands[8:24])

    assert [batch.accepted_at(command) for command in (first, second, across)] == [1.0, 1.001, None]


def test_all_are_read_page_by_page_in_both_directions() -> None:
    batches = [drained(ids.new_id()) for _ in range(moments.PAGE + 3)]
    note(*batches)

    oldest_first = [batch for _, batch in moments.since(datetime.fromtimestamp(0, UTC))]
    assert oldest_first == batches
    assert [batch for _, batch in moments.newest()] == batches[::-1]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trimmed by whole nodes of the stream, a hundred entries each."""
    monkeypatch.setattr(moments, "KEPT_BATCHES", 100)
    note(*(drained(ids.new_id()) for _ in range(450)))

    assert 100 <= valkey.ephemeral().xlen(moments.KEY) <= 200
