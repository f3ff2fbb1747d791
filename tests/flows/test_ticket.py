"""A ticket over HTTP, from the request to the mails, and the same with everything repeated."""

import pytest

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.flows


def test_a_ticket_is_opened_answered_and_resolved(system: System, amira: Person, ben: Person) -> None:
    ticket = amira.open_ticket()
    reference = f"PP-{ticket['number']}"
    listed = ben.get("tickets/all/", q="logbook").json()["tickets"]
    assert ticket["id"] in [found["id"] for found in listed]

    reply = ben.post(f"tickets/{ticket['id']}/message/", {"message": "I am rebuilding your export."})
    assert (reply.status_code, reply.json()["sequence"], reply.json()["is_support"]) == (201, 1, True)
    solved = ben.post(f"tickets/{ticket['id']}/status/", {"status": "RESOLVED", "expected": "OPEN"})
    assert (solved.status_code, solved.json()["status"]) == (200, "RESOLVED")

    until(lambda: len(system.sink.about(reference)) == 5, what="three agents' mails, a reply and an update")
    assert system.mails_about(reference) == [
        ("admin@psychpath.com.au", "new_ticket"),
        ("amira@example.com", "ticket_reply"),
        ("amira@example.com", "ticket_update"),
        ("ben@example.com", "new_ticket"),
        ("chen@example.com", "new_ticket"),
    ]


def test_flower_lists_the_tasks_that_did_it(system: System, amira: Person) -> None:
    ticket = amira.open_ticket()
    command_id = system.rows(
        "SELECT id FROM support_change WHERE kind = 'OpenTicket' AND ticket_id = %s", ticket["id"]
    )[0][0]

    def names() -> set[str]:
        tasks = system.flower_tasks().values()
        mine = [task["name"] for task in tasks if str(command_id) in str(task["kwargs"])]
        return {
            *mine,
            *(task["name"] for task in tasks if task["name"] in {"notify.release", "email.deliver"}),
        }

    until(
        lambda: names() >= {"persistence.open_ticket", "notify.release", "email.deliver"},
        what="Flower knows the tasks",
    )


def test_the_same_request_three_times_is_one_ticket_and_one_set_of_mails(
    system: System, amira: Person
) -> None:
    body = {
        "subject": "Asked three times",
        "description": "Nothing else.",
        "priority": "LOW",
        "ticket_type": "QUESTION",
        "tags": [],
    }
    answers = [
        amira.post("tickets/create/", body, **{"Idempotency-Key": "three-times", "Prefer": "wait=10"})
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert system.rows("SELECT count(*) FROM support_supportticket WHERE subject = 'Asked three times'") == [
        (1,)
    ]
    other = amira.post(
        "tickets/create/",
        {**body, "subject": "Another"},
        **{"Idempotency-Key": "three-times", "Prefer": "wait=10"},
    )
    assert (other.status_code, other.json()["code"]) == (422, "id-taken")
    reference = f"PP-{answers[0].json()['number']}"
    until(lambda: len(system.sink.about(reference)) == 3, what="one mail per agent")


def test_a_request_that_does_not_wait_is_accepted_and_settles(
    system: System, amira: Person, dora: Person
) -> None:
    body = {"subject": "No hurry", "description": "Whenever.", "priority": "LOW", "ticket_type": "TASK"}
    answer = amira.post("tickets/create/", body, Prefer="respond-async")
    assert answer.status_code == 202
    receipt = answer.headers["Location"].removeprefix("/support/api/")

    until(lambda: amira.get(receipt).status_code == 303, what="the receipt settles")
    ticket_path = amira.get(receipt).headers["Location"].removeprefix("/support/api/")
    assert amira.get(ticket_path).json()["ticket"]["subject"] == "No hurry"
    assert dora.get(receipt).status_code == 404
