"""Requests that do not arrive whole, or not soon: nothing is done with half a form, and nobody waits for its sender.

By both servers that pages have: uvicorn's (one port for everything), and gunicorn's (production).
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import httpx
import pytest

from tests.system import compose
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until

WORDS = "The export is missing a week, and half of this would say something else."
THREADS = 32


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


def begun(port: int, person: Person, ticket: str, share: float) -> socket.socket:
    """A reply's form, this share of its body sent."""
    body = urlencode({"message": WORDS}).encode()
    head = (
        f"POST /support-tickets/{ticket}/reply HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Cookie: {person.cookie}\r\nX-CSRFToken: {person.token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.sendall(head.encode() + body[: int(share * len(body))])
    return line


def answer_on(line: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    return b"".join(iter(lambda: line.recv(65_536), b""))


def test_half_a_form_is_not_taken_for_a_whole_one(port: int, amira: Person) -> None:
    ticket = str(amira.open_ticket("Sent on a train")["id"])
    with begun(port, amira, ticket, share=0.4) as cut:
        cut.shutdown(socket.SHUT_WR)
        assert b" 302 " not in answer_on(cut)[:20]
    with begun(port, amira, ticket, share=1) as whole:
        assert answer_on(whole).startswith(b"HTTP/1.1 302 ")
    until(lambda: amira.messages(ticket), what="what was sent whole is stored")
    assert [message["message"] for message in amira.messages(ticket)] == [WORDS]


def test_forms_that_come_slowly_leave_the_threads_to_others(system: System, amira: Person) -> None:
    ticket = str(amira.open_ticket("Sent from a cellar")["id"])
    with ExitStack() as lines:
        for _ in range(2 * THREADS):
            lines.enter_context(begun(system.port, amira, ticket, share=0.4))
        assert httpx.get(f"{system.url}/health/live", timeout=20).status_code == 200
