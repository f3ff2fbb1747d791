"""`manage.py load_demo`: five accounts and a dozen tickets for somebody who looks around for the first time.

Called by `manage.py up` under DEBUG. Accounts are rows; tickets are commands, appended to the log like everybody's,
so that the workers store them the usual way. Loading twice changes nothing. Must not run outside DEBUG: the
password is published.
"""

import uuid
from collections import defaultdict
from datetime import UTC, datetime

import redis
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import command_log
from core.contracts import Command as Asked
from core.models import User
from core.problems import Refused
from support.demo.accounts import ACCOUNTS, PASSWORD, Account
from support.demo.build import story, ticket_id_of
from support.demo.tickets import TICKETS
from support.models import SupportTicket

PAGE = 1000


class Command(BaseCommand):
    """Adds what is missing, and says what it did."""

    help = "Loads the demo accounts and tickets (DEBUG only); a second run changes nothing."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts have a published password: load_demo runs with DEBUG=1 only.")
        people, created = create_accounts()
        try:
            missing = _missing(people)
            for commands in _by_shard(missing).values():
                command_log.append(commands)
        except (redis.RedisError, Refused) as error:
            raise CommandError(
                "The command log does not take the demo tickets. Start Valkey, then run this again."
            ) from error
        self.stdout.write(_sentence(created, len(missing)))


def create_accounts() -> tuple[dict[str, uuid.UUID], int]:
    """The id of each account by user name, and how many were created. All of them or none."""
    people, created = {}, 0
    with transaction.atomic():
        for account in ACCOUNTS:
            user = User.objects.filter(username=account.username).first()
            created += user is None
            people[account.username] = (user or _create(account)).pk
    return people, created


def _create(account: Account) -> User:
    user = User.objects.create_user(
        account.username,
        account.email,
        PASSWORD,
        id=account.id,
        first_name=account.first_name,
        last_name=account.last_name,
        timezone=account.timezone,
        is_staff=account.is_staff,
        is_superuser=account.is_superuser,
    )
    EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
    return user


def _missing(people: dict[str, uuid.UUID]) -> list[list[Asked]]:
    """The stories of the tickets that are neither stored nor on their way."""
    now = datetime.now(UTC)
    stories = {ticket_id_of(ticket, people): list(story(ticket, people, now)) for ticket in TICKETS}
    waiting = _waiting()  # asked first: what leaves the log meanwhile is found stored
    stored = SupportTicket.objects.in_bulk(stories)
    return [told for key, told in stories.items() if key not in stored and str(told[0].id) not in waiting]


def _waiting() -> set[str]:
    """The ids of all commands in the log."""
    found: set[str] = set()
    for shard in range(settings.COMMAND_LOG_SHARDS):
        after = ""
        while page := command_log.read(shard, after=after, count=PAGE):
            found |= {entry.command_id for entry in page}
            after = page[-1].entry_id
    return found


def _by_shard(stories: list[list[Asked]]) -> dict[int, list[Asked]]:
    """In the order of their times, so that a higher number is a younger ticket; a ticket's own order is kept."""
    shards: dict[int, list[Asked]] = defaultdict(list)
    for command in sorted((command for told in stories for command in told), key=lambda command: command.at):
        shards[command_log.shard_of(command.aggregate)].append(command)
    return shards


def _sentence(created: int, tickets: int) -> str:
    if not created and not tickets:
        return "Demo data is loaded already."
    return f"Demo data: {created} accounts created, {tickets} tickets on their way to the workers."
