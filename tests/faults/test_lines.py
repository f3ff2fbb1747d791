"""N5: the lines of the web and the drain to each server go wrong in turn, slow, silent, reset; no server does."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.faults.asking import posting
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.proxied import proxied
from tests.system.proxy import Proxy
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
LONGEST_PAUSE: Final = 15.0  # of a page between two attempts, and between two heartbeats
# What is done to a line, and for how many seconds.
FAULTS: Final[dict[str, tuple[Callable[[Proxy], None], float]]] = {
    "delayed": (lambda proxy: proxy.delay(0.5), 8.0),
    "stalled": (Proxy.stall, 5.0),
    "reset": (Proxy.reset, 0.0),
}


@pytest.fixture
def proxies(unmailed: System) -> Iterator[dict[str, Proxy]]:
    with proxied(unmailed, "web", "drain") as proxies:
        yield proxies


async def goes_wrong(proxy: Proxy, fault: str, load: Load) -> float:
    """The seconds from when the line was well again until every page has what had been written by then."""
    begin, seconds = FAULTS[fault]
    await load.more(100)
    await asyncio.to_thread(begin, proxy)
    since = time.monotonic()
    await eventually(lambda: time.monotonic() - since >= seconds, seconds + 5, what=f"it is {fault}")
    await asyncio.to_thread(proxy.pass_on)
    well = time.monotonic()
    await load.caught_up()
    return time.monotonic() - well


async def test_n5_lines_that_are_slow_silent_or_reset_cost_no_message(
    proxies: dict[str, Proxy], unmailed: System, amira: Person, ben: Person, dora: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    ticket = (await asyncio.to_thread(dora.open_ticket))["id"]
    t_recover: dict[str, dict[str, float]] = {server: {} for server in proxies}
    async with Load(amira, ben) as load:
        async with load.flowing(), posting(dora, ticket) as asked:
            for server, proxy in proxies.items():
                for fault in FAULTS:
                    t_recover[server][fault] = await goes_wrong(proxy, fault, load)
            await load.more(100)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert asked.missing(unmailed) == 0
    assert {each.status for each in asked.answers} <= {201, 202, 503}
    assert [name for name in unmailed.processes if unmailed.has_died(name)] == []
    assert max(max(each.values()) for each in t_recover.values()) < (LONGEST_PAUSE + 5) * slowed
    words = (
        f"{server}: {', '.join(f'{fault} {seconds:.1f} s' for fault, seconds in each.items())}"
        for server, each in t_recover.items()
    )
    measured("N5", f"t_recover, {'; '.join(words)}", slowed)
