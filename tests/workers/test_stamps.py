"""Stamps: a drained batch leaves its moments with what announced it, and asks the database nothing more for it."""

import json
from datetime import UTC, datetime

import pytest

from core import canaries, moments, valkey
from core.models import User
from support.canaries import send
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db


def all_of_them() -> list[tuple[float, moments.Drained]]:
    return list(moments.since(datetime.fromtimestamp(0, UTC)))


def test_a_message_is_accepted_taken_committed_and_announced_in_this_order(desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Week 14")

    announced, batch = all_of_them()[-1]
    accepted = batch.accepted_at(message_id)
    assert accepted is not None
    # By three clocks: the log's and the other Valkey's count whole milliseconds.
    assert accepted <= batch.taken + 0.001 <= batch.committed + 0.001 <= announced + 0.002
    assert batch.ids == [message_id]
    assert batch.reactions == ("broadcast.tickets", "unread.refresh", "notify.release")
    assert batch.reads == ()


def test_who_has_seen_what_is_noted_with_the_batch(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    desk.say(amira, ticket, "Week 14")
    at = desk.now
    desk.read(ben, ticket, 1)

    assert all_of_them()[-1][1].reads == (moments.Read(ticket.pk, 1, True, at.timestamp()),)


def test_the_tasks_of_a_batch_have_the_ids_that_follow_from_it(desk: Desk, amira: User) -> None:
    desk.ask(amira)
    batch = all_of_them()[-1][1]
    waiting = [json.loads(task) for task in valkey.ephemeral().lrange("unread", 0, -1)]

    assert [task["headers"]["id"] for task in waiting] == [batch.tasks["unread.refresh"]]


def test_canaries_leave_none(desk: Desk) -> None:
    send(canaries.read())
    drain(0)

    assert all_of_them() == []
