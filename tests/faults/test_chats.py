"""S5 with real processes: an agent vanishes with a chat that waits for them; two beats hand it on once."""

from collections.abc import Iterator

import pytest

from tests.faults.oracle import all_zero
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def beats() -> Iterator[System]:
    """A system of its own, with two beats."""
    system = System()
    try:
        system.start()
        beat = system.commands["beat"].words(system.environment)
        system.run("beat two", command=[*beat, "-s", str(system.home / "beat-two")])
        yield system
    finally:
        system.stop()


@pytest.fixture
def people(beats: System) -> Iterator[dict[str, Person]]:
    known = {name: Person(beats, name) for name in ("amira", "ben", "chen")}
    yield known
    for person in known.values():
        person.http.close()


@pytest.fixture(autouse=True)
def judged(beats: System) -> Iterator[None]:
    """All-zero, whatever a test did."""
    with all_zero(beats):
        yield


def state(system: System) -> list[tuple[str, str | None, str | None]]:
    """Of the one chat: where it is, to whom it is offered, whose it is."""
    return system.rows(
        "SELECT chat.state, offered.username, agent.username FROM support_chatsession chat"
        " LEFT JOIN core_user offered ON offered.id = chat.offered_to_id"
        " LEFT JOIN core_user agent ON agent.id = chat.agent_id"
    )


def count(system: System, kind: str) -> int:
    return int(system.rows("SELECT count(*) FROM support_change WHERE kind = %s", kind)[0][0])


def test_s5_a_vanished_agents_waiting_chat_is_handed_on_once_and_an_active_one_is_flagged(
    beats: System, people: dict[str, Person]
) -> None:
    amira, ben, chen = people["amira"], people["ben"], people["chen"]
    page = chen.page()
    page.__enter__()
    assert chen.post("status/toggle/", {"is_online": True}, Prefer="wait=10").status_code == 200
    with amira.chat("general") as chat:
        chat.next("chat_history")
        chat.send("Is anybody there?")
        ticket = chat.next("message", seconds=20)["message"]["ticket_id"]
        until(lambda: state(beats) == [("offered", "chen", None)], 30, what="it is offered to Chen")

        page.__exit__(None, None, None)
        beats.forget_leases()
        until(lambda: count(beats, "HandOnChat") == 1, 30, what="it is handed on")
        with ben.page():
            assert ben.post("status/toggle/", {"is_online": True}, Prefer="wait=10").status_code == 200
            until(lambda: state(beats) == [("offered", "ben", None)], 30, what="it is offered to Ben")
            answer = ben.post(f"tickets/{ticket}/chat/accept/", {}, Prefer="wait=10")
            assert (answer.status_code, answer.json()["state"]) == (200, "active")
            until(lambda: chat.next("ticket", seconds=20)["ticket"]["chat"]["state"] == "active", 30)
        beats.forget_leases()
        until(lambda: count(beats, "FlagChat") == 1, 30, what="it is flagged")

        with chen.page():
            assert chen.post("status/toggle/", {"is_online": True}, Prefer="wait=10").status_code == 200
            taken = chen.post(f"tickets/{ticket}/chat/accept/", {}, Prefer="wait=10")
            assert (taken.status_code, taken.json()["agent"]["first_name"]) == (200, "Chen")
    assert state(beats) == [("active", None, "chen")]
    kinds = ("OfferChat", "HandOnChat", "AcceptChat", "FlagChat", "ExpireOffer")
    assert [count(beats, kind) for kind in kinds] == [2, 1, 2, 1, 0]
    assert beats.rows("SELECT count(*) FROM support_deadletter") == [(0,)]
