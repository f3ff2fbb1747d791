"""Limits on writes over HTTP: per person and per address, counted once for all processes."""

from collections.abc import Callable
from typing import Any

import pytest

from core import command_log
from core.models import User
from tests.support.calling import Caller

pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}


def write(caller: Caller, **headers: str) -> Any:
    return caller.post("tickets/create/", TICKET, Prefer="respond-async", **headers)


@pytest.fixture(autouse=True)
def slow(settings: Any) -> None:
    """Three at once, then one in a hundred seconds."""
    settings.WRITES_AT_ONCE = 3
    settings.WRITES_PER_SECOND = 0.01


def test_after_the_burst_a_person_waits(calling: Calling, amira: User) -> None:
    caller = calling(amira)
    answers = [write(caller) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    last = answers[-1]
    assert last["Content-Type"] == "application/problem+json"
    assert last.json()["code"] == "too-fast"
    assert 95 <= int(last["Retry-After"]) <= 100
    assert last.json()["error"] == (
        f"You’re sending messages quickly. You can send again in {last['Retry-After']} seconds."
    )
    assert command_log.length(0) == 3


def test_one_person_does_not_slow_another_down(calling: Calling, amira: User, dora: User) -> None:
    for _ in range(4):
        write(calling(amira))

    assert write(calling(dora)).status_code == 202


def test_reading_is_not_counted(calling: Calling, amira: User) -> None:
    caller = calling(amira)
    for _ in range(10):
        assert caller.get("tickets/").status_code == 200
    assert write(caller).status_code == 202


def test_an_address_has_a_limit_of_its_own(calling: Calling, person: Callable[[str], User]) -> None:
    people = [calling(person(f"person{number}")) for number in range(11)]
    answers = [write(caller).status_code for caller in people for _ in range(3)]

    assert answers == [202] * 30 + [429] * 3


def test_without_a_proxy_nobody_believes_a_forwarded_address(
    calling: Calling, person: Callable[[str], User]
) -> None:
    people = [calling(person(f"person{number}")) for number in range(11)]
    answers = [
        write(caller, X_Forwarded_For=f"10.0.0.{number}").status_code
        for number, caller in enumerate(people)
        for _ in range(3)
    ]

    assert answers[-3:] == [429] * 3
