"""The way of one command, step by step; what a task was about; the field that finds both. For support admins alone."""

import re
import uuid
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client

from core import ids, moments, valkey
from core.models import User
from notifications.waterfall import Waterfall, subject_of, waterfall
from support.models import DeadLetter
from tests.support.conftest import Desk, desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
WORK = "/support/operations/commands/"


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def way_of(command_id: uuid.UUID) -> Waterfall:
    subject = subject_of(command_id)
    assert subject is not None
    return waterfall(subject)


def said(way: Waterfall) -> dict[str, Any]:
    """By step: its milliseconds, else what stands there instead."""
    return {step.name: step.milliseconds if step.at else str(step.says) for step in way.steps}


def newest() -> moments.Drained:
    return next(moments.newest())[1]


def test_each_step_has_its_moment_and_bars_follow_each_other(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Week 14")
    valkey.ephemeral().delete(moments.KEY)
    accepted = desk.now.timestamp() - 60
    batch = moments.Drained(
        id=ids.new_id(),
        task="drain-task",
        taken=accepted + 0.02,
        committed=accepted + 0.05,
        commands=message_id.bytes,
        accepted=(round(accepted * 1000),),
        reactions=("unread.refresh",),
        reads=(
            moments.Read(ticket.pk, 1, False, accepted + 1),
            moments.Read(ticket.pk, 1, True, accepted + 4),
        ),
    )
    payload = msgspec.msgpack.encode(batch)
    valkey.ephemeral().xadd(moments.KEY, {"b": payload}, id=f"{round((accepted + 0.06) * 1000)}-0")

    way = way_of(message_id)
    assert said(way) == {
        "accepted": 0,
        "taken": 20,
        "committed": 50,
        "announced": 60,
        "seen": 4000,
        "mailed": "Nobody was mailed",
    }
    bars = [(float(step.x), float(step.width)) for step in way.steps if step.at]
    ends = [x + width for x, width in bars]
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(100, abs=0.02)
    assert [x for x, _ in bars[2:]] == [pytest.approx(end, abs=0.02) for end in ends[1:-1]]


def test_what_the_real_drain_notes_is_found_again(desk: Desk, amira: User) -> None:
    message_id = desk.say(amira, desk.ask(amira), "Week 14")
    way = way_of(message_id)

    assert way.batch == newest()
    assert [step.name for step in way.steps if step.at] == ["accepted", "taken", "committed", "announced"]
    assert said(way)["seen"] == "Not yet"


def test_what_is_not_known_any_more_says_so(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Week 14")
    desk.read(ben, ticket, 1)
    valkey.ephemeral().delete(moments.KEY)

    assert said(way_of(message_id)) == {
        "accepted": 0,
        "taken": "Not recorded",
        "committed": "Not recorded",
        "announced": "Not recorded",
        "seen": "Seen, but when is not recorded",
        "mailed": "Nobody was mailed",
    }


def test_an_internal_note_names_no_reader_and_a_ticket_is_not_seen(
    desk: Desk, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    note_id = desk.say(ben, ticket, "Look at 14", audience="staff")
    opened = ticket.changes.get(kind="OpenTicket").pk

    assert said(way_of(note_id))["seen"].startswith("An internal note")
    assert [step.name for step in way_of(opened).steps] == [
        "accepted", "taken", "committed", "announced", "mailed",
    ]  # fmt: skip
    assert said(way_of(opened))["mailed"] == "Waits to be mailed"


def test_the_page_shows_steps_tasks_with_their_links_and_who_was_told(
    as_admin: Client, desk: Desk, amira: User, ben: User, settings: Any
) -> None:
    settings.FLOWER_URL = "http://flower.test"
    ticket = desk.ask(amira)
    desk.give(ben, ticket, ben)
    message_id = desk.say(amira, ticket, "Secret words")
    page = as_admin.get(f"{WORK}{message_id}/").content.decode()

    for label in ("Accepted", "Taken", "Committed", "Announced", "Seen", "Mailed"):
        assert f'<th scope="row">{label}</th>' in page
    for name, task_id in newest().tasks.items():
        assert f'<b>{name}</b> <a href="http://flower.test/task/{task_id}">' in page
    assert "Ben</bdi>" in page
    assert "Secret words" not in page
    assert " style=" not in page


def test_without_an_address_of_flower_a_task_is_named_without_a_link(
    as_admin: Client, desk: Desk, amira: User, settings: Any
) -> None:
    settings.FLOWER_URL = ""
    message_id = desk.say(amira, desk.ask(amira), "Week 14")
    page = as_admin.get(f"{WORK}{message_id}/").content.decode()

    assert "<b>unread.refresh</b> <code" in page


def test_a_task_leads_to_its_message(as_admin: Client, desk: Desk, amira: User) -> None:
    message_id = desk.say(amira, desk.ask(amira), "Week 14")
    for task_id in newest().tasks.values():
        response = as_admin.get(f"/support/operations/tasks/{task_id}/")
        assert (response.status_code, response.headers["Location"]) == (302, f"{WORK}{message_id}/")

    unknown = as_admin.get(f"/support/operations/tasks/{ids.new_id()}/")
    assert unknown.status_code == 404
    assert "Nothing matches" in unknown.content.decode()


def test_the_field_takes_whatever_is_at_hand(as_admin: Client, desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Week 14")
    delivery = ticket.deliveries.first()
    assert delivery is not None

    def found(query: object) -> Any:
        return as_admin.get("/support/operations/find", {"q": str(query)})

    assert found(message_id).headers["Location"] == f"{WORK}{message_id}/"
    assert found(delivery.pk).headers["Location"] == f"{WORK}{delivery.command_id}/"
    task_id = newest().tasks["unread.refresh"]
    assert found(task_id).headers["Location"] == f"/support/operations/tasks/{task_id}/"
    for query in (ticket.reference, ticket.number, ticket.pk):
        links = re.findall(rf'"{WORK}([^/]+)/"', found(query).content.decode())
        assert links == [str(message_id), str(ticket.changes.get().pk)]
    for nonsense in ("", "no such thing", "\0", "9" * 30):
        assert "Nothing matches" in found(nonsense).content.decode()


def test_a_letter_that_is_held_says_why_and_can_be_replayed(
    as_admin: Client, desk: Desk, amira: User
) -> None:
    letter = DeadLetter.objects.create(
        id=ids.new_id(),
        shard=0,
        kind="PostMessage",
        payload="{}",
        error="ValueError: bad",
        created_at=desk.now - timedelta(minutes=5),
    )
    page = as_admin.get(f"{WORK}{letter.pk}/").content.decode()

    assert "ValueError: bad" in page
    assert f'action="/support/operations/letters/{letter.pk}/replay"' in page


def test_it_asks_little(
    as_admin: Client, desk: Desk, amira: User, django_assert_max_num_queries: Any
) -> None:
    message_id = desk.say(amira, desk.ask(amira), "Week 14")
    with django_assert_max_num_queries(9):
        assert as_admin.get(f"{WORK}{message_id}/").status_code == 200
