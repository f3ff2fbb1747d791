"""C11 and C12: a stranger learns nothing of another's ticket by any way in; another site's page gets no line at all."""

import asyncio
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.faults.ears import Ear
from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
CANARY = "canary-4711"
TURNED_AWAY = "was turned away (not-found)"


async def turned_away(person: Person, reference: str) -> tuple[int | None, str | None, str]:
    """How a socket on this thread ends, and what it was told before."""
    async with Ear(person, f"/ws/chat/{reference}/") as ear:
        return *await ear.ended(), ear.text


async def test_c11_a_stranger_is_told_nothing_and_cannot_tell_existing_from_missing(
    system: System, amira: Person, dora: Person
) -> None:
    oracle, logged = Oracle(system), system.log("web").count(TURNED_AWAY)
    hers = await asyncio.to_thread(amira.open_ticket, f"About {CANARY}")
    own = await asyncio.to_thread(dora.open_ticket, "Something of my own")
    async with amira.client(hers["id"]) as page, dora.client(own["id"]) as strangers_page:
        secret = page.post(f"It says {CANARY}")
        await page.until(lambda: page.view.reached == 1)
        existing, missing = await turned_away(dora, hers["id"]), await turned_away(dora, str(uuid4()))
        guesses = [hers["reference"], str(hers["number"]), hers["id"].upper(), "0", "%2e%2e", "' OR true --"]
        guessed = [await turned_away(dora, guess.replace(" ", "%20")) for guess in guesses]
        async with Ear(dora, f"/ws/chat/{own['id']}/") as ear, Ear(dora, "/ws/notifications/") as inbox:
            await ear_is_asked(ear, hers["id"], secret)
            page.post(f"More about {CANARY}")
            await page.until(lambda: page.view.reached == 2)
            told = ear.text + inbox.text
        verdict = await oracle.judge({hers["id"]: [page]})
        assert strangers_page.ended is None
    answers = await asyncio.to_thread(answers_over_http, dora, hers["id"])

    assert existing == missing == (4404, "", "")
    assert guessed == [(4404, "", "")] * len(guesses)
    assert CANARY not in told
    assert hers["id"] not in told
    assert answers == [(404, 404)] * 4
    assert system.log("web").count(TURNED_AWAY) - logged == 2 + len(guesses)
    assert verdict == Verdict()
    measured("C11", f"0 bytes by {2 + len(guesses)} sockets, 8 frames and 4 routes; all alike, all logged")


async def ear_is_asked(ear: Ear, ticket_id: str, message_id: str) -> None:
    """Frames on one's own line that name somebody else's ticket and message; answered in one's own thread."""
    other = {"ticket_id": ticket_id, "ticket": ticket_id, "thread": ticket_id}
    for kind in ("resume", "history", "received", "read", "viewing", "typing"):
        number = {"resume": {"after": 0}, "history": {"before": 99}}.get(kind, {"sequence": 1})
        await ear.say(type=kind, **number, **other)
    await ear.say(type="message", id=message_id, message="the id is hers", **other)
    await ear.say(type="message", id=str(uuid4()), message="and this is mine", **other)
    await ear.say(type="ping")
    await eventually(lambda: '"type":"heartbeat"' in ear.text, what="all frames are answered")
    await eventually(
        lambda: "id-taken" in ear.text and "and this is mine" in ear.text, what="both are decided"
    )


def answers_over_http(person: Person, ticket_id: str) -> list[tuple[int, int]]:
    """Status codes for somebody's ticket and for one that is nobody's, by route; the bodies must not differ."""

    def ask(ticket: str) -> list[tuple[int, str]]:
        post = {"id": str(uuid4()), "message": "let me in"}
        found = [
            person.get(f"tickets/{ticket}/"),
            person.get(f"tickets/{ticket}/messages/"),
            person.post(f"tickets/{ticket}/message/", post),
            person.post(f"tickets/{ticket}/read/", {"sequence": 1}),
        ]
        return [(each.status_code, each.text.replace(ticket, "")) for each in found]

    existing, missing = ask(ticket_id), ask(str(uuid4()))
    assert existing == missing
    return [(one, other) for (one, _), (other, _) in zip(existing, missing, strict=True)]


def foreign_origins(system: System) -> dict[str, list[str]]:
    """Values of Origin headers that are not ours, by what is wrong with them."""
    port = system.port
    return {
        "missing": [],
        "null": ["null"],
        "empty": [""],
        "foreign": ["https://example.com"],
        "our name in front": [f"http://127.0.0.1.example.com:{port}"],
        "our name behind": [f"http://example.com.127.0.0.1:{port}"],
        "our name as a user": [f"http://127.0.0.1:{port}@example.com"],
        "our name as a path": [f"http://example.com/127.0.0.1:{port}"],
        "another port": [f"http://127.0.0.1:{port + 1}"],
        "another scheme": [f"https://127.0.0.1:{port}"],
        "no port": ["http://127.0.0.1"],
        "ours and another": [system.url, "https://example.com"],
        "ours twice": [system.url, system.url],
    }


async def status_of(person: Person, path: str, origins: list[str]) -> int:
    headers = [("Cookie", person.cookie), *(("Origin", origin) for origin in origins)]
    try:
        async with connect(person.system.url.replace("http", "ws", 1) + path, additional_headers=headers):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_c12_a_page_of_another_site_is_refused_before_the_line_is_accepted(
    system: System, amira: Person
) -> None:
    oracle = Oracle(system)
    ticket = (await asyncio.to_thread(amira.open_ticket, "From another site"))["id"]
    paths = [f"/ws/chat/{ticket}/", "/ws/chat/general/", "/ws/notifications/"]
    origins = foreign_origins(system)
    found = {
        f"{why} {path}": await status_of(amira, path, values)
        for why, values in origins.items()
        for path in paths
    }

    # Two Origin headers are no handshake at all: the server says so before we are asked.
    assert found == {
        f"{why} {path}": 400 if len(values) > 1 else 403 for why, values in origins.items() for path in paths
    }
    assert [await status_of(amira, path, [system.url]) for path in paths] == [101] * 3
    verdict = await oracle.judge({ticket: []})
    assert verdict == Verdict()
    measured("C12", f"refused before accept: {len(origins)} kinds of origin on {len(paths)} paths")
