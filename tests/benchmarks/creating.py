"""Tickets over HTTP: created and waited for (201), created and not waited for (202), and inserted by a plain view.

Called by `tests.benchmarks.run`. Thirty-two connections ask without a pause. A 202 where 201 was asked for, and
a 503, are not counted; their share is noted.
"""

import json
from collections.abc import Sequence
from statistics import median

from tests.benchmarks import http
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import FLOOR, PRODUCT
from tests.benchmarks.goals import CREATED, SYNCHRONOUS
from tests.benchmarks.processor import processor, spent
from tests.benchmarks.stage import beside
from tests.benchmarks.tickets import TICKET

AT_ONCE = 32
PATH, PLAIN_PATH = "/support/api/tickets/create/", "/benchmark/tickets/"
NOT_AWAITED = "tickets created at 32, 202: requests/s"
BODY = json.dumps(TICKET)
WAYS = {
    SYNCHRONOUS: (FLOOR, PLAIN_PATH, "", {201}),
    CREATED: (PRODUCT, PATH, "wait=10", {201}),
    NOT_AWAITED: (PRODUCT, PATH, "respond-async", {202, 201}),  # 201: stored by the time of the answer
}
ALIAS = "insert"
ACCEPTED = 202  # instead of 201 where a commit takes longer than anybody may wait
BUSY = 503  # no database connection was free within three seconds


async def create(bench: Bench, _tickets: Sequence[str]) -> None:
    """The three ways in turn."""
    plain = beside(bench.system, ALIAS, "tests.benchmarks.insert:application")
    addresses = {FLOOR: plain, PRODUCT: bench.system.url}
    for repeat in range(bench.repeats):
        for what in list(WAYS) if repeat % 2 else list(reversed(WAYS)):
            await _measure(bench, what, addresses)
    bench.system.kill(ALIAS)


async def _measure(bench: Bench, what: str, addresses: dict[str, str]) -> None:
    name, path, preference, wanted = WAYS[what]
    headers = {"Prefer": preference} if preference else {}
    asking = http.request(bench.people[0], "POST", path, BODY, **headers)
    await bench.settled()
    bench.calibrate()
    design = bench.designs[PRODUCT]
    names = design.everything if name == PRODUCT else (ALIAS, "postgres")
    looked = processor(bench.system, names)
    asked = await http.ask(addresses[name], lambda: asking, AT_ONCE, bench.seconds)
    await bench.settled()
    cost = sum(spent(looked, processor(bench.system, names)).values())
    if set(asked.statuses) - wanted - {ACCEPTED, BUSY}:
        raise AssertionError(f"{what}: answered with {dict(asked.statuses)}")
    answered = sum(asked.statuses[status] for status in wanted)
    bench.book.note(what, name, answered / asked.seconds)
    bench.book.note(f"{what.partition(':')[0]}: share answered so", name, answered / len(asked.taken))
    bench.book.note(f"{what.partition(':')[0]}: p50 ms", name, 1000 * median(asked.taken))
    bench.book.note(f"{what.partition(':')[0]}: CPU ms a request", name, 1000 * cost / len(asked.taken))
    bench.step(what)
