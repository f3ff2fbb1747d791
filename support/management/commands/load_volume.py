"""`manage.py load_volume`: a million tickets with ten million messages, to measure with or to size a machine by.

Called by people. All of it or nothing: an interruption leaves no row. Refuses where it was
loaded before, and outside DEBUG unless told to: what is made up cannot be told from what people wrote but by its
authors' names, and nothing takes it out again.
"""

import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from support.volume import people
from support.volume.draws import Size
from support.volume.loading import load, tidy

TICKETS: Final = 1_000_000
MESSAGES: Final = 10_000_000


class Command(BaseCommand):
    """Loads, and says how far it is."""

    help = "Loads made-up tickets with messages by COPY: all of them, or none when it is interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=TICKETS, help=f"{TICKETS:,} unless said otherwise")
        parser.add_argument("--messages", type=int, default=MESSAGES, help=f"{MESSAGES:,}, exactly, in all")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same tickets")
        parser.add_argument(
            "--password", default="", help="made-up people sign in with it; without one, never"
        )
        parser.add_argument("--in-production", action="store_true", help="although DEBUG is off")

    def handle(self, *_args: object, **options: Any) -> None:
        size = Size(tickets=options["tickets"], messages=options["messages"], seed=options["seed"])
        _require(size, in_production=options["in_production"], password=options["password"])
        self._size, self._begun, self._said = size, time.monotonic(), 0
        try:
            load(size, password=options["password"], told=self._tell)
        except KeyboardInterrupt as error:
            raise CommandError("Interrupted: nothing was loaded.") from error
        tidy()
        taken = time.monotonic() - self._begun
        self.stdout.write(
            f"Loaded {size.tickets:,} tickets with {size.messages:,} messages in {taken:.0f} s."
        )

    def _tell(self, tickets: int, messages: int) -> None:
        """A line for each twentieth."""
        share = tickets / self._size.tickets
        if int(20 * share) == self._said:
            return
        self._said = int(20 * share)
        passed = time.monotonic() - self._begun
        left = passed / share - passed
        self.stdout.write(
            f"{share:4.0%}  {tickets:,} tickets, {messages:,} messages, {passed:.0f} s, about {left:.0f} s left"
        )


def _require(size: Size, *, in_production: bool, password: str) -> None:
    if size.tickets < 1 or size.messages < 0:
        raise CommandError("Ask for one ticket at least, and for no fewer than 0 messages.")
    if not settings.DEBUG and not in_production:
        raise CommandError(
            "DEBUG is off: nothing takes made-up tickets out again. Say --in-production if you mean it."
        )
    if not settings.DEBUG and password:
        raise CommandError("Made-up people get a password with DEBUG=1 only.")
    if people.are_there():
        raise CommandError("Made-up tickets are here already. Load them into a new database.")
