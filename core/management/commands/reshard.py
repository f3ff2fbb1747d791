"""`manage.py reshard N`: changes into how many shards the command log is cut, while all of it is empty.

Run by an operator with web and sockets stopped and every accepted command stored (docs/operations.md). A command's
shard is a hash modulo this number, so changing it under entries would tear a ticket's order apart: look and change
are one script on the server, which refuses when anything lies in any shard.
"""

from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import command_log, valkey

MOST_SHARDS = 64

# KEYS: the number's key, then every shard of the old and of the new number. Answers how many entries are left.
_RESHARD = """
local left = 0
for k = 2, #KEYS do left = left + redis.call('XLEN', KEYS[k]) end
if left == 0 then redis.call('SET', KEYS[1], ARGV[1]) end
return left
"""


class Command(BaseCommand):
    """It runs although this process's own COMMAND_LOG_SHARDS may be wrong: that is what it is for."""

    help = "Changes the number of shards of an empty command log."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("shards", type=int, help=f"the new number, 1 to {MOST_SHARDS}")

    def handle(self, *_args: object, shards: int, **_options: object) -> None:
        if not 1 <= shards <= MOST_SHARDS:
            raise CommandError(f"{shards} is not a number of shards. Choose 1 to {MOST_SHARDS}.")
        try:
            self.stdout.write(_reshard(shards))
        except redis.RedisError as error:
            raise CommandError("The command log does not answer. Nothing was changed.") from error


def _reshard(shards: int) -> str:
    before = int(valkey.durable().get(command_log.SHARDS_KEY) or 0)
    if before == shards:
        return f"The command log has {_count(shards)} already. Nothing was changed."
    keys = [command_log.key(shard) for shard in range(max(before, shards))]
    left: Any = valkey.durable().eval(_RESHARD, 1 + len(keys), command_log.SHARDS_KEY, *keys, str(shards))
    if left:
        raise CommandError(
            f"Commands in the log that are not stored yet: {left}. Nothing was changed. "
            "Stop web and sockets, let the drain workers empty the log, then run this again."
        )
    return f"The command log has {_count(shards)} now. Set COMMAND_LOG_SHARDS={shards} and restart every process."


def _count(shards: int) -> str:
    return "1 shard" if shards == 1 else f"{shards} shards"
