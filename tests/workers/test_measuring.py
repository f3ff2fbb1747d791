"""Measuring: every stored command of people counts once, canaries and refusals do not; a mail counts twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import command_log, ids, measured, measures
from core.contracts import Command
from core.histograms import Histogram
from core.models import User
from notifications import services
from notifications.models import Delivery
from support import commands
from support.models import SupportTicket
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """Amira's, and nothing counted so far."""
    asked = desk.ask(amira)
    measures.tally().forget()
    return asked


def of(step: str) -> Histogram:
    measures.tally().write()
    return measured.since_the_beginning()[step]


def accept(user: User, kind: type[Command], *, ago: float = 0.0, **facts: Any) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    command_log.append([kind(id=ids.new_id(), actor=user.actor, at=at, **facts)])


def test_a_batch_is_timed_from_acceptance_to_commit_and_to_the_broadcast(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    accept(amira, commands.PostMessage, ago=2.0, ticket_id=ticket.pk, body="Week 14")
    accept(ben, commands.ChangePriority, ago=0.0, ticket_id=ticket.pk, priority="HIGH")
    accept(
        amira, commands.ChangePriority, ticket_id=ticket.pk, priority="LOW"
    )  # refused: it is not hers to say
    command_log.append(
        [commands.SendCanary(id=ids.new_id(), actor="system:canary-0", at=datetime.now(UTC), shard=0)]
    )
    drain(0)

    stored, announced = of(measures.STORED), of(measures.ANNOUNCED)
    assert (stored.count, announced.count) == (2, 1)
    assert 2.0 <= announced.seconds < 30
    assert stored.seconds >= 2.0


def test_what_is_dated_back_counts_from_when_it_came_in(ticket: SupportTicket, amira: User) -> None:
    accept(amira, commands.PostMessage, ago=90_000, ticket_id=ticket.pk, body="Yesterday")
    drain(0)

    assert of(measures.ANNOUNCED).count == 1
    assert of(measures.ANNOUNCED).seconds < 60


def test_a_mail_is_timed_from_what_it_is_about_and_from_when_it_was_due(
    ticket: SupportTicket, amira: User, ben: User
) -> None:
    """Ben's message of fifty seconds ago, its mail planned two minutes and due one minute ago."""
    accept(ben, commands.PostMessage, ago=50, ticket_id=ticket.pk, body="Try again.")
    drain(0)
    mails = Delivery.objects.filter(transport="email", recipient=amira)
    now = datetime.now(UTC)
    mails.update(created_at=now - timedelta(seconds=120), due_at=now - timedelta(seconds=60))
    tally = services.deliver("email", list(mails.values_list("id", flat=True)))

    assert dict(tally.counts) == {"sent": 1}
    mailed, overdue = of(measures.MAILED), of(measures.OVERDUE)
    assert (mailed.count, overdue.count) == (1, 1)
    assert 50 <= mailed.seconds < 110
    assert 60 <= overdue.seconds < 90
