"""A backup is taken while people write, and restored elsewhere: what was accepted before it began is there."""

import asyncio
import hashlib
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from core import command_log
from tests.client.client import Client
from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.restored import Restored
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
PICTURE = b"what somebody sent by mail"
DIGEST = hashlib.sha256(PICTURE).hexdigest()
WAITING = 60
Proven = dict[str, list[tuple[set[str], set[str]]]]


@contextmanager
def restored(backup: Path) -> Iterator[System]:
    running = Restored(backup)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def proven(load: Load) -> Proven:
    """What each page knows to be accepted, and to be stored, at this moment."""
    return {
        ticket: [(set(page.ledger.accepted), set(page.ledger.seen)) for page in pages]
        for ticket, pages in load.pages.items()
    }


def kept(system: System) -> Path:
    return system.home / "kept" / DIGEST[:2] / DIGEST


def waiting(system: System) -> int:
    return int(redis.Redis.from_url(system.fleet.urls.command_log).xlen(command_log.key(0)))


async def pages_elsewhere(
    stack: AsyncExitStack, elsewhere: System, load: Load, before: Proven
) -> dict[str, list[Client]]:
    """A new page for each of the load's, with the same proofs, on the restored system."""
    people = [stack.enter_context(Person(elsewhere, name)) for name in ("amira", "ben")]
    found: dict[str, list[Client]] = {}
    for ticket, pages in load.pages.items():
        found[ticket] = []
        for person, page, (accepted, seen) in zip(people, pages, before[ticket], strict=True):
            client = person.client(ticket)
            client.ledger.attempts.update(page.ledger.attempts)
            client.ledger.accepted.update(dict.fromkeys(accepted, 0.0))
            client.ledger.seen.update(seen)
            found[ticket].append(await stack.enter_async_context(client))
    return found


async def judged(backup: Path, load: Load, before: Proven) -> tuple[Verdict, float]:
    """What the oracle says of the system that a backup became, after each page has written once more."""
    began = time.monotonic()
    with restored(backup) as elsewhere:
        took = time.monotonic() - began
        assert kept(elsewhere).read_bytes() == PICTURE
        oracle = Oracle(elsewhere)
        async with AsyncExitStack() as stack:
            pages = await pages_elsewhere(stack, elsewhere, load, before)
            everybody = [page for both in pages.values() for page in both]
            await eventually(
                lambda: all(page.is_connected for page in everybody), 60, what="all are connected"
            )
            for number, page in enumerate(everybody):
                page.post(f"written after it was restored {number}")
            return await oracle.judge(pages), took


async def saved(system: System, folder: Path) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    await asyncio.to_thread(system.manage, "backup", str(folder))
    return time.monotonic() - began


async def drain_at_work(system: System, load: Load) -> None:
    """Commands leave the log for the database while both are saved."""
    await load.more(100)


async def no_drain(system: System, load: Load) -> None:
    """What is accepted stays in the log, and the log has to come back."""
    system.kill("drain")
    await eventually(lambda: waiting(system) >= WAITING, 60, what="commands wait")


CASES = {"R1": drain_at_work, "R2": no_drain}


@pytest.mark.parametrize("experiment", CASES)
async def test_nothing_that_was_accepted_is_missing_elsewhere(
    experiment: str, healed: System, amira: Person, ben: Person, tmp_path: Path
) -> None:
    slowed, prepare = slowness(), CASES[experiment]
    kept(healed).parent.mkdir(parents=True, exist_ok=True)
    kept(healed).write_bytes(PICTURE)
    async with Load(amira, ben, tickets=4) as load:
        oracle = Oracle(healed)
        async with load.flowing():
            await prepare(healed, load)
            before = proven(load)
            in_log = waiting(healed)
            took = await saved(healed, tmp_path / "backup")
            if "drain" not in healed.processes:
                healed.run("drain")
            await load.more(40)
            await load.caught_up()
        assert await oracle.judge(load.pages) == Verdict()
    verdict, back = await judged(tmp_path / "backup", load, before)

    # What was written after it began need not be there; what was accepted before must.
    assert replace(verdict, lost_written=0) == Verdict()
    accepted = sum(len(page[0]) for pages in before.values() for page in pages)
    assert accepted > 0
    measured(
        experiment,
        f"{accepted} accepted before it began, {in_log} of them in the log: 0 missing, every view right; "
        f"saved in {took:.1f} s, running elsewhere after {back:.1f} s",
        slowed,
    )
