"""What one run says of each part: what it got to, and no more."""

from datetime import UTC, datetime

import pytest

from tests.support.uptime.runs import check

AT = datetime(2026, 3, 10, 0, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("bad", "state", "parts", "kinds"),
    [
        ("", "ok", ("works", "works", "works"), ()),
        ("accept", "failed", ("delayed", "delayed", "unknown"), ("accepting",)),
        ("accept", "late", ("slow", "slow", "works"), ("storing",)),
        ("store", "failed", ("delayed", "delayed", "unknown"), ("storing",)),
        ("announce", "failed", ("works", "delayed", "unknown"), ("live",)),
        ("react", "late", ("works", "slow", "works"), ("live",)),
        ("web", "failed", ("works", "delayed", "unknown"), ("live",)),
        ("mail", "failed", ("works", "works", "delayed"), ("mail",)),
        ("mail", "late", ("works", "works", "slow"), ("mail",)),
    ],
)
def test_what_a_hop_that_is_not_well_means_for_people(
    bad: str, state: str, parts: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    found = check(AT, bad, state)
    assert tuple(found.parts.values()) == parts
    assert found.kinds == kinds
    assert found.is_well == (not bad)


def test_mail_that_is_not_tried_here_is_not_said_to_work() -> None:
    found = check(AT, mail="off")
    assert found.parts == {"tickets": "works", "chat": "works", "email": "unknown"}
    assert (found.is_well, found.state) == (True, "works")
