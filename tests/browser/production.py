"""A web process as production runs it: no DEBUG, collected files.

`start` gives it a database without a single table: in development Django shows its own pages about a mistake, so 400
and 500 can be seen here alone. `beside` gives it the system's own, with sessions for everybody. Called by the stage, by
`make lighthouse` and by the test of what is collected.
"""

import json

import psycopg
from playwright.sync_api import BrowserContext

from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until

NAME = "production"
# What no page of ours loads, and what takes long to compress.
OTHERS = ("admin", "drf_spectacular_sidecar", "rest_framework")
SECRET = "a-key-that-is-long-enough-for-production-and-used-nowhere-else"
# What the first paint waits for: bytes of the page itself, and what its head holds it up with.
WAITS = """
() => {
  const [page] = performance.getEntriesByType("navigation");
  const found = performance.getEntriesByType("resource").filter((each) => each.renderBlockingStatus === "blocking");
  return [page.encodedBodySize, found.map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize])];
}
"""


# Outside DEBUG nothing starts on a database whose demo accounts still have their published password.
_SESSIONS = """
import json, os
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from core.models import User
keys = {}
for person in User.objects.all():
    person.set_unusable_password()
    person.save()
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.save()
    keys[person.username] = session.session_key
with open(os.environ["KEYS"], "w") as file:
    json.dump(keys, file)
"""


def start(system: System) -> str:
    """Its address; it ends with the system."""
    database = system.fleet.urls.database
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {NAME}")
    settings = _settings()
    settings["DATABASE_URL"] = database.replace("/support?", f"/{NAME}?")
    return _run(system, settings)


def beside(system: System) -> tuple[str, dict[str, str]]:
    """Its address, and the key of everybody's session there. Passwords open nothing after this."""
    keys = system.home / "keys.json"
    settings = _settings()
    system.manage("shell", "--verbosity", "0", "-c", _SESSIONS, environment={**settings, "KEYS": str(keys)})
    return _run(system, settings), json.loads(keys.read_text())


def let_in(context: BrowserContext, url: str, session: str) -> None:
    """Sign the profile in by the key of a session, wherever `url` serves."""
    cookie = f"session{url.rpartition(':')[2]}"
    context.add_cookies([{"name": cookie, "value": session, "url": url, "httpOnly": True}])


def _settings() -> dict[str, str]:
    port = free_port()
    return {
        "DEBUG": "0",
        "FAIL_POINTS": "",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }


def _run(system: System, settings: dict[str, str]) -> str:
    left_out = [word for name in OTHERS for word in ("--ignore", name)]
    system.manage("collectstatic", "--no-input", "--verbosity", "0", *left_out, environment=settings)
    system.run("web", alias=NAME, environment=settings)
    url = settings["SITE_URL"]
    until(lambda: is_live(url), 60, what=f"production answers\n{system.log(NAME)}")
    return url
