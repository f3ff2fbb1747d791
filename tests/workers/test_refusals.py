"""Refusals: said once, they hold for the entry they were said of, whatever dies, and for no other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from core import command_log, ids, receipts, valkey
from core.contracts import Command
from core.models import User
from support import chat_commands, commands
from support.models import Change, ChatSession, DeadLetter, Refusal, SupportTicket
from support.services import SERVICES
from tests.support.calling import Caller
from tests.support.conftest import Desk
from workers import housekeeping, poison
from workers.drain import drain_batch
from workers.persistence import drain

pytestmark = pytest.mark.django_db(transaction=True)
Calling = Callable[..., Caller]
# The command whose service a test replaces.
prioritising: type[Command] = commands.ChangePriority


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    return desk.ask(amira)


def prioritised(ticket: SupportTicket, by: User, priority: str = "HIGH") -> commands.ChangePriority:
    return commands.ChangePriority(
        id=ids.new_id(), actor=by.actor, at=datetime.now(UTC), ticket_id=ticket.pk, priority=priority
    )


def accepted(session: ChatSession, by: User, at: datetime) -> chat_commands.AcceptChat:
    return chat_commands.AcceptChat(
        id=ids.new_id(), actor=by.actor, at=at, ticket_id=session.ticket_id, session_id=session.pk
    )


def dies_before_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drain that has committed and told, and is gone before the entries are out of the log."""

    class Killed(BaseException):
        """Stands for kill -9: nothing after it runs."""

    def die(*_: Any, **__: Any) -> int:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(command_log, "delete", die)
        with pytest.raises(Killed):
            drain_batch(0)


def state_of(command: commands.ChangePriority) -> tuple[str, str]:
    known = receipts.look_up(command.id)
    assert known
    return known.state, known.code


def test_an_entry_that_was_refused_is_refused_again_though_its_reason_is_gone(
    ticket: SupportTicket, ben: User, chen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    refused, stored = prioritised(ticket, ben), prioritised(ticket, chen, "LOW")
    command_log.append([refused, stored], reply_to="receipts:somebody")
    dies_before_deletion(monkeypatch)
    # Its entry is there still; whether it is the one that was refused, or asked for again since, is not known.
    assert (state_of(refused), state_of(stored)) == (("pending", ""), ("stored", ""))

    User.objects.filter(pk=ben.pk).update(is_active=True)
    valkey.ephemeral().hset("drain:deaths:0", str(refused.id), poison.LONE_ATTEMPTS)  # nor is it given up
    for _ in range(2):  # what a dying batch leaves is applied one by one
        drain(0)
    assert command_log.length(0) == 0
    assert (state_of(refused), state_of(stored)) == (("rejected", "forbidden"), ("stored", ""))
    assert Change.objects.filter(kind="ChangePriority").values_list("pk", flat=True).get() == stored.id
    ticket.refresh_from_db()
    assert (ticket.priority, Refusal.objects.count(), DeadLetter.objects.count()) == ("LOW", 1, 0)


def test_who_sends_it_again_is_asked_anew(ticket: SupportTicket, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    command = prioritised(ticket, ben)
    command_log.append([command], reply_to="receipts:somebody")
    drain(0)
    assert state_of(command) == ("rejected", "forbidden")

    User.objects.filter(pk=ben.pk).update(is_active=True)
    command_log.append([command], reply_to="receipts:somebody")
    drain(0)
    assert state_of(command) == ("stored", "")
    ticket.refresh_from_db()
    assert ticket.priority == "HIGH"


def test_who_uses_an_id_again_for_something_else_changes_nothing_of_what_is_known_of_it(
    calling: Calling, ticket: SupportTicket, ben: User
) -> None:
    stored = prioritised(ticket, ben)
    command_log.append([stored], reply_to="receipts:first")
    drain(0)
    clash = msgspec.structs.replace(prioritised(ticket, ben, "LOW"), id=stored.id)
    with valkey.ephemeral().pubsub(ignore_subscribe_messages=True) as second:
        second.subscribe("receipts:second")
        command_log.append([clash], reply_to="receipts:second")
        drain(0)
        heard = [told for told in (second.get_message(timeout=1) for _ in range(2)) if told]

    [told] = [msgspec.json.decode(message["data"], type=receipts.Settled) for message in heard]
    assert (told.state, told.code, told.fingerprint) == ("rejected", "id-taken", clash.fingerprint())
    assert state_of(stored) == ("stored", "")
    assert valkey.durable().get(command_log.receipt_key(stored.id)) is None
    for _ in range(2):  # the second time an hour later
        answer = calling(ben).get(f"receipts/{stored.id}/")
        assert (answer.status_code, answer["Location"]) == (303, f"/support/api/tickets/{ticket.pk}/")
        valkey.ephemeral().flushdb()


def test_it_keeps_its_words_also_when_its_batch_has_to_be_applied_one_by_one(
    desk: Desk, amira: User, ben: User, chen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.chat(amira)
    session = ChatSession.objects.get(ticket=ticket)
    accepts = [accepted(session, person, desk.now) for person in (ben, chen)]
    command_log.append([*accepts, prioritised(ticket, ben)], reply_to="receipts:somebody")
    monkeypatch.setitem(SERVICES, prioritising, lambda *_: 1 // 0)
    dies_before_deletion(monkeypatch)
    ChatSession.objects.update(unattended_since=desk.now)  # by now Chen could take it over
    valkey.ephemeral().flushdb()  # with the mark of the batch that died
    desk.drain()

    known = receipts.look_up(accepts[1].id)
    assert known
    assert (known.state, known.code, known.refusal().sentence) == (
        "rejected",
        "taken",
        "Ben has taken this chat already.",
    )
    session.refresh_from_db()
    assert (session.agent, Refusal.objects.count(), DeadLetter.objects.count()) == (ben, 1, 1)


def test_it_is_forgotten_when_its_entry_is_long_gone(ticket: SupportTicket, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    command_log.append([prioritised(ticket, ben)])
    drain(0)
    assert housekeeping.forget_refusals() == 0
    Refusal.objects.update(created_at=datetime.now(UTC) - timedelta(days=7, minutes=1))
    assert housekeeping.forget_refusals() == 1
