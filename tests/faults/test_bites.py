"""The oracle bites: with one promise broken on purpose the trial that is all-zero otherwise is red, and says why."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from uuid import uuid4

import pytest

from tests.client.client import Client
from tests.faults.keeper import Keeper
from tests.faults.load import Load
from tests.faults.oracle import Oracle, Verdict
from tests.faults.sabotage.broken import BROKEN_BY, settings_for
from tests.system.fixtures import running_system
from tests.system.leftovers import Leftovers
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually, until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]


@pytest.fixture(scope="module")
def frail() -> Iterator[System]:
    """A system of its own: what is broken in here stays broken."""
    with running_system() as running:
        running.mail_nobody()
        yield running


@pytest.fixture(scope="module")
def people(frail: System) -> Iterator[tuple[Person, Person]]:
    with Person(frail, "amira") as amira, Person(frail, "ben") as ben:
        yield amira, ben


def red(verdict: Verdict) -> set[str]:
    """The promises that the oracle found broken."""
    return {name for name, count in asdict(verdict).items() if count}


# --- The drain ---


@asynccontextmanager
async def drains(system: System, promise: str, count: int) -> AsyncIterator[list[str]]:
    """So many drains that break this promise (none for ""), in place of the one."""
    system.kill("drain", signal.SIGTERM)
    names = [f"{promise or 'honest'}-{number}-{uuid4().hex[:4]}" for number in range(count)]
    try:
        for name in names:
            system.run("drain", alias=name, environment=settings_for(promise) if promise else {})
        await asyncio.to_thread(
            until, lambda: all(" ready." in system.log(name) for name in names), 60, what=f"{names} are ready"
        )
        yield names
    finally:
        system.fail_points.disarm()
        for name in names:
            system.kill(name, signal.SIGTERM)
        system.run("drain")


async def tried(
    system: System, people: tuple[Person, Person], promise: str, count: int, moment: str
) -> Verdict:
    """A burst of messages through these drains; one of them dies at that moment, if one is named, and comes back."""
    leftovers, oracle = Leftovers(system), Oracle(system)
    async with (
        Load(*people, tickets=2) as load,
        drains(system, promise, count) as names,
        Keeper(system, *names) as keeper,
    ):
        if moment:
            system.fail_points.arm(moment, turn=3)
        load.burst(60)
        if moment:
            await keeper.death()
        await eventually(
            lambda: all(len(each.ledger.accepted) == 60 for each in load.writers), what="all is accepted"
        )
        await asyncio.to_thread(
            until, lambda: not leftovers.count()["log_entries"], 60, what="all is worked off"
        )
    return await oracle.judge(load.pages)


TRIALS = {
    "read_tail_first": (1, "", "order_violations"),
    "lock_nothing": (2, "", "errors_logged"),
    "recognise_nothing": (1, "commit.after", "dead_letters"),
    "delete_before_the_commit": (1, "commit.before", "lost_accepted"),
    "plan_when_all_is_done": (1, "acknowledge.after", "ledger_unbalanced"),
}


@pytest.mark.parametrize("promise", BROKEN_BY)
async def test_a_drain_that_breaks_a_promise_is_found_out(
    promise: str, frail: System, people: tuple[Person, Person]
) -> None:
    count, moment, broken = TRIALS[promise]
    assert await tried(frail, people, "", count, moment) == Verdict()

    verdict = await tried(frail, people, promise, count, moment)

    assert broken in red(verdict), verdict


# --- The page ---


class Forgetful(Client):
    """A page without an outbox: what is on its way when the line goes is gone."""

    def _forget_line(self) -> None:
        super()._forget_line()
        self.outbox.clear()


class Repeating(Client):
    """A page that sends again under a new id."""

    def _forget_line(self) -> None:
        super()._forget_line()
        texts = list(self.outbox.values())
        self.outbox.clear()
        for text in texts:
            self.post(text)


@pytest.mark.parametrize(
    ("kind", "moment", "broken"),
    [(Forgetful, "append.before", "lost_written"), (Repeating, "append.after", "duplicate_rows")],
)
async def test_a_page_that_breaks_a_promise_is_found_out(
    kind: type[Client], moment: str, broken: str, frail: System, people: tuple[Person, Person]
) -> None:
    assert await written_through_a_death(frail, people, Client, moment) == Verdict()

    verdict = await written_through_a_death(frail, people, kind, moment)

    assert broken in red(verdict), verdict


async def written_through_a_death(
    system: System, people: tuple[Person, Person], kind: type[Client], moment: str
) -> Verdict:
    """A burst of messages, and the web process dies as it appends one of them."""
    oracle = Oracle(system)
    async with Load(*people, tickets=2, kind=kind) as load, Keeper(system, "web") as keeper:
        system.fail_points.arm(moment, turn=20)
        load.burst(30)
        await keeper.death()
        await load.connected()
        await eventually(
            lambda: not any(each.outbox for each in load.writers), 60, what="the outboxes are empty"
        )
        verdict = await oracle.judge(load.pages)
    system.fail_points.disarm()
    return verdict
