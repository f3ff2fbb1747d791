"""What is appended to the command log while one looks, as the log's own server tells it.

Promises: `of` misses nothing, however short it lay in the log, because the server reports each command it is given in
order. Called by experiments that say what must not be in there.
"""

from types import TracebackType
from typing import Self
from uuid import uuid4

import redis

from tests.system.people import Person
from tests.system.processes import System


class Appends:
    """Begins to look when entered."""

    def __init__(self, system: System) -> None:
        self._client = redis.Redis.from_url(system.fleet.urls.command_log, socket_timeout=20)
        self._monitor = self._client.monitor()
        self._said: list[str] = []

    def __enter__(self) -> Self:
        self._monitor.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._monitor.__exit__(kind, error, trace)
        self._client.close()

    def of(self, person: Person) -> list[str]:
        """The commands in this person's name that were appended so far, as the log has them."""
        actor = f'"actor":"user:{person.id}"'
        mark = f"ECHO {uuid4()}"
        self._client.execute_command(*mark.split())
        while (said := self._monitor.next_command()["command"]) != mark:
            self._said.append(said)
        return [each for each in self._said if each.startswith("XADD commands:") and actor in each]
