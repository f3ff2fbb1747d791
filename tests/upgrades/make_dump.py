"""Writes a dump of today's schema with the demo's rows: `python -m tests.upgrades.make_dump 0.1.0`.

Kept for every release, so that a later one can prove that it migrates what people have.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from core import embedded
from core.embedded import wheel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STORE = "from workers.persistence import drain\nwhile drain(0): pass"


def dump(version: str) -> Path:
    """Migrate, load the demo, let a drain store it, dump."""
    with tempfile.TemporaryDirectory() as home, embedded.servers(home) as fleet:
        environment = {**os.environ, "DEBUG": "1", "STATE_DIR": home, **fleet.urls.environment()}
        for arguments in (["migrate", "-v0"], ["load_demo"], ["shell", "-v0", "-c", STORE]):
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)
        command = [
            str(wheel.installed() / wheel.PROGRAMS / "pg_dump"),
            "--no-owner",
            "--no-privileges",
            "--inserts",
            fleet.urls.database,
        ]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    target = HERE / f"{version}.sql"
    # psql's own commands (\\restrict and its twin carry a random token) are not for other programs to read.
    target.write_text("".join(line for line in text.splitlines(True) if not line.startswith("\\")))
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{dump(sys.argv[1])}\n")
