"""Whole bodies behind a WSGI server, which takes the end of the line for the end of the body.

A form or a file that was cut off on its way would be stored as if it were all. Here reading it raises BadRequest. An
OSError, which is what a line that breaks raises by itself, would be swallowed by Django's CSRF check, and the form be
taken for an empty one. Behind an ASGI server no request begins before its body is whole (`core.one_thread`). Called by
`core.wsgi`.
"""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Final

from django.core.exceptions import BadRequest

from core.roomy import roomy

_CUT: Final = "the client left before its body was whole"


class WholeBody:
    """`wsgi.input`, of which so many bytes were announced. Raises BadRequest where fewer come."""

    def __init__(self, stream: BinaryIO, announced: int) -> None:
        self._stream = stream
        self._left = announced

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left."""
        wanted = self._wanted(size)
        return self._counted(self._stream.read, wanted, lambda content: len(content) == wanted)

    def readline(self, size: int = -1) -> bytes:
        """A line, or its first so many bytes."""
        wanted = self._wanted(size)
        return self._counted(
            self._stream.readline, wanted, lambda line: len(line) == wanted or line.endswith(b"\n")
        )

    def _wanted(self, size: int) -> int:
        return self._left if size < 0 else min(size, self._left)

    def _counted(self, read: Callable[[int], bytes], wanted: int, is_whole: Callable[[bytes], bool]) -> bytes:
        try:
            content = read(wanted)
        except OSError as error:
            raise BadRequest(_CUT) from error
        if not is_whole(content):
            raise BadRequest(_CUT)
        self._left -= len(content)
        return content


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_whole_bodies(application: Application) -> Application:
    """The same application, which never sees the half of a body."""

    @roomy
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
