"""Read the Procfile: one process per line, `name: command`, with $VARIABLES from the environment.

Called by the supervisor and by the tests that hold other deployments to the same commands. There is no shell in
between, so what is signalled is the process itself.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

LINE = re.compile(r"^(?P<name>[a-z][a-z0-9_-]*):\s*(?P<command>\S.*)$")


@dataclass(frozen=True)
class Entry:
    """A line of the Procfile, its variables not yet filled in."""

    name: str
    command: str

    def words(self, environment: Mapping[str, str]) -> list[str]:
        """The command as it is executed; an unknown variable is an error, not an empty word."""
        return [Template(word).substitute(environment) for word in shlex.split(self.command)]

    @property
    def worker(self) -> str | None:
        """The family's name when this is a Celery worker: `drain` of `-n drain@%h`."""
        words = shlex.split(self.command)
        return words[words.index("-n") + 1].partition("@")[0] if "-n" in words else None


def read(path: Path) -> list[Entry]:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return [_entry(line, path) for line in lines if line and not line.startswith("#")]


def _entry(line: str, path: Path) -> Entry:
    found = LINE.match(line)
    if found is None:
        raise ValueError(f"{path.name}: {line!r} is not of the form `name: command`.")
    return Entry(found["name"], found["command"])
