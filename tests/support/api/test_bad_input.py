"""Bad input: a problem document with a sentence, never a 500, and nothing in the command log."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from core import command_log
from core.models import User
from support.models import SupportTicket
from support.validators import ODD_CHARACTER, ONE_LINE, WRONG_TYPE
from tests.support.calling import Caller
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Calling = Callable[..., Caller]
GOOD = {"subject": "Logbook export", "description": "Week 14 is missing."}
NO_SUBJECT = "Add a subject so the right person picks this up."
NO_DESCRIPTION = "Tell us what’s happening: what you tried, and what you saw."
PRIORITIES = "Choose one of: LOW, MEDIUM, HIGH, URGENT."
STATUSES = "Choose one of: OPEN, IN_PROGRESS, WAITING_USER, RESOLVED, CLOSED."


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """A problem document, whole: its members agree with each other and the log is untouched."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"/support/problems/{code}"
    assert (document["status"], document["code"]) == (status, code)
    assert document["error"] == document["detail"]
    assert document["error"].endswith((".", "?"))
    assert command_log.length(0) == 0
    return document


@pytest.mark.parametrize(
    ("differs", "field", "sentence"),
    [
        ({"subject": None}, "subject", NO_SUBJECT),
        ({"subject": ""}, "subject", NO_SUBJECT),
        ({"subject": " \t "}, "subject", NO_SUBJECT),
        ({"subject": "x" * 201}, "subject", "Shorten the subject to 200 characters."),
        ({"subject": 42}, "subject", WRONG_TYPE),
        ({"subject": ["Hi"]}, "subject", WRONG_TYPE),
        ({"subject": {"a": 1}}, "subject", WRONG_TYPE),
        ({"subject": True}, "subject", WRONG_TYPE),
        ({"subject": "nul \0"}, "subject", ODD_CHARACTER),
        ({"subject": "half \ud800"}, "subject", ODD_CHARACTER),
        ({"subject": "Hi\r\nBcc: all@example.com"}, "subject", ONE_LINE),
        ({"description": ""}, "description", NO_DESCRIPTION),
        (
            {"description": "x" * 10_001},
            "description",
            "Shorten this to 10,000 characters. You can add the rest as a reply.",
        ),
        ({"description": "half \udfff"}, "description", ODD_CHARACTER),
        ({"priority": "SOON"}, "priority", PRIORITIES),
        ({"priority": None}, "priority", PRIORITIES),
        ({"priority": ""}, "priority", PRIORITIES),
        ({"priority": 1}, "priority", PRIORITIES),
        ({"priority": ["LOW"]}, "priority", PRIORITIES),
        ({"priority": "half \ud800"}, "priority", PRIORITIES),
        ({"ticket_type": "bug"}, "ticket_type", "Choose one of: QUESTION, BUG, FEATURE, TASK."),
        ({"tags": "cpd"}, "tags", "Send the tags as a list."),
        ({"tags": None}, "tags", "Send the tags as a list."),
        ({"tags": {"cpd": 1}}, "tags", "Send the tags as a list."),
        ({"tags": ["x"] * 11}, "tags", "Use up to 10 tags."),
        ({"tags": ["x" * 41]}, "tags", "Shorten each tag to 40 characters."),
        ({"tags": ["a\nb"]}, "tags", ONE_LINE),
        ({"tags": [7]}, "tags", WRONG_TYPE),
        ({"current_url": "x" * 2001}, "current_url", "Shorten the address to 2,000 characters."),
        ({"current_url": None}, "current_url", WRONG_TYPE),
        ({"browser_info": "a\0b"}, "browser_info", ODD_CHARACTER),
        ({"context_data": "text"}, "context_data", "Send this as a JSON object."),
        ({"context_data": []}, "context_data", "Send this as a JSON object."),
        ({"context_data": {"a": "x" * 16_384}}, "context_data", "This is more than 16 KiB."),
        ({"context_data": {"a": "\0"}}, "context_data", ODD_CHARACTER),
        (
            {"context_data": json.loads('{"a":' * 11 + "1" + "}" * 11)},
            "context_data",
            "This is nested more than 10 levels deep.",
        ),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_ticket_with_one_fault_names_it(
    calling: Calling, amira: User, differs: dict[str, Any], field: str, sentence: str
) -> None:
    answer = calling(amira).post("tickets/create/", GOOD | differs)

    document = assert_problem(answer, 422, "invalid")
    assert document["errors"] == {field: [sentence]}
    assert document["error"] == sentence


def test_several_faults_are_counted_and_each_named(calling: Calling, amira: User) -> None:
    answer = calling(amira).post("tickets/create/", {"priority": "SOON"})

    document = assert_problem(answer, 422, "invalid")
    assert document["error"] == "Three things need a look before we can send this."
    assert document["errors"] == {
        "subject": [NO_SUBJECT],
        "description": [NO_DESCRIPTION],
        "priority": [PRIORITIES],
    }


BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 422, "invalid"),
    "no JSON": (b"subject=Hi", 400, "malformed"),
    "half a document": (b'{"subject": "Hi"', 400, "malformed"),
    "bad UTF-8": (b'{"subject": "\xff\xfe"}', 400, "malformed"),
    "a surrogate in UTF-8": (b'{"subject": "\xed\xa0\x80"}', 400, "malformed"),
    "UTF-16": ('{"subject": "Hi"}'.encode("utf-16"), 400, "malformed"),
    "a byte order mark": (b'\xef\xbb\xbf{"subject": "Hi"}', 400, "malformed"),
    "a list": (b"[]", 400, "malformed"),
    "a string": (b'"Hi"', 400, "malformed"),
    "a number": (b"1", 400, "malformed"),
    "null": (b"null", 400, "malformed"),
    "NaN": (b'{"context_data": {"a": NaN}}', 400, "malformed"),
    "minus infinity": (b'{"context_data": {"a": -Infinity}}', 400, "malformed"),
    "a number beyond floats": (b'{"context_data": {"a": 1e999}}', 400, "malformed"),
    "five thousand digits": (b'{"context_data": {"a": ' + b"9" * 5000 + b"}}", 400, "malformed"),
    "a member twice": (b'{"subject": "a", "subject": "b"}', 400, "malformed"),
    "a member twice, below": (b'{"context_data": {"a": 1, "a": 2}}', 400, "malformed"),
    "thirty thousand brackets": (b"[" * 30_000 + b"]" * 30_000, 400, "malformed"),
    "thirty thousand brackets never closed": (b'{"a":' * 12_000, 400, "malformed"),
    "64 KiB and one byte": (b'{"subject": "' + b"x" * (65 * 1024) + b'"}', 413, "too-large"),
    "ten megabytes": (b"x" * 10_000_000, 413, "too-large"),
}


