"""People in front of two web hosts: what goes to one goes to the other when that is silent, as through a load balancer.

Promises: requests arrive as a proxy with TLS hands them on. Sessions are made beforehand (`tests.system.composed`).
"""

import json
import time
from secrets import token_hex
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.client.client import ANSWER, Client
from tests.client.view import Frame
from tests.system.hosts import PORT, SITE, WEBS, Hosts
from tests.system.lan import GATEWAY
from tests.system.people import Person
from tests.system.waiting import until

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": GATEWAY}


class Visitor(Person):
    """Somebody whose requests go to one of the webs, and whose pages to the other one when that is silent."""

    def __init__(self, system: Hosts, username: str, first: str) -> None:
        self.system, self.username, self.token = system, username, token_hex(16)
        self.is_staff = username != "amira"
        self.addresses = [WEBS[first], *(address for name, address in WEBS.items() if name != first)]
        self.http = httpx.Client(
            base_url=f"http://{WEBS[first]}:{PORT}",
            timeout=20,
            headers=FORWARDED | {"Host": SITE, "Referer": f"https://{SITE}/"},
        )
        sessions = json.loads((system.home / "sessions.json").read_text())
        self.http.cookies.set("__Host-session", sessions[username])
        self.http.cookies.set("__Host-csrf", self.token)

    def __enter__(self) -> "Visitor":
        return self

    def open_ticket(self, subject: str = "Logbook export is missing week 14") -> dict[str, Any]:
        """On a machine that is busy being five the log may be behind: then it is asked for until it is there."""
        answer = self.ask_for_ticket(subject)
        if answer.status_code == 201:
            return dict(answer.json())
        path = f"tickets/{answer.json()['ticket_id']}/"
        until(lambda: self.get(path).status_code == 200, 60, what=f"{subject} is stored", every=0.25)
        return dict(self.get(path).json()["ticket"])

    def client(self, ticket_id: str, kind: type[Client] = Client) -> Client:
        return self.page_at(ticket_id, *self.addresses)

    def page_at(self, ticket_id: str, *addresses: str) -> "Page":
        """A page that is sent to these webs only."""
        page = Page(f"https://{SITE}", self.cookie, ticket_id, is_staff=self.is_staff)
        page.addresses = addresses
        return page


class Page(Client):
    """Each attempt goes to the next address. `broadcasts`: when a message came by itself, not with a history."""

    addresses: tuple[str, ...]
    _attempts = 0

    def __init__(self, origin: str, cookie: str, thread: str, *, is_staff: bool) -> None:
        super().__init__(origin, cookie, thread, is_staff=is_staff)
        self.broadcasts: list[float] = []

    @property
    def address(self) -> str:
        """Where it is connected, or was."""
        return self.addresses[(self._attempts - 1) % len(self.addresses)]

    def _hear(self, frame: Frame) -> None:
        if frame["type"] == "message":
            self.broadcasts.append(time.monotonic())
        super()._hear(frame)

    def _connect(self) -> Any:
        self._attempts += 1
        return connect(
            f"ws://{SITE}/ws/chat/{self._thread}/",
            host=self.address,
            port=PORT,
            proxy=None,
            origin=Origin(self._origin),
            additional_headers=FORWARDED | {"Cookie": self._cookie},
            open_timeout=ANSWER,
            compression=None,
        )
