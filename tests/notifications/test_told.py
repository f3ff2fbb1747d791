"""What becomes of a mail without a provider's word is told to open desks at once: uncertain, or cancelled by a run."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core import ids, layer
from core.models import User
from notifications import services
from notifications.models import Delivery, Run, State
from support import groups
from support.models import SupportTicket
from tests.notifications.conftest import opened, planned
from workers.notify import sweep, work_runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """The frames that pages are sent, by group."""
    frames: list[tuple[str, Any]] = []
    monkeypatch.setattr(
        layer, "send", lambda sent: frames.extend((f.group, json.loads(f.staff)) for f in sent)
    )
    return frames


@pytest.fixture
def row(ticket: SupportTicket, ben: User) -> Delivery:
    """The mail that tells Ben of Amira's ticket."""
    return planned(opened(ticket))[0]


def mailed(ticket_id: uuid.UUID | None) -> tuple[str, Any]:
    return groups.STAFF, {"type": "mailed", "tickets": [str(ticket_id)]}


def test_the_desk_hears_of_a_mail_that_became_uncertain_once(
    row: Delivery, told: list[tuple[str, Any]]
) -> None:
    services.claim(None, "email", 1, timezone.now() - timedelta(minutes=1))

    sweep()
    sweep()

    row.refresh_from_db()
    assert (row.state, told) == (State.UNCERTAIN, [mailed(row.ticket_id)])


def test_the_desk_hears_of_what_a_run_cancelled(
    row: Delivery, admin: User, told: list[tuple[str, Any]]
) -> None:
    wanted = {"state": "planned", "transport": "email"}
    Run.objects.create(
        id=ids.new_id(), action="cancel", filter=wanted, until=timezone.now(), total=1, by=admin
    )

    work_runs()

    row.refresh_from_db()
    assert (row.state, told) == (State.CANCELLED, [mailed(row.ticket_id)])
