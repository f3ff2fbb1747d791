"""C9, C10 and C14: a right that is withdrawn while a page is open ends the page; nothing is taken or told afterwards.

There are two web processes.
"""

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
from tests.system.proxied import proxied
from tests.system.proxy import Proxy
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
PEOPLE = """
from allauth.account.models import EmailAddress
from core.models import User
for name in ("gita", "hana", "ivan", "jonas", "karl"):
    user = User.objects.create_user(name, name + "@example.com", "testpass123", is_staff=name in {"jonas", "karl"})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
NEW_PASSWORD = "swift-Otter-4711"
STAFF_ONLY = ('"audience":"staff"', '"agents":', '"type":"counts"', "only for us")


@pytest.fixture(scope="module", autouse=True)
def newcomers(system: System) -> None:
    """People who may lose something for good: Gita, Hana and Ivan ask, Jonas and Karl are agents."""
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
        page.post(f"message {len(page.ledger.attempts) + 1} at {page.at}")


@pytest.mark.parametrize(
    ("username", "withdraw"), [("gita", end_session), ("hana", change_password), ("ivan", deactivate)]
)
async def test_c9_a_page_is_closed_within_two_seconds_of_losing_its_right(
    username: str, withdraw: Callable[[Person], None], system: System, second_web: str
) -> None:
    oracle, slowed = Oracle(system), slowness()
    with await asyncio.to_thread(Person, system, username) as person:
        ticket = (await asyncio.to_thread(person.open_ticket, "While it is open"))["id"]
        pages = [person.client(ticket), person.client(ticket)]
        pages[1].at = second_web
        async with pages[0], pages[1]:
            posting = [asyncio.create_task(keep_posting(page)) for page in pages]
            await eventually(lambda: all(len(page.ledger.accepted) >= 5 for page in pages), what="both write")
            await asyncio.to_thread(withdraw, person)
            withdrawn = time.monotonic()
            await eventually(lambda: all(page.ended for page in pages), what="both are closed")
            for each in posting:
                each.cancel()
            closed = max(page.ledger.lost[-1] - withdrawn for page in pages)
        again = person.client(ticket)
        async with again:
            too_late = again.post("after, on a new line")
            await again.until(lambda: again.ended is not None, 20)
        body = {"id": str(uuid4()), "message": "after, over HTTP"}
        over_http = await asyncio.to_thread(person.post, f"tickets/{ticket}/message/", body)
    verdict = await oracle.judge({ticket: [*pages, again]})

    assert [page.ended for page in (*pages, again)] == [4401] * 3
    assert closed <= 2 * max(slowed, slowness())
    assert all(max(page.ledger.accepted.values()) <= page.ledger.lost[-1] for page in pages)
    assert again.ledger.accepted == {}
    assert over_http.status_code in {401, 403}
    assert (
        system.rows("SELECT 1 FROM support_chatmessage WHERE id = ANY(%s::uuid[])", [too_late, body["id"]])
        == []
    )
    assert verdict == Verdict()
    measured("C9", f"closed after {closed:.1f} s at both webs; a new line and HTTP are refused", slowed)


async def test_c10_a_demoted_agent_is_told_nothing_more_that_is_for_staff(
    system: System, second_web: str, amira: Person, ben: Person, jonas: Person
) -> None:
    oracle, slowed = Oracle(system), slowness()
    ticket = (await asyncio.to_thread(amira.open_ticket, "Of an agent who was"))["id"]
    thread, desk = Ear(jonas, f"/ws/chat/{ticket}/"), Ear(jonas, "/ws/notifications/", at=second_web)
    witness, page = Ear(ben, f"/ws/chat/{ticket}/"), jonas.client(ticket)
    page.at = second_web
    async with ben.client(ticket) as colleague, page, thread, desk, witness:
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
    told = staff_only(thread, desk, since=demoted)

    assert max(told) <= 5
    assert [code for code, _ in ends] == [4404, 4409], (
        "Amira's ticket is none of his any more, a desk of his own is"
    )
    assert page.ended == 4404
    assert await oracle.judge({}) == Verdict()
    measured("C10", f"the last staff-only event {max(0.0, *told):.1f} s after", slowed)


def staff_only(*ears: Ear, since: float) -> list[float]:
    """How long after that moment each frame that is for staff was heard."""
    return [at - since for ear in ears for at, text in ear.heard if any(mark in text for mark in STAFF_ONLY)]


async def keep_noting(ear: Ear) -> None:
    """The next internal note as soon as the one before was heard."""
    while True:
        before = ear.text.count("only for us")
        await ear.say(type="message", id=str(uuid4()), message="only for us", audience="staff")
        await eventually(lambda before=before: ear.text.count("only for us") > before)  # type: ignore[misc]


# --- C14 ---


@pytest.fixture
def postgres_line(system: System) -> Iterator[Proxy]:
    """That of the first web process to PostgreSQL."""
    with proxied(system, "web") as proxies:
        yield proxies["postgres"]


@pytest.fixture
def karl(postgres_line: Proxy, system: System) -> Iterator[Person]:
    """An agent, for now."""
    with Person(system, "karl") as person:
        yield person


def notes(system: System, ticket_id: str) -> int:
    """The last number in the staff's stream of this ticket."""
    return int(system.rows("SELECT staff_sequence FROM support_supportticket WHERE id = %s", ticket_id)[0][0])


async def test_c14_a_demoted_agent_is_told_nothing_more_by_a_web_that_has_lost_postgresql(
    system: System, second_web: str, postgres_line: Proxy, amira: Person, ben: Person, karl: Person
) -> None:
    oracle, slowed = Oracle(system), slowness()
    ticket = (await asyncio.to_thread(amira.open_ticket, "Of another agent who was"))["id"]
    thread, desk = Ear(karl, f"/ws/chat/{ticket}/"), Ear(karl, "/ws/notifications/")
    witness = Ear(ben, f"/ws/chat/{ticket}/", at=second_web)
    async with ben.client(ticket) as colleague, thread, desk, witness:
        await eventually(lambda: thread.heard and desk.heard and colleague.is_connected, what="all are open")
        noting = asyncio.create_task(keep_noting(witness))
        await eventually(lambda: "only for us" in thread.text, what="Karl is told a note")
        await asyncio.to_thread(postgres_line.stall)
        await asyncio.to_thread(
            system.execute, "UPDATE core_user SET is_staff = false WHERE username = %s", "karl"
        )
        demoted = time.monotonic()
        await eventually(lambda: witness.heard[-1][0] > demoted + 8, 60, what="eight more seconds of notes")
        noting.cancel()
        told = staff_only(thread, desk, since=demoted)
        await asyncio.to_thread(postgres_line.pass_on)
        well, stored = time.monotonic(), await asyncio.to_thread(notes, system, ticket)
        ends = await thread.ended(20), await desk.ended(20)
        await eventually(lambda: colleague.view.reached >= stored, 40, what="Ben's page has every note")
        caught_up = time.monotonic() - well

    assert 0 < max(told) <= 5
    assert max(staff_only(thread, desk, since=demoted)) == max(told), "told when PostgreSQL was back"
    assert [code for code, _ in ends] == [4404, 4409]
    assert (colleague.connections, caught_up < 20 * slowed) == (1, True)
    verdict = await oracle.judge({})
    assert (verdict.server_errors, verdict.errors_logged) == (0, 0)
    measured(
        "C14",
        f"the last staff-only event {max(told):.1f} s after; a colleague's page whole {caught_up:.1f} s after it",
        slowed,
    )
