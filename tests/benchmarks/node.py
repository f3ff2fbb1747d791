"""The socket.io server of tests/benchmarks/socketio/: its packages installed once, its process started.

npm installs exactly what the lock file names, checked by its hashes, from wherever the machine's npm is set up to look,
into a folder of the system's temporary directory; no script of a package is run. Raises `NotHere` with a sentence where
Node or npm is missing or the packages cannot be had: the run then goes on without this peer.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tests.benchmarks.book import SOCKET
from tests.benchmarks.dialects import SOCKET_IO
from tests.benchmarks.stage import Design
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until

FOLDER = Path(__file__).parent / "socketio"
FILES = ("package.json", "package-lock.json", "server.mjs")
OLDEST = 20


class NotHere(Exception):
    """The sentence says what is missing."""


def install() -> Path:
    """The folder that has the server and its packages."""
    _look()
    digest = hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in FILES)).hexdigest()
    home = Path(tempfile.gettempdir()) / f"psychpath-socketio-{digest[:12]}"
    if (home / "installed").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(FOLDER, home)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        raise NotHere(f"npm could not install socket.io: {(done.stderr or done.stdout).strip()[-400:]}")
    (home / "installed").touch()
    return home


def _look() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotHere(f"{program} is not installed: socket.io is left out.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST:
        raise NotHere(f"Node is {version.strip()}, socket.io's server wants {OLDEST}: it is left out.")


def start_socket_io(system: System, person: Person) -> Design:
    """One process on the system's own PostgreSQL and ephemeral Valkey; the table of messages exists."""
    home, port = install(), free_port()
    database = urlsplit(system.fleet.urls.database)
    options = parse_qs(database.query)
    surroundings = {
        "PORT": str(port),
        "ORIGIN": system.url,
        "COOKIE": next(name for name in person.http.cookies if name.startswith("session")),
        "VALKEY": unquote(urlsplit(system.fleet.urls.redis).path),
        "PGHOST": options["host"][0],
        "PGUSER": options["user"][0],
        "PGDATABASE": database.path.lstrip("/"),
        "NODE_ENV": "production",
    }
    system.run("web", alias=SOCKET, command=["node", str(home / "server.mjs")], environment=surroundings)
    url = f"http://127.0.0.1:{port}"
    until(lambda: is_live(url), 30, what=f"socket.io answers\n{system.log(SOCKET)}")
    return Design(SOCKET, url, SOCKET_IO, (SOCKET,), ("postgres", "ephemeral"))
