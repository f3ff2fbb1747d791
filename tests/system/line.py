"""A line to the system that can go dead as a laptop's does when its lid is closed: nobody is told, nothing arrives.

A SOCKS5 proxy on loopback, for one browser profile. While `is_dead` what is sent disappears, both ways. A connection
that lived through it stays silent, as the server gave it up long ago; whoever sends on it afterwards hears that it is
closed. Used as a context manager.
"""

import socket
import struct
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

CHUNK = 65_536
NAMED, NUMBERED = 3, 1


class Line:
    """`address` is what a browser is given; `sleep()` and `wake()`."""

    def __init__(self) -> None:
        self.is_dead = False
        self.connections: set[Connection] = set()
        self._server = _Server(self)
        self.address = f"socks5://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: BaseException | type[BaseException] | TracebackType | None) -> None:
        self._server.shutdown()
        for connection in list(self.connections):
            connection.end()
        self._server.server_close()

    def sleep(self) -> None:
        self.is_dead = True
        for connection in list(self.connections):
            connection.is_dead = True

    def wake(self) -> None:
        self.is_dead = False


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, line: Line) -> None:
        self.line = line
        super().__init__(("127.0.0.1", 0), Connection)


class Connection(BaseRequestHandler):
    """One of the browser's, from its greeting to its end."""

    request: socket.socket
    server: _Server

    def setup(self) -> None:
        self.is_dead = self.server.line.is_dead
        self.far: socket.socket | None = None
        self.server.line.connections.add(self)

    def handle(self) -> None:
        with suppress(OSError):
            self.far = socket.create_connection(self._wanted())
            self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
            back = Thread(target=self._carry, args=(self.far, self.request), daemon=True)
            back.start()
            self._carry(self.request, self.far)
            back.join()

    def finish(self) -> None:
        self.server.line.connections.discard(self)
        if self.far is not None:
            self.far.close()

    def end(self) -> None:
        for end in (self.request, self.far):
            if end is not None:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _wanted(self) -> tuple[str, int]:
        """Where to: the two questions of SOCKS5."""
        self._read(self._read(2)[1])
        self.request.sendall(b"\x05\x00")
        kind = self._read(4)[3]
        assert kind in {NAMED, NUMBERED}
        host = self._read(self._read(1)[0]).decode() if kind == NAMED else socket.inet_ntoa(self._read(4))
        (port,) = struct.unpack(">H", self._read(2))
        return host, port

    def _read(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += self.request.recv(count - len(found)) or self._gone()
        return found

    def _gone(self) -> bytes:
        raise ConnectionError("the browser has hung up")

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        """What comes while the line is dead is gone; so is the word that one side has hung up."""
        with suppress(OSError):
            while (data := source.recv(CHUNK)) and not self._is_over(source):
                if not self.is_dead:
                    target.sendall(data)
        if not self.is_dead or self._is_over(source):
            self.end()

    def _is_over(self, source: socket.socket) -> bool:
        return source is self.request and self.is_dead and not self.server.line.is_dead
