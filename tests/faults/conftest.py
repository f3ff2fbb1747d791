"""The people of the faults, signed in to the running system, and the system as a fault must leave it."""

import signal
from collections.abc import Iterator

import pytest

from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until


@pytest.fixture
def healed(system: System) -> Iterator[System]:
    """Whatever a test killed runs again for the next one, and no order is left."""
    yield system
    system.fail_points.disarm()
    for server in system.fleet.servers:
        server.start()
    for name in system.commands:
        if name not in system.processes or system.processes[name].poll() is not None:
            system.run(name)
    system.wait_until_ready()


@pytest.fixture
def unmailed(healed: System) -> Iterator[System]:
    """Nobody is mailed about messages: a thousand mails take minutes, and mail has experiments of its own."""
    healed.mail_nobody()
    yield healed
    healed.execute("DELETE FROM notifications_preference")


@pytest.fixture
def second_web(system: System) -> Iterator[str]:
    """The address of another web process, `web2`: the same site, as behind one proxy."""
    port = free_port()
    command = system.commands["web"].words(system.environment | {"PORT": str(port)})
    system.run("web", alias="web2", command=command)
    url = f"http://127.0.0.1:{port}"
    until(lambda: is_live(url), 60, what="the second web answers")
    yield url
    system.kill("web2", signal.SIGTERM)


@pytest.fixture
def flower_with_little_memory(unmailed: System) -> System:
    """Flower's memory of tasks is full before growth is watched."""
    unmailed.kill("flower", signal.SIGTERM)
    unmailed.run("flower", environment={"FLOWER_MAX_TASKS": "500"})
    return unmailed


@pytest.fixture(scope="session")
def amira(system: System) -> Iterator[Person]:
    """The requester, signed in."""
    with Person(system, "amira") as person:
        yield person


@pytest.fixture(scope="session")
def dora(system: System) -> Iterator[Person]:
    """A stranger, signed in."""
    with Person(system, "dora") as person:
        yield person


@pytest.fixture(scope="session")
def ben(system: System) -> Iterator[Person]:
    """An agent, signed in."""
    with Person(system, "ben") as person:
        yield person


@pytest.fixture(scope="session")
def admin(system: System) -> Iterator[Person]:
    """A support admin, signed in."""
    with Person(system, "admin") as person:
        yield person
