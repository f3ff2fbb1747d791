"""A running system with the demo in it, and a browser: where the states of `tests.browser.states` are reached.

Used by `test_states_*.py` and by `make screenshots`. One stage serves many states, one after the other: what a state
does to the system it undoes, or does to a newcomer whom no other state knows.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from support.demo.tickets import TICKETS
from tests.browser import production
from tests.browser.states.state import HEIGHTS, NEWCOMER, WIDE, State, Visit
from tests.browser.watch import Watch
from tests.system.people import PASSWORD, Person
from tests.system.processes import System
from tests.system.waiting import until

# The background services of Chromium look for hosts that a test machine cannot reach.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
    "--force-color-profile=srgb",
]
AGENTS = ("ben", "chen")
NEWCOMERS = 99
# All of them are called Fern; nobody has asked anything, and each is signed in already.
_NEWCOMERS = f"""
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.timezone import now
from allauth.account.models import EmailAddress
from core.models import User
password = make_password("{PASSWORD}")
people = User.objects.bulk_create(
    User(username=f"fern{{n}}", email=f"fern{{n}}@example.com", password=password, first_name="Fern", last_name="Abara",
         timezone="Australia/Melbourne")
    for n in range({NEWCOMERS})
)
backend = "allauth.account.auth_backends.AuthenticationBackend"
Session.objects.bulk_create(
    Session(
        session_key=f"{{one.username:x<32}}",
        session_data=SessionStore().encode(
            {{
                SESSION_KEY: str(one.pk), BACKEND_SESSION_KEY: backend,
                HASH_SESSION_KEY: one.get_session_auth_hash(),
            }}
        ),
        expire_date=now() + timedelta(days=1),
    )
    for one in people
)
EmailAddress.objects.bulk_create(
    EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
)
"""


def chromium_path() -> str:
    """The machine's own Chromium or Chrome."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: apt-get install chromium, or set CHROMIUM to the path of Chrome"
    return path


class Stage:
    """`visit` opens a window, reaches a state in it, and fails when anything complained on the way."""

    def __init__(self) -> None:
        self.system = System(
            EMAIL_URL="",  # mails go to the development mailbox, which is one of the pages
            GUEST_MESSAGES_PER_MINUTE="2",  # one who writes too fast can be looked at for half a minute
        )
        self._newcomers = iter(range(NEWCOMERS))
        self._people: dict[str, Person] = {}
        self._declared = ("", 0.0)

    def __enter__(self) -> Self:
        self.system.start()
        self.system.manage("shell", "--verbosity", "0", "-c", _NEWCOMERS)
        self.system.manage("load_demo", "--verbosity", "0")
        until(self._demo_is_stored, 60, what="the demo is stored")
        self._playwright = sync_playwright().start()
        self.browser: Browser = self._playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        for person in self._people.values():
            person.http.close()
        self.browser.close()
        self._playwright.stop()
        self.system.stop()

    def _demo_is_stored(self) -> bool:
        return int(self.system.rows("SELECT count(*) FROM support_supportticket")[0][0]) == len(TICKETS)

    # --- Windows ---

    @contextmanager
    def visit(self, state: State, width: int = WIDE, **media: Any) -> Iterator[Visit]:
        """The state, reached in a window of this width; without movement, because nobody waits for it to end."""
        watch, reported = Watch(), len(self.system.policy_reports())
        username = self.newcomer() if state.who == NEWCOMER else state.who
        self.declare(state.support)
        with self._window(width, media) as context:
            if username:
                self._sign_in(context, username)
            page = watch.over(context, state.name).new_page()
            visit = Visit(self, page, watch, username)
            with visit.later:
                state.reach(visit)
                visit.settle()
                yield visit
        noise = [line for line in watch.noise if not re.search(state.noise, line)]
        complaints = [*watch.failures, *noise, *self.system.policy_reports()[reported:]]
        assert not complaints, f"{state.name}: {complaints}"

    @contextmanager
    def window(self, username: str, watch: Watch) -> Iterator[BrowserContext]:
        """Of somebody who is signed in, beside the visit."""
        with self._window(WIDE, {}) as context:
            self._sign_in(context, username)
            yield watch.over(context, username)

    def _window(self, width: int, media: dict[str, Any]) -> BrowserContext:
        return self.browser.new_context(
            base_url=self.system.url,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="en-AU",
            timezone_id="Australia/Melbourne",
            reduced_motion="reduce",
            **media,
        )

    def _sign_in(self, context: BrowserContext, username: str) -> None:
        """With the session of the person's other device: the form is a state of its own."""
        cookies = self.person(username).http.cookies
        context.add_cookies(
            [{"name": name, "value": value, "url": self.system.url} for name, value in cookies.items()]
        )

    # --- People ---

    def person(self, username: str) -> Person:
        if username not in self._people:
            session = f"{username:x<32}" if username.startswith("fern") else ""
            self._people[username] = Person(self.system, username, session)
        return self._people[username]

    def newcomer(self) -> str:
        """Somebody whom no other state knows."""
        return f"fern{next(self._newcomers)}"

    def declare(self, availability: str) -> None:
        """All agents; their leases last a minute, so what is not offline is said again before each visit."""
        before, at = self._declared
        if before == availability and (availability == "offline" or time.monotonic() - at < 20):
            return
        for agent in AGENTS:
            self.person(agent).declare(availability)
        until(lambda: self._support() == availability, what=f"support is {availability}")
        self._declared = (availability, time.monotonic())

    def _support(self) -> str:
        return str(self.person(AGENTS[0]).get("chat/online-status/").json()["availability"])

    def forget(self) -> None:
        """A visit changed what the agents declared."""
        self._declared = ("", 0.0)

    @cache  # noqa: B019  (one stage a process)
    def production(self) -> str:
        """The address of a web process without DEBUG, whose database has no tables."""
        return production.start(self.system)

    @cache  # noqa: B019  (one stage a process)
    def ticket(self, subject: str) -> str:
        """The id of a demo ticket."""
        found = self.system.rows("SELECT id FROM support_supportticket WHERE subject = %s", subject)
        assert len(found) == 1, f"{len(found)} tickets are called {subject!r}"
        return str(found[0][0])
