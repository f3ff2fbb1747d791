"""W1 to W4: workers are killed at the worst moments and asked to stop, under load; nothing is lost or given up."""

import asyncio
import json
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests.faults.ears import Ear
from tests.faults.keeper import Keeper, second_drain
from tests.faults.load import Load
from tests.faults.oracle import LIMIT, Oracle, Verdict
from tests.faults.table import measured
from tests.system.leftovers import Leftovers
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]


# --- W1 ---


async def dies_amid_a_batch(system: System, load: Load, *drains: str) -> float:
    """The seconds from the death of a drain until every page has what was written by then."""
    async with Keeper(system, *drains) as keeper:
        system.fail_points.arm("apply.after", about=5)
        load.burst(5)
        died = await keeper.death()
        await load.caught_up()
        t_recover = time.monotonic() - died
        await load.more(100)
        assert keeper.count == 1
    return t_recover


@pytest.mark.alone
@pytest.mark.short
async def test_w1_a_drain_that_dies_amid_a_batch_is_made_good_in_seconds(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    async with Load(amira, ben) as load:
        async with load.flowing():
            await load.more(100)
            async with second_drain(unmailed):
                with_a_second = await dies_amid_a_batch(unmailed, load, "drain", "drain2")
            slowed = max(slowed, slowness())
            alone = await dies_amid_a_batch(unmailed, load, "drain")
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert with_a_second < 5 * slowed
    assert alone < 10 * slowed
    measured("W1", f"t_recover {with_a_second:.1f} s with a second drain, {alone:.1f} s alone", slowed)


# --- W2 ---


@asynccontextmanager
async def heard_everywhere(person: Person, tickets: list[str]) -> AsyncIterator[list[Ear]]:
    """An ear on each of these threads."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Ear(person, f"/ws/chat/{ticket}/")) for ticket in tickets]


def numbers_told(ears: list[Ear]) -> dict[str, list[int]]:
    """The sequence of each message, as often as it was broadcast."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for ear in ears:
        for _, text in ear.heard:
            frame = json.loads(text)
            if frame["type"] == "message":
                numbers[frame["message"]["id"]].append(frame["message"]["sequence"])
    return numbers


@pytest.mark.short
async def test_w2_a_drain_that_dies_between_its_commit_and_its_deletion_repeats_frames_and_plans_nothing_twice(
    unmailed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    moments = ("commit.after", "announce.after", "acknowledge.before")
    async with (
        Load(amira, ben, tickets=5, tabs=2) as load,
        heard_everywhere(ben, list(load.pages)) as ears,
        Keeper(unmailed, "drain") as keeper,
    ):
        async with load.flowing():
            await load.more(50)
            for number, moment in enumerate(moments, 1):
                unmailed.fail_points.arm(moment, turn=5)
                died = await keeper.death(number)
                await load.caught_up()
                t_recover = time.monotonic() - died
                await load.more(50)
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
        numbers = numbers_told(ears)

    assert verdict == Verdict()
    assert keeper.count == len(moments)
    repeated = [told for told in numbers.values() if len(told) > 1]
    assert repeated, "nobody died after announcing"
    assert [told for told in repeated if len(set(told)) > 1] == []
    plans = unmailed.rows(
        "SELECT count(*), count(DISTINCT command_id) FROM notifications_plan WHERE command_id = ANY(%s::uuid[])",
        load.posted,
    )
    assert plans == [(len(load.posted), len(load.posted))]
    measured(
        "W2",
        f"{len(repeated)} of {len(numbers)} messages announced again, each under its number; one plan each;"
        f" last t_recover {t_recover:.1f} s",
        slowed,
    )


# --- W3 ---


def unread_told(ear: Ear, tickets: Collection[str]) -> dict[str, int]:
    """The last that a page was told of what is unread in these tickets."""
    frames = [json.loads(text) for _, text in ear.heard]
    told: dict[str, int] = next(
        (each["tickets"] for each in reversed(frames) if each["type"] == "unread"), {}
    )
    return {ticket: told[ticket] for ticket in tickets if ticket in told}


def unread_now(person: Person, tickets: Collection[str]) -> dict[str, int]:
    """What their list of tickets says of these, which are the newest."""
    found = {ticket["id"]: ticket["unread_count"] for ticket in person.get("tickets/").json()["tickets"]}
    return {ticket: found[ticket] for ticket in tickets if found[ticket]}


def availability_told(ear: Ear) -> str:
    frames = [json.loads(text) for _, text in ear.heard]
    return next((str(each["availability"]) for each in reversed(frames) if each["type"] == "presence"), "")


def uncertain_mails(system: System) -> int:
    query = "SELECT count(*) FROM notifications_delivery WHERE state = 'uncertain' AND transport = 'email'"
    return int(system.rows(query)[0][0])


async def all_die(system: System, keeper: Keeper) -> float:
    """A patient worker as it has taken a mail; the quick one and beat beside it. Children die with their parents."""
    system.fail_points.arm("claim.after", about="email")
    died = await keeper.death()
    for name in ("quick", "beat"):
        system.kill(name, wait=False)
    await keeper.death(3)
    return died


@pytest.mark.short
async def test_w3_what_killed_reactions_owed_is_made_good_in_a_minute(
    healed: System, amira: Person, ben: Person
) -> None:
    oracle, slowed, before = Oracle(healed), slowness(), uncertain_mails(healed)
    await asyncio.to_thread(ben.declare, "online")
    async with (
        Ear(amira, "/ws/notifications/") as page,
        Ear(ben, "/ws/notifications/"),
        Load(amira, ben, tickets=4) as load,
        Keeper(healed, "quick", "patient", "beat") as keeper,
    ):
        # A mail leaves for each of them, so there are fewer of them.
        async with load.flowing(rate=4):
            await load.more(8)
            died = await all_die(healed, keeper)
            await asyncio.to_thread(ben.declare, "away")
            await load.more(8)
        await load.caught_up()
        unread = await asyncio.to_thread(unread_now, amira, load.pages.keys())
        leftovers = Leftovers(healed)
        seconds: dict[str, float] = {}
        for what, is_right in {
            "presence": lambda: availability_told(page) == "away",
            "unread": lambda: unread_told(page, load.pages.keys()) == unread,
            "mail": lambda: not leftovers.count()["deliveries_not_final"],
        }.items():
            await eventually(is_right, 60 * slowed, what=f"{what} has caught up")
            seconds[what] = time.monotonic() - died
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)
    await asyncio.to_thread(ben.declare, "offline")

    assert verdict == Verdict()
    assert keeper.count == 3
    assert max(seconds.values()) < 60 * slowed
    assert 1 <= uncertain_mails(healed) - before <= 2, "what each child had taken, and no other"
    measured("W3", ", ".join(f"{what} after {each:.0f} s" for what, each in seconds.items()), slowed)


# --- W4 ---


@pytest.mark.alone
async def test_w4_every_process_that_is_asked_to_stop_has_stopped_in_ten_seconds(
    unmailed: System, second_web: str, amira: Person, ben: Person
) -> None:
    oracle, slowed = Oracle(unmailed), slowness()
    exits: dict[str, float] = {}
    async with Load(amira, ben, webs=(unmailed.url, second_web)) as load:
        async with load.flowing():
            for name in (*unmailed.commands, "web2"):
                await load.more(50)
                process, asked = unmailed.processes[name], time.monotonic()
                process.terminate()
                await asyncio.to_thread(process.wait, 10 * max(slowed, slowness()))
                exits[name] = time.monotonic() - asked
                assert process.returncode in {0, -signal.SIGTERM}, unmailed.log(name)[-2000:]
                unmailed.run_again(name)
            await load.connected()
            await load.caught_up()
            t_recover = time.monotonic() - asked
            await load.more(100)
        slowed = max(slowed, slowness())
        verdict = await oracle.judge(load.pages, seconds=LIMIT * slowed)

    assert verdict == Verdict()
    assert max(exits.values()) < 10 * slowed
    slowest = max(exits, key=lambda name: exits[name])
    measured(
        "W4",
        f"{len(exits)} processes in turn, the slowest exit ({slowest}) after {exits[slowest]:.1f} s;"
        f" last t_recover {t_recover:.1f} s",
        slowed,
    )


# --- Two drains, one shard ---


async def test_two_drains_race_on_one_shard(healed: System, amira: Person) -> None:
    oracle = Oracle(healed)
    async with second_drain(healed), AsyncExitStack() as stack:
        tickets = [
            (await asyncio.to_thread(amira.open_ticket, f"Race {number}"))["id"] for number in range(10)
        ]
        pages = {ticket: [await stack.enter_async_context(amira.client(ticket))] for ticket in tickets}
        for [page] in pages.values():
            for number in range(300):
                page.post(f"message {number}")
        verdict = await oracle.judge(pages)

    assert verdict == Verdict()
    assert [page.view.reached for [page] in pages.values()] == [300] * 10
