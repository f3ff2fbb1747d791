"""Of a fuzzer's own: how much it tries, and the people it tries as, on a system of nobody else's."""

import os
from collections.abc import Iterator

import pytest

from tests.system.fixtures import running_system
from tests.system.people import Person
from tests.system.processes import System

# What `make fuzz` asks for; "": as much as `make test` has time for, and the same every time.
MORE = os.environ.get("FUZZ_EXAMPLES", "")


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[System]:
    """What is left of a system that was fuzzed is nothing for anybody's test."""
    with running_system() as system:
        yield system


@pytest.fixture(scope="module")
def people(fuzzed: System) -> Iterator[dict[str, Person]]:
    """Amira asks, Ben is an agent, Dora a stranger; each signed in."""
    known = {name: Person(fuzzed, name) for name in ("amira", "ben", "dora")}
    yield known
    for person in known.values():
        person.http.close()
