"""D2 and D3: the same request again is one row; two who decide at once are one after the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.faults.oracle import Oracle, Verdict
from tests.faults.table import measured
from tests.system.machine import slowness
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.faults, pytest.mark.asyncio]
AT_ONCE = 20
ROUNDS = 100
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}


@pytest.fixture
def chen(system: System) -> Any:
    """Another agent, signed in."""
    with Person(system, "chen") as person:
        yield person


class Repeat:
    """One request under one key, again and again."""

    def __init__(self, person: Person, path: str, body: dict[str, Any]) -> None:
        self._person, self._path, self._body = person, path, body
        self.headers = {"Idempotency-Key": f"key {uuid4()}", "Prefer": "wait=10"}

    def __call__(self, _: object = None, **differs: Any) -> httpx.Response:
        return self._person.post(self._path, self._body | differs, **self.headers)

    def by(self, person: Person) -> httpx.Response:
        """Somebody else under the same key."""
        return person.post(self._path, self._body, **self.headers)

    def at_once(self) -> list[httpx.Response]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(self, range(AT_ONCE)))


def restart(system: System) -> None:
    """Web, drain and both Valkeys die; what was answered is known from the database alone, or from the log."""
    for name in ("web", "drain"):
        system.kill(name)
    for server in (system.fleet.durable, system.fleet.ephemeral):
        server.kill()
        server.start()
    for name in ("web", "drain"):
        system.run(name)
    system.wait_until_ready()


@pytest.mark.short
async def test_d2_a_request_under_one_key_is_one_row_however_often_and_whenever_it_comes(
    healed: System, amira: Person, ben: Person, dora: Person
) -> None:
    system, oracle, slowed = healed, Oracle(healed), slowness()
    ticket = (await asyncio.to_thread(amira.open_ticket, "Repeated"))["id"]
    opening = Repeat(amira, "tickets/create/", TICKET)
    message = Repeat(amira, f"tickets/{ticket}/message/", {"message": "Any news?"})
    change = Repeat(ben, f"tickets/{ticket}/status/", {"status": "IN_PROGRESS", "expected": "OPEN"})
    before = counts(system, ticket)
    all_of = (opening, message, change)
    answers = {each: [*each.at_once(), each(), each()] for each in all_of}
    await asyncio.to_thread(restart, system)
    for each in all_of:
        answers[each] += [each(), each()]
    others = [opening(subject="Other"), message(message="Other"), change(status="RESOLVED")]
    theirs = opening.by(dora)
    verdict = await oracle.judge({})

    codes = {each: {answer.status_code for answer in given} for each, given in answers.items()}
    assert codes == {opening: {201}, message: {201}, change: {200}}
    assert [len({answer.text for answer in given}) for given in answers.values()] == [1, 1, 1]
    assert [(answer.status_code, answer.json()["code"]) for answer in others] == [(422, "id-taken")] * 3
    assert [word for answer in others for word in ("Logbook", "news") if word in answer.text] == []
    assert theirs.status_code == 201
    assert theirs.json()["id"] not in answers[opening][0].text
    assert [after - was for after, was in zip(counts(system, ticket), before, strict=True)] == [2, 1, 1]
    assert verdict == Verdict()
    total = sum(len(given) for given in answers.values())
    measured(
        "D2",
        f"{total} requests, {AT_ONCE} at once and 2 after kill -9 of web, drain and both Valkeys: 3 rows",
        slowed,
    )


def counts(system: System, ticket: str) -> list[int]:
    """Tickets, messages of this one, changes of its status."""
    queries = (
        "SELECT count(*) FROM support_supportticket WHERE %s <> ''",
        "SELECT count(*) FROM support_chatmessage WHERE ticket_id::text = %s",
        "SELECT count(*) FROM support_change WHERE ticket_id::text = %s AND kind = 'ChangeStatus'",
    )
    return [system.rows(query, ticket)[0][0] for query in queries]


def decided(agents: list[Person], ticket: str, status: str, wishes: list[str]) -> list[httpx.Response]:
    """Both ask at the same moment, each for another status."""
    gate = Barrier(2)

    def ask(agent: Person, wish: str) -> httpx.Response:
        gate.wait()
        return moved(agent, ticket, status, wish)

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(ask, agents, wishes))


def moved(agent: Person, ticket: str, status: str, wish: str) -> httpx.Response:
    return agent.post(f"tickets/{ticket}/status/", {"status": wish, "expected": status}, Prefer="wait=10")


def history(system: System, ticket: str) -> list[tuple[Any, ...]]:
    """Who moved it from where to where, in order."""
    return system.rows(
        "SELECT u.username, c.detail->>'from', c.detail->>'to' FROM support_change c"
        " JOIN core_user u ON u.id = c.user_id WHERE c.ticket_id = %s AND c.kind = 'ChangeStatus'"
        " ORDER BY c.created_at, c.id",
        ticket,
    )


async def test_d3_of_two_agents_who_decide_at_once_one_wins_and_the_other_is_told(
    system: System, amira: Person, ben: Person, chen: Person
) -> None:
    oracle, slowed = Oracle(system), slowness()
    ticket = await asyncio.to_thread(amira.open_ticket, "Two at once")
    status, expected, won = "OPEN", [], []
    for number in range(ROUNDS):
        wishes = sorted({"OPEN", "IN_PROGRESS", "WAITING_USER"} - {status}, reverse=bool(number % 2))
        answers = await asyncio.to_thread(decided, [ben, chen], ticket["id"], status, wishes)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        first = [answer.status_code for answer in answers].index(200)
        winner, loser = (ben, chen) if first == 0 else (chen, ben)
        assert (answers[1 - first].json()["code"], answers[first].json()["status"]) == (
            "stale",
            wishes[first],
        )
        seen = loser.get(f"tickets/{ticket['id']}/").json()["ticket"]["status"]
        again = moved(loser, ticket["id"], seen, wishes[1 - first])
        assert (seen, again.status_code) == (wishes[first], 200)
        expected += [(winner.username, status, seen), (loser.username, seen, wishes[1 - first])]
        won.append(winner.username)
        status = wishes[1 - first]
    verdict = await oracle.judge({})
    mails = system.mails_about(ticket["reference"])

    assert history(system, ticket["id"]) == expected
    assert amira.get(f"tickets/{ticket['id']}/").json()["ticket"]["status"] == status
    assert [to for to, notice in mails if notice == "ticket_update"] == ["amira@example.com"] * len(expected)
    assert verdict == Verdict()
    measured(
        "D3",
        f"{ROUNDS} rounds: Ben first in {won.count('ben')}; {len(expected)} changes in one chain, mailed once each",
        slowed,
    )
