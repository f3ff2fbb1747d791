"""The staff desk without script: who may come in, what each view holds, and every form on it."""

import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import receipts
from core.models import User
from notifications.models import Preference
from support import commands, intake
from support.models import Change, ChatMessage, Participant, SupportTicket, SupportUserStatus
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db

DESK = "/support/"
PRIVATE = "Rebuilding the export fixes it."
QUERIES = 17
UNREAD_ROW = re.compile(r'class="ticket-row"[^>]* data-unread>')


@pytest.fixture
def ticket(desk: Desk, amira: User) -> SupportTicket:
    """Amira's ticket, nobody's yet."""
    return desk.ask(amira, "Logbook export is missing week 14")


@pytest.fixture
def at_desk(ben: User) -> Client:
    """Ben's browser, signed in."""
    client = Client()
    client.force_login(ben)
    return client


def stored(accepted: receipts.Accepted) -> None:
    """Somebody does something while the worker runs."""
    assert receipts.settled(accepted, 5).state == "stored"


def post(client: Client, name: str, ticket: SupportTicket, **data: str) -> Any:
    return client.post(reverse(name, args=[ticket.pk]), data)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def subjects(response: Any) -> list[str]:
    return [
        unescape(title)
        for title in re.findall(r'class="row-title[^>]*>([^<]*)</a>', response.content.decode())
    ]


def counts(response: Any) -> dict[str, str]:
    return dict(re.findall(r'data-count="(\w+)">(\d+)<', response.content.decode()))


