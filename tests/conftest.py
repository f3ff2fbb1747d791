"""What every test may ask for: the named people, and servers that remember nothing of the test before."""

from collections.abc import Callable, Iterator
from importlib import import_module, reload

import pytest

from core import delays, hops, measures, valkey
from core.models import User
from support.uptime import board
from tests.open_pages import OpenPages
from workers import drain, fanout, taking

pytest_plugins = ["tests.system.fixtures", "tests.faults.table"]
PASSWORD = "testpass123"


@pytest.fixture(scope="session", autouse=True)
def pages_of_production(django_test_environment: None) -> None:
    """The addresses are read before a test turns DEBUG on, which would add some for all that follow."""
    reload(import_module("core.urls"))


@pytest.fixture(autouse=True)
def forgetful_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both Valkeys are empty when a test begins, nothing has been counted, rung for or seen to be late."""
    monkeypatch.setattr(fanout, "bell", fanout.Bell())
    # Most tests are one transaction, which takes what it takes.
    monkeypatch.setattr(drain, "TRANSACTION_SECONDS", 0)
    monkeypatch.setattr(taking, "_heads", {})
    measures.tally().forget()
    valkey.durable().flushdb()
    valkey.ephemeral().flushdb()
    hops.noticed.forget()
    delays.forget()
    board.forget()


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes a person by user name; `is_staff` makes them an agent."""

    def make(username: str, **more: bool | str) -> User:
        return User.objects.create_user(
            username, f"{username}@example.com", PASSWORD, first_name=username.capitalize(), **more
        )

    return make


@pytest.fixture
def amira(person: Callable[..., User]) -> User:
    """A requester; the tickets are hers."""
    return person("amira")


@pytest.fixture
def dora(person: Callable[..., User]) -> User:
    """Another requester, a stranger to Amira's tickets."""
    return person("dora")


@pytest.fixture
def ben(person: Callable[..., User]) -> User:
    """An agent."""
    return person("ben", is_staff=True)


@pytest.fixture
def chen(person: Callable[..., User]) -> User:
    """Another agent."""
    return person("chen", is_staff=True)


@pytest.fixture
def admin(person: Callable[..., User]) -> User:
    """A support admin."""
    return person("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def pages() -> Iterator[OpenPages]:
    """Nobody's yet."""
    opened = OpenPages()
    yield opened
    opened.close()
