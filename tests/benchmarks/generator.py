"""Appends messages to the command log at a rate, as web processes with very many sockets would, and says how it went.

`python -m tests.benchmarks.generator RATE SECONDS ACTOR TICKET…` hands commands to the product's own writer, so they
are appended in batches and ring the drain by the same rule. What it prints is JSON. No socket is held: the load of
sockets on the log and the drain is looked at, and nothing else. Started by `tests.benchmarks.simulation` alone.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import quantiles
from uuid import UUID

os.environ.setdefault("PROCESS_ROLE", "asgi")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

import django

django.setup()

from core import ids
from support.commands import PostMessage
from support.sockets.writer import Writer

TEXT = "How do I log supervision hours?"
TICK = 0.005


async def generate(rate: float, seconds: float, actor: str, tickets: Sequence[UUID]) -> dict[str, float]:
    """Every tick what is due, whatever became of what was handed over before."""
    writer, taken, refused = Writer(), list[float](), 0
    began, turn, said = time.perf_counter(), itertools.cycle(tickets), 0

    async def accept(command: PostMessage, due: float) -> None:
        nonlocal refused
        if await writer.hand([command]) is None:
            taken.append(time.perf_counter() - due)
        else:
            refused += 1

    async with asyncio.TaskGroup() as group:
        while (passed := time.perf_counter() - began) < seconds:
            while said < passed * rate:
                now = datetime.now(UTC)
                command = PostMessage(id=ids.new_id(), actor=actor, at=now, ticket_id=next(turn), body=TEXT)
                group.create_task(accept(command, began + said / rate))
                said += 1
            await asyncio.sleep(TICK)
    parts = quantiles(taken, n=100, method="inclusive")
    spent = time.perf_counter() - began
    return {"accepted": len(taken), "refused": refused, "seconds": spent, "p50": parts[49], "p99": parts[98]}


def main() -> None:
    rate, seconds, actor, *tickets = sys.argv[1:]
    found = asyncio.run(generate(float(rate), float(seconds), actor, [UUID(ticket) for ticket in tickets]))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
