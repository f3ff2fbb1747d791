"""Every task delivered twice: the same rows, and each mail once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from core import command_log, dispatch, ids
from core.celery import app
from core.contracts import Command
from core.models import User
from notifications.models import Delivery
from support import commands
from support.models import ChatMessage
from workers import gathering
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tasks_run_twice(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever is published runs at once, and then again, as after a worker that died before its acknowledgement."""
    app.loader.import_default_modules()
    ran: list[str] = []

    def deliver(
        task: str,
        /,
        *,
        countdown: float | None = None,
        expires: float | None = None,
        task_id: str | None = None,
        **arguments: Any,
    ) -> bool:
        ran.append(task)
        with monkeypatch.context() as first:
            first.setattr(gathering, "done", lambda *_: None)
            app.tasks[task].run(**arguments)
        app.tasks[task].run(**arguments)
        return True

    monkeypatch.setattr(dispatch, "publish", deliver)
    return ran


def asked_answered_resolved_and_read(amira: User, ben: User) -> list[Command]:
    now, ticket_id = datetime.now(UTC), ids.new_id()
    return [
        commands.OpenTicket(
            id=ids.new_id(),
            actor=amira.actor,
            at=now,
            ticket_id=ticket_id,
            subject="Help",
            description="Please.",
        ),
        commands.PostMessage(
            id=ids.new_id(), actor=ben.actor, at=now, ticket_id=ticket_id, body="Here I am."
        ),
        commands.ChangeStatus(
            id=ids.new_id(), actor=ben.actor, at=now, ticket_id=ticket_id, status="RESOLVED", expected="OPEN"
        ),
        commands.MarkRead(id=ids.new_id(), actor=amira.actor, at=now, ticket_id=ticket_id, sequence=1),
        commands.SetAvailability(id=ids.new_id(), actor=ben.actor, at=now, availability="online"),
    ]


def told_in_the_app() -> list[tuple[str, str, str, str, int]]:
    rows = Delivery.objects.filter(transport="in_app")
    return sorted(rows.values_list("recipient__username", "notice", "state", "reason", "attempts"))


def test_each_mail_is_sent_once(
    tasks_run_twice: list[str], settings: Any, amira: User, ben: User, chen: User
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    batch = asked_answered_resolved_and_read(amira, ben)
    for command in (*batch, *batch):
        command_log.append([command])
    drain(0)

    assert set(tasks_run_twice) == {
        "broadcast.tickets",
        "broadcast.cursors",
        "broadcast.presence",
        "chats.match",
        "unread.refresh",
        "notify.release",
        "email.deliver",
        "push.deliver",
        "push.unseen",
    }
    by_mail = Delivery.objects.filter(transport="email")
    received = sorted((message.to[0], message.extra_headers["Message-ID"]) for message in mail.outbox)
    planned = by_mail.exclude(state="withheld").values_list("address", "message_id_header")
    assert received == sorted(planned)
    assert [address for address, _ in received] == [
        "amira@example.com",
        "amira@example.com",
        "ben@example.com",
        "chen@example.com",
    ]
    assert set(by_mail.exclude(state="withheld").values_list("state", "attempts")) == {("sent", 1)}
    assert ChatMessage.objects.count() == 1
    # Amira read the ticket in the same batch: there is nothing left to tell her of.
    assert told_in_the_app() == [
        ("amira", "ticket_reply", "withheld", "read", 1),
        ("amira", "ticket_update", "withheld", "read", 1),
        ("ben", "new_ticket", "sent", "", 1),
        ("chen", "new_ticket", "sent", "", 1),
    ]
