"""`manage.py backup FOLDER`: the database, the command log and the kept files in one folder, while everything runs.

Run by an operator or a timer (docs/operations.md). The folder must be new or empty. Nothing is left when it fails.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import backups


class Command(BaseCommand):
    """It runs whatever the system checks think: a backup is wanted most when something is wrong."""

    help = "Saves everything that was accepted into a folder, while the system runs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        try:
            made = backups.save(folder)
        except backups.Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(
            f"Saved in {folder}, true for {made.made_at}: the database, {made.entries} commands that were accepted "
            f"and not stored yet, {made.files} kept files. SECRET_KEY is not in it."
        )