@pytest.mark.parametrize(("body", "status", "code"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_small_unambiguous_object(
    calling: Calling, amira: User, body: bytes, status: int, code: str
) -> None:
    assert_problem(calling(amira).raw("tickets/create/", body), status, code)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_content_type_is_not_taken(calling: Calling, amira: User, content_type: str) -> None:
    answer = calling(amira).raw("tickets/create/", b'{"subject": "Hi"}', content_type)

    assert_problem(answer, 415, "media-type")


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """A fresh ticket of Amira's."""
    return desk.ask(amira)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("message", {}, "message"),
        ("message", {"message": " "}, "message"),
        ("message", {"message": "x" * 10_001}, "message"),
        ("message", {"message": 5}, "message"),
        ("message", {"message": "nul \0"}, "message"),
        ("message", {"message": "half \ud83d"}, "message"),
        ("message", {"message": "Hi", "id": "no-uuid"}, "id"),
        ("message", {"message": "Hi", "id": 5}, "id"),
        ("message", {"message": "Hi", "audience": "all"}, "audience"),
        ("status", {}, "status"),
        ("status", {"status": "DONE"}, "status"),
        ("status", {"status": "open"}, "status"),
        ("status", {"status": None}, "status"),
        ("status", {"status": ["OPEN"]}, "status"),
        ("status", {"status": "RESOLVED", "expected": "DONE"}, "expected"),
        ("status", {"status": "RESOLVED", "assigned_to": "ben"}, "assigned_to"),
        ("assign", {}, "assigned_to"),
        ("assign", {"assigned_to": "ben"}, "assigned_to"),
        ("priority", {"priority": "SOON"}, "priority"),
        ("tags", {}, "tags"),
        ("tags", {"tags": [""]}, "tags"),
        ("read", {}, "sequence"),
        ("read", {"sequence": -1}, "sequence"),
        ("read", {"sequence": "last"}, "sequence"),
        ("read", {"sequence": 2**31}, "sequence"),
        ("read", {"sequence": 10**400}, "sequence"),
        ("read", {"sequence": 1.5}, "sequence"),
        ("read", {"sequence": "1"}, "sequence"),
        ("read", {"sequence": True}, "sequence"),
        ("read", {"sequence": None}, "sequence"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_every_write_names_its_fault(
    ticket: SupportTicket, calling: Calling, ben: User, path: str, body: dict[str, Any], field: str
) -> None:
    document = assert_problem(calling(ben).post(f"tickets/{ticket.pk}/{path}/", body), 422, "invalid")

    assert list(document["errors"]) == [field]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"is_online": "yes"},
        {"is_online": 1},
        {"is_online": None},
        {"availability": "busy"},
        {"availability": "away", "is_online": True},
    ],
    ids=str,
)
def test_an_availability_that_is_none(calling: Calling, ben: User, body: dict[str, Any]) -> None:
    assert_problem(calling(ben).post("status/toggle/", body), 422, "invalid")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("tickets/", {"status": "DONE"}),
        ("tickets/", {"status": "nul \0"}),
        ("tickets/", {"priority": "SOON"}),
        ("tickets/", {"search": "x" * 201}),
        ("tickets/", {"search": "nul \0"}),
        ("tickets/", {"tag": "nul \0"}),
        ("tickets/", {"cursor": "nonsense"}),
        ("tickets/", {"cursor": "nul \0"}),
        ("tickets/", {"cursor": "x" * 5000}),
        ("tickets/", {"limit": "0"}),
        ("tickets/", {"limit": "101"}),
        ("tickets/", {"limit": "many"}),
        ("tickets/all/", {"view": "mine"}),
        ("tickets/all/", {"assignee": "ben"}),
        ("tickets/all/", {"assignee": "nul \0"}),
        ("tickets/all/", {"unassigned": "perhaps"}),
        ("tickets/all/", {"unassigned": "1"}),
        ("tickets/all/", {"q": "nul \0"}),
        ("tickets/{ticket}/messages/", {"after": "-1"}),
        ("tickets/{ticket}/messages/", {"after": "one"}),
        ("tickets/{ticket}/messages/", {"after": "1.0"}),
        ("tickets/{ticket}/messages/", {"after": "\u0661"}),
        ("tickets/{ticket}/messages/", {"before": str(2**63)}),
        ("tickets/{ticket}/messages/", {"limit": "201"}),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_every_query_names_its_fault(
    ticket: SupportTicket, calling: Calling, ben: User, path: str, query: dict[str, str]
) -> None:
    document = assert_problem(calling(ben).get(path.format(ticket=ticket.pk), **query), 422, "invalid")

    assert list(document["errors"]) == list(query)


