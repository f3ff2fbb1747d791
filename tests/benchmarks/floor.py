"""The floor of a hop: one asyncio process that writes what it is told to every socket of the path, and nothing else.

No admission, no store, no framework: what is left is a socket, a loop and the client. `python -m tests.benchmarks.floor
PORT` serves; started by the stage of the benchmarks, never by anybody else.
"""

import asyncio
import base64
import hashlib
import json
import struct
import sys
from collections import defaultdict
from typing import cast

import uvloop

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
ACCEPT = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)
ALIVE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlive"
HISTORY = b'{"type":"chat_history","messages":[]}'
paths: dict[bytes, set["Socket"]] = defaultdict(set)


def frame(payload: bytes) -> bytes:
    """A text frame as servers send it."""
    size = len(payload)
    return (
        struct.pack("!BB", 0x81, size) + payload
        if size < 126
        else struct.pack("!BBH", 0x81, 126, size) + payload
    )


class Socket(asyncio.Protocol):
    """Frames of up to 64 KiB; the client masks with zeros, as ours does."""

    path = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._rest = b""

    def connection_lost(self, error: Exception | None) -> None:
        paths[self.path].discard(self)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        self._rest = self._frames(data) if self.path else self._shake(data)

    def _shake(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return data
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if b"Sec-WebSocket-Key" not in lines:
            self.transport.write(ALIVE)
            return rest
        digest = base64.b64encode(hashlib.sha1(lines[b"Sec-WebSocket-Key"] + GUID).digest())  # noqa: S324 (RFC 6455)
        self.path = head.split(b" ", 2)[1]
        paths[self.path].add(self)
        self.transport.write(ACCEPT + digest + b"\r\n\r\n" + frame(HISTORY))
        return rest

    def _frames(self, data: bytes) -> bytes:
        while len(data) >= 6:
            size, start = data[1] & 0x7F, 6
            if size == 126:
                size, start = int.from_bytes(data[2:4]), 8
            if len(data) < start + size:
                break
            self._tell(data[start : start + size])
            data = data[start + size :]
        return data

    def _tell(self, payload: bytes) -> None:
        said = json.loads(payload)
        message = {"id": said["id"], "message": said["message"]}
        told = frame(json.dumps({"type": "message", "message": message}).encode())
        for socket in paths[self.path]:
            socket.transport.write(told)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Socket, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
