"""C9 and C10: a right that is withdrawn while a page is open ends the page; nothing is taken or told afterwards."""

import asyncio
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from tests.client.client import Client
from tests.faults.ears import Ear
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
PEOPLE = """
from allauth.account.models import EmailAddress
from core.models import User
for name in ("gita", "hana", "ivan", "jonas"):
    user = User.objects.create_user(name, name + "@example.com", "testpass123", is_staff=name == "jonas")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
NEW_PASSWORD = "swift-Otter-4711"
STAFF_ONLY = ('"audience":"staff"', '"agents":', '"type":"counts"', "only for us")


@pytest.fixture(scope="module", autouse=True)
def newcomers(system: System) -> None:
    """People who may lose something for good: Gita, Hana and Ivan ask, Jonas is an agent."""
    system.manage("shell", "--verbosity", "0", "-c", PEOPLE)


@pytest.fixture
def jonas(system: System) -> Iterator[Person]:
    """An agent, for now."""
    with Person(system, "jonas") as person:
        yield person


def end_session(person: Person) -> None:
    answer = person.http.post("/accounts/logout/", data={"csrfmiddlewaretoken": person.token})
    assert answer.status_code == 302, answer.text


def change_password(person: Person) -> None:
    """At another device: this one's session began with the old password."""
    with Person(person.system, person.username) as elsewhere:
        passwords = {"oldpassword": "testpass123", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        form = {**passwords, "csrfmiddlewaretoken": elsewhere.token}
        answer = elsewhere.http.post("/accounts/password/change/", data=form)
        assert answer.status_code == 302, answer.text


def deactivate(person: Person) -> None:
    person.system.execute("UPDATE core_user SET is_active = false WHERE username = %s", person.username)


async def keep_posting(page: Client) -> None:
    """The next message as soon as the one before was seen stored."""
    while True:
        await page.until(lambda: not page.outbox)
        page.post(f"message {len(page.ledger.attempts) + 1}")


@pytest.mark.parametrize(
    ("username", "withdraw"), [("gita", end_session), ("hana", change_password), ("ivan", deactivate)]
)
async def test_c9_a_page_is_closed_within_two_seconds_of_losing_its_right(
    username: str, withdraw: Callable[[Person], None], system: System
) -> None:
    oracle, slowed = Oracle(system), slowness()
    with await asyncio.to_thread(Person, system, username) as person:
        ticket = (await asyncio.to_thread(person.open_ticket, "While it is open"))["id"]
        async with person.client(ticket) as page:
            posting = asyncio.create_task(keep_posting(page))
            await page.until(lambda: page.view.reached >= 5)
            await asyncio.to_thread(withdraw, person)
            withdrawn = time.monotonic()
            await page.until(lambda: page.ended is not None, 20)
            posting.cancel()
            closed = page.ledger.lost[-1] - withdrawn
        again = person.client(ticket)
        async with again:
            too_late = again.post("after, on a new line")
            await again.until(lambda: again.ended is not None, 20)
        body = {"id": str(uuid4()), "message": "after, over HTTP"}
        over_http = await asyncio.to_thread(person.post, f"tickets/{ticket}/message/", body)
    verdict = await oracle.judge({ticket: [page, again]})

    assert (page.ended, again.ended) == (4401, 4401)
    assert closed <= 2 * max(slowed, slowness())
    assert max(page.ledger.accepted.values()) <= page.ledger.lost[-1]
    assert again.ledger.accepted == {}
    assert over_http.status_code in {401, 403}
    assert (
        system.rows("SELECT 1 FROM support_chatmessage WHERE id = ANY(%s::uuid[])", [too_late, body["id"]])
        == []
    )
    assert verdict == Verdict()
    measured("C9", f"closed after {closed:.1f} s; a new line and HTTP are refused", slowed)


async def test_c10_a_demoted_agent_is_told_nothing_more_that_is_for_staff(
    system: System, amira: Person, ben: Person, jonas: Person
) -> None:
    oracle, slowed = Oracle(system), slowness()
    ticket = (await asyncio.to_thread(amira.open_ticket, "Of an agent who was"))["id"]
    thread, desk = Ear(jonas, f"/ws/chat/{ticket}/"), Ear(jonas, "/ws/notifications/")
    witness = Ear(ben, f"/ws/chat/{ticket}/")
    async with ben.client(ticket) as colleague, jonas.client(ticket) as page, thread, desk, witness:
        await eventually(lambda: thread.heard and desk.heard and page.is_connected, what="all are open")
        noting = asyncio.create_task(keep_noting(witness))
        await eventually(lambda: "only for us" in thread.text, what="Jonas is told a note")
        await asyncio.to_thread(
            system.execute, "UPDATE core_user SET is_staff = false WHERE username = %s", "jonas"
        )
        demoted = time.monotonic()
        # Staff are told notes for long enough that he would have heard one.
        await eventually(lambda: witness.heard[-1][0] > demoted + 8, 60, what="eight more seconds of notes")
        noting.cancel()
        ends = await thread.ended(), await desk.ended()
        await page.until(lambda: page.ended is not None)
        assert colleague.ended is None
    told = [
        at - demoted
        for ear in (thread, desk)
        for at, text in ear.heard
        if any(mark in text for mark in STAFF_ONLY)
    ]

    assert max(told) <= 5
    assert [code for code, _ in ends] == [4404, 4409], (
        "Amira's ticket is none of his any more, a desk of his own is"
    )
    assert page.ended == 4404
    assert await oracle.judge({}) == Verdict()
    measured("C10", f"the last staff-only event {max(0.0, *told):.1f} s after", slowed)


async def keep_noting(ear: Ear) -> None:
    """The next internal note as soon as the one before was heard."""
    while True:
        before = ear.text.count("only for us")
        await ear.say(type="message", id=str(uuid4()), message="only for us", audience="staff")
        await eventually(lambda before=before: ear.text.count("only for us") > before)  # type: ignore[misc]
