"""Not yet stored: 202 with a receipt, and what the receipt says later."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core import command_log, valkey
from core.command_log import receipt_key
from core.models import User
from support import commands
from support.letters import appended_again
from support.models import DeadLetter, SupportTicket
from support.services import SERVICES
from tests.support.calling import Caller
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}


def not_waiting(caller: Caller, path: str = "tickets/create/", body: Any = None) -> Any:
    """A write that does not wait for its commit."""
    return caller.post(path, body or TICKET, Prefer="respond-async")


def where(caller: Caller, answer: Any) -> Any:
    """What the receipt of an answer says now."""
    return caller.client.get(answer["Location"])


def test_a_write_that_is_not_stored_yet_is_accepted_with_a_receipt(
    desk: Desk, calling: Calling, amira: User
) -> None:
    answer = not_waiting(calling(amira))

    command_id = answer.json()["id"]
    assert answer.status_code == 202
    assert answer["Location"] == f"/support/api/receipts/{command_id}/"
    assert answer["Preference-Applied"] == "respond-async"
    assert answer.json() == {
        "status": "accepted",
        "receipt": f"/support/api/receipts/{command_id}/",
        "id": command_id,
        "ticket_id": answer.json()["ticket_id"],
        "message": "We’ve got it. It’ll show up in a moment.",
    }
    assert command_log.length(0) == 1


def test_waiting_ends_after_as_long_as_was_asked_for(desk: Desk, calling: Calling, amira: User) -> None:
    answer = calling(amira).post("tickets/create/", TICKET, Prefer="wait=1")

    assert (answer.status_code, answer["Preference-Applied"]) == (202, "wait=1")


def test_a_receipt_is_pending_then_leads_to_the_ticket(desk: Desk, calling: Calling, amira: User) -> None:
    caller = calling(amira)
    answer = not_waiting(caller)
    before = where(caller, answer)
    drain(0)
    after = where(caller, answer)

    assert (before.status_code, before["Retry-After"]) == (202, "1")
    assert before.json() == {"status": "pending", "message": "We’ve got it. It’ll show up in a moment."}
    address = f"/support/api/tickets/{SupportTicket.objects.get().pk}/"
    assert (after.status_code, after["Location"]) == (303, address)
    assert after.json() == {"status": "stored", "location": address}


def test_a_message_and_a_declaration_lead_to_where_they_are_seen(
    desk: Desk, calling: Calling, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    said = not_waiting(calling(amira), f"tickets/{ticket.pk}/message/", {"message": "Any news?"})
    declared = not_waiting(calling(ben), "status/toggle/", {"is_online": True})
    drain(0)

    assert where(calling(amira), said)["Location"] == f"/support/api/tickets/{ticket.pk}/messages/"
    assert where(calling(ben), declared)["Location"] == "/support/api/chat/online-status/"


def test_a_receipt_outlives_both_valkeys(desk: Desk, calling: Calling, amira: User) -> None:
    caller = calling(amira)
    answer = not_waiting(caller)
    drain(0)
    valkey.durable().flushdb()
    valkey.ephemeral().flushdb()

    assert where(caller, answer).status_code == 303


def test_a_pending_receipt_of_what_is_stored_already_says_stored(
    desk: Desk, calling: Calling, amira: User
) -> None:
    """A drain that died between its commit and the receipts."""
    caller = calling(amira)
    answer = not_waiting(caller)
    known: Any = valkey.durable().get(receipt_key(answer.json()["id"]))
    drain(0)
    valkey.ephemeral().flushdb()
    valkey.durable().set(receipt_key(answer.json()["id"]), known)

    assert where(caller, answer).status_code == 303


def test_a_refusal_is_told_with_its_problem(desk: Desk, calling: Calling, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    path = f"tickets/{ticket.pk}/status/"
    answer = not_waiting(calling(ben), path, {"status": "RESOLVED", "expected": "CLOSED"})
    drain(0)
    told = where(calling(ben), answer)

    assert (told.status_code, told["Content-Type"]) == (409, "application/problem+json")
    assert told.json()["code"] == "stale"


def test_a_held_command_says_so_from_the_receipt_and_from_the_row(
    desk: Desk, calling: Calling, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    caller = calling(amira)
    with monkeypatch.context() as mistaken:
        mistaken.setitem(SERVICES, commands.OpenTicket, broken)  # type: ignore[misc]
        answer = not_waiting(caller)
        drain(0)
    told = where(caller, answer)
    valkey.durable().flushdb()
    valkey.ephemeral().flushdb()

    assert DeadLetter.objects.get().kind == "OpenTicket"
    assert told.status_code == 202
    assert told.json() == {"status": "held", "message": "We’ve kept your message and are looking at it."}
    assert where(caller, answer).json() == told.json()


def test_a_held_command_that_was_replayed_is_stored(
    desk: Desk, calling: Calling, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    caller = calling(amira)
    with monkeypatch.context() as mistaken:
        mistaken.setitem(SERVICES, commands.OpenTicket, broken)  # type: ignore[misc]
        answer = not_waiting(caller)
        drain(0)
    appended_again(DeadLetter.objects.get())
    drain(0)

    assert where(caller, answer).status_code == 303


def test_a_receipt_is_its_senders_alone(desk: Desk, calling: Calling, amira: User, ben: User) -> None:
    answer = not_waiting(calling(amira))
    foreign = where(calling(ben), answer)
    none = calling(ben).get(f"receipts/{uuid.uuid4()}/")
    drain(0)

    assert foreign.status_code == 404
    assert foreign.json() == none.json() == where(calling(ben), answer).json()


def test_nobody_waits_while_the_log_is_far_behind(desk: Desk, calling: Calling, amira: User) -> None:
    not_waiting(calling(amira))
    head: Any = valkey.durable().xrange(command_log.key(0), count=1)
    fields = head[0][1]
    valkey.durable().delete(command_log.key(0))
    valkey.durable().xadd(command_log.key(0), fields, id="1-1")

    began = time.monotonic()
    answer = calling(amira).post("tickets/create/", TICKET, Prefer="wait=10")

    assert answer.status_code == 202
    assert time.monotonic() - began < 5
