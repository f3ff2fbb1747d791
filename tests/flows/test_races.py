"""Who is first, a hundred times, between real processes: agents who accept one chat, drains that take one shard."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows
ROUNDS = 100
PATIENT = "wait=10"


@pytest.fixture
def racing(system: System) -> Iterator[System]:
    """The running system with a second drain worker."""
    system.run("drain", alias="drain2")
    until(lambda: " ready." in system.log("drain2"), 60, what="the second drain is ready")
    yield system
    system.kill("drain2")


@pytest.fixture
def chen(system: System) -> Iterator[Person]:
    with Person(system, "chen") as person:
        yield person


class Race:
    """Two people who start together."""

    def __init__(self, *people: Person) -> None:
        self._people = {person.username: person for person in people}
        self._start = threading.Barrier(len(people))
        self._pool = ThreadPoolExecutor(len(people))

    def __enter__(self) -> "Race":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def run(self, path: str, body: dict[str, Any]) -> dict[str, httpx.Response]:
        """The same write by each; their answers by name."""
        tries = {name: self._pool.submit(self._go, name, path, body) for name in self._people}
        return {name: attempt.result() for name, attempt in tries.items()}

    def _go(self, name: str, path: str, body: dict[str, Any]) -> httpx.Response:
        self._start.wait()
        return self._people[name].post(path, body, Prefer=PATIENT)


def begun(person: Person, words: str) -> str:
    """A live chat of theirs that waits; its ticket."""
    answer = person.post("chat/message/", {"message": words}, Prefer=PATIENT)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket_id"])


def test_a_hundred_chats_each_have_one_of_two_agents_who_accept_at_once(
    racing: System, dora: Person, ben: Person, chen: Person
) -> None:
    winners: Counter[str] = Counter()
    with Race(ben, chen) as race:
        for number in range(ROUNDS):
            ticket = begun(dora, f"chat {number}")
            answers = race.run(f"tickets/{ticket}/chat/accept/", {})
            [winner] = [name for name, answer in answers.items() if answer.status_code == 200]
            [loser] = answers.keys() - {winner}
            assert answers[winner].json()["agent"]["first_name"] == winner.title()
            problem = answers[loser].json()
            assert (problem["status"], problem["code"]) == (409, "taken")
            assert problem["error"] == f"{winner.title()} has taken this chat already."
            assert kept(racing, ticket) == ("active", winner, winner, 1)
            winners[winner] += 1
            assert dora.post(f"tickets/{ticket}/chat/end/", {}, Prefer=PATIENT).status_code == 200

    assert winners.total() == ROUNDS
    assert racing.rows("SELECT count(*) FROM support_deadletter") == [(0,)]


def kept(system: System, ticket: str) -> tuple[Any, ...]:
    """What the database says: the chat, whose it is, whose the ticket is, and how often it was accepted."""
    [row] = system.rows(
        "SELECT chat.state, agent.username, assignee.username,"
        " (SELECT count(*) FROM support_change c WHERE c.ticket_id = chat.ticket_id AND c.kind = 'AcceptChat')"
        " FROM support_chatsession chat JOIN support_supportticket ticket ON ticket.id = chat.ticket_id"
        " JOIN core_user agent ON agent.id = chat.agent_id"
        " JOIN core_user assignee ON assignee.id = ticket.assigned_to_id WHERE chat.ticket_id = %s",
        ticket,
    )
    return tuple(row)


def test_two_drains_store_what_two_people_write_at_once_each_word_once_and_in_order(
    racing: System, amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket("Two drains")["id"]
    with Race(amira, ben) as race:
        for number in range(ROUNDS):
            answers = race.run(f"tickets/{ticket}/message/", {"message": f"word {number}"})
            assert [answer.status_code for answer in answers.values()] == [201, 201]

    thread = amira.messages(ticket)
    assert [message["sequence"] for message in thread] == list(range(1, 2 * ROUNDS + 1))
    for is_support in (False, True):
        said = [message["message"] for message in thread if message["is_support"] is is_support]
        assert said == [f"word {number}" for number in range(ROUNDS)]
    until(lambda: drains_of(racing) == {"drain", "drain2"}, what="both had their share")
    assert racing.rows("SELECT count(*) FROM support_deadletter") == [(0,)]


def drains_of(system: System) -> set[str]:
    """Which workers stored something, as Flower tells."""
    done = [task for task in system.flower_tasks().values() if "PostMessage" in str(task["result"])]
    return {str(task["worker"]).partition("@")[0] for task in done}
