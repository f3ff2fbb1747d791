"""A live chat over WebSocket: accepted, stored, seen, resumed; under uvicorn and under daphne."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, system: System) -> Iterator[str]:
    """The address of the sockets, under either server."""
    if request.param == "uvicorn":
        yield system.url
        return
    port = free_port()
    words = ["daphne", "-b", "127.0.0.1", "-p", str(port), "core.asgi:application"]
    system.run("daphne", command=words)
    try:
        until(lambda: answers(port), what="daphne answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        system.kill("daphne")


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_both_sides_read_each_other_in_order(server: str, amira: Person, ben: Person) -> None:
    ticket = amira.open_ticket()["id"]
    with amira.chat(ticket, at=server) as requester, ben.chat(ticket, at=server) as agent:
        assert requester.next("chat_history")["messages"] == []
        agent.next("chat_history")
        for number in range(5):
            asked = requester.send(f"question {number}")
            requester.next("accepted", id=asked)
            assert agent.next("message")["message"]["message"] == f"question {number}"
            agent.send(f"answer {number}")
            assert agent.next("message")["message"]["message"] == f"answer {number}"
        agent.say(type="typing")
        assert requester.next("typing")["user"]["name"] == "Ben"
        requester.say(type="read", sequence=10)
        assert agent.next("read", is_support=False)["sequence"] == 10

    said = [message["message"] for message in amira.messages(ticket)]
    assert said == [f"{kind} {number}" for number in range(5) for kind in ("question", "answer")]
    assert [message["sequence"] for message in amira.messages(ticket)] == list(range(1, 11))


def test_the_same_message_three_times_is_shown_once(server: str, amira: Person) -> None:
    ticket, message_id = amira.open_ticket()["id"], str(uuid4())
    with amira.chat(ticket, at=server) as chat:
        for _ in range(3):
            chat.send("only once", message_id)
            chat.next("accepted", id=message_id)
            assert chat.next("message")["message"]["sequence"] == 1
        chat.send("something else", message_id)
        assert chat.next("error")["code"] == "id-taken"

    assert [message["message"] for message in amira.messages(ticket)] == ["only once"]


def test_who_comes_back_gets_what_they_missed(server: str, amira: Person, ben: Person) -> None:
    ticket = amira.open_ticket()["id"]
    with amira.chat(ticket, at=server) as chat:
        chat.next("accepted", id=chat.send("one"))
        chat.next("message")
    with ben.chat(ticket, at=server) as agent:
        agent.send("two")
        agent.next("message", seconds=10)
        agent.send("three")
        until(lambda: len(amira.messages(ticket)) == 3)
    with amira.chat(ticket, at=server) as chat:
        chat.next("chat_history")
        chat.say(type="resume", after=1)
        missed = chat.next("chat_history")
        assert [message["message"] for message in missed["messages"]] == ["two", "three"]
        assert (missed["last_sequence"], missed["limited"]) == (3, False)


def test_an_internal_note_never_reaches_the_requester(server: str, amira: Person, ben: Person) -> None:
    ticket = amira.open_ticket()["id"]
    with amira.chat(ticket, at=server) as requester, ben.chat(ticket, at=server) as agent:
        requester.next("chat_history")
        agent.say(type="message", id=str(uuid4()), message="for us only", audience="staff")
        assert agent.next("message")["message"]["sequence"] == 1
        agent.send("for everybody")
        assert requester.next("message")["message"] | {"html": "", "sender": {}, "created_at": ""} == {
            **requester_view(ticket, "for everybody"),
            "id": amira.messages(ticket)[0]["id"],
        }


def requester_view(ticket: str, text: str) -> dict[str, object]:
    return {
        "ticket_id": ticket,
        "sequence": 1,
        "message": text,
        "html": "",
        "files": [],
        "sender": {},
        "is_support": True,
        "audience": "public",
        "source": "chat",
        "created_at": "",
        "read_by_user": False,
        "read_by_support": True,
    }


def test_a_live_chat_begins_with_its_first_message_in_any_tab(
    server: str, amira: Person, ben: Person
) -> None:
    with amira.chat("general", at=server) as first, amira.chat("general", at=server) as second:
        first.next("chat_history")
        second.next("chat_history")
        first.send("Is anybody there?")
        ticket = second.next("message")["message"]["ticket_id"]
        second.send("It is about my logbook.")
        assert first.next("message", seconds=10)["message"]["ticket_id"] == ticket
    ben.post(f"tickets/{ticket}/status/", {"status": "RESOLVED"}, Prefer="wait=10")
    with amira.chat("general", at=server) as chat:
        assert chat.next("chat_history")["messages"] == []
        chat.send("A new question")
        assert chat.next("message")["message"]["ticket_id"] != ticket
