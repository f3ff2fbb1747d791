"""Every process of docker-compose.yml, started by its own command with its own environment, on embedded servers.

Promises: what differs from the containers is where servers and ports are, and nothing else: secrets come from the files
that `deploy/make-secrets` makes, the proxy reads `deploy/Caddyfile`, DEBUG is off. Stops only what it started.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx

from tests.system import compose
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import ROOT, System
from tests.system.waiting import until

PROCESSES = ("web", "sockets", "drain", "quick", "patient", "beat", "flower")
# Nobody has a password that a demo has; each has a session, so that no page is needed and nothing need be collected.
PEOPLE = """
import json
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from core.models import User
from support.management.commands.load_demo import create_accounts
create_accounts()
sessions = {}
for person in User.objects.all():
    person.set_unusable_password()
    person.save()
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    sessions[person.username] = session.session_key
(settings.STATE_DIR / "sessions.json").write_text(json.dumps(sessions))
"""


class Composed(System):
    """`url` is the proxy's; `authority` the certificate to trust."""

    def start(self) -> None:
        self.https = free_port()
        self.url = f"https://localhost:{self.https}"
        self.ports = {name: free_port() for name in PROCESSES}
        self.services = compose.services({"SITE_HOST": f"localhost:{self.https}"})
        self.fleet.start()
        self.sink.start()
        self.secrets = self._make_secrets()
        self.environment = self.surroundings("migrate")
        self._once(self.services["migrate"]["command"])
        self.manage("shell", "--verbosity", "0", "-c", PEOPLE)
        for name in PROCESSES:
            self.run(name, command=self.services[name]["command"], environment=self.surroundings(name))
        self._run_proxy()
        self.wait_until_ready()

    @property
    def authority(self) -> Path:
        return self.home / "caddy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def _make_secrets(self) -> Path:
        folder = self.home / "secrets"
        subprocess.run(
            ["sh", ROOT / "deploy" / "make-secrets", folder], check=True, stdout=subprocess.DEVNULL
        )
        database = folder / "database_url"
        database.chmod(0o600)
        database.write_text(self.fleet.urls.database)
        return folder

    def surroundings(self, name: str) -> dict[str, str]:
        """The service's environment, with places of this machine."""
        own = {key: self._here(str(value)) for key, value in self.services[name]["environment"].items()}
        return {
            **own,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "STATE_DIR": str(self.home),
            "STATIC_ROOT": str(self.home / "static"),
            "HOST": "127.0.0.1",
            "PORT": str(self.ports.get(name, 0) or free_port()),
            "FLOWER_PORT": str(self.ports["flower"]),
        }

    def _here(self, value: str) -> str:
        """Where containers have names, this machine has addresses."""
        places = {
            "redis://ephemeral:6379/0": self.fleet.urls.redis,
            "redis://durable:6379/0": self.fleet.urls.command_log,
            "smtp://mailpit:1025": self.sink.url,
            f"localhost:{self.https},127.0.0.1": "localhost,127.0.0.1",
        }
        return places.get(value, value.replace("/run/secrets", str(self.secrets)))

    def _once(self, command: str) -> None:
        subprocess.run(command.split(), cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def _run_proxy(self) -> None:
        names = {"PAGES": "web", "SOCKETS": "sockets"}
        surroundings = {
            "SITE_HOST": "localhost",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(self.https),
            "FLOWER_PORT": str(free_port()),
            "MAILPIT_PORT": str(free_port()),
            "ALIVE_PORT": str(free_port()),
            "XDG_DATA_HOME": str(self.home / "caddy"),
            "XDG_CONFIG_HOME": str(self.home / "caddy"),
            **dict.fromkeys(names, "localhost"),
            **{f"{name}_PORT": str(self.ports[service]) for name, service in names.items()},
        }
        words = ["caddy", "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
        self.run("proxy", command=words, environment=surroundings)

    def wait_until_ready(self, seconds: float = 120.0) -> None:
        until(self.authority.exists, seconds, what=f"the proxy has a certificate\n{self.log('proxy')}")
        os.environ["SSL_CERT_FILE"] = str(self.authority)
        for name in PROCESSES:
            until(partial(self.is_well, name), seconds, what=f"{name} is well\n{self.log(name)}", every=1)

    def is_well(self, name: str) -> bool:
        """What the container's health check says."""
        words: list[Any] = self.services[name]["healthcheck"]["test"]
        asked = subprocess.run(
            words[1:], cwd=ROOT, env=self.surroundings(name), check=False, capture_output=True
        )
        return asked.returncode == 0


class Visitor(Person):
    """Somebody who has signed in there before; speaks the API and sockets through the proxy."""

    def __init__(self, system: Composed, username: str) -> None:
        self.system, self.username, self.token = system, username, token_hex(16)
        self.http = httpx.Client(base_url=system.url, timeout=20, headers={"Referer": f"{system.url}/"})
        sessions = json.loads((system.home / "sessions.json").read_text())
        self.http.cookies.set("__Host-session", sessions[username])
        self.http.cookies.set("__Host-csrf", self.token)
