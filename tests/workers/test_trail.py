"""The trail: one id, found in a line of every step, from the request to the delivery, over the real log and queues."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from celery.worker.request import Request
from django.conf import settings
from django.test import Client
from pythonjsonlogger.json import JsonFormatter

from core.celery import app
from core.logs import TRAIL, WithCommand
from core.models import User
from core.queues import queue_of
from notifications.models import Delivery
from workers import email, notify, push, unread
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)
TASKS = (unread.refresh, notify.release, push.deliver, email.deliver)


class Lines:
    """What production's format makes of the trail."""

    def __init__(self, stream: StringIO) -> None:
        self._stream = stream

    def of(self, command_id: str) -> list[dict[str, Any]]:
        """Those that name the command."""
        lines = [json.loads(line) for line in self._stream.getvalue().splitlines()]
        return [line for line in lines if command_id in line["command_id"].split()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    formatters: Any = settings.LOGGING["formatters"]
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithCommand())
    handler.setFormatter(JsonFormatter(formatters["json"]["format"]))
    logger = logging.getLogger(TRAIL)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield Lines(stream)
    logger.removeHandler(handler)
    logger.setLevel(level)


def take(task: Any) -> None:
    """Run the oldest task of its queue as a worker does: from its message."""
    with app.connection_for_read() as connection:
        waiting = connection.SimpleQueue(app.amqp.queues[queue_of(task.name)])
        message = waiting.get(timeout=5)
        assert message.headers["task"] == task.name
        Request(message, app=app, task=task).execute()


def test_a_ticket_from_the_request_to_the_bell_and_the_mail(
    lines: Lines, client: Client, amira: User, ben: User
) -> None:
    client.force_login(amira)
    body = {"subject": "Export", "description": "Week 14 is missing."}
    answer = client.post(
        "/support/api/tickets/create/", body, "application/json", headers={"Prefer": "wait=0"}
    )
    command_id = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    drain(0)
    for task in TASKS:
        take(task)

    found = lines.of(command_id)
    rows = dict(Delivery.objects.filter(recipient=ben).values_list("transport", "id"))
    assert {str(row) for row in Delivery.objects.values_list("command_id", flat=True)} == {command_id}
    assert found[0]["request_id"] == answer.headers["X-Request-ID"]
    assert {line["request_id"] for line in found[1:]} == {"-"}
    assert [line["message"] for line in found] == [
        f"accepted OpenTicket of {amira.actor}",
        "drained OpenTicket 1; refused 0, held 0",
        "reacted by unread.refresh",
        "reacted by notify.release",
        f"delivery {rows['in_app']} by in_app: sent",
        f"delivery {rows['email']} by email: sent",
    ]


def test_a_line_about_a_batch_names_all_of_its_commands(lines: Lines, client: Client, amira: User) -> None:
    client.force_login(amira)
    ids = []
    for subject in ("Export", "Import"):
        body = {"subject": subject, "description": "Week 14 is missing."}
        answer = client.post(
            "/support/api/tickets/create/", body, "application/json", headers={"Prefer": "wait=0"}
        )
        ids.append(answer.headers["Location"].rstrip("/").rpartition("/")[2])
    drain(0)

    [drained] = [line for line in lines.of(ids[0]) if line["message"].startswith("drained OpenTicket 2")]
    assert drained["command_id"].split() == ids
    assert drained in lines.of(ids[1])
