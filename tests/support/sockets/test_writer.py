"""The writer: batches, order, answers, and when it rings."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from core import command_log, ids
from core.command_log import Appended
from core.contracts import Command
from core.problems import Refused
from support.commands import PostMessage, StartChat
from support.sockets.writer import MOST_AT_ONCE, Doorbell, Writer

pytestmark = pytest.mark.asyncio


def post(body: str, ticket_id: UUID | None = None) -> PostMessage:
    return PostMessage(
        id=ids.new_id(),
        actor=f"user:{uuid4()}",
        at=datetime.now(UTC),
        ticket_id=ticket_id or uuid4(),
        body=body,
    )


class Log:
    """Stands where the command log stands, and answers when told to."""

    def __init__(self) -> None:
        self.appends: list[list[str]] = []
        self.refusing: Refused | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def append(self, shard: int, commands: Sequence[Command]) -> Appended:
        await self.open.wait()
        self.appends.append([command.body for command in commands if isinstance(command, PostMessage)])
        if self.refusing:
            raise self.refusing
        return Appended(shard=shard, added=len(commands), length=len(commands) + 1, head_age=0.0)


async def test_what_arrives_while_an_append_is_in_flight_goes_with_the_next() -> None:
    log = Log()
    log.open.clear()
    writer = Writer(log.append)
    first = writer.hand([post("one")])
    await asyncio.sleep(0)
    later = [writer.hand([post(body)]) for body in ("two", "three", "four")]
    log.open.set()
    assert await asyncio.gather(first, *later) == [None] * 4
    assert log.appends == [["one"], ["two", "three", "four"]]


async def test_one_append_takes_five_hundred_commands_at_most() -> None:
    log = Log()
    writer = Writer(log.append)
    answers = [writer.hand([post(str(number))]) for number in range(MOST_AT_ONCE + 1)]
    await asyncio.gather(*answers)
    assert [len(batch) for batch in log.appends] == [MOST_AT_ONCE, 1]


async def test_commands_handed_together_are_never_parted() -> None:
    log = Log()
    writer = Writer(log.append)
    answers = [writer.hand([post(str(number))]) for number in range(MOST_AT_ONCE - 1)]
    answers.append(writer.hand([post("a"), post("b")]))
    await asyncio.gather(*answers)
    assert [len(batch) for batch in log.appends] == [MOST_AT_ONCE - 1, 2]


async def test_a_refused_append_is_told_to_everybody_in_it_and_the_next_goes_on() -> None:
    log = Log()
    log.refusing = Refused("log-unavailable")
    writer = Writer(log.append)
    first, second = writer.hand([post("a")]), writer.hand([post("b")])
    assert (await first, await second) == (log.refusing, log.refusing)
    log.refusing = None
    assert await writer.hand([post("c")]) is None


async def test_an_error_of_ours_leaves_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(shard: int, commands: Sequence[Command]) -> Appended:
        raise ZeroDivisionError

    answer = await Writer(broken).hand([post("a")])
    assert answer is not None
    assert answer.code == "log-unavailable"
    assert [record.message for record in caplog.records] == ["writer: an append failed unexpectedly"]


async def test_whoever_gave_up_waiting_disturbs_nobody() -> None:
    log = Log()
    log.open.clear()
    writer = Writer(log.append)
    gone, waiting = writer.hand([post("a")]), writer.hand([post("b")])
    gone.cancel()
    log.open.set()
    assert await waiting is None
    assert log.appends == [["a", "b"]]


async def test_it_appends_to_the_real_log_in_order(loop_left_clean: None) -> None:
    ticket_id = uuid4()
    start = StartChat(
        id=uuid4(),
        actor="user:x",
        at=datetime.now(UTC),
        ticket_id=ticket_id,
        session_id=uuid4(),
        subject="one",
    )
    writer = Writer()
    handed = [writer.hand([start, post("one", ticket_id)]), writer.hand([post("two", ticket_id)])]
    assert [await answer for answer in handed] == [None, None]
    kinds = [entry.payload.split(b'"')[3] for entry in command_log.read(0, count=10)]
    assert kinds == [b"StartChat", b"PostMessage", b"PostMessage"]


def appended(shard: int = 0, *, added: int = 1, length: int = 5, head_age: float = 0.0) -> Appended:
    return Appended(shard=shard, added=added, length=length, head_age=head_age)


async def test_the_drain_is_woken_for_each_while_it_waits_for_others_rows() -> None:
    rung: list[int] = []
    bell = Doorbell(rung.append)
    for _ in range(3):
        bell.heard(replace(appended(length=300), is_held_back=True))
    assert rung == [0, 0, 0]


async def test_the_drain_is_woken_when_the_shard_was_empty_and_not_while_it_works() -> None:
    rung: list[int] = []
    bell = Doorbell(rung.append)
    bell.heard(appended(added=3, length=3))
    for _ in range(100):
        bell.heard(appended())
    assert rung == [0]


async def test_a_head_older_than_a_second_is_rung_for_once_a_second() -> None:
    rung: list[int] = []
    now = 100.0
    bell = Doorbell(rung.append, lambda: now)
    bell.heard(appended(head_age=1.0))
    assert rung == []
    bell.heard(appended(head_age=1.1))
    bell.heard(appended(head_age=1.2))
    assert rung == [0]
    now = 101.0
    bell.heard(appended(head_age=2.0))
    assert rung == [0, 0]


async def test_the_first_success_after_an_error_rings_for_its_shard_whatever_the_length() -> None:
    rung: list[int] = []
    bell = Doorbell(rung.append)
    bell.failed(1)
    bell.heard(appended(0))
    bell.heard(appended(1))
    bell.heard(appended(1))
    assert rung == [1]
