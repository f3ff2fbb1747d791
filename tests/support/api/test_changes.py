"""Changes over HTTP: status, assignee, priority, tags; what is refused, and with which words."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core.models import User
from support.models import Change, SupportTicket
from tests.support.api.test_tickets import agent_to_requester, person
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("draining")]
Calling = Callable[..., Caller]


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """A fresh ticket of Amira's."""
    return desk.ask(amira)


def changed(ticket: SupportTicket, message: str, **differs: Any) -> dict[str, Any]:
    """The answer to a change."""
    return {
        "id": str(ticket.pk),
        "status": "OPEN",
        "priority": "MEDIUM",
        "tags": [],
        "assigned_to": None,
        "message": message,
    } | differs


def test_an_agent_moves_a_ticket_along_and_takes_it(
    ticket: SupportTicket, calling: Calling, ben: User
) -> None:
    body = {"status": "IN_PROGRESS", "expected": "OPEN", "assigned_to": str(ben.pk)}
    answer = calling(ben).post(f"tickets/{ticket.pk}/status/", body)

    assert answer.status_code == 200
    assert answer.json() == changed(
        ticket, "PP-1042 is now “In progress”.", status="IN_PROGRESS", assigned_to=person(ben)
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assigned_to) == ("IN_PROGRESS", ben)


def test_a_requester_resolves_their_own_and_reopens_it(
    desk: Desk, ticket: SupportTicket, calling: Calling, amira: User, ben: User
) -> None:
    desk.give(ben, ticket, ben)
    solved = calling(amira).post(f"tickets/{ticket.pk}/status/", {"status": "RESOLVED"})
    again = calling(amira).post(f"tickets/{ticket.pk}/status/", {"status": "OPEN"})

    assert (solved.status_code, solved.json()) == (
        200,
        changed(ticket, "PP-1042 is now “Resolved”.", status="RESOLVED", assigned_to=agent_to_requester(ben)),
    )
    assert (again.status_code, again.json()["status"]) == (200, "OPEN")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "RESOLVED", "expected": "WAITING_USER"}, "stale"),
        ({"status": "OPEN"}, "transition"),
    ],
    ids=str,
)
def test_a_step_that_does_not_fit_is_a_conflict(
    ticket: SupportTicket, calling: Calling, ben: User, body: dict[str, str], code: str
) -> None:
    answer = calling(ben).post(f"tickets/{ticket.pk}/status/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    ticket.refresh_from_db()
    assert ticket.status == "OPEN"


def test_a_requester_may_not_close_nor_assign(ticket: SupportTicket, calling: Calling, amira: User) -> None:
    closing = calling(amira).post(f"tickets/{ticket.pk}/status/", {"status": "CLOSED"})
    giving = calling(amira).post(
        f"tickets/{ticket.pk}/status/", {"status": "RESOLVED", "assigned_to": str(amira.pk)}
    )

    assert (closing.status_code, closing.json()["code"]) == (409, "transition")
    assert (giving.status_code, giving.json()["code"]) == (403, "forbidden")


def test_a_ticket_is_given_and_handed_back(
    ticket: SupportTicket, calling: Calling, ben: User, chen: User
) -> None:
    given = calling(ben).post(f"tickets/{ticket.pk}/assign/", {"assigned_to": str(chen.pk)})
    back = calling(ben).post(f"tickets/{ticket.pk}/assign/", {"assigned_to": None})

    assert (given.status_code, given.json()) == (
        200,
        changed(ticket, "PP-1042 is assigned to Chen.", assigned_to=person(chen)),
    )
    assert (back.status_code, back.json()) == (200, changed(ticket, "PP-1042 is unassigned."))


@pytest.mark.parametrize("whom", ["amira", "nobody"])
def test_only_agents_can_be_given_a_ticket(
    ticket: SupportTicket, calling: Calling, amira: User, ben: User, whom: str
) -> None:
    assignee = str(amira.pk if whom == "amira" else uuid.uuid4())
    answer = calling(ben).post(f"tickets/{ticket.pk}/assign/", {"assigned_to": assignee})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["error"] == "Tickets can only be assigned to an active agent. Choose another."


def test_priority_and_tags(ticket: SupportTicket, calling: Calling, ben: User) -> None:
    priority = calling(ben).post(f"tickets/{ticket.pk}/priority/", {"priority": "MEDIUM"})
    urgent = calling(ben).post(f"tickets/{ticket.pk}/priority/", {"priority": "URGENT"})
    tags = calling(ben).post(f"tickets/{ticket.pk}/tags/", {"tags": ["cpd", "export", "cpd"]})
    none = calling(ben).post(f"tickets/{ticket.pk}/tags/", {"tags": []})

    assert (priority.status_code, priority.json()) == (
        200,
        changed(ticket, "PP-1042 has the priority “Normal”."),
    )
    assert urgent.json() == changed(ticket, "PP-1042 has the priority “Urgent”.", priority="URGENT")
    assert tags.json() == changed(ticket, "PP-1042 has new tags.", priority="URGENT", tags=["cpd", "export"])
    assert none.json() == changed(ticket, "PP-1042 has no tags.", priority="URGENT")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("assign", {"assigned_to": None}),
        ("priority", {"priority": "URGENT"}),
        ("tags", {"tags": ["mine"]}),
    ],
)
def test_the_rest_is_for_agents(
    ticket: SupportTicket, calling: Calling, amira: User, path: str, body: dict[str, Any]
) -> None:
    answer = calling(amira).post(f"tickets/{ticket.pk}/{path}/", body)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert list(Change.objects.values_list("kind", flat=True)) == ["OpenTicket"]
