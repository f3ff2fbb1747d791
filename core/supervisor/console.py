"""What a person sees: every process's lines behind its name, in its colour on a terminal.

Called from the supervisor and from one reading thread per process; a line is written whole.
"""

import threading
from dataclasses import dataclass, field
from typing import IO, TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
OWN_NAME = "up"


@dataclass
class Console:
    """Lines of the processes and of the supervisor itself, on one stream."""

    stream: TextIO
    width: int = 8
    _colours: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_terminal: bool = field(init=False)

    def __post_init__(self) -> None:
        self._is_terminal = self.stream.isatty()

    def say(self, text: str) -> None:
        """A line of the supervisor's own."""
        self.line(OWN_NAME, text)

    def line(self, name: str, text: str) -> None:
        self.plain(f"{self._paint(name)} {text.rstrip()}")

    def plain(self, text: str) -> None:
        """A line without a name in front; a terminal that has gone is no reason to stop."""
        with self._lock:
            try:
                self.stream.write(f"{text}\n")
                self.stream.flush()
            except (OSError, ValueError):
                return

    def follow(self, name: str, source: IO[bytes]) -> threading.Thread:
        """Copy what a process writes until it closes its end."""
        thread = threading.Thread(target=self._copy, args=(name, source), name=f"log-{name}", daemon=True)
        thread.start()
        return thread

    def _copy(self, name: str, source: IO[bytes]) -> None:
        with source:
            for line in source:
                self.line(name, line.decode(errors="replace"))

    def _paint(self, name: str) -> str:
        label = f"{name:<{self.width}}|"
        if not self._is_terminal:
            return label
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        return f"\033[{colour}m{label}\033[0m"
