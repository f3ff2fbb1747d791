"""The small client: whole frames however the bytes are cut, pings answered, a refused handshake is an error."""

import asyncio
import struct
from typing import cast

import pytest

from tests.benchmarks.floor import frame
from tests.benchmarks.wire import Line, Refused

pytestmark = pytest.mark.asyncio
AGREED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Transport:
    """What was written, and whether the line was cut."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_cut = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def abort(self) -> None:
        self.is_cut = True

    close = abort


def line() -> tuple[Line, Transport, list[bytes]]:
    heard: list[bytes] = []
    made, transport = (
        Line("GET / HTTP/1.1\r\n\r\n", lambda _line, payload: heard.append(payload)),
        Transport(),
    )
    made.connection_made(cast(asyncio.Transport, transport))
    return made, transport, heard


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 100_000])
async def test_frames_are_heard_whole_however_the_bytes_are_cut(size: int) -> None:
    made, _, heard = line()
    long = b"x" * 70_000
    huge = struct.pack("!BBQ", 0x81, 127, len(long)) + long
    data = AGREED + frame(b"first") + frame(b"y" * 300) + huge + frame(b"")
    for at in range(0, len(data), size):
        made.data_received(data[at : at + size])
    assert heard == [b"first", b"y" * 300, long, b""]
    assert made.opened.done()


async def test_a_ping_is_answered_with_its_own_words() -> None:
    made, transport, heard = line()
    made.data_received(AGREED + b"\x89\x02hi")
    assert (transport.written[-1], heard) == (b"\x8a\x82\0\0\0\0hi", [])


@pytest.mark.parametrize(("size", "head"), [(125, b"\x81\xfd"), (126, b"\x81\xfe\x00\x7e")])
async def test_what_is_said_is_one_masked_frame(size: int, head: bytes) -> None:
    made, transport, _ = line()
    made.send("z" * size)
    assert transport.written[-1] == head + b"\0\0\0\0" + b"z" * size


async def test_a_server_that_does_not_agree_is_an_error() -> None:
    made, transport, _ = line()
    made.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")
    made.connection_lost(None)
    with pytest.raises(Refused, match="403"):
        await made.opened
    assert transport.is_cut
