"""A signed-in person who uses the public interface only: HTTP through httpx, sockets through websockets."""

import json
import re
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.client.client import Client
from tests.system.processes import System

PASSWORD = "testpass123"
# Below the 5 s after which uvicorn closes a quiet line: httpx keeps one as long, and a request would meet its end.
NOT_IDLE_FOR_LONG = httpx.Limits(keepalive_expiry=2.0)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def token_on(page: str) -> str:
    """The CSRF token of a page's forms."""
    found = _TOKEN.search(page)
    assert found, f"no CSRF token on {page[:400]}"
    return found[1]


def _value(attribute: str, page: str) -> str:
    found = re.search(rf'{attribute}="([^"]*)"', page)
    assert found, f"no {attribute} on {page[:400]}"
    return found[1]


class Person:
    """`get` and `post` speak the API; `chat` opens a socket; `client` is a page that minds its promises."""

    def __init__(self, system: System, username: str, session: str = "") -> None:
        """Signs in, unless they are already: then with the key of their session."""
        self.system, self.username = system, username
        self.http = httpx.Client(
            base_url=system.url, timeout=20, headers={"Referer": system.url}, limits=NOT_IDLE_FOR_LONG
        )
        if session:
            self.http.cookies.set(f"session{system.port}", session)
        else:
            self._sign_in()
        self.session = self.http.cookies[f"session{system.port}"]
        self.token = self._token("/accounts/logout/")
        page = self.http.get("/accounts/logout/").text
        self.is_staff = 'data-staff="true"' in page
        self.id = _value("data-user-id", page)

    def _sign_in(self) -> None:
        form = {"login": self.username, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = self._token("/accounts/login/")
        answer = self.http.post("/accounts/login/", data=form)
        assert answer.status_code == 302, answer.text

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def _token(self, path: str) -> str:
        return token_on(self.http.get(path).text)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(f"/support/api/{path}", params=query)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        known = {"X-CSRFToken": self.token, "Content-Type": "application/json"}
        return self.http.post(f"/support/api/{path}", content=json.dumps(body), headers=known | headers)

    def declare(self, availability: str) -> None:
        """Online, away or offline; stored when this returns."""
        answer = self.post("status/toggle/", {"availability": availability}, Prefer="wait=10")
        assert answer.status_code == 200, answer.text

    def open_ticket(self, subject: str = "Logbook export is missing week 14") -> dict[str, Any]:
        answer = self.ask_for_ticket(subject)
        assert answer.status_code == 201, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def ask_for_ticket(self, subject: str) -> httpx.Response:
        """201 with the ticket, or 202 with its `ticket_id`, when nobody waits because the log is behind."""
        body = {
            "subject": subject,
            "description": "Week 14 shows no hours.",
            "priority": "HIGH",
            "ticket_type": "BUG",
            "tags": ["logbook"],
        }
        return self.post("tickets/create/", body, Prefer="wait=10")

    def messages(self, ticket_id: str) -> list[dict[str, Any]]:
        """The whole thread, as a client that pages back fetches it."""
        found: list[dict[str, Any]] = []
        before: int | None = None
        while True:
            query = {"limit": 200} if before is None else {"limit": 200, "before": before}
            page = self.get(f"tickets/{ticket_id}/messages/", **query).json()["messages"]
            found = [*page, *found]
            if len(page) < 200:
                return found
            before = page[0]["sequence"]

    def chat(self, ticket_id: str, *, at: str = "") -> "Chat":
        """A socket on a ticket's thread, at the system's own address or another server's."""
        return Chat(self, (at or self.system.url) + f"/ws/chat/{ticket_id}/")

    @property
    def cookie(self) -> str:
        """The session, as a Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def client(self, ticket_id: str, kind: type[Client] = Client) -> Client:
        """The reference client, with outbox and view; `kind` is another that is built on it."""
        return kind(self.system.url, self.cookie, ticket_id, is_staff=self.is_staff)

    def page(self) -> "Chat":
        """A socket as every open page has it."""
        return Chat(self, f"{self.system.url}/ws/notifications/")


class Chat:
    """One socket of one person; frames are read in order."""

    def __init__(self, person: Person, url: str) -> None:
        self._connection = connect(
            url.replace("http", "ws"),
            origin=Origin(person.system.url),
            additional_headers={"Cookie": person.cookie},
            open_timeout=10,
        )

    def __enter__(self) -> "Chat":
        self.socket: ClientConnection = self._connection.__enter__()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._connection.__exit__(*problem)

    def send(self, text: str, message_id: str | None = None) -> str:
        """Post a message; its id."""
        message_id = message_id or str(uuid4())
        self.say(type="message", id=message_id, message=text)
        return message_id

    def say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def close_code(self, seconds: float = 10.0) -> int:
        """The code with which the server closes; frames before it are passed over."""
        with suppress(ConnectionClosed):
            while True:
                self.socket.recv(timeout=seconds)
        code: int | None = self.socket.close_code
        assert code is not None
        return code

    def until(self, kind: str, seconds: float = 10.0) -> list[str]:
        """The kinds of all frames up to the next of this kind."""
        kinds: list[str] = []
        while not kinds or kinds[-1] != kind:
            kinds.append(json.loads(self.socket.recv(timeout=seconds))["type"])
        return kinds

    def next(self, kind: str, seconds: float = 10.0, **expected: Any) -> dict[str, Any]:
        """The next frame of this kind with these values; others are passed over."""
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
            if frame["type"] == kind and all(frame.get(name) == value for name, value in expected.items()):
                return frame
