"""The people of the flows, signed in to the running system."""

from collections.abc import Iterator

import pytest

from tests.system.people import Person
from tests.system.processes import System


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
