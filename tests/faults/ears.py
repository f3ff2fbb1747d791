"""An ear: one raw socket that writes down everything it is told, when, and how it ended. It mends nothing."""

import asyncio
import json
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.system.people import Person
from tests.system.waiting import eventually


class Ear:
    """`heard` is raw text by moment; `end` is the close code and its reason."""

    def __init__(self, person: Person, path: str, *, at: str = "") -> None:
        """`at` is a server's address, if it is not the system's own."""
        self._person, self._url = person, (at or person.system.url) + path
        self.heard: list[tuple[float, str]] = []
        self.end: tuple[int | None, str | None] | None = None

    async def __aenter__(self) -> Self:
        self.socket: ClientConnection = await connect(
            self._url.replace("http", "ws", 1),
            origin=Origin(self._person.system.url),
            additional_headers={"Cookie": self._person.cookie},
        )
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self._listening

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                text = await self.socket.recv(decode=True)
                self.heard.append((time.monotonic(), text))
        self.end = (self.socket.close_code, self.socket.close_reason)

    @property
    def text(self) -> str:
        """Everything that was heard."""
        return "\n".join(text for _, text in self.heard)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """The same as frames."""
        return [json.loads(text) for _, text in self.heard]

    def count(self, kind: str) -> int:
        """How many frames of this type were heard."""
        return sum(frame["type"] == kind for frame in self.frames)

    @property
    def codes(self) -> list[str]:
        """The codes of all errors, in order."""
        return [frame["code"] for frame in self.frames if frame["type"] == "error"]

    async def opened(self) -> None:
        """The first history has come."""
        await eventually(lambda: self.heard, what="the first frame")

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def ended(self, seconds: float = 10.0) -> tuple[int | None, str | None]:
        """How the server closed it."""
        return await eventually(lambda: self.end, seconds, what="the socket is closed") or (None, None)
