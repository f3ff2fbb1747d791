"""A web process as production runs it (no DEBUG, collected files), on a database without a single table.

In development Django shows its own pages about a mistake, so 400 and 500 can be seen here alone. Called by the stage.
Must not be given the stage's database: outside DEBUG nothing starts on one that holds the demo accounts.
"""

import httpx
import psycopg

from tests.system.processes import System, free_port
from tests.system.waiting import until

NAME = "production"
# What no page of ours loads, and what takes long to compress.
OTHERS = ("admin", "drf_spectacular_sidecar", "rest_framework")
SECRET = "a-key-that-is-long-enough-for-production-and-used-nowhere-else"


def start(system: System) -> str:
    """Its address; it ends with the system."""
    database = system.fleet.urls.database
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {NAME}")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "DEBUG": "0",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": url,
        "PORT": str(port),
        "DATABASE_URL": database.replace("/support?", f"/{NAME}?"),
    }
    left_out = [word for name in OTHERS for word in ("--ignore", name)]
    system.manage("collectstatic", "--no-input", "--verbosity", "0", *left_out, environment=settings)
    system.run("web", alias=NAME, environment=settings)
    until(lambda: _answers(url), 60, what=f"production answers\n{system.log(NAME)}")
    return url


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=1).status_code == 200
    except httpx.TransportError:
        return False
