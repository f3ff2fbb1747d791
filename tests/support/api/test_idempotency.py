"""The same request again: one row, one answer; another request under the same key: refused without data."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from core import valkey
from core.models import User
from support.models import Change, ChatMessage, SupportTicket
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("draining")]
Calling = Callable[..., Caller]
TICKET = {"subject": "Logbook export", "description": "Week 14 is missing."}


def test_a_repeat_is_answered_alike(calling: Calling, amira: User) -> None:
    first = calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")
    second = calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert SupportTicket.objects.count() == 1


def test_a_repeat_after_both_valkeys_forgot_is_answered_alike(calling: Calling, amira: User) -> None:
    first = calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")
    valkey.durable().flushdb()
    valkey.ephemeral().flushdb()
    second = calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")

    assert (second.status_code, second.json()) == (201, first.json())
    assert SupportTicket.objects.count() == 1


def test_twenty_at_once_are_one_row(calling: Calling, amira: User) -> None:
    caller = calling(amira)

    def send(_: int) -> Any:
        answer = caller.post("tickets/create/", TICKET, Idempotency_Key="abc", Prefer="wait=10")
        connections.close_all()
        return answer.status_code, answer.content

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(20)))

    assert len(answers) == 1
    assert {status for status, _ in answers} == {201}
    assert SupportTicket.objects.count() == 1


def test_another_body_under_the_same_key_is_refused_without_data(calling: Calling, amira: User) -> None:
    calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")
    other = calling(amira).post("tickets/create/", TICKET | {"subject": "Other"}, Idempotency_Key="abc")

    assert (other.status_code, other.json()["code"]) == (422, "id-taken")
    assert list(SupportTicket.objects.values_list("subject", flat=True)) == ["Logbook export"]


def test_a_key_is_its_owners_and_its_addresss(calling: Calling, desk: Desk, amira: User, dora: User) -> None:
    hers = calling(amira).post("tickets/create/", TICKET, Idempotency_Key="abc")
    theirs = calling(dora).post("tickets/create/", TICKET, Idempotency_Key="abc")
    path = f"tickets/{hers.json()['id']}/message/"
    said = calling(amira).post(path, {"message": "Any news?"}, Idempotency_Key="abc")

    assert [answer.status_code for answer in (hers, theirs, said)] == [201, 201, 201]
    assert SupportTicket.objects.count() == 2


def test_without_a_key_two_requests_are_two_tickets(calling: Calling, amira: User) -> None:
    calling(amira).post("tickets/create/", TICKET)
    calling(amira).post("tickets/create/", TICKET)

    assert SupportTicket.objects.count() == 2


def test_a_message_under_its_id_is_one(calling: Calling, desk: Desk, amira: User) -> None:
    path, body = f"tickets/{desk.ask(amira).pk}/message/", {"message": "Any news?", "id": str(uuid.uuid4())}
    first, second = calling(amira).post(path, body), calling(amira).post(path, body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert ChatMessage.objects.count() == 1


@pytest.mark.parametrize("differs", ["body", "ticket", "author"])
def test_a_messages_id_taken_by_another_is_refused_without_data(
    calling: Calling, desk: Desk, amira: User, ben: User, differs: str
) -> None:
    ticket, other, message_id = desk.ask(amira), desk.ask(amira), str(uuid.uuid4())
    calling(amira).post(f"tickets/{ticket.pk}/message/", {"message": "Secret.", "id": message_id})
    author = ben if differs == "author" else amira
    place = other if differs == "ticket" else ticket
    text = "Other." if differs == "body" else "Secret."

    answer = calling(author).post(f"tickets/{place.pk}/message/", {"message": text, "id": message_id})

    assert (answer.status_code, answer.json()["code"]) == (422, "id-taken")
    assert "Secret" not in answer.content.decode()
    assert ChatMessage.objects.count() == 1


def test_a_change_repeated_is_one_change_even_with_expected(
    calling: Calling, desk: Desk, amira: User, ben: User
) -> None:
    path, body = f"tickets/{desk.ask(amira).pk}/status/", {"status": "RESOLVED", "expected": "OPEN"}
    first = calling(ben).post(path, body, Idempotency_Key="abc")
    second = calling(ben).post(path, body, Idempotency_Key="abc")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert Change.objects.filter(kind="ChangeStatus").count() == 1


def test_two_agents_change_one_ticket_and_the_loser_is_told(
    calling: Calling, desk: Desk, amira: User, ben: User, chen: User
) -> None:
    path, body = f"tickets/{desk.ask(amira).pk}/status/", {"status": "RESOLVED", "expected": "OPEN"}
    answers = [calling(agent).post(path, body) for agent in (ben, chen)]

    assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [
        (200, None),
        (409, "stale"),
    ]
