"""A thread as a client in another language would keep it, written from docs/websocket.md alone. Pure.

Promises: a message is in the view once, in the order of its sequence, and nothing is shown past a hole; the ticket and
the other side's cursors only move forward. `wants` says what to ask for. Called by `tests.client.client` and by the
property test, which compares it with what the server would show to somebody who comes new.
"""

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]
WINDOW = 200  # further behind than this, the view starts anew from the newest messages


@dataclass(kw_only=True)
class View:
    """What is shown (`messages`), what waits behind a hole (`ahead`), and how far the server is known to be."""

    is_staff: bool
    messages: list[Frame] = field(default_factory=list)
    ahead: dict[int, Frame] = field(default_factory=dict)
    ticket: Frame | None = None
    reached: int = 0
    last: int = 0
    revision: int = 0
    read: int = 0
    received: int = 0
    is_loaded: bool = False

    def apply(self, frame: Frame) -> None:
        """Take one frame of the server's; an unknown kind changes nothing."""
        match frame["type"]:
            case "chat_history" if "before" in frame:
                self._earlier(frame["messages"])
            case "chat_history":
                self._history(frame)
            case "message":
                self._hold(frame["message"])
            case "read" | "received" if frame["is_support"] != self.is_staff:
                self._move(**{frame["type"]: frame["sequence"]})
        self._note(frame)
        self._absorb()

    @property
    def wants(self) -> Frame | None:
        """The question that would complete the view, or None when there is nothing to ask."""
        known = self.ticket["revision"] if self.ticket else 0
        if not self.is_loaded or (self.reached >= self.last and known >= self.revision):
            return None
        return {"type": "resume", "after": self.reached}

    def _history(self, frame: Frame) -> None:
        """An answer is the last word on what lies between its question and its end."""
        run = sorted(frame["messages"], key=_sequence)
        is_first, self.is_loaded = not self.is_loaded, True
        if run and (is_first or frame["limited"] or run[0]["sequence"] > self.reached + 1 + WINDOW):
            self.messages, self.reached = run, run[-1]["sequence"]
            return
        if "after" in frame and run and self.reached >= frame["after"]:
            self.messages += [message for message in run if message["sequence"] > self.reached]
            self.reached = max(self.reached, run[-1]["sequence"])
            return
        for message in run:
            self._hold(message)

    def _earlier(self, run: list[Frame]) -> None:
        first = self.messages[0]["sequence"] if self.messages else self.reached + 1
        self.messages = [message for message in run if message["sequence"] < first] + self.messages

    def _hold(self, message: Frame) -> None:
        if message["sequence"] > self.reached:
            self.ahead.setdefault(message["sequence"], message)
        self.last = max(self.last, message["sequence"])

    def _absorb(self) -> None:
        self.ahead = {number: message for number, message in self.ahead.items() if number > self.reached}
        while self.is_loaded and self.reached + 1 in self.ahead:
            self.reached += 1
            self.messages.append(self.ahead.pop(self.reached))

    def _note(self, frame: Frame) -> None:
        """What any frame may say beside: how far the thread, the ticket and the other side are."""
        self.last = max(self.last, frame.get("last_sequence") or 0, self.reached)
        self._move(**frame.get("others", {}))
        ticket = frame.get("ticket")
        self.revision = max(self.revision, frame.get("revision", 0), ticket["revision"] if ticket else 0)
        if ticket and (self.ticket is None or ticket["revision"] >= self.ticket["revision"]):
            self.ticket = ticket

    def _move(self, *, read: int = 0, received: int = 0) -> None:
        self.read, self.received = max(self.read, read), max(self.received, received)


def _sequence(message: Frame) -> int:
    return int(message["sequence"])
