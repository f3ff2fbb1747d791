"""One WebSocket as the client of every measurement holds it: text frames out and in, pings answered, nothing else.

It is small so that the client, which shares the machine with what it measures, takes as little of it as it can; what it
costs is the same for every design. It masks with zeros, which the protocol allows and which makes masking free. Used by
the rooms and crowds of the benchmarks alone; the product's own clients use a library.
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

TEXT, CLOSE, PING = 0x81, 0x88, 0x89
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)
WITHIN = 30.0
END = b"\r\n\r\n"


class Refused(ConnectionError):
    """The server did not agree to a WebSocket, or hung up."""


class Line(asyncio.Protocol):
    """`heard` is called with the line and the bytes of each text frame, in the loop's own call: it must be quick."""

    def __init__(self, handshake: str, heard: Callable[["Line", bytes], None]) -> None:
        self._handshake, self.heard = handshake, heard
        self._rest = b""
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._handshake.encode())

    def connection_lost(self, error: Exception | None) -> None:
        self.closed.set()
        if not self.opened.done():
            self.opened.set_exception(Refused(f"{error or 'closed'}: {self._rest[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_open:
            data = self._shake(data)
        self._rest = self._frames(data) if self._is_open else data

    def _shake(self, data: bytes) -> bytes:
        head, end, rest = data.partition(END)
        if not end:
            return data
        if not head.startswith(b"HTTP/1.1 101 "):
            self._transport.abort()
            return head
        self._is_open = True
        if not self.opened.done():
            self.opened.set_result(None)
        return rest

    def _frames(self, data: bytes) -> bytes:
        """Hear every whole frame; the bytes of the one that is not."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, size = data[at], data[at + 1]
            start = at + 2
            if size == 126:
                start += 2
                size = int.from_bytes(data[at + 2 : start])
            elif size == 127:
                start += 8
                size = int.from_bytes(data[at + 2 : start])
            if end < start + size:
                break
            at = start + size
            self._take(kind, data[start:at])
        return data[at:]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self.heard(self, payload)
        elif kind == PING:
            self._transport.write(struct.pack("!BBI", 0x8A, 0x80 | len(payload), 0) + payload)
        elif kind == CLOSE:
            self._transport.close()

    def send(self, text: str) -> None:
        """One text frame."""
        payload = text.encode()
        size = len(payload)
        head = struct.pack("!BB", TEXT, 0x80 | size) if size < 126 else struct.pack("!BBH", TEXT, 0xFE, size)
        self._transport.write(head + b"\0\0\0\0" + payload)

    def abort(self) -> None:
        """Lose the line without a word."""
        self._transport.abort()


async def dial(url: str, origin: str, cookie: str, heard: Callable[[Line, bytes], None]) -> Line:
    """A line on which the server has agreed to a WebSocket."""
    parts = urlsplit(url)
    words = HANDSHAKE.format(
        path=f"{parts.path}?{parts.query}" if parts.query else parts.path,
        host=parts.netloc,
        origin=origin,
        cookie=cookie,
        key=base64.b64encode(os.urandom(16)).decode(),
    )
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(WITHIN):
        _, line = await loop.create_connection(
            lambda: Line(words, heard), str(parts.hostname), parts.port or 80
        )
        await line.opened
    return line
