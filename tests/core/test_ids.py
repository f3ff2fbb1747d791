"""Identifiers: in order of time, unique within a millisecond, derived ones the same for ever."""

import uuid

import pytest
import time_machine

from core import ids

MOMENT = "2026-03-10T10:24:05.123Z"
BASE = uuid.UUID("0195f000-0000-7000-8000-000000000001")


def test_a_new_id_is_a_version_7_of_now() -> None:
    with time_machine.travel(MOMENT, tick=False):
        made = ids.new_id()

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == 1_773_138_245_123


def test_later_ids_are_greater() -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        made = []
        for _ in range(50):
            made.append(ids.new_id())
            clock.shift(0.001)

    assert made == sorted(made)


def test_ten_thousand_ids_of_one_millisecond_differ() -> None:
    with time_machine.travel(MOMENT, tick=False):
        made = {ids.new_id() for _ in range(10_000)}

    assert len(made) == 10_000


def test_all_74_random_bits_are_used() -> None:
    """Every bit that is neither time, version nor variant is seen as 0 and as 1."""
    with time_machine.travel(MOMENT, tick=False):
        made = [ids.new_id().int for _ in range(200)]
    ever_set, always_set = 0, (1 << 128) - 1
    for value in made:
        ever_set, always_set = ever_set | value, always_set & value

    assert (ever_set & ~always_set).bit_count() == 74


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("ticket",), "9f5a84fa-e858-5617-82e6-24142bdb8757"),
        (("email", "amira@example.com"), "d1ec7a98-bd4e-5677-b9d7-3ecfd2f39a14"),
    ],
)
def test_a_derived_id_is_the_same_for_ever(parts: tuple[str, ...], expected: str) -> None:
    """Written down: rows and Message-IDs out there are keyed by these."""
    assert str(ids.derive(BASE, *parts)) == expected


def test_another_base_or_part_derives_another_id() -> None:
    derived = {
        ids.derive(BASE, "ticket"),
        ids.derive(BASE, "ticket", "1"),
        ids.derive(BASE, "message"),
        ids.derive(ids.derive(BASE, "ticket"), "ticket"),
    }

    assert len(derived) == 4
