"""The requester's pages without script: who may see what, every form, and what bad input is answered with."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core import command_log, ids, valkey
from core.contracts import Command
from core.models import User
from core.receipts import Settled, announce
from support.commands import AssignTicket, OpenTicket, PostMessage
from support.letters import appended_again
from support.models import ChatMessage, DeadLetter, SupportTicket, SupportUserStatus
from support.services import SERVICES
from tests.support.conftest import Desk
from workers.persistence import drain

pytestmark = pytest.mark.django_db

UNKNOWN = "00000000-0000-4000-8000-000000000001"
TICKETS = "/support-tickets"
NEW = "/support-tickets/new"
GOOD = {
    "subject": "Logbook export",
    "description": "Week 14 is missing.",
    "priority": "HIGH",
    "tags": "logbook, AHPRA",
}


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of that person."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def hers(signed_in: Callable[[User], Client], amira: User) -> Client:
    """Amira's browser."""
    return signed_in(amira)


def words(response: Any) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"<(template|svg|script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def subjects(response: Any) -> list[str]:
    return [
        unescape(found) for found in re.findall(r'class="row-title[^>]*>([^<]*)<', response.content.decode())
    ]


def at_once(desk: Desk, user: User, kind: type[Command], asked: list[dict[str, Any]]) -> None:
    """Many commands in one batch: a drain for each would take seconds."""
    command_log.append(
        [
            kind(id=ids.new_id(), actor=user.actor, at=desk.now + timedelta(seconds=number), **facts)
            for number, facts in enumerate(asked)
        ]
    )
    drain(0)


def log_length() -> int:
    return int(valkey.durable().xlen(command_log.key(0)))


