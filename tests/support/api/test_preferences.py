"""The headers of a write: how long to wait, and the key under which it may be repeated."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.problems import Refused
from support.api.preferences import Preference, key_of, preference_of


def request(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(APIRequestFactory().post("/", headers=named))


@pytest.mark.parametrize(
    ("wish", "seconds", "applied"),
    [
        ("", 2.0, ""),
        ("wait=5", 5.0, "wait=5"),
        ("wait=0", 0.0, "wait=0"),
        ("wait=600", 10.0, "wait=10"),
        ('wait="3"', 3.0, "wait=3"),
        ("WAIT = 4", 4.0, "wait=4"),
        ("respond-async", 0.0, "respond-async"),
        ("Respond-Async, wait=7", 7.0, "wait=7"),
        ("return=minimal, wait=1; strict", 1.0, "wait=1"),
        ("wait=1, wait=9", 1.0, "wait=1"),
        ("wait=-1", 2.0, ""),
        ("wait=soon", 2.0, ""),
        ("wait=1e9", 2.0, ""),
        ("wait=99999999999", 2.0, ""),
        (";;,,==", 2.0, ""),
    ],
)
def test_how_long_to_wait(wish: str, seconds: float, applied: str) -> None:
    assert preference_of(request(Prefer=wish)) == Preference(seconds=seconds, applied=applied)


def test_no_wish_at_all() -> None:
    assert preference_of(request()) == Preference(seconds=2.0, applied="")


@pytest.mark.parametrize(
    ("sent", "key"),
    [("", None), ("  ", None), ("abc", "abc"), ('"8e03978e"', '"8e03978e"'), ("x" * 200, "x" * 200)],
)
def test_a_key(sent: str, key: str | None) -> None:
    assert key_of(request(Idempotency_Key=sent)) == key


@pytest.mark.parametrize("sent", ["x" * 201, "größe", "a\tb"], ids=ascii)
def test_a_bad_key_is_refused(sent: str) -> None:
    with pytest.raises(Refused) as refused:
        key_of(request(Idempotency_Key=sent))
    assert refused.value.code == "invalid"
