"""A page with a socket, as a test drives it: says frames, hears frames, sees how the socket was closed."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection
from django.test import Client

from core.models import User
from support.routing import origins_only, websocket_urlpatterns

SECONDS = 20.0
Found = TypeVar("Found")
application = origins_only(URLRouter(websocket_urlpatterns))


def cookie_of(user: User) -> str:
    """A session of the person, as their browser would send it."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


async def off_loop(function: Callable[..., Found], *args: Any) -> Found:
    """Run something that asks the database, in a thread that leaves no connection behind."""

    def closing() -> Found:
        try:
            return function(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(closing)


async def comes_true(condition: Callable[[], object]) -> None:
    """Wait until the condition holds, without holding up the loop."""
    for _ in range(round(SECONDS * 100)):
        if await off_loop(condition):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not within {SECONDS:g} s: {condition}")


class Page:
    """One connection. `heard` keeps every frame, in order."""

    def __init__(self, path: str, cookie: str = "", origin: str | None = None) -> None:
        headers = [(b"origin", (origin or settings.SITE_URL).encode())]
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        self.heard: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self._socket = WebsocketCommunicator(application, path, headers)

    async def connect(self) -> bool:
        """Whether the socket was accepted."""
        accepted, _ = await self._socket.connect(SECONDS)
        return bool(accepted)

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self._socket.send_to(text_data=json.dumps(frame))

    async def say_raw(self, text: str) -> None:
        """Send text that need not be a frame."""
        await self._socket.send_to(text_data=text)

    async def say_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        await self._socket.send_to(bytes_data=data)

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; whatever comes before it is only kept."""
        while True:
            event = await self._socket.receive_output(SECONDS)
            assert event["type"] == "websocket.send", event
            frame: dict[str, Any] = json.loads(event["text"])
            self.heard.append(frame)
            if frame["type"] == kind:
                return frame

    async def hear_close(self) -> int:
        """The code the server closes with; frames before it are kept."""
        while True:
            event = await self._socket.receive_output(SECONDS)
            if event["type"] == "websocket.close":
                await self._socket.wait(SECONDS)
                return int(event["code"])
            self.heard.append(json.loads(event["text"]))

    async def is_let_in(self) -> bool:
        """Whether the first thing heard is a frame; if not, `closed_with` is why."""
        event = await self._socket.receive_output(SECONDS)
        if event["type"] == "websocket.send":
            self.heard.append(json.loads(event["text"]))
            return True
        self.closed_with = int(event["code"])
        await self._socket.wait(SECONDS)
        return False

    async def settle(self) -> None:
        """Return when the page is admitted: it hears, is heard, and is reviewed."""
        await self.say(type="ping")
        await self.hear("heartbeat")

    async def hears_nothing(self) -> bool:
        """Nothing is on its way: the answer to a ping comes next."""
        before = len(self.heard)
        await self.settle()
        return len(self.heard) == before + 1

    async def leave(self) -> None:
        """Close the page, unless the server did."""
        if not self._socket.future.done():
            await self._socket.disconnect(timeout=SECONDS)