# --- Who may see what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [TICKETS, NEW, f"{TICKETS}/{UNKNOWN}", f"{TICKETS}/pending/{UNKNOWN}"])
def test_a_stranger_is_asked_to_sign_in_and_brought_back(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={path}")


@pytest.mark.parametrize("page", ["", "/reply", "/status"])
def test_somebody_elses_ticket_is_not_found(
    desk: Desk, amira: User, dora: User, signed_in: Callable[[User], Client], page: str
) -> None:
    address = f"{TICKETS}/{desk.ask(amira).pk}{page}"
    theirs = signed_in(dora)
    response = theirs.post(address, {"message": "Hi", "status": "RESOLVED"}) if page else theirs.get(address)
    assert response.status_code == 404
    assert "You can’t open this ticket. It may belong to another account." in words(response)
    assert log_length() == 0


def test_a_ticket_that_never_was_is_answered_alike(hers: Client) -> None:
    response = hers.get(f"{TICKETS}/{uuid.uuid4()}")
    assert response.status_code == 404
    assert "You can’t open this ticket. It may belong to another account." in words(response)


@pytest.mark.parametrize(
    "path", [f"{TICKETS}/{UNKNOWN}/reply", f"{TICKETS}/{UNKNOWN}/status", "/preferences/theme"]
)
def test_what_writes_does_not_answer_get(hers: Client, path: str) -> None:
    assert hers.get(path).status_code == 405


def test_a_form_without_its_token_is_refused(amira: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(amira)
    response = client.post(NEW, GOOD)
    assert response.status_code == 403
    assert "This page is out of date" in words(response)
    assert log_length() == 0


# --- Home ----------------------------------------------------------------------------------------------------------


def test_home_invites_a_stranger_to_sign_in(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Create an account" in words(response)


def test_home_shows_a_requester_their_tickets(hers: Client, desk: Desk, amira: User, ben: User) -> None:
    desk.say(ben, desk.ask(amira), "On it.")
    shown = words(hers.get("/"))
    assert "You have 1 unread reply from support." in shown
    assert "Logbook export" in shown


def test_home_shows_an_agent_the_desk(
    signed_in: Callable[[User], Client], desk: Desk, amira: User, ben: User
) -> None:
    desk.ask(amira)
    shown = words(signed_in(ben).get("/"))
    assert "Unassigned 1" in shown
    assert "Open the desk" in shown


# --- The list ------------------------------------------------------------------------------------------------------


def test_the_list_holds_own_tickets_newest_first(hers: Client, desk: Desk, amira: User, dora: User) -> None:
    for subject in ("First", "Second"):
        desk.ask(amira, subject)
    desk.ask(dora, "Not hers")
    assert subjects(hers.get(TICKETS)) == ["Second", "First"]


def test_nothing_yet_is_not_a_dead_end(hers: Client) -> None:
    shown = words(hers.get(TICKETS))
    assert "No tickets yet When you ask us something, it will show up here." in shown
    assert "New ticket" in shown


def test_a_search_narrows_and_an_empty_one_says_what_to_do(hers: Client, desk: Desk, amira: User) -> None:
    for subject in ("Logbook export", "Change my supervisor"):
        desk.ask(amira, subject)
    assert subjects(hers.get(TICKETS, {"search": "supervisor"})) == ["Change my supervisor"]
    assert subjects(hers.get(TICKETS, {"search": "PP-1042"})) == ["Logbook export"]
    nothing = words(hers.get(TICKETS, {"search": "<b>zebra"}))
    assert "Nothing matches “ <b>zebra ”" in nothing
    assert "Clear filters" in nothing


def test_tabs_count_and_filter(hers: Client, desk: Desk, amira: User, ben: User) -> None:
    desk.ask(amira, "Open one")
    desk.move(ben, desk.ask(amira, "Waiting one"), "WAITING_USER")
    desk.move(ben, desk.ask(amira, "Closed one"), "CLOSED")
    page = hers.get(TICKETS, {"status": "waiting"})
    assert subjects(page) == ["Waiting one"]
    assert "All 3 Open 1 Waiting on you 1 Resolved 1" in words(page)


@pytest.mark.parametrize(
    "query", [{"status": "LOST"}, {"priority": "SOON"}, {"search": "\0"}, {"selected": "x"}]
)
def test_an_unknown_filter_shows_everything(
    hers: Client, desk: Desk, amira: User, query: dict[str, str]
) -> None:
    desk.ask(amira)
    assert subjects(hers.get(TICKETS, query)) == ["Logbook export"]


def test_a_cursor_that_is_not_ours_is_refused_with_a_sentence(hers: Client) -> None:
    response = hers.get(TICKETS, {"cursor": "forged"})
    assert response.status_code == 422
    assert "This page of the list is out of date. Start again from the top." in words(response)


def test_more_tickets_follow_where_the_page_ended(hers: Client, desk: Desk, amira: User) -> None:
    asked = [{"ticket_id": ids.new_id(), "subject": f"Ticket {n:02}", "description": "?"} for n in range(27)]
    at_once(desk, amira, OpenTicket, asked)
    first = hers.get(TICKETS)
    following = unescape(
        re.findall(r'<li class="more-row" id="more-rows"><a [^>]*href="([^"]+)"', first.content.decode())[0]
    )
    assert len(subjects(first)) == 25
    assert subjects(hers.get(following)) == ["Ticket 01", "Ticket 00"]
    rows = hers.get(following, headers={"HX-Request": "true"})
    assert rows.content.decode().lstrip().startswith("<li")
    assert "HX-Request" in rows["Vary"]


def test_a_thousand_tickets_are_paged_through_each_once(hers: Client, desk: Desk, amira: User) -> None:
    """With as many queries for the last page as for the first."""
    asked = [
        {"ticket_id": ids.new_id(), "subject": f"Ticket {n:03}", "description": "?"} for n in range(1000)
    ]
    for start in range(0, 1000, 200):
        at_once(desk, amira, OpenTicket, asked[start : start + 200])
        desk.now += timedelta(hours=1)
    seen: list[str] = []
    costs: set[int] = set()
    following: str | None = TICKETS
    while following:
        with CaptureQueriesContext(connection) as queries:
            page = hers.get(following)
        costs.add(len(queries))
        seen += subjects(page)
        more = re.findall(r'id="more-rows"><a [^>]*href="([^"]+)"', page.content.decode())
        following = unescape(more[0]) if more else None
    assert seen == [f"Ticket {n:03}" for n in reversed(range(1000))]
    assert len(costs) == 1


def test_script_gets_the_results_alone(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    response = hers.get(TICKETS, {"selected": str(ticket.pk)}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert f'href="{TICKETS}/{ticket.pk}" dir="auto" aria-current="true"' in response.content.decode()


def test_filters_combine_are_counted_and_can_be_removed(
    hers: Client, desk: Desk, amira: User, ben: User
) -> None:
    wanted = desk.ask(amira, "Wanted", priority="HIGH", tags=("logbook",))
    desk.ask(amira, "Another tag", priority="HIGH", tags=("AHPRA",))
    desk.ask(amira, "Another priority", tags=("logbook",))
    desk.move(ben, desk.ask(amira, "Waits", priority="HIGH", tags=("logbook",)), "WAITING_USER")
    page = hers.get(TICKETS, {"tag": "logbook", "priority": "HIGH", "status": "open"})
    assert subjects(page) == ["Wanted"]
    assert "All 2 Open 1 Waiting on you 1 Resolved 0" in words(page)
    shown = unescape(page.content.decode())
    assert f'href="{TICKETS}/{wanted.pk}?status=open&priority=HIGH&tag=logbook"' in shown
    assert f'href="{TICKETS}?status=open&tag=logbook"' in shown
    assert f'href="{TICKETS}?status=open&priority=HIGH"' in shown
    assert "Filter tickets, 2 filters on" in words(page)


def test_a_link_beside_an_open_ticket_keeps_it_open_without_script(
    hers: Client, desk: Desk, amira: User
) -> None:
    ticket = desk.ask(amira)
    response = hers.get(TICKETS, {"selected": str(ticket.pk), "status": "open"})
    assert (response.status_code, response["Location"]) == (302, f"{TICKETS}/{ticket.pk}?status=open")
    page = hers.get(response["Location"])
    assert re.search(r'id="tab-open" href="[^"]*" [^>]*aria-current="page"', page.content.decode())


def test_the_address_follows_what_was_asked(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    asked = {"selected": str(ticket.pk), "status": "open"}
    assert (
        hers.get(TICKETS, asked, headers={"HX-Request": "true"})["HX-Push-Url"]
        == f"{TICKETS}/{ticket.pk}?status=open"
    )
    typed = {"HX-Request": "true", "HX-Trigger": "ticket-search-form"}
    assert hers.get(TICKETS, {"search": "log"}, headers=typed)["HX-Replace-Url"] == f"{TICKETS}?search=log"


def test_script_opens_a_ticket_beside_the_list(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    part = hers.get(
        f"{TICKETS}/{ticket.pk}?status=open", headers={"HX-Request": "true", "HX-Target": "ticket-detail"}
    )
    shown = part.content.decode()
    assert shown.count("<title>PP-1042 · PsychPATH</title>") == 1
    assert "<html" not in shown
    assert "ticket-row" not in shown
    assert shown.count("<h1") == 1
    assert "Week 14 is missing." in words(part)


# --- A ticket ------------------------------------------------------------------------------------------------------


def test_an_agent_reads_it_at_the_desk(
    signed_in: Callable[[User], Client], desk: Desk, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    response = signed_in(ben).get(f"{TICKETS}/{ticket.pk}")
    assert (response.status_code, response["Location"]) == (302, f"/support/?ticket={ticket.pk}")


@pytest.mark.parametrize("query", ["", "?view=full"])
def test_a_ticket_shows_its_thread_and_never_a_note(
    hers: Client, desk: Desk, amira: User, ben: User, query: str
) -> None:
    ticket = desk.ask(amira)
    desk.say(ben, ticket, "Same cause as PP-1029.", audience="staff")
    desk.say(ben, ticket, "Could you **try again**?")
    page = hers.get(f"{TICKETS}/{ticket.pk}{query}")
    assert "Could you <strong>try again</strong>?" in page.content.decode()
    assert "Week 14 is missing." in words(page)
    assert "PP-1029" not in page.content.decode()
    assert 'data-last-sequence="1"' in page.content.decode()
    assert "New messages" in words(page)


def test_markup_that_somebody_wrote_is_text(hers: Client, desk: Desk, amira: User) -> None:
    attack = "<script>alert(1)</script>"
    page = hers.get(f"{TICKETS}/{desk.ask(amira, attack, description=attack, tags=(attack,)).pk}")
    assert attack not in page.content.decode()


def test_an_agents_family_name_stays_with_the_team(hers: Client, desk: Desk, amira: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(last_name="Okafor")
    ticket = desk.ask(amira)
    desk.give(ben, ticket, ben)
    desk.say(ben, ticket, "Hello")
    page = hers.get(f"{TICKETS}/{ticket.pk}").content.decode()
    assert "Okafor" not in page
    assert ben.email not in page
    assert ">BE</span>" in page


def test_a_long_thread_shows_the_newest_and_leads_back(
    hers: Client, desk: Desk, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    at_once(desk, ben, PostMessage, [{"ticket_id": ticket.pk, "body": f"Message {n}."} for n in range(1, 53)])
    newest = hers.get(f"{TICKETS}/{ticket.pk}")
    assert "Message 3." in words(newest)
    assert "Message 2." not in words(newest)
    earlier = hers.get(f"{TICKETS}/{ticket.pk}?before=3")
    assert "Week 14 is missing." in words(earlier)
    assert "Message 3." not in words(earlier)


# --- Opening a ticket ----------------------------------------------------------------------------------------------


def test_a_ticket_is_opened_by_a_plain_form(hers: Client, draining: None) -> None:
    response = hers.post(NEW, GOOD, headers={"User-Agent": "Lynx/2.9"})
    ticket = SupportTicket.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{TICKETS}/{ticket.pk}#latest")
    assert (ticket.subject, ticket.priority, ticket.tags) == ("Logbook export", "HIGH", ["logbook", "AHPRA"])
    assert ticket.browser_info == "Lynx/2.9"
    assert f"Ticket {ticket.reference} created. We’ll reply here and by email." in words(
        hers.get(response["Location"])
    )


def test_a_form_sent_twice_opens_one_ticket(hers: Client, draining: None) -> None:
    key = str(uuid.uuid4())
    first, second = (hers.post(NEW, {**GOOD, "key": key}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert SupportTicket.objects.count() == 1


def test_another_text_under_the_same_key_comes_back_with_a_new_one(hers: Client, draining: None) -> None:
    key = str(uuid.uuid4())
    hers.post(NEW, {**GOOD, "key": key})
    response = hers.post(NEW, {**GOOD, "subject": "Something else", "key": key})
    assert response.status_code == 422
    assert key not in response.content.decode()
    assert 'value="Something else"' in response.content.decode()


def test_script_is_sent_on_by_a_header(hers: Client, draining: None) -> None:
    response = hers.post(NEW, GOOD, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"{TICKETS}/{SupportTicket.objects.get().pk}#latest"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_form_with_mistakes_comes_back_whole(hers: Client, headers: dict[str, str]) -> None:
    response = hers.post(NEW, {"description": "It’s <b>not</b> working", "priority": "LOW"}, headers=headers)
    assert response.status_code == (200 if headers else 422)  # to a browser's console 422 is a failure
    shown = response.content.decode()
    assert "One thing needs a look before we can send this" in words(response)
    assert '<a href="#id_subject">Add a subject so the right person picks this up.</a>' in shown
    assert 'aria-invalid="true" aria-describedby="id_subject_error"' in shown
    assert "It’s &lt;b&gt;not&lt;/b&gt; working" in shown
    assert 'value="LOW" checked' in shown
    assert log_length() == 0
    assert ("<html" in shown) is not bool(headers)


def test_urgent_is_never_chosen_beforehand(hers: Client) -> None:
    assert re.findall(r'name="priority" value="(\w+)" checked', hers.get(NEW).content.decode()) == ["MEDIUM"]


# --- Replying ------------------------------------------------------------------------------------------------------


def test_a_reply_is_stored_under_the_forms_id(hers: Client, desk: Desk, amira: User, draining: None) -> None:
    ticket, message_id = desk.ask(amira), uuid.uuid4()
    for _ in range(2):
        response = hers.post(f"{TICKETS}/{ticket.pk}/reply", {"message": "One\r\nTwo", "id": str(message_id)})
        assert (response.status_code, response["Location"]) == (302, f"{TICKETS}/{ticket.pk}#latest")
    message = ChatMessage.objects.get()
    assert (message.pk, message.body, message.source) == (message_id, "One\nTwo", "web")


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (" ", "Write something first."),
        ("x" * 10_001, "That’s longer than 10,000 characters. Split it into two messages."),
        ("nul\0", "This holds a character we can’t store. Paste it as plain text."),
    ],
)
def test_a_bad_reply_comes_back_with_a_sentence(
    hers: Client, desk: Desk, amira: User, message: str, sentence: str
) -> None:
    ticket = desk.ask(amira)
    response = hers.post(f"{TICKETS}/{ticket.pk}/reply", {"message": message})
    assert response.status_code == 422
    assert sentence in words(response)
    assert log_length() == 0


def test_a_reply_to_a_closed_ticket_keeps_the_words(
    hers: Client, desk: Desk, amira: User, ben: User, draining: None
) -> None:
    ticket = desk.ask(amira)
    desk.move(ben, ticket, "CLOSED")
    response = hers.post(f"{TICKETS}/{ticket.pk}/reply", {"message": "One more thing"})
    assert response.status_code == 409
    assert "This ticket is closed. Open a new ticket and mention this one." in words(response)
    assert "One more thing</textarea>" in response.content.decode()


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    response = hers.post(
        f"{TICKETS}/{ticket.pk}/reply", b"message=" + b"x" * 10_000_000, "application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert "That’s more than we can take at once. Shorten it and try again." in words(response)


# --- Status --------------------------------------------------------------------------------------------------------


def test_a_requester_marks_a_ticket_resolved_and_opens_it_again(
    hers: Client, desk: Desk, amira: User, draining: None
) -> None:
    ticket = desk.ask(amira)
    address = f"{TICKETS}/{ticket.pk}"
    assert "Mark as resolved" in words(hers.get(address))
    hers.post(f"{address}/status", {"status": "RESOLVED", "expected": "OPEN"})
    ticket.refresh_from_db()
    assert ticket.status == "RESOLVED"
    assert "Open again" in words(hers.get(address))
    hers.post(f"{address}/status", {"status": "OPEN", "expected": "RESOLVED"})
    ticket.refresh_from_db()
    assert ticket.status == "OPEN"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("?status=open&tag=logbook&cursor=x", "?status=open&tag=logbook"),
        ("?view=full", "?view=full"),
        ("?view=full&tag=logbook&cursor=x", "?tag=logbook&view=full"),
        ("?next=//evil.example", ""),
    ],
)
@pytest.mark.parametrize(
    ("what", "data"),
    [("status", {"status": "RESOLVED", "expected": "OPEN"}), ("reply", {"message": "Thanks."})],
)
def test_what_stood_beside_a_ticket_stands_there_after_a_form(
    hers: Client,
    desk: Desk,
    amira: User,
    draining: None,
    asked: str,
    kept: str,
    what: str,
    data: dict[str, str],
) -> None:
    address = f"{TICKETS}/{desk.ask(amira).pk}"
    assert hers.post(f"{address}/{what}{asked}", data)["Location"] == f"{address}{kept}#latest"


def test_the_forms_of_a_ticket_post_to_where_its_list_is_known(hers: Client, desk: Desk, amira: User) -> None:
    address = f"{TICKETS}/{desk.ask(amira, tags=['logbook']).pk}"
    beside = hers.get(f"{address}?tag=logbook&search=hours").content.decode()
    assert f'action="{address}/status?search=hours&amp;tag=logbook"' in beside
    assert f'action="{address}/reply?search=hours&amp;tag=logbook"' in beside
    assert f'action="{address}/status?view=full"' in hers.get(f"{address}?view=full").content.decode()


def test_a_ticket_alone_leads_back_to_the_list_as_it_was(hers: Client, desk: Desk, amira: User) -> None:
    address = f"{TICKETS}/{desk.ask(amira, tags=['logbook']).pk}"
    alone = "?search=hours&amp;tag=logbook&amp;view=full"
    assert f'href="{address}{alone}"' in hers.get(f"{address}?tag=logbook&search=hours").content.decode()
    page = hers.get(address + unescape(alone)).content.decode()
    assert f'href="{address}?search=hours&amp;tag=logbook"' in page


def test_a_ticket_says_whether_who_helps_is_there(hers: Client, desk: Desk, amira: User, ben: User) -> None:
    ticket = desk.ask(amira)
    SupportTicket.objects.filter(pk=ticket.pk).update(assigned_to=ben)
    SupportUserStatus.objects.update_or_create(
        user=ben, defaults={"shown": "away", "changed_at": timezone.now()}
    )
    page = " ".join(hers.get(f"{TICKETS}/{ticket.pk}").content.decode().split())
    assert (
        '<span class="dot" data-presence="away"></span></span> <span>Ben<span class="sr-only">(away)' in page
    )


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [
        ({"status": "LOST"}, 422, "This page is out of date. Reload it and try again."),
        ({}, 422, "This page is out of date. Reload it and try again."),
        ({"status": "CLOSED"}, 409, "The ticket can’t go to that status from where it is now."),
        ({"status": "IN_PROGRESS"}, 409, "The ticket can’t go to that status from where it is now."),
    ],
)
def test_a_status_that_is_not_a_requesters_to_set_is_refused(
    hers: Client, desk: Desk, amira: User, data: dict[str, str], code: int, sentence: str
) -> None:
    response = hers.post(f"{TICKETS}/{desk.ask(amira).pk}/status", data)
    assert response.status_code == code
    assert sentence in words(response)
    assert log_length() == 0


def test_a_page_that_is_behind_is_told_so(
    hers: Client, desk: Desk, amira: User, ben: User, draining: None
) -> None:
    ticket = desk.ask(amira)
    desk.move(ben, ticket, "IN_PROGRESS")
    response = hers.post(f"{TICKETS}/{ticket.pk}/status", {"status": "RESOLVED", "expected": "OPEN"})
    assert response.status_code == 409
    assert "This ticket’s status is “In progress” by now. Look again, then decide." in words(response)


# --- Not settled in time -------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms do not wait for the commit at all."""
    monkeypatch.setattr("core.receipts.PAGE_SECONDS", 0.0)


def test_a_post_that_is_not_settled_waits_on_a_page_that_refreshes_itself(
    hers: Client, desk: Desk, impatient: None
) -> None:
    waiting = hers.post(NEW, GOOD)["Location"]
    assert re.fullmatch(rf"{TICKETS}/pending/[0-9a-f-]{{36}}", waiting)
    page = hers.get(waiting)
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.content.decode()
    assert "We have your words and they’re safe." in words(page)
    drain(0)
    ticket = SupportTicket.objects.get()
    settled = hers.get(waiting)
    assert (settled.status_code, settled["Location"]) == (302, f"{TICKETS}/{ticket.pk}#latest")


def test_an_agent_is_sent_on_to_the_desk(
    signed_in: Callable[[User], Client], desk: Desk, amira: User, ben: User
) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(ben, ticket, "Hello")
    response = signed_in(ben).get(f"{TICKETS}/pending/{message_id}")
    assert response["Location"] == f"/support/?ticket={ticket.pk}"


def test_the_database_knows_when_the_receipts_are_gone(hers: Client, desk: Desk, amira: User) -> None:
    ticket = desk.ask(amira)
    message_id = desk.say(amira, ticket, "Hello")
    valkey.ephemeral().flushdb()
    valkey.durable().flushdb()
    response = hers.get(f"{TICKETS}/pending/{message_id}")
    assert response["Location"] == f"{TICKETS}/{ticket.pk}#latest"


def test_a_held_post_that_was_replayed_leads_to_its_ticket(
    hers: Client, desk: Desk, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as mistaken:
        mistaken.setitem(SERVICES, OpenTicket, broken)  # type: ignore[misc]
        waiting = hers.post(NEW, GOOD)["Location"]
        drain(0)
    assert "We’ve kept your message and are looking at it." in words(hers.get(waiting))
    appended_again(DeadLetter.objects.get())
    drain(0)
    assert hers.get(waiting)["Location"] == f"{TICKETS}/{SupportTicket.objects.get().pk}#latest"


def test_nobody_is_told_that_there_is_none_while_nobody_can_tell(
    hers: Client, desk: Desk, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise redis.ConnectionError

    waiting = hers.post(NEW, GOOD)["Location"]
    monkeypatch.setattr("core.receipts.look_up", away)
    assert hers.get(waiting).status_code == 503
    drain(0)
    assert hers.get(waiting).status_code == 302


def test_only_the_sender_may_look(
    signed_in: Callable[[User], Client], desk: Desk, amira: User, dora: User, impatient: None, hers: Client
) -> None:
    waiting = hers.post(NEW, GOOD)["Location"]
    assert signed_in(dora).get(waiting).status_code == 404


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("rejected", "This ticket is closed."),
        ("held", "We’ve kept your message and are looking at it. You don’t need to send it again."),
    ],
)
def test_what_ended_otherwise_says_so_and_stops_refreshing(
    hers: Client, amira: User, state: str, sentence: str
) -> None:
    command_id = uuid.uuid4()
    pipe = valkey.ephemeral().pipeline()
    receipt = Settled(
        state=state,
        actor=amira.actor,
        kind="PostMessage",
        code="closed",
        sentence="This ticket is closed.",
        command_id=str(command_id),
    )
    announce(pipe, receipt, "nobody")
    pipe.execute()
    page = hers.get(f"{TICKETS}/pending/{command_id}")
    assert sentence in words(page)
    assert "http-equiv" not in page.content.decode()


# --- Theme ---------------------------------------------------------------------------------------------------------


def test_the_theme_is_kept_and_the_reader_stays(hers: Client, amira: User) -> None:
    response = hers.post("/preferences/theme", {"theme": "dark", "next": TICKETS})
    assert response["Location"] == TICKETS
    assert 'data-theme="dark"' in hers.get(TICKETS).content.decode()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_the_way_back_never_leaves_the_site(hers: Client, back: str) -> None:
    assert hers.post("/preferences/theme", {"theme": "dark", "next": back})["Location"] == "/"


def test_an_unknown_theme_is_refused(hers: Client) -> None:
    assert hers.post("/preferences/theme", {"theme": "neon"}).status_code == 422


# --- Every page ----------------------------------------------------------------------------------------------------


PAGES = [
    "/",
    TICKETS,
    NEW,
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/profile/",
    "/accounts/notifications/",
    "/notifications",
]
ANONYMOUS = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere"]


@pytest.mark.parametrize(("path", "known"), [*((p, True) for p in PAGES), *((p, False) for p in ANONYMOUS)])
def test_a_page_keeps_the_content_security_policy(
    client: Client, amira: User, path: str, known: bool
) -> None:
    if known:
        client.force_login(amira)
    page = client.get(path)
    markup = page.content.decode()
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert re.findall(r'<script(?![^>]*\b(?:src|type="application/json")=?)', markup) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=\"", markup) == []
    assert len(re.findall(r"<h1\b", markup)) == 1
    assert '<html lang="en-AU"' in markup


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    root = settings.BASE_DIR / "templates"
    sprite = set(re.findall(r'id="i-([\w-]+)"', (root / "support/icons.svg").read_text()))
    named = {
        name
        for template in root.rglob("*.html")
        if "dev" not in template.relative_to(root).parts
        for name in re.findall(r'{% icon "([\w-]+)"|#i-([\w-]+)"', template.read_text())
        for name in name
        if name
    }
    assert named - sprite == set()


def test_the_number_of_queries_does_not_grow_with_the_tickets(
    hers: Client, desk: Desk, amira: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tickets = [desk.ask(amira, f"Ticket {number}") for number in range(3)]
    at_once(desk, ben, AssignTicket, [{"ticket_id": ticket.pk, "assignee": ben.pk} for ticket in tickets])
    at_once(desk, ben, PostMessage, [{"ticket_id": ticket.pk, "body": "Hello"} for ticket in tickets * 4])
    # session, person, list, counts, own tags, common tags, badge, bell, presence, promises, the chat’s faces
    with django_assert_num_queries(11):
        hers.get(TICKETS)
    # no common tags; and the ticket, its messages, its history, the first reply
    with django_assert_num_queries(13):
        hers.get(f"{TICKETS}/{tickets[0].pk}")


def test_a_refused_form_of_the_account_leads_to_each_field(client: Client) -> None:
    data = {"username": "", "email": "amira", "password1": "short", "password2": "other"}
    page = client.post("/accounts/signup/", data).content.decode()
    summary = page[page.index("data-error-summary") :]
    summary = summary[: summary.index("</div></div>")]
    assert "things need a look before we can save this" in summary
    linked = re.findall(r'href="#([^"]+)"', summary)
    assert {"id_username", "id_email", "id_password1"} <= set(linked)
    for field in linked:
        assert page.count(f'id="{field}"') == 1


@pytest.mark.parametrize(("asked", "age"), [({"remember": "on"}, 14 * 24 * 3600), ({}, "")])
def test_whoever_signs_in_chooses_how_long(
    client: Client, amira: User, asked: dict[str, str], age: int | str
) -> None:
    amira.set_password("a good long one")
    amira.save()
    answer = client.post("/accounts/login/", {"login": "amira", "password": "a good long one"} | asked)
    assert answer.status_code == 302
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == age
