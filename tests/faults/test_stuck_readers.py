"""C3: a page that stops reading costs the server neither memory nor, for long, a socket; the others read on."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
MESSAGES, BYTES = 5000, 2048
MB = 1024 * 1024
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class StuckReader:
    """A socket that has had its handshake and is never read again. `is_held`: the server still has its end."""

    def __init__(self, person: Person, path: str) -> None:
        system = person.system
        self._web = psutil.Process(system.processes["web"].pid)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(10)
        self._socket.connect(("127.0.0.1", system.port))
        host = f"127.0.0.1:{system.port}"
        self._socket.sendall(
            HANDSHAKE.format(path=path, host=host, origin=system.url, cookie=person.cookie).encode()
        )
        assert self._socket.recv(12) == b"HTTP/1.1 101"

    @property
    def is_held(self) -> bool:
        mine = self._socket.getsockname()
        return any(line.raddr == mine for line in self._web.net_connections("tcp"))

    def end(self) -> None:
        self._socket.close()


@asynccontextmanager
async def weighing(pid: int) -> AsyncIterator[list[int]]:
    """The bytes that a process holds, looked at five times a second."""
    process, weights = psutil.Process(pid), [psutil.Process(pid).memory_info().rss]

    async def weigh() -> None:
        while True:
            await asyncio.sleep(0.2)
            weights.append(process.memory_info().rss)

    task = asyncio.create_task(weigh())
    try:
        yield weights
    finally:
        task.cancel()


async def write(load: Load, count: int) -> None:
    """So many messages of two kilobytes by all pages together, each seen stored by whoever wrote it."""
    for number in range(count):
        load.clients[number % len(load.clients)].post(f"{len(load.posted)} ".ljust(BYTES, "x"))
        load.posted.append("")
    await eventually(
        lambda: not any(each.outbox for each in load.clients), 300, what=f"{count} messages are stored"
    )


async def test_c3_a_reader_that_stops_reading_is_cut_off_and_costs_no_memory(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed, web = Oracle(unmailed), slowness(), unmailed.processes["web"].pid
    async with Load(amira, ben, tickets=1, tabs=3) as load:
        await write(load, 1000)  # what a process grows by once, whoever reads
        reader = StuckReader(amira, f"/ws/chat/{next(iter(load.pages))}/")
        try:
            assert reader.is_held
            async with weighing(web) as weights:
                began = time.monotonic()
                await asyncio.gather(write(load, MESSAGES), closed := asyncio.ensure_future(gone(reader)))
                closed_after = closed.result() - began
                await load.caught_up()
                t_recover = time.monotonic() - closed.result()
        finally:
            reader.end()
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages)

    assert verdict == Verdict()
    assert closed_after <= 60 * slowed
    grown = (max(weights) - weights[0]) / MB
    assert grown < 30
    measured(
        "C3",
        f"closed {closed_after:.1f} s after the first of {MESSAGES}; web memory + {grown:.1f} MB;"
        f" t_recover {t_recover:.1f} s",
        slowed,
    )


async def gone(reader: StuckReader) -> float:
    """The moment at which the server has given it up."""
    await eventually(lambda: not reader.is_held, 120, what="the server has closed its end")
    return time.monotonic()
