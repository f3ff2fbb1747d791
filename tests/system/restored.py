"""A system elsewhere, on servers of its own that held nothing, made from a backup of another."""

from pathlib import Path

from tests.system.processes import System


class Restored(System):
    """Starts as docs/operations.md says: restore, migrate, then every process."""

    def __init__(self, backup: Path, **environment: str) -> None:
        super().__init__(**environment)
        self._backup = backup

    def start(self) -> None:
        self.fleet.start()
        self.sink.start()
        self.environment = self._environment()
        self.manage("restore", str(self._backup))
        self.manage("migrate", "--verbosity", "0")
        for name in self.commands:
            self.run(name)
        self.wait_until_ready()
