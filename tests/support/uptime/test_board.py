"""How it is now: from the last run and from what canaries say since, remembered, and known when PostgreSQL is not."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from core import canaries, valkey
from support.uptime import board
from tests.support.uptime.runs import ran

pytestmark = pytest.mark.django_db


def ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def states(found: board.Board) -> tuple[str, ...]:
    return tuple(part.state for part in found.parts)


def test_all_works_when_the_last_run_says_so_and_nothing_is_late() -> None:
    ran(ago(9), "mail")
    last = ran(ago(4))
    found = board.board()

    assert (found.state, found.kind, found.since) == ("works", "", None)
    assert states(found) == ("works", "works", "works")
    assert (found.checked_at, found.is_fresh, found.is_whole) == (last.began_at, True, True)


def test_what_the_last_runs_found_is_delayed_since_the_first_of_them() -> None:
    ran(ago(14))
    first = ran(ago(9), "store")
    ran(ago(4), "store")
    found = board.board()

    assert (found.state, found.kind, found.since) == ("delayed", "storing", first.began_at)
    assert states(found) == ("delayed", "delayed", "unknown")
    assert [part.since for part in found.parts] == [first.began_at, first.began_at, None]


def test_what_canaries_say_between_two_runs_counts() -> None:
    ran(ago(4))
    out = time.time() - 60
    valkey.ephemeral().hset(canaries.OUT, "email", out)
    found = board.board()

    assert (found.state, found.kind) == ("delayed", "mail")
    assert found.since == datetime.fromtimestamp(out, UTC)
    assert states(found) == ("works", "works", "delayed")


def test_a_run_that_was_only_slow_says_so() -> None:
    ran(ago(4), "react", "late")
    found = board.board()

    assert (found.state, found.kind) == ("slow", "live")
    assert states(found) == ("works", "slow", "works")


def test_nobody_knows_when_no_run_came_lately_or_ever() -> None:
    assert (board.board().state, board.board().checked_at) == ("unknown", None)
    board.forget()
    ran(ago(16), "store")
    found = board.board()

    assert (found.state, found.kind, found.is_fresh) == ("unknown", "", False)
    assert states(found) == ("unknown", "unknown", "unknown")
    assert [delay.ended for delay in found.delays] == [None]


def test_a_cancelled_run_says_nothing() -> None:
    ran(ago(4))
    cancelled = ran(ago(1), "store")
    cancelled.outcome = "cancelled"
    cancelled.save(update_fields=["outcome"])

    assert board.board().state == "works"


def test_it_is_read_once_in_half_a_minute(django_assert_num_queries: Any) -> None:
    ran(ago(4))
    with django_assert_num_queries(1):
        for _ in range(20):
            board.board()


@pytest.mark.django_db(transaction=True)
def test_while_postgresql_is_away_what_is_remembered_stands_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran(ago(4))
    board.board()
    monkeypatch.setattr(board, "REMEMBERED_SECONDS", 0.0)
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["HOST"] = "/nonexistent"
    try:
        found, again = board.board(), board.board()
    finally:
        connection.close()
        connection.settings_dict.update(kept)

    assert (found.state, found.kind, found.is_readable) == ("delayed", "reading", False)
    assert states(found) == ("delayed", "works", "works")
    assert len(found.checks) == 1
    assert again.since == found.since
    assert not board.board().is_readable  # it is not asked again at once
    monkeypatch.setattr(board, "AWAY_SECONDS", 0.0)
    assert (board.board().state, board.board().is_readable) == ("works", True)
