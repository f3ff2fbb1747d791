"""The sweep: it rings for the oldest of every transport, however many wait for another."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.models import User
from notifications.models import Delivery
from notifications.transports.registry import TRANSPORTS
from support import events
from support.models import SupportTicket
from tests.core.test_dispatch import published
from tests.notifications.conftest import AT, planned, say, ticket
from workers import notify

__all__ = ["say", "ticket"]
pytestmark = pytest.mark.django_db


def test_mails_that_wait_starve_no_other_transport(
    say: Callable[..., events.MessagePosted],
    ticket: SupportTicket,
    ben: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notify, "MOST_SWEPT", 2)
    told = [say(ben, f"{number}") for number in range(4)]
    mails = planned(*told)
    lost, of_old = planned(told[0], transport="in_app")[0], mails[0]
    Delivery.objects.filter(id=of_old.id).update(transport="pigeon")
    Delivery.objects.filter(id=lost.id).update(due_at=AT + timedelta(hours=1))

    assert "pigeon" not in TRANSPORTS
    notify.sweep()

    rung = {name: arguments["deliveries"] for name, arguments in published("email") + published("push")}
    oldest = sorted(row.id for row in mails[1:])[:2]
    assert rung == {"email.deliver": [str(row_id) for row_id in oldest], "push.deliver": [str(lost.id)]}
