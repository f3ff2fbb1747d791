"""Pages behind an ASGI server: each request in one thread that is kept for the next, as a WSGI server has it.

Django's own handler takes a new thread for each request, and goes to it and back for each part of the way; none of
our views and middleware is asynchronous, so they gain nothing by it, and a request costs a fifth less without. A thread
is taken once the whole body is there: who sends slowly keeps nobody waiting, and half a form is never handled.
Called by `core.asgi`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, Final, cast

import django
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from core.roomy import roomy

# As many are begun as are at work at once; what is asked of a database that hangs must not keep others from an answer.
MOST: Final = 256


class OneThread(ASGIHandler):
    """Django's handler, with a pool of threads in each of which one request is answered at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(MOST, "pages")

    def load_middleware(self, is_async: bool = False) -> None:
        """As for WSGI."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, or nobody when the client has left before its body was whole."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        run, loop = copy_context().run, asyncio.get_running_loop()
        response = await loop.run_in_executor(self._threads, run, self._answer, scope, body)
        await self.send_response(response, send)

    @roomy
    def _answer(self, scope: Mapping[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """A finished answer: closing it gives back this thread's connection to the database."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response = self.get_response(request) if request else cast(HttpResponseBase, refusal)
        try:
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = _whole(b"".join(response))
        finally:
            response.close()
        return response


def get_asgi_application() -> OneThread:
    """In place of Django's function of this name."""
    django.setup(set_prefix=False)
    return OneThread()


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
