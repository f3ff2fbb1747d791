"""Requests that do not arrive whole, or not soon: nothing is done with half a form, and nobody waits for its sender.

By both servers that pages have: uvicorn's (one port for everything), and gunicorn's (production).
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import httpx
import pytest

from core.one_thread import MOST
from tests.system import compose
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until

TEXT = "The export is missing a week, and half of this would say something else."
WORDS = urlencode({"message": TEXT}).encode()
ONLINE = b'{"availability": "online"}'
SEEN = urlencode({"ticket": "0199f1c2-0000-7000-8000-000000000000"}).encode()
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def gunicorn(system: System) -> Iterator[int]:
    """Its port; started as in production."""
    port = free_port()
    command = compose.document()["services"]["web"]["command"][-1].removeprefix("exec ")
    words = command.replace("$$HOST", "127.0.0.1").replace("$$PORT", str(port)).split()
    system.run("web", alias="gunicorn", command=words)
    until(lambda: is_live(f"http://127.0.0.1:{port}"), 60, what="gunicorn answers")
    yield port
    system.kill("gunicorn")


@pytest.fixture(params=["uvicorn", "gunicorn"])
def port(request: pytest.FixtureRequest, system: System) -> int:
    return system.port if request.param == "uvicorn" else int(request.getfixturevalue("gunicorn"))


def begun(port: int, person: Person, path: str, body: bytes, sent: int, kind: str = FORM) -> socket.socket:
    """A request of which so many bytes of its body are sent."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Cookie: {person.cookie}\r\nX-CSRFToken: {person.token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(head.encode() + body[:sent])
    return line


def answer_on(line: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    return b"".join(iter(lambda: line.recv(65_536), b""))


def is_refused(port: int, person: Person, path: str, body: bytes, sent: int, kind: str = FORM) -> bool:
    """A client that leaves amid its body is told so, or nothing at all."""
    with begun(port, person, path, body, sent, kind) as cut:
        cut.shutdown(socket.SHUT_WR)
        answer = answer_on(cut)
        return not answer or answer.startswith(b"HTTP/1.1 400 ")


def test_half_a_message_is_not_taken_for_a_whole_one(port: int, amira: Person) -> None:
    ticket = str(amira.open_ticket("Sent on a train")["id"])
    reply = f"/support-tickets/{ticket}/reply"
    assert is_refused(port, amira, reply, WORDS, sent=40)
    with begun(port, amira, reply, WORDS, sent=len(WORDS)) as whole:
        assert answer_on(whole).startswith(b"HTTP/1.1 302 ")
    until(lambda: amira.messages(ticket), what="what was sent whole is stored")
    assert [message["message"] for message in amira.messages(ticket)] == [TEXT]


def test_half_a_body_is_not_taken_for_an_empty_one(port: int, ben: Person) -> None:
    """With nothing in it the one would mean offline, the other all notices."""
    assert is_refused(port, ben, "/support/api/status/toggle/", ONLINE, 20, "application/json")
    assert is_refused(port, ben, "/notifications/seen", SEEN, 10)


def test_forms_that_come_slowly_leave_the_threads_to_others(system: System, amira: Person) -> None:
    ticket = str(amira.open_ticket("Sent from a cellar")["id"])
    with ExitStack() as lines:
        for _ in range(MOST + 1):
            lines.enter_context(begun(system.port, amira, f"/support-tickets/{ticket}/reply", WORDS, sent=40))
        assert httpx.get(f"{system.url}/health/live", timeout=20).status_code == 200
