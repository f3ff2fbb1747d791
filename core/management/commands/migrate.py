"""`manage.py migrate`: Django's own, which waits for a lock for five seconds and no longer.

Run by operators and by the container `migrate`, while everything else runs. Whoever waits for an exclusive lock makes
everybody wait behind it, so a migration that cannot have its table gives up: nothing of it was applied, but for indexes
dropped concurrently, and it is run again. Must do nothing else that Django's does not.
"""

from typing import Any, Final

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

SECONDS: Final = 5


class Command(migrate.Command):
    """The time-out belongs to this connection, and to every migration of this run."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{SECONDS}s"])
        try:
            super().handle(*arguments, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A migration waited {SECONDS} s for a table that somebody holds, and gave up. "
                "Nothing of it was applied, but for indexes dropped beside what runs; run this again."
            ) from error
