"""What is still on its way: entries in the command log, tasks in the queues, deliveries that are not final."""

import redis

from core.queues import NAMES
from tests.system.processes import System

NOT_FINAL = ["planned", "queued", "sending"]


class Leftovers:
    """`count` looks anew each time."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._durable = redis.Redis.from_url(system.fleet.urls.command_log)
        self._ephemeral = redis.Redis.from_url(system.fleet.urls.redis)

    def count(self) -> dict[str, int]:
        streams = list(self._durable.scan_iter("commands:*", _type="stream"))
        waiting = sum(self._ephemeral.llen(name) for name in NAMES)
        query = "SELECT count(*) FROM notifications_delivery WHERE state = ANY(%s)"
        [(deliveries,)] = self._system.rows(query, NOT_FINAL)
        return {
            "log_entries": sum(self._durable.xlen(key) for key in streams),
            "tasks": waiting + self._ephemeral.hlen("unacked"),
            "deliveries_not_final": deliveries,
        }

    def are_gone(self) -> bool:
        """Nothing is on its way at this moment."""
        return not any(self.count().values())
