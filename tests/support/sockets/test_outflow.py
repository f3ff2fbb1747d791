"""What is due to one browser: in order, and noticed when the browser takes none of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.sockets import outflow
from support.sockets.outflow import GONE, MOST_WAITING, Outflow, hang_up
from tests.system.waiting import eventually

pytestmark = pytest.mark.asyncio


def frame(number: int) -> dict[str, Any]:
    return {"type": "websocket.send", "text": str(number)}


@asynccontextmanager
async def writing(out: Outflow, send: Any) -> AsyncIterator[asyncio.Task[None]]:
    """Somebody writes, and has nothing to write yet."""
    task = asyncio.create_task(out.write(send))
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_all_is_written_in_order_until_the_close() -> None:
    out, written = Outflow(), []

    async def send(event: dict[str, Any]) -> None:
        written.append(event)

    writing = asyncio.create_task(out.write(send))
    for number in range(3):
        out.queue(frame(number))
        await asyncio.sleep(0)
    out.queue(close := {"type": "websocket.close", "code": 4409})
    await writing
    assert written == [frame(0), frame(1), frame(2), close]


async def test_where_nothing_waits_text_has_gone_out_before_anybody_else_has_a_turn() -> None:
    out, written = Outflow(), []

    async def send(event: dict[str, Any]) -> None:
        written.append(event)

    async with writing(out, send):
        out.queue(frame(0))
        out.queue(frame(1))
        assert written == [frame(0), frame(1)]


async def test_what_is_held_up_goes_on_where_it_was_and_the_rest_follows() -> None:
    out, written, taken = Outflow(), [], asyncio.Event()

    async def send(event: dict[str, Any]) -> None:
        written.append("began " + event["text"])
        await taken.wait()
        await asyncio.sleep(0)
        written.append("ended " + event["text"])

    async with writing(out, send):
        out.queue(frame(0))
        out.queue(frame(1))
        assert written == ["began 0"]
        await asyncio.sleep(0)
        taken.set()
        await eventually(lambda: len(written) == 4)
    assert written == ["began 0", "ended 0", "began 1", "ended 1"]


async def test_a_line_lost_where_nothing_waits_is_told_to_whoever_writes() -> None:
    out = Outflow()

    async def send(_: dict[str, Any]) -> None:
        raise RuntimeError

    task = asyncio.create_task(out.write(send))
    await asyncio.sleep(0)
    out.queue(frame(0))
    with pytest.raises(ConnectionAbortedError):
        await task


async def test_whoever_is_cut_off_amid_a_frame_leaves_nothing_running() -> None:
    out, left = Outflow(), []

    async def send(_: dict[str, Any]) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.append("send")

    async with writing(out, send) as task:
        out.queue(frame(0))
        await asyncio.sleep(0)
        task.cancel()
    assert left == ["send"]


async def test_nothing_is_written_to_nobody() -> None:
    out = Outflow()
    written: list[dict[str, Any]] = []
    out.queue(GONE)
    await out.write(written.append)
    assert written == []


async def test_a_line_that_the_server_has_closed_by_itself_is_no_error_of_ours() -> None:
    """As uvicorn does when a frame breaks the protocol, and then says of what is sent."""
    out = Outflow()

    async def send(_: dict[str, Any]) -> None:
        raise RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'.")

    out.queue(frame(0))
    with pytest.raises(ConnectionAbortedError):
        await out.write(send)


async def test_a_thousand_that_wait_are_too_many() -> None:
    out = Outflow()
    for number in range(MOST_WAITING - 1):
        out.queue(frame(number))
    assert not out.is_stuck
    out.queue(frame(MOST_WAITING))
    assert out.is_stuck


async def test_one_frame_that_is_not_taken_is_too_slow_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    out, taken = Outflow(), asyncio.Event()

    async def send(_: dict[str, Any]) -> None:
        await taken.wait()

    writing = asyncio.create_task(out.write(send))
    out.queue(frame(0))
    await asyncio.sleep(0)
    found = [out.is_stuck]
    monkeypatch.setattr(outflow, "MOST_SECONDS", 0.0)
    found.append(out.is_stuck)
    taken.set()
    out.queue({"type": "websocket.close"})
    await writing
    assert [*found, out.is_stuck] == [False, True, False]


async def test_hanging_up_does_not_wait_for_what_was_never_read() -> None:
    told: list[str] = []

    class Protocol:
        """As uvicorn's: what an application is given to send with is a method of it."""

        class transport:  # noqa: N801
            abort = staticmethod(lambda: told.append("aborted"))

        async def send(self, event: dict[str, Any]) -> None: ...

    hang_up(Protocol().send)
    hang_up(print)
    assert told == ["aborted"]
