"""Two clients that behave as the product's page does: one writes and resends, one reads and catches up.

Both use the public protocol only. The writer keeps one unanswered append, resends what was not accepted under the
same id, and trusts what was accepted. The reader asks for what is missing when it sees a hole, when a heartbeat is
ahead of it, and when it comes back.
"""

import json
import threading
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.system.people import Chat, Person
from tests.system.waiting import until

LOST = (ConnectionClosed, InvalidHandshake, TimeoutError, OSError)


class Client(threading.Thread):
    """Holds a socket on one ticket and opens it again whenever it is gone."""

    def __init__(self, person: Person, ticket_id: str) -> None:
        super().__init__(daemon=True)
        self.person, self.ticket_id = person, ticket_id
        self.finished = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.finished.is_set():
                try:
                    with self.person.chat(self.ticket_id) as chat:
                        self.use(chat)
                except LOST:
                    self.finished.wait(0.1)
        except BaseException as error:  # noqa: BLE001  (shown by the test that waits for this thread)
            self.failure = error
            self.finished.set()

    def use(self, chat: Chat) -> None:
        raise TypeError(f"{type(self).__name__} does not say what it does with a socket")

    def result(self, seconds: float) -> None:
        """Wait until it is done; raise what went wrong."""
        self.finished.wait(seconds)
        self.join(seconds)
        if self.failure:
            raise self.failure
        assert self.finished.is_set(), f"{type(self).__name__} is not done"


class Writer(Client):
    """Posts `count` messages, one unanswered at a time."""

    def __init__(self, person: Person, ticket_id: str, count: int) -> None:
        super().__init__(person, ticket_id)
        self.outbox = [(str(uuid4()), f"message {number}") for number in range(count)]
        self.accepted: list[str] = []

    def use(self, chat: Chat) -> None:
        while len(self.accepted) < len(self.outbox):
            message_id, text = self.outbox[len(self.accepted)]
            chat.send(text, message_id)
            chat.next("accepted", seconds=3, id=message_id)
            self.accepted.append(message_id)
        self.finished.set()

    def wait_for(self, count: int) -> None:
        until(lambda: len(self.accepted) >= count or self.finished.is_set(), 60, what=f"{count} accepted")


class Reader(Client):
    """A page that stays open: what it shows, by sequence, and how often it was told."""

    def __init__(self, person: Person, ticket_id: str, count: int) -> None:
        super().__init__(person, ticket_id)
        self.count = count
        self.shown: dict[int, str] = {}
        self.conflicts: list[dict[str, Any]] = []

    @property
    def reached(self) -> int:
        """The end of what it has without a hole."""
        reached = 0
        while reached + 1 in self.shown:
            reached += 1
        return reached

    def use(self, chat: Chat) -> None:
        chat.say(type="resume", after=self.reached)
        while self.reached < self.count:
            frame: dict[str, Any] = json.loads(chat.socket.recv(timeout=35))
            if frame["type"] == "chat_history":
                for message in frame["messages"]:
                    self._show(message)
            elif frame["type"] == "message":
                self._show(frame["message"])
            if max(frame.get("last_sequence") or 0, *self.shown, 0, 0) > self.reached:
                chat.say(type="resume", after=self.reached)
        self.finished.set()

    def _show(self, message: dict[str, Any]) -> None:
        known = self.shown.setdefault(message["sequence"], message["id"])
        if known != message["id"]:
            self.conflicts.append(message)
