"""The oracle sees what it is there for: each broken promise is counted under its own name, and under no other."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from tests.client.client import Client
from tests.faults.oracle import Row, Verdict, count, unhandled
from tests.faults.sabotage import broken

TICKET = "0195f000-0000-4000-8000-00000000000a"
ROWS = [Row("a", "one", 1, 1), Row("b", "two", 2, 2), Row("c", "a note", None, 3), Row("d", "three", 3, 4)]


def page(*, is_staff: bool = False) -> Client:
    """A page that wrote a, b and d, and was told all that its side may see."""
    client = Client("http://127.0.0.1", "", TICKET, is_staff=is_staff)
    client.ledger.attempts |= {row.id: row.body for row in ROWS if is_staff or row.public}
    frames = [
        {"id": row.id, "sequence": row.numbered(staff=is_staff), "message": row.body}
        for row in ROWS
        if row.numbered(staff=is_staff)
    ]
    client.view.apply({"type": "chat_history", "messages": frames, "limited": False})
    client.ledger.note({"type": "chat_history", "messages": frames})
    client.ledger.accepted |= dict.fromkeys(client.ledger.attempts, 0.0)
    return client


def shown_twice(client: Client) -> None:
    client.view.messages.append(client.view.messages[-1])


def forgotten(client: Client) -> None:
    client.view.messages.pop(1)


def written_the_other_way_round(client: Client) -> None:
    client.ledger.attempts = dict(reversed(client.ledger.attempts.items()))


def accepted_in_vain(client: Client) -> None:
    client.ledger.accepted["e"] = 0.0


def written_in_vain(client: Client) -> None:
    client.ledger.attempts["e"] = "four"


def still_to_be_sent(client: Client) -> None:
    client.outbox["e"] = client.ledger.attempts["e"] = "four"


def seen_in_vain(client: Client) -> None:
    client.ledger.seen["e"] += 1


def refused_after_it_was_accepted(client: Client) -> None:
    client.ledger.accepted["e"] = 0.0
    client.refused["e"] = {"code": "closed"}


def test_what_is_right_is_all_zero() -> None:
    assert count(ROWS, [page(), page(is_staff=True)]) == Verdict()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (shown_twice, Verdict(visible_duplicates=1, views_unlike_rows=1)),
        (forgotten, Verdict(views_unlike_rows=1)),
        (written_the_other_way_round, Verdict(order_violations=2)),
        (accepted_in_vain, Verdict(lost_accepted=1)),
        (written_in_vain, Verdict(lost_written=1)),
        (still_to_be_sent, Verdict()),
        (seen_in_vain, Verdict(lost_stored=1)),
        (refused_after_it_was_accepted, Verdict()),
    ],
)
def test_what_a_page_shows_or_was_promised(spoil: Callable[[Client], None], expected: Verdict) -> None:
    asking, helping = page(), page(is_staff=True)
    spoil(asking)
    assert count(ROWS, [asking, helping]) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*ROWS, Row("e", "nobody's", 4, 5)], Verdict(unexpected_rows=1, views_unlike_rows=2)),
        ([*ROWS[:3], Row("d", "two", 3, 4)], Verdict(duplicate_rows=1, views_unlike_rows=2)),
        ([*ROWS[:3], Row("d", "three", 3, 5)], Verdict(sequence_gaps=2, views_unlike_rows=1)),
    ],
)
def test_what_is_in_the_rows(rows: list[Row], expected: Verdict) -> None:
    assert count(rows, [page(), page(is_staff=True)]) == expected


def test_a_page_that_is_over_is_held_to_what_it_was_told() -> None:
    left = page()
    left.view.messages.pop()
    left.is_over = True
    assert count(ROWS, [left, page(is_staff=True)]) == Verdict()


def test_an_exception_that_nobody_expected_is_found_in_a_log() -> None:
    trace = "Traceback (most recent call last):\n  File ...\nValueError: no\n"
    log = [
        "INFO    all is well\n",
        f"WARNING consumer: Connection to broker lost. Trying again\n{trace}",
        "ERROR   consumer: Cannot connect, trying again\n",
        f"ERROR   celery.beat [- -] Couldn't apply\n{trace}redis.exceptions.ConnectionError: Error 111\n",
        f"ERROR   celery.app.trace [- -] a task raised\n{trace}",
        f"ERROR:    Exception in ASGI application\n{trace}",
    ]
    assert unhandled("".join(log)) == 2
    assert unhandled(trace) == 1
    assert unhandled(trace, "another word") == 1
    assert unhandled(trace, trace.split()[1]) == 0


def test_whatever_is_broken_on_purpose_is_there_to_be_broken() -> None:
    """The switches are tried by `make faults` alone; a name that changed would turn all of them red."""
    places = re.findall(r'_replace\("([\w.]+)\.(\w+)"', Path(broken.__file__).read_text(encoding="utf-8"))

    assert len(places) >= 8
    assert [name for module, name in places if not hasattr(import_module(module), name)] == []