def form_value(response: Any, name: str) -> str:
    """What a hidden field of the composer holds."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def alert(response: Any) -> str:
    found = re.search(r'role="alert"[^>]*>(.*?)</(?:div|p|li)>', response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>", "", unescape(found[1])).strip() if found else ""


# --- Who may come in ------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in_and_brought_back_to_the_ticket(
    client: Client, ticket: SupportTicket
) -> None:
    response = client.get(DESK, {"ticket": str(ticket.pk)})

    assert (response.status_code, response["Location"]) == (
        302,
        f"/accounts/login/?next=/support/%3Fticket%3D{ticket.pk}",
    )


def test_script_that_asks_for_a_part_after_signing_out_is_told_to_leave_the_page(client: Client) -> None:
    response = client.get(DESK, headers={"HX-Request": "true", "HX-Target": "rows"})

    assert response["HX-Redirect"] == "/accounts/login/?next=/support/"


def test_a_requester_is_told_where_their_tickets_are(client: Client, amira: User) -> None:
    client.force_login(amira)

    response = client.get(DESK)

    assert response.status_code == 403
    assert "You can’t open this page" in text_of(response)
    assert f'href="{reverse("tickets")}"' in response.content.decode()


ACTIONS = ("reply", "status", "assign", "priority", "tags", "read")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_requester_cannot_use_the_desks_forms_on_their_own_ticket(
    action: str, client: Client, amira: User, ticket: SupportTicket
) -> None:
    client.force_login(amira)

    response = post(client, f"desk-{action}", ticket, message="hello", audience="staff", status="CLOSED")

    assert response.status_code == 403
    assert (ChatMessage.objects.count(), Change.objects.count()) == (0, 1)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_for_a_ticket_that_does_not_exist_is_answered_with_a_sentence(
    action: str, at_desk: Client
) -> None:
    response = at_desk.post(reverse(f"desk-{action}", args=[uuid.uuid4()]), {})

    assert response.status_code == 404
    assert alert(response) == "The link may be incomplete. Choose a conversation from the list."


@pytest.mark.parametrize("action", ACTIONS)
def test_the_forms_answer_nothing_but_post(action: str, at_desk: Client, ticket: SupportTicket) -> None:
    assert at_desk.get(reverse(f"desk-{action}", args=[ticket.pk])).status_code == 405


def test_a_form_without_a_token_is_refused(ben: User, ticket: SupportTicket) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben)

    assert post(client, "desk-assign", ticket, assignee=str(ben.pk)).status_code == 403


# --- Views ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def full_desk(desk: Desk, amira: User, dora: User, ben: User, chen: User) -> None:
    """One ticket in every place an agent looks for one."""
    desk.ask(amira, "nobody’s")
    desk.give(ben, desk.ask(amira, "ben’s"), ben)
    desk.give(chen, desk.ask(dora, "chen’s"), chen)
    desk.move(ben, desk.ask(dora, "waiting"), "WAITING_USER", assigned_to=ben.pk)
    desk.move(ben, desk.ask(dora, "done"), "RESOLVED")


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("inbox", ["waiting", "ben’s"]),
        ("unassigned", ["nobody’s"]),
        ("open", ["waiting", "chen’s", "ben’s", "nobody’s"]),
        ("waiting", ["waiting"]),
        ("chats", []),
        ("resolved", ["done"]),
        ("", ["waiting", "ben’s"]),
        ("no such view", ["waiting", "ben’s"]),
    ],
)
def test_each_view_holds_its_tickets_latest_change_first(
    view: str, expected: list[str], full_desk: None, at_desk: Client
) -> None:
    response = at_desk.get(DESK, {"view": view})

    assert (response.status_code, subjects(response)) == (200, expected)


@pytest.mark.parametrize(
    ("sort", "expected", "name"),
    [
        ("", ["urgent", "low", "high"], "Newest first"),
        ("newest", ["urgent", "low", "high"], "Newest first"),
        ("no such order", ["urgent", "low", "high"], "Newest first"),
        ("oldest", ["high", "low", "urgent"], "Oldest first"),
        ("priority", ["urgent", "high", "low"], "Urgent first"),
    ],
)
def test_a_view_can_be_put_in_another_order(
    sort: str, expected: list[str], name: str, desk: Desk, amira: User, at_desk: Client
) -> None:
    for subject in ("high", "low", "urgent"):
        desk.ask(amira, subject, priority=subject.upper())

    response = at_desk.get(DESK, {"view": "open", "sort": sort})

    assert subjects(response) == expected
    assert f'aria-label="Sort, now {name}"' in response.content.decode()


def test_the_order_stays_in_every_link_but_the_default_in_none(
    desk: Desk, amira: User, at_desk: Client
) -> None:
    desk.ask(amira)

    page = at_desk.get(DESK, {"view": "open", "sort": "oldest"}).content.decode()

    orders = re.findall(r'<a href="([^"]+)"[^>]*>(?:Newest|Oldest|Urgent) first', page)
    assert [unescape(link) for link in orders] == [
        "/support/?view=open",
        "/support/?view=open&sort=oldest",
        "/support/?view=open&sort=priority",
    ]
    assert "view=unassigned&amp;sort=oldest" in page
    assert '<input type="hidden" name="sort" value="oldest">' in page


def test_script_is_given_as_many_rows_as_it_shows_and_no_more_than_a_hundred(
    desk: Desk, amira: User, at_desk: Client
) -> None:
    for number in range(30):
        desk.ask(amira, f"ticket {number}")

    def shown(rows: str) -> int:
        headers = {"HX-Request": "true", "HX-Target": "rows", "Desk-Rows": rows}
        return len(subjects(at_desk.get(DESK, {"view": "open"}, headers=headers)))

    assert [shown(rows) for rows in ("", "3", "27", "9999999", "-1", "many")] == [25, 25, 27, 30, 25, 25]


def test_views_that_have_one_show_their_count(full_desk: None, at_desk: Client) -> None:
    response = at_desk.get(DESK)

    assert counts(response) == {"inbox": "2", "unassigned": "1", "open": "4", "waiting": "1", "chats": "0"}


def test_an_empty_inbox_says_so_and_what_will_happen(at_desk: Client) -> None:
    page = text_of(at_desk.get(DESK))

    assert "You’re all caught up" in page
    assert "New conversations will appear here." in page


def test_a_search_looks_in_every_ticket(full_desk: None, at_desk: Client) -> None:
    response = at_desk.get(DESK, {"view": "inbox", "q": "done"})

    assert subjects(response) == ["done"]
    assert "Search results" in text_of(response)


def test_a_search_without_results_offers_to_clear_it(full_desk: None, at_desk: Client) -> None:
    response = at_desk.get(DESK, {"view": "unassigned", "q": "<zebra>"})

    assert "Nothing matches “<zebra>”" in text_of(response)
    assert "&lt;zebra&gt;" in response.content.decode()
    assert 'href="/support/?view=unassigned"' in response.content.decode()


@pytest.mark.parametrize("search", ["\0", "'; --", "%", "&|!()", "a" * 5000])
def test_odd_searches_find_nothing_and_break_nothing(search: str, full_desk: None, at_desk: Client) -> None:
    assert at_desk.get(DESK, {"q": search}).status_code == 200


def test_more_rows_are_a_link_away_and_come_alone_for_script(
    desk: Desk, amira: User, at_desk: Client
) -> None:
    for number in range(26):
        desk.ask(amira, f"ticket {number}")

    first = at_desk.get(DESK, {"view": "open"})
    link = unescape(re.findall(r'class="btn btn-sm" href="([^"]+)"', first.content.decode())[0])
    second = at_desk.get(link)
    part = at_desk.get(link, headers={"HX-Request": "true", "HX-Target": "more-rows"})

    assert subjects(first) == [f"ticket {number}" for number in range(25, 0, -1)]
    assert subjects(second) == subjects(part) == ["ticket 0"]
    assert "<header" not in part.content.decode()


def test_a_made_up_cursor_starts_from_the_top_and_says_so(full_desk: None, at_desk: Client) -> None:
    response = at_desk.get(DESK, {"view": "unassigned", "cursor": "made-up"})

    assert (response.status_code, subjects(response)) == (200, ["nobody’s"])
    assert alert(response) == "This page of the list is out of date. Start again from the top."


# --- Reading --------------------------------------------------------------------------------------------------------


def test_the_thread_shows_messages_notes_and_changes_in_order(
    desk: Desk, amira: User, ben: User, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    desk.say(amira, ticket, "It says 2.5 hours in the **app**.")
    desk.say(chen, ticket, PRIVATE, "staff")
    desk.do(chen, commands.ChangePriority, ticket_id=ticket.pk, priority="HIGH")
    desk.say(ben, ticket, "Could you download it again?")

    response = at_desk.get(DESK, {"ticket": str(ticket.pk)})

    senders = re.findall(r'class="msg" data-from="(\w+)"', response.content.decode())
    assert senders == ["requester", "requester", "note", "system", "me"]
    assert "It says 2.5 hours in the <strong>app</strong>." in response.content.decode()
    assert "Internal note, staff only" in text_of(response)
    assert "Priority changed from Normal to <b>High</b>" in text_of(response)


def test_the_panel_tells_who_asks_and_what_happened_before(
    desk: Desk, amira: User, ben: User, at_desk: Client
) -> None:
    before = desk.ask(amira, "PD hours counted twice")
    ticket = desk.ask(amira, tags=("logbook", "export"))
    desk.give(ben, ticket, ben)

    page = text_of(at_desk.get(DESK, {"ticket": str(ticket.pk)}))

    assert "amira@example.com" in page
    assert f'ticket={before.pk}">PD hours counted twice</a>' in page
    assert '<span class="tag" dir="auto">logbook</span><span class="tag" dir="auto">export</span>' in page
    assert '<b dir="auto">Ben</b> took this ticket' in page
    assert '<b dir="auto">Amira</b> opened this ticket' in page


def test_the_composer_says_how_a_reply_reaches_the_requester(
    ticket: SupportTicket, amira: User, at_desk: Client
) -> None:
    assert "To Amira, chat and email" in text_of(at_desk.get(DESK, {"ticket": str(ticket.pk)}))

    Preference.objects.create(user=amira, muted=["ticket_reply:email"], changed_at=ticket.created_at)
    assert "To Amira, chat only" in text_of(at_desk.get(DESK, {"ticket": str(ticket.pk)}))


def test_a_long_thread_shows_its_end_and_links_to_what_came_before(
    desk: Desk, amira: User, ticket: SupportTicket, at_desk: Client
) -> None:
    for number in range(1, 53):
        desk.say(amira, ticket, f"line {number}.")

    end = at_desk.get(DESK, {"ticket": str(ticket.pk)})
    start = at_desk.get(DESK, {"ticket": str(ticket.pk), "before": "3"})

    assert re.findall(r"line (\d+)\.</p>", end.content.decode()) == [str(number) for number in range(3, 53)]
    assert f"ticket={ticket.pk}&before=3" in unescape(end.content.decode())
    assert re.findall(r"line (\d+)\.</p>", start.content.decode()) == ["1", "2"]


@pytest.mark.parametrize("ticket_id", [str(uuid.UUID(int=7)), "7", "PP-1042", "\0"])
def test_an_unknown_ticket_leaves_the_desk_usable(ticket_id: str, full_desk: None, at_desk: Client) -> None:
    response = at_desk.get(DESK, {"view": "unassigned", "ticket": ticket_id})

    assert (response.status_code, subjects(response)) == (404, ["nobody’s"])
    assert alert(response) == "The link may be incomplete. Choose a conversation from the list."


def test_what_people_wrote_stays_text(desk: Desk, amira: User, at_desk: Client) -> None:
    ticket = desk.ask(amira, "<script>alert(1)</script>", tags=("<b>bold</b>",))

    page = at_desk.get(DESK, {"view": "open", "ticket": str(ticket.pk)}).content.decode()

    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_the_number_of_queries_does_not_grow_with_the_rows(
    desk: Desk, amira: User, ben: User, at_desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = desk.ask(amira)
    desk.give(ben, ticket, ben)
    address = {"view": "open", "ticket": str(ticket.pk)}
    with django_assert_num_queries(QUERIES):
        at_desk.get(DESK, address)
    for number in range(12):
        desk.ask(amira, f"ticket {number}", tags=("logbook",))
        desk.say(amira, ticket, f"line {number}")

    with django_assert_num_queries(QUERIES):
        at_desk.get(DESK, address)


# --- Doing, without script ------------------------------------------------------------------------------------------


def test_a_reply_is_stored_and_leads_back_to_the_ticket(
    draining: None, ben: User, ticket: SupportTicket, at_desk: Client
) -> None:
    message_id = uuid.uuid4()

    response = at_desk.post(
        reverse("desk-reply", args=[ticket.pk]) + "?view=unassigned",
        {"message": "I’m looking.\r\nOne moment.", "audience": "public", "id": str(message_id)},
    )

    assert (response.status_code, response["Location"]) == (
        302,
        f"/support/?view=unassigned&ticket={ticket.pk}",
    )
    message = ChatMessage.objects.get()
    assert (message.pk, message.author, message.audience, message.body, message.public_sequence) == (
        message_id,
        ben,
        "public",
        "I’m looking.\nOne moment.",
        1,
    )
    assert "Reply sent." in text_of(at_desk.get(response["Location"]))


def test_a_note_stays_among_staff(
    draining: None, amira: User, client: Client, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, "desk-reply", ticket, message=PRIVATE, audience="staff")

    assert response.status_code == 302
    assert list(ChatMessage.objects.values_list("audience", "public_sequence")) == [("staff", None)]
    assert PRIVATE in text_of(at_desk.get(DESK, {"view": "open", "ticket": str(ticket.pk)}))
    client.force_login(amira)
    assert PRIVATE not in text_of(client.get(reverse("ticket", args=[ticket.pk])))


def test_a_form_posted_twice_is_one_message(draining: None, ticket: SupportTicket, at_desk: Client) -> None:
    form = {"message": "Once.", "audience": "public", "id": str(uuid.uuid4())}

    locations = [post(at_desk, "desk-reply", ticket, **form)["Location"] for _ in range(2)]

    assert locations == [f"/support/?ticket={ticket.pk}"] * 2
    assert ChatMessage.objects.count() == 1


def test_send_and_wait_does_both_once_however_often_it_is_posted(
    draining: None, ticket: SupportTicket, at_desk: Client
) -> None:
    form = {
        "message": "What does it show?",
        "audience": "public",
        "then": "WAITING_USER",
        "id": str(uuid.uuid4()),
    }

    answers = [post(at_desk, "desk-reply", ticket, **form).status_code for _ in range(2)]

    ticket.refresh_from_db()
    assert (answers, ticket.status) == ([302, 302], "WAITING_USER")
    assert ChatMessage.objects.get().body == "What does it show?"
    assert Change.objects.filter(kind="ChangeStatus").count() == 1


def test_send_and_resolve_leaves_the_status_when_the_words_were_not_taken(
    draining: None, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    taken = uuid.uuid4()
    stored(intake.post_message(chen, ticket, message="Something else.", message_id=taken))

    response = post(
        at_desk, "desk-reply", ticket, message="Solved.", audience="public", then="RESOLVED", id=str(taken)
    )

    ticket.refresh_from_db()
    assert (response.status_code, ticket.status) == (422, "OPEN")
    assert alert(response) == "That id was used for something else. Send this under a new id."
    assert "Solved." in text_of(response)


def test_words_that_were_sent_before_their_status_was_refused_are_sent_once(
    draining: None, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    stored(intake.change_status(chen, ticket, status="CLOSED"))
    form = {"message": "For the record.", "audience": "staff", "then": "RESOLVED", "id": str(uuid.uuid4())}

    refused = post(at_desk, "desk-reply", ticket, **form)
    again = post(
        at_desk, "desk-reply", ticket, message=form["message"], audience="staff", id=form_value(refused, "id")
    )

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "For the record." in text_of(refused)
    assert [message.body for message in ChatMessage.objects.all()] == ["For the record."]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "conv-head"}])
def test_tags_that_are_refused_stand_there_to_be_mended(
    headers: dict[str, str], ticket: SupportTicket, at_desk: Client
) -> None:
    typed = "export, " + "x" * 41
    response = at_desk.post(reverse("desk-tags", args=[ticket.pk]), {"tags": typed}, headers=headers)

    body = response.content.decode()
    assert response.status_code == 422
    assert f'name="tags" value="{typed}"' in body
    assert '<details class="disclosure context-tags" open data-mend>' in body


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"message": "  ", "audience": "public"}, "Write something first."),
        ({"audience": "public"}, "Write something first."),
        (
            {"message": "a" * 10_001, "audience": "public"},
            "That’s longer than 10,000 characters. Split it into two messages.",
        ),
        (
            {"message": "a\0b", "audience": "public"},
            "This holds a character we can’t store. Paste it as plain text.",
        ),
        ({"message": "hello"}, "Choose reply or internal note."),
        ({"message": "hello", "audience": "everyone"}, "Choose reply or internal note."),
        (
            {"message": "hello", "audience": "public", "id": "7"},
            "This page is out of date. Reload it and try again.",
        ),
        (
            {"message": "hello", "audience": "public", "then": "LATER"},
            "Choose one of the statuses in the menu.",
        ),
    ],
)
def test_a_reply_that_cannot_be_sent_comes_back_with_its_words(
    form: dict[str, str], sentence: str, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, "desk-reply", ticket, **form)

    assert (response.status_code, alert(response)) == (422, sentence)
    written = re.search(r'name="message"[^>]*>\n?([^<]*)</textarea>', response.content.decode())
    assert written
    assert written[1].strip() == form.get("message", "").replace("\0", "").strip()
    assert ChatMessage.objects.count() == 0


def test_a_reply_that_missed_a_colleagues_is_shown_it_and_can_be_sent_all_the_same(
    draining: None, amira: User, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    page = at_desk.get(DESK, {"ticket": str(ticket.pk)})
    seen = form_value(page, "seen")
    theirs = uuid.uuid4()
    stored(intake.post_message(chen, ticket, message="I have this one.", message_id=theirs))
    form = {"message": "Let me look.", "audience": "public", "then": "WAITING_USER"}

    refused = post(at_desk, "desk-reply", ticket, **form, seen=seen)

    assert (seen, refused.status_code) == ("0", 409)
    assert alert(refused) == ("Chen replied while you were writing. Read the reply, then send or edit yours.")
    body = refused.content.decode()
    assert f'href="#m-{theirs}"' in body
    assert f'id="m-{theirs}"' in body
    assert "Let me look." in body
    assert '<button class="link-btn" form="composer" name="then" value="WAITING_USER">' in body
    again = post(at_desk, "desk-reply", ticket, **form, seen=form_value(refused, "seen"))
    ticket.refresh_from_db()
    assert (again.status_code, ticket.status) == (302, "WAITING_USER")
    assert [message.body for message in ChatMessage.objects.order_by("staff_sequence")] == [
        "I have this one.",
        "Let me look.",
    ]


def test_a_refused_note_comes_back_as_a_note(ticket: SupportTicket, at_desk: Client) -> None:
    response = post(at_desk, "desk-reply", ticket, message="", audience="staff")

    assert re.search(r'value="staff" checked', response.content.decode())


def test_a_closed_ticket_takes_notes_but_no_replies(
    draining: None, ben: User, ticket: SupportTicket, at_desk: Client
) -> None:
    stored(intake.change_status(ben, ticket, status="CLOSED"))

    reply = post(at_desk, "desk-reply", ticket, message="hello", audience="public")
    note = post(at_desk, "desk-reply", ticket, message="for the record", audience="staff")

    assert (reply.status_code, alert(reply)) == (
        409,
        "This ticket is closed. Open a new ticket and mention this one.",
    )
    assert note.status_code == 302
    assert list(ChatMessage.objects.values_list("body", flat=True)) == ["for the record"]


def test_a_status_change_is_recorded_and_confirmed(
    draining: None, ben: User, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, "desk-status", ticket, status="RESOLVED", expected="OPEN")

    ticket.refresh_from_db()
    assert ticket.status == "RESOLVED"
    change = Change.objects.get(kind="ChangeStatus")
    assert (change.user, change.detail) == (ben, {"from": "OPEN", "to": "RESOLVED"})
    assert "Status set to Resolved." in text_of(at_desk.get(response["Location"]))


def test_a_stale_status_change_is_refused_and_names_who_was_faster(
    draining: None, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    stored(intake.change_status(chen, ticket, status="IN_PROGRESS"))

    response = post(at_desk, "desk-status", ticket, status="RESOLVED", expected="OPEN")

    ticket.refresh_from_db()
    assert (response.status_code, ticket.status) == (409, "IN_PROGRESS")
    assert alert(response) == "Chen set the status to In progress. Look again, then decide."


@pytest.mark.parametrize("status", ["", "DONE", "open"])
def test_an_unknown_status_is_answered_with_a_sentence(
    status: str, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, "desk-status", ticket, status=status)

    assert response.status_code == 422
    assert alert(response).startswith("Choose ")


def test_the_menu_offers_what_the_workflow_allows_from_here(
    desk: Desk, ben: User, ticket: SupportTicket, at_desk: Client
) -> None:
    def offered() -> list[str]:
        page = at_desk.get(DESK, {"ticket": str(ticket.pk)}).content.decode()
        menu = page[page.index('id="status-menu"') :]
        return re.findall(r'name="status" value="(\w+)"', menu[: menu.index("</form>")])

    assert offered() == ["IN_PROGRESS", "WAITING_USER", "RESOLVED", "CLOSED"]
    desk.move(ben, ticket, "CLOSED")
    assert offered() == ["OPEN"]


def test_assigning_to_me_to_a_colleague_and_to_nobody(
    draining: None, ben: User, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    owners = []
    for assignee in (str(ben.pk), str(chen.pk), ""):
        assert post(at_desk, "desk-assign", ticket, assignee=assignee).status_code == 302
        ticket.refresh_from_db()
        owners.append(ticket.assigned_to)

    assert owners == [ben, chen, None]


def test_a_ticket_cannot_be_given_to_a_requester(
    draining: None, dora: User, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, "desk-assign", ticket, assignee=str(dora.pk))

    assert (response.status_code, alert(response)) == (
        422,
        "Tickets can only be assigned to an active agent. Choose another.",
    )


def test_priority_and_tags_are_changed(draining: None, ticket: SupportTicket, at_desk: Client) -> None:
    post(at_desk, "desk-priority", ticket, priority="URGENT")
    post(at_desk, "desk-tags", ticket, tags="logbook, AHPRA,,logbook , export")

    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags) == ("URGENT", ["logbook", "AHPRA", "export"])


@pytest.mark.parametrize(
    ("action", "form", "sentence"),
    [
        ("priority", {"priority": "WHENEVER"}, "Choose one of the priorities in the menu."),
        ("assign", {}, "Choose one of the agents in the menu."),
        ("assign", {"assignee": "ben"}, "Choose one of the agents in the menu."),
        ("priority", {}, "Choose one of the priorities in the menu."),
        ("tags", {"tags": ",".join("abcdefghijk")}, "Use up to 10 tags."),
        ("tags", {"tags": "a" * 41}, "Shorten each tag to 40 characters."),
        ("read", {"sequence": "-1"}, "This page is out of date. Reload it and try again."),
        ("read", {"sequence": "9" * 30}, "This page is out of date. Reload it and try again."),
    ],
)
def test_other_bad_forms_are_answered_with_a_sentence(
    action: str, form: dict[str, str], sentence: str, ticket: SupportTicket, at_desk: Client
) -> None:
    response = post(at_desk, f"desk-{action}", ticket, **form)

    assert (response.status_code, alert(response)) == (422, sentence)


def test_reading_is_noted_when_the_agent_says_so(
    draining: None, amira: User, ben: User, ticket: SupportTicket, at_desk: Client
) -> None:
    stored(intake.post_message(amira, ticket, message="One more thing."))
    assert UNREAD_ROW.search(at_desk.get(DESK, {"view": "open"}).content.decode())

    post(at_desk, "desk-read", ticket, sequence="1")

    assert Participant.objects.get(user=ben).read_sequence == 1
    assert not UNREAD_ROW.search(at_desk.get(DESK, {"view": "open"}).content.decode())


def test_availability_is_declared_and_shown(draining: None, ben: User, at_desk: Client) -> None:
    response = at_desk.post(reverse("desk-availability"), {"availability": "away"})

    assert (response.status_code, response["Location"]) == (302, DESK)
    assert SupportUserStatus.objects.get(user=ben).declared == "away"
    page = at_desk.get(DESK).content.decode()
    assert re.findall(r'value="(\w+)" checked', page) == ["away", "away"]
    assert "You’re away. New chats go to others." in unescape(page)


def test_online_can_be_pinned_and_the_desk_says_why_and_until_when(
    draining: None, ben: User, at_desk: Client
) -> None:
    at_desk.post(reverse("desk-availability"), {"availability": "online", "pin": ""})
    page = at_desk.get(reverse("desk")).content.decode()
    assert "Online: last activity a moment ago, your page was last heard a moment ago." in page
    assert "Pinned" not in page
    at_desk.post(reverse("desk-availability"), {"availability": "online", "pin": "day"})
    page = " ".join(at_desk.get(reverse("desk")).content.decode().split())
    assert "Online: pinned until the end of the day." in page
    assert '<option value="" selected hidden>until the end of the day</option>' in page
    response = at_desk.post(reverse("desk-availability"), {"availability": "online", "pin": "for ever"})
    assert response.status_code == 422


def test_an_unknown_availability_is_answered_with_a_sentence(at_desk: Client) -> None:
    response = at_desk.post(reverse("desk-availability"), {"availability": "asleep"})

    assert response.status_code == 422
    assert "Choose online, away or offline." in text_of(response)


def test_colleagues_who_are_here_are_shown(draining: None, chen: User, at_desk: Client) -> None:
    stored(intake.set_availability(chen, "online"))

    assert "Chen, online" in text_of(at_desk.get(DESK))


def test_a_form_that_is_not_settled_in_time_leads_to_the_pending_page(
    ticket: SupportTicket, at_desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.receipts.PAGE_SECONDS", 0.0)
    message_id = uuid.uuid4()

    response = post(at_desk, "desk-reply", ticket, message="Later.", audience="public", id=str(message_id))

    assert (response.status_code, response["Location"]) == (302, reverse("pending", args=[message_id]))


# --- For script -----------------------------------------------------------------------------------------------------

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("target", "first", "has", "lacks"),
    [
        ("conv", '<section class="conv"', 'id="context"', 'id="rows"'),
        ("conv-head", '<header class="thread-head"', 'id="context"', 'role="log"'),
        ("rows", '<ul role="list"', 'id="views-side"', "<header"),
        ("list", '<section class="conv-list"', 'id="views-side"', 'role="log"'),
        ("people", '<section class="people"', 'id="presence-side"', 'id="rows"'),
    ],
)
def test_script_gets_the_region_it_names(
    target: str, first: str, has: str, lacks: str, ticket: SupportTicket, at_desk: Client
) -> None:
    address = f"{DESK}?view=open&ticket={ticket.pk}"

    response = at_desk.get(address, headers={**HTMX, "HX-Target": target})

    body = response.content.decode()
    assert response.status_code == 200
    assert min(body.index(first), body.index("<")) >= 0
    assert has in body
    assert lacks not in body
    assert "<html" not in body
    assert response["Vary"].split(", ")[:2] == ["HX-Request", "HX-Target"]


@pytest.mark.parametrize(("target", "queries"), [("rows", 5), ("people", 4)])
def test_what_pages_ask_for_by_themselves_is_cheap(
    target: str,
    queries: int,
    ticket: SupportTicket,
    at_desk: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(queries):
        at_desk.get(DESK, {"view": "open", "ticket": str(ticket.pk)}, headers={**HTMX, "HX-Target": target})


@pytest.mark.parametrize("target", ["conv-foot", "conv-head"])
def test_a_part_of_no_ticket_is_not_found(target: str, at_desk: Client) -> None:
    assert at_desk.get(DESK, headers={**HTMX, "HX-Target": target}).status_code == 404


def test_script_gets_the_new_head_the_panel_and_a_confirmation_after_a_change(
    draining: None, ticket: SupportTicket, at_desk: Client
) -> None:
    address = reverse("desk-priority", args=[ticket.pk])

    response = at_desk.post(address, {"priority": "HIGH"}, headers=HTMX)

    body = text_of(response)
    assert response.status_code == 200
    assert 'data-state="OPEN|HIGH|||"' in body
    assert 'id="context" aria-label="Ticket details" hx-swap-oob="true"' in body
    assert response["HX-Trigger"] == '{"desk:done": {"title": "Priority set to High."}}'


def test_script_is_shown_a_refusal_in_place(
    draining: None, chen: User, ticket: SupportTicket, at_desk: Client
) -> None:
    stored(intake.change_status(chen, ticket, status="RESOLVED"))
    form = {"status": "WAITING_USER", "expected": "OPEN"}

    response = at_desk.post(reverse("desk-status", args=[ticket.pk]), form, headers=HTMX)

    assert (response.status_code, response["HX-Desk"]) == (409, "1")
    assert alert(response) == "Chen set the status to Resolved. Look again, then decide."


def test_the_page_carries_no_inline_script_or_style(ticket: SupportTicket, at_desk: Client) -> None:
    page = at_desk.get(DESK, {"ticket": str(ticket.pk)}).content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
