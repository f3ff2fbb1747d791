"""One run per state directory: a lock that the kernel drops with its holder, and the address of who holds it.

Called by `manage.py up` before anything else.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Turnstile:
    """`enter` is False when another run is inside; `holder` then says where it answers."""

    file: Path
    _handle: int | None = None

    def enter(self, address: str) -> bool:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        os.truncate(handle, 0)
        os.write(handle, address.encode())
        self._handle = handle
        return True

    def leave(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    @property
    def holder(self) -> str:
        return self.file.read_text(encoding="utf-8")
