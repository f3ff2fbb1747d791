"""Whole bodies behind a WSGI server, which takes the end of the line for the end of the body.

A form or a file that was cut off on its way would be stored as if it were all. Here reading it fails, and Django
raises `UnreadablePostError`. Behind an ASGI server no request begins before its body is whole (`core.one_thread`).
Called by `core.wsgi`.
"""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO


class WholeBody:
    """`wsgi.input`, of which so many bytes were announced. Raises ConnectionAbortedError where fewer come."""

    def __init__(self, stream: BinaryIO, announced: int) -> None:
        self._stream = stream
        self._left = announced

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left."""
        wanted = self._wanted(size)
        return self._counted(self._stream.read(wanted), wanted)

    def readline(self, size: int = -1) -> bytes:
        """A line, or its first so many bytes."""
        wanted = self._wanted(size)
        line = self._stream.readline(wanted)
        return self._counted(line, len(line) if line.endswith(b"\n") else wanted)

    def _wanted(self, size: int) -> int:
        return self._left if size < 0 else min(size, self._left)

    def _counted(self, content: bytes, wanted: int) -> bytes:
        self._left -= len(content)
        if len(content) < wanted:
            raise ConnectionAbortedError(f"the client left {self._left} bytes before the end of its body")
        return content


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_whole_bodies(application: Application) -> Application:
    """The same application, which never sees the half of a body."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
