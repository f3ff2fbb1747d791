"""`manage.py restore FOLDER`: what `manage.py backup` saved, into an empty database, command log and KEPT_DIR.

Run by an operator before any process is started (docs/operations.md). Everything is asked first; a refusal has changed
nothing.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import backups


class Command(BaseCommand):
    """It runs on servers that hold nothing, which no system check would let pass."""

    help = "Restores a backup into an empty database, command log and KEPT_DIR."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what manage.py backup has written")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        try:
            made = backups.restore(folder)
        except backups.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(
            f"Restored what was true for {made.made_at}: the database, {made.entries} commands that drains will "
            f"store, {made.files} kept files. Now run manage.py migrate, then start every process."
        )