WRITES = ["message", "status", "assign", "priority", "tags", "read"]


@pytest.mark.parametrize("path", WRITES)
def test_no_write_reaches_an_unknown_ticket_or_somebody_elses(
    ticket: SupportTicket, calling: Calling, dora: User, ben: User, path: str
) -> None:
    unknown = assert_problem(calling(ben).post(f"tickets/{uuid.uuid4()}/{path}/"), 404, "not-found")
    if path in {"message", "status", "read"}:
        foreign = assert_problem(calling(dora).post(f"tickets/{ticket.pk}/{path}/"), 404, "not-found")
        assert foreign == unknown


@pytest.mark.parametrize("ticket_id", ["1", "..", "00000000-0000-0000-0000-00000000000g"])
def test_a_ticket_id_that_is_none_is_nothing_at_all(calling: Calling, ben: User, ticket_id: str) -> None:
    assert_problem(calling(ben).get(f"tickets/{ticket_id}/"), 404, "not-found")


ADDRESSES = [
    ("get", "tickets/"),
    ("get", "tickets/all/"),
    ("get", "tickets/{ticket}/"),
    ("get", "tickets/{ticket}/messages/"),
    ("get", "receipts/{ticket}/"),
    ("post", "tickets/create/"),
    ("post", "status/toggle/"),
    *(("post", f"tickets/{{ticket}}/{path}/") for path in WRITES),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_without_a_session_everything_is_401(
    ticket: SupportTicket, calling: Calling, method: str, path: str
) -> None:
    answer = getattr(calling(), method)(path.format(ticket=ticket.pk))

    assert_problem(answer, 401, "not-authenticated")
    assert answer["WWW-Authenticate"] == 'Session realm="support"'


@pytest.mark.parametrize(("method", "path"), [each for each in ADDRESSES if each[0] == "post"])
def test_without_a_csrf_token_every_write_is_403(
    ticket: SupportTicket, calling: Calling, ben: User, method: str, path: str
) -> None:
    answer = calling(ben, csrf=False).post(path.format(ticket=ticket.pk), GOOD)

    assert_problem(answer, 403, "csrf")


def test_a_deactivated_account_is_signed_out(calling: Calling, amira: User) -> None:
    caller = calling(amira)
    User.objects.filter(pk=amira.pk).update(is_active=False)

    assert_problem(caller.get("tickets/"), 401, "not-authenticated")


@pytest.mark.parametrize("key", ["x" * 201, "größe", "a\x7fb"], ids=ascii)
def test_an_idempotency_key_is_short_and_printable(calling: Calling, amira: User, key: str) -> None:
    answer = calling(amira).post("tickets/create/", GOOD, Idempotency_Key=key)

    assert list(assert_problem(answer, 422, "invalid")["errors"]) == ["Idempotency-Key"]


@pytest.mark.parametrize(("method", "path"), [("post", "tickets/"), ("get", "tickets/create/")])
def test_the_wrong_method_says_which_is_right(calling: Calling, amira: User, method: str, path: str) -> None:
    answer = getattr(calling(amira), method)(path)

    assert_problem(answer, 405, "method")
    assert answer["Allow"] == ("GET, HEAD, OPTIONS" if method == "post" else "POST, OPTIONS")


def test_the_wrong_method_is_said_before_who_may_do_what(calling: Calling, amira: User) -> None:
    for caller in (calling(amira), calling()):
        answer = caller.get("tickets/00000000-0000-0000-0000-000000000000/assign/")
        assert_problem(answer, 405, "method")
        assert answer["Allow"] == "POST, OPTIONS"


def test_an_unknown_address_is_a_problem_too(calling: Calling, amira: User) -> None:
    for answer in (calling(amira).get("tickets"), calling(amira).post("nowhere/"), calling().get("nowhere/")):
        assert_problem(answer, 404, "not-found")


def test_only_json_is_spoken(calling: Calling, amira: User) -> None:
    answer = calling(amira).client.get("/support/api/tickets/", headers={"Accept": "text/html"})

    assert_problem(answer, 406, "not-acceptable")
