"""The progress of a ticket, beside its thread."""

from datetime import timedelta

import pytest

from support.thread_items import Reader
from support.thread_progress import duration_words, progress
from tests.support.test_thread import AMIRA, BEN, change, ticket


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=11, seconds=50), "11 minutes"),
        (timedelta(hours=1, minutes=59), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=20), "3 days"),
    ],
)
def test_a_duration_is_its_biggest_whole_unit(passed: timedelta, words: str) -> None:
    assert duration_words(passed) == words


def test_the_first_reply_stands_among_the_changes() -> None:
    asked = ticket()
    changes = [
        change("AssignTicket", 3, None, str(BEN.pk)),
        change("ChangeStatus", 30, "OPEN", "WAITING_USER"),
    ]
    lines = progress(
        asked,
        changes,
        Reader(user=AMIRA),
        first_reply_at=asked.created_at + timedelta(minutes=11),
        names={str(BEN.pk): "Ben"},
    )
    assert [line.sentence for line in lines] == [
        "<b>Ben</b> picked up this ticket",
        "<b>First reply</b> after 11 minutes",
        "Status changed to <b>Waiting on you</b>",
    ]


def test_without_a_reply_there_is_no_line_about_one() -> None:
    assert progress(ticket(), [], Reader(user=AMIRA), first_reply_at=None, names={}) == []
