"""Outcomes: what the database knows of a command, for its sender alone."""

import uuid

import pytest

from core.contracts import encode
from core.models import User
from support import commands, selectors
from support.models import DeadLetter
from tests.support.conftest import BEGIN, Desk

pytestmark = pytest.mark.django_db


def test_a_change_is_known_to_its_sender_with_its_fingerprint(desk: Desk, amira: User, dora: User) -> None:
    ticket = desk.ask(amira)
    command = commands.ChangeStatus(
        id=uuid.uuid4(), actor=amira.actor, at=BEGIN, ticket_id=ticket.pk, status="RESOLVED"
    )
    desk.move(amira, ticket, "RESOLVED", id=command.id)

    assert selectors.outcome_of(amira, command.id) == selectors.Outcome(
        kind="ChangeStatus", ticket_id=ticket.pk, fingerprint=command.fingerprint()
    )
    assert selectors.outcome_of(dora, command.id) is None


def test_a_message_is_known_with_the_fingerprint_it_came_with(desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Any news?")
    command = commands.PostMessage(
        id=message_id, actor=amira.actor, at=BEGIN, ticket_id=ticket.pk, body="Any news?"
    )
    found = selectors.outcome_of(amira, message_id)

    assert found is not None
    assert (found.kind, found.ticket_id) == ("PostMessage", ticket.pk)
    assert found.fingerprint == command.fingerprint()
    assert selectors.outcome_of(ben, message_id) is None


def test_a_held_command_is_known_until_it_was_replayed(amira: User, dora: User) -> None:
    command = commands.SetAvailability(id=uuid.uuid4(), actor=amira.actor, at=BEGIN, availability="online")
    letter = DeadLetter.objects.create(
        pk=command.id, shard=0, kind="SetAvailability", payload=encode(command).decode(), created_at=BEGIN
    )

    assert selectors.outcome_of(amira, command.id) == selectors.Outcome(
        kind="SetAvailability", ticket_id=None, held=True
    )
    assert selectors.outcome_of(dora, command.id) is None
    letter.state = "replayed"
    letter.save()
    assert selectors.outcome_of(amira, command.id) is None


def test_a_letter_nobody_can_read_belongs_to_nobody(amira: User) -> None:
    letter = DeadLetter.objects.create(shard=0, kind="unreadable", payload="{", created_at=BEGIN)

    assert selectors.outcome_of(amira, letter.pk) is None
