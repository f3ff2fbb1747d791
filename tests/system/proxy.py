"""A line to a server that can go wrong: it passes, delays, stalls, resets, or is cut.

An asyncio proxy on loopback, in a loop and a thread of its own, so that processes use it and tests with or without a
loop command it. A command holds for every open connection and for those that come, until the next one. Used as a
context manager. `tests.system.line` is one for browsers: it speaks SOCKS, and ends a line in order where this resets.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Any, Self

CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)  # closing such a socket sends RST
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """`server` is an address or the path of a Unix socket, `port` where it is reached now."""

    port: int

    def __init__(self, server: tuple[str, int] | str) -> None:
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.seconds = 0.0
        self.is_cut = self.is_resetting = False

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: BaseException | type[BaseException] | TracebackType | None) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- Commands: in force when they return ---

    def pass_on(self) -> None:
        """All is well again; what was held back arrives, what was lost does not."""
        self._command(lambda: None)

    def delay(self, seconds: float) -> None:
        """Every piece takes so much longer, each way."""
        self._command(lambda: setattr(self, "seconds", seconds))

    def stall(self) -> None:
        """Nothing arrives, nothing is lost: as of a server that is stopped."""
        self._command(self.flows.clear)

    def reset(self) -> None:
        """Whoever is connected, or connects, is told that nobody is there."""
        self._command(self._reset)

    def cut(self) -> None:
        """What is sent disappears, both ways, and nobody is told. A connection that lived through it stays dead."""
        self._command(self._cut)

    # --- Within the loop ---

    def _command(self, change: Callable[[], object]) -> None:
        async def change_all() -> None:
            self.seconds, self.is_cut, self.is_resetting = 0.0, False, False
            self.flows.set()
            change()

        self._do(change_all())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    def _reset(self) -> None:
        self.is_resetting = True
        for line in self._lines:
            line.abort()

    def _cut(self) -> None:
        self.is_cut = True
        for line in self._lines:
            line.is_dead = True

    async def _open(self) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self._listening = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks)
        await asyncio.sleep(0)  # what was aborted ends in the loop's next turn

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        line = Line(self, (reader, writer))
        self._lines.add(line)
        try:
            await line.live()
        except (OSError, EOFError, asyncio.CancelledError):
            line.abort()
        finally:
            self._lines.discard(line)

    async def reach(self) -> Ends:
        """A new connection to the server."""
        if isinstance(self._server, str):
            return await asyncio.open_unix_connection(self._server)
        return await asyncio.open_connection(*self._server)


class Line:
    """One connection through the proxy, from its beginning to its end."""

    def __init__(self, proxy: Proxy, near: Ends) -> None:
        self._proxy, self._near = proxy, near
        self._far: Ends | None = None
        self.is_dead = proxy.is_cut

    async def live(self) -> None:
        if self._proxy.is_resetting:
            raise ConnectionResetError("nobody is there")
        self._far = await self._proxy.reach()
        ways = [self._carry(self._near, self._far, said=True), self._carry(self._far, self._near, said=False)]
        both = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.gather(*both)
        finally:
            for way in both:
                way.cancel()
        for _, writer in (self._near, self._far):
            writer.close()

    def abort(self) -> None:
        """Both ends hear it at once."""
        for _, writer in filter(None, (self._near, self._far)):
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()

    async def _carry(self, source: Ends, target: Ends, *, said: bool) -> None:
        """`said`: by whoever connected. What comes while the line is dead is gone, the word of its end too."""
        while data := await source[0].read(CHUNK):
            await asyncio.sleep(self._proxy.seconds)
            await self._proxy.flows.wait()
            if not self.is_dead:
                target[1].write(data)
                await target[1].drain()
            elif said and not self._proxy.is_cut:
                raise ConnectionError("the other side gave this line up long ago")
        if not self.is_dead:
            target[1].write_eof()
