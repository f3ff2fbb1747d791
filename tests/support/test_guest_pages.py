"""What visitors without an account do on pages, without script: write, come back, ask for their link, be forgotten."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as conf
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.test import Client

from core import command_log
from core.contracts import decode
from core.models import User
from support.commands import SendGuestLink
from support.guests import links, people
from support.models import ChatMessage, ChatSession, SupportTicket
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
GUEST = "/support-tickets/guest"
LINK = "/support-tickets/guest/link"
FORGET = "/support-tickets/guest/forget"
GOOD = {"name": "Grace", "email": "grace@example.com", "message": "Is week 14 missing?\nIt says 0 hours."}


def words(response: Any) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"<(template|svg|script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def grace() -> User:
    return people.new_guest("grace@example.com", "Grace")


@pytest.fixture
def hers(grace: User) -> Client:
    """Grace's browser."""
    return browser_of(grace)


def browser_of(guest: User) -> Client:
    client = Client()
    client.force_login(guest, backend="support.guests.backend.Guests")
    return client


def returns_to(ticket: SupportTicket) -> str:
    return links.path(ticket.requester, ticket.pk)


# --- Writing the first message ---


def test_nothing_is_kept_of_a_visitor_who_only_looks() -> None:
    client = Client()
    for path in ("/", GUEST, LINK):
        assert client.get(path).status_code == 200

    assert set(client.cookies) == {conf.CSRF_COOKIE_NAME}
    assert (Session.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.usefixtures("draining")
def test_a_first_message_opens_a_ticket_that_its_writer_sees_and_nobody_else(desk: Desk) -> None:
    client, stranger = Client(), Client()
    answer = client.post(GUEST, GOOD, headers={"User-Agent": "Lynx"})
    ticket = SupportTicket.objects.get()
    guest = ticket.requester

    assert (answer.status_code, answer["Location"]) == (302, f"/support-tickets/{ticket.pk}#latest")
    assert (guest.is_guest, guest.guest_address, guest.first_name) == (True, "grace@example.com", "Grace")
    assert guest.address_verified_at is None
    assert (ticket.subject, ticket.browser_info) == ("Is week 14 missing?", "Lynx")
    page = client.get(f"/support-tickets/{ticket.pk}")
    assert page.status_code == 200
    assert "You’re writing as grace@example.com . We’ve mailed you a link to come back." in words(page)
    assert "Ticket PP-1042 created. We’ll reply here and by email." in words(page)
    assert stranger.get(f"/support-tickets/{ticket.pk}").status_code == 302
    assert stranger.get(f"/support-tickets/{ticket.pk}")["Location"].startswith("/accounts/login/")


@pytest.mark.usefixtures("draining")
def test_the_session_is_a_guests_own_kind(desk: Desk) -> None:
    client = Client()
    client.post(GUEST, GOOD)
    cookie = client.cookies[conf.SESSION_COOKIE_NAME]
    session = client.session

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == 7 * 24 * 3600
    assert session["_auth_user_backend"] == "support.guests.backend.Guests"
    assert session.get_expiry_age() == 7 * 24 * 3600


@pytest.mark.usefixtures("draining")
def test_a_session_planted_beforehand_is_worth_nothing_afterwards(desk: Desk) -> None:
    """Session fixation: whoever knew the cookie before does not know the guest's."""
    attacker = Client()
    attacker.get("/")
    planted = attacker.session
    planted["basket"] = "x"
    planted.save()
    victim = Client()
    victim.cookies[conf.SESSION_COOKIE_NAME] = str(planted.session_key)
    victim.post(GUEST, GOOD)
    attacker.cookies[conf.SESSION_COOKIE_NAME] = str(planted.session_key)

    ticket = SupportTicket.objects.get()
    assert victim.cookies[conf.SESSION_COOKIE_NAME].value != planted.session_key
    assert victim.get(f"/support-tickets/{ticket.pk}").status_code == 200
    assert attacker.get(f"/support-tickets/{ticket.pk}").status_code == 302


def test_a_form_without_its_token_is_refused_and_leaves_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(GUEST, GOOD).status_code == 403
    assert client.post(LINK, {"email": "grace@example.com"}).status_code == 403
    assert (User.objects.count(), command_log.length(0)) == (0, 0)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"email": ""}, "Enter your email address, such as name@example.com."),
        ({"email": "grace"}, "Enter your email address, such as name@example.com."),
        ({"email": "grace@example.com\nBcc: all@example.com"}, "Enter your email address, such as name@exam"),
        ({"email": "a\0@example.com"}, "Enter your email address, such as name@example.com."),
        ({"message": "  \n "}, "Write something first."),
        ({"message": "x" * 10_001}, "That’s longer than 10,000 characters. Split it into two messages."),
        ({"name": "x" * 61}, "Shorten your name to 60 characters."),
        ({"name": "Gr\x07ace"}, "This has to be one line, without control characters."),
        ({"key": "x"}, "This page is out of date. Reload it and try again."),
    ],
)
def test_what_cannot_be_right_comes_back_with_its_sentence_and_every_word(
    more: dict[str, str], sentence: str
) -> None:
    client = Client()
    answer = client.post(GUEST, GOOD | more)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "One thing needs a look before we can send this" in words(answer)
    assert (User.objects.count(), command_log.length(0)) == (0, 0)
    assert conf.SESSION_COOKIE_NAME not in client.cookies


def test_each_mistake_leads_to_its_field() -> None:
    page = Client().post(GUEST, {"name": "x" * 61, "email": "a@b", "message": ""}).content.decode()

    summary = page[page.index("data-error-summary") :].partition("</ul>")[0]
    links = re.findall(r'<a href="#([^"]*)"', summary)
    assert links == ["guest_name", "guest_email", "guest_message"]
    assert [page.count(f' id="{link}"') for link in links] == [1, 1, 1]


@pytest.mark.usefixtures("draining")
def test_two_visitors_with_one_address_are_two_guests_with_a_conversation_each(desk: Desk) -> None:
    """Typing somebody's address opens nothing of theirs."""
    one, other = Client(), Client()
    one.post(GUEST, GOOD)
    other.post(GUEST, GOOD | {"message": "Let me see."})
    first, second = SupportTicket.objects.order_by("number")

    assert first.requester_id != second.requester_id
    assert one.get(f"/support-tickets/{second.pk}").status_code == 404
    assert other.get(f"/support-tickets/{first.pk}").status_code == 404
    assert other.get("/support-tickets")["Location"] == f"/support-tickets/{second.pk}"


@pytest.mark.usefixtures("draining")
def test_an_account_with_the_address_is_not_told_apart_from_nobody(desk: Desk, amira: User) -> None:
    known, unknown = Client(), Client()
    answers = [
        client.post(GUEST, GOOD | {"email": address})
        for client, address in ((known, amira.email), (unknown, "nobody@example.com"))
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert SupportTicket.objects.filter(requester=amira).count() == 0
    assert {ticket.requester.is_guest for ticket in SupportTicket.objects.all()} == {True}


@pytest.mark.usefixtures("draining")
def test_the_form_posted_twice_from_one_browser_is_one_ticket(desk: Desk) -> None:
    client = Client()
    form = GOOD | {"key": "0195f000-0000-4000-8000-000000000001"}
    first, second = client.post(GUEST, form), client.post(GUEST, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert (SupportTicket.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.usefixtures("draining")
def test_while_support_is_there_the_widgets_message_begins_a_live_chat(desk: Desk, ben: User) -> None:
    desk.declare(ben, "online")
    client = Client()
    answer = client.post(GUEST, GOOD | {"chat": "1", "place": "/"})
    chat = ChatSession.objects.select_related("ticket", "requester").get()

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (chat.requester.is_guest, chat.state, chat.ticket.subject) == (
        True,
        "waiting",
        "Is week 14 missing?",
    )
    assert ChatMessage.objects.get().body == GOOD["message"]
    home = client.get("/")
    assert "<support-chat" in home.content.decode()
    assert "<guest-chat" not in home.content.decode()


@pytest.mark.usefixtures("draining")
@pytest.mark.parametrize("place", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "x"])
def test_a_place_elsewhere_is_not_gone_to(desk: Desk, ben: User, place: str) -> None:
    desk.declare(ben, "online")
    answer = Client().post(GUEST, GOOD | {"chat": "1", "place": place})

    assert answer["Location"] == f"/support-tickets/{SupportTicket.objects.get().pk}#latest"


@pytest.mark.usefixtures("draining")
def test_while_nobody_is_there_it_is_left_as_a_ticket(desk: Desk) -> None:
    Client().post(GUEST, GOOD | {"chat": "1", "place": "/"})

    assert (SupportTicket.objects.get().description, ChatSession.objects.count()) == (GOOD["message"], 0)


def test_somebody_who_is_signed_in_writes_as_themselves(amira: User) -> None:
    client = Client()
    client.force_login(amira)

    assert client.get(GUEST)["Location"] == "/support-tickets/new"
    assert client.post(GUEST, GOOD)["Location"] == "/support-tickets/new"
    assert User.objects.filter(is_guest=True).count() == 0


# --- The conversation ---


@pytest.mark.usefixtures("draining")
def test_a_guest_replies_and_says_that_it_is_solved(desk: Desk, grace: User, hers: Client) -> None:
    ticket = desk.ask(grace)
    assert hers.post(f"/support-tickets/{ticket.pk}/reply", {"message": "One more thing."}).status_code == 302
    moved = hers.post(f"/support-tickets/{ticket.pk}/status", {"status": "RESOLVED", "expected": "OPEN"})

    assert moved.status_code == 302
    message = ChatMessage.objects.get()
    ticket.refresh_from_db()
    assert (message.author, message.is_support, ticket.status) == (grace, False, "RESOLVED")
    assert set(ticket.changes.values_list("actor", flat=True)) == {f"guest:{grace.pk}"}


def test_a_guests_page_shows_nothing_that_needs_an_account(desk: Desk, grace: User, hers: Client) -> None:
    page = hers.get(f"/support-tickets/{desk.ask(grace).pk}").content.decode()

    for address in (
        "/accounts/profile/",
        "/accounts/notifications/",
        "/accounts/logout/",
        "/preferences/theme",
    ):
        assert address not in page
    assert 'data-user-id="' in page
    assert "/accounts/signup/" in page
    assert FORGET in page


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/profile/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/2fa/",
        "/accounts/notifications/",
        "/support-tickets/new",
    ],
)
def test_where_an_account_is_needed_a_guest_is_asked_to_sign_in(hers: Client, path: str) -> None:
    for answer in (hers.get(path), hers.post(path, {"email": "x@example.com"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_signing_in_and_up_are_there_for_a_guest_as_for_anybody(hers: Client, path: str) -> None:
    assert hers.get(path).status_code == 200


def test_the_desk_and_the_admin_turn_a_guest_away(hers: Client) -> None:
    assert [hers.get(path).status_code for path in ("/support/", "/support/reports/promises")] == [403, 403]
    assert hers.get("/admin/").status_code == 302


def test_signing_in_ends_the_guests_session(hers: Client, amira: User) -> None:
    before = hers.session.session_key
    EmailAddress.objects.create(user=amira, email=amira.email, verified=True, primary=True)
    form = {"login": "amira", "password": "testpass123"}

    assert hers.post("/accounts/login/", form).status_code == 302
    assert hers.session["_auth_user_id"] == str(amira.pk)
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_up_with_the_guests_address_works_as_if_they_did_not_exist(desk: Desk, grace: User) -> None:
    ticket = desk.ask(grace)
    client = Client()
    form = {
        "email": "grace@example.com",
        "username": "grace",
        "password1": "correct horse 14",
        "password2": "correct horse 14",
    }
    assert client.post("/accounts/signup/", form).status_code == 302

    account = User.objects.get(email="grace@example.com")
    assert (account.is_guest, account.pk == grace.pk) == (False, False)
    client.force_login(account)
    assert client.get(f"/support-tickets/{ticket.pk}").status_code == 404


def test_nobody_can_sign_in_as_a_guest(grace: User) -> None:
    for login in (grace.username, grace.guest_address, ""):
        answer = Client().post("/accounts/login/", {"login": login, "password": ""})
        assert answer.status_code == 200
        answer = Client().post("/accounts/login/", {"login": login, "password": "testpass123"})
        assert answer.status_code == 200


def test_a_reset_for_a_guests_address_is_answered_and_mailed_as_for_an_unknown_one(grace: User) -> None:
    bodies = []
    for address in (grace.guest_address, "nobody@example.com"):
        command_log_before = command_log.length(0)
        answer = Client().post("/accounts/password/reset/", {"email": address})
        bodies.append((answer.status_code, answer["Location"], command_log.length(0) - command_log_before))

    assert bodies[0] == bodies[1]
    templates = [getattr(decode(entry.payload), "template", "") for entry in command_log.read(0, count=10)]
    assert set(templates) == {"account/email/unknown_account"}
    assert mail.outbox == []


def test_off_hides_all_of_it_and_makes_guests_strangers(
    settings: Any, desk: Desk, grace: User, hers: Client
) -> None:
    ticket = desk.ask(grace)
    settings.GUESTS = False

    for path in (GUEST, LINK, returns_to(ticket)):
        assert hers.get(path).status_code == 404
    assert hers.post(FORGET).status_code == 404
    assert hers.get(f"/support-tickets/{ticket.pk}").status_code == 302
    for path in ("/", "/accounts/login/"):
        assert "/support-tickets/guest" not in hers.get(path).content.decode()


def test_staff_find_a_guest_by_the_address_and_see_who_it_is(
    desk: Desk, grace: User, ben: User, calling: Callable[..., Any]
) -> None:
    ticket = desk.ask(grace)
    [found] = calling(ben).get("tickets/all/", search="Grace@exam").json()["tickets"]

    assert (found["id"], found["user"]["email"], found["user"]["name"]) == (
        str(ticket.pk),
        "grace@example.com",
        "Grace",
    )


# --- Coming back ---


def test_following_the_link_changes_nothing_until_the_button_is_pressed(desk: Desk, grace: User) -> None:
    ticket, scanner = desk.ask(grace), Client()
    for method in (scanner.get, scanner.head):
        assert method(returns_to(ticket)).status_code == 200

    grace.refresh_from_db()
    assert (grace.address_verified_at, Session.objects.count()) == (None, 0)
    assert scanner.get(f"/support-tickets/{ticket.pk}").status_code == 302


def test_the_link_opens_the_conversation_on_any_device_and_any_number_of_times(
    desk: Desk, grace: User, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = desk.ask(grace)
    address = returns_to(ticket)
    for device in (Client(), Client()):
        with caplog.at_level("INFO", logger="support.views.guests"):
            answer = device.post(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/support-tickets/{ticket.pk}")
        assert device.get(answer["Location"]).status_code == 200

    grace.refresh_from_db()
    assert grace.address_verified_at is not None
    came = f"guests: guest:{grace.pk} came back to ticket {ticket.pk} by link"
    assert [record.getMessage() for record in caplog.records] == [came, came]


def test_the_link_page_is_kept_by_nobody_and_tells_nobody_where_it_was(desk: Desk, grace: User) -> None:
    answer = Client().get(returns_to(desk.ask(grace)))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_link_for_a_ticket_that_is_not_the_guests_opens_nothing(
    desk: Desk, grace: User, amira: User
) -> None:
    hers = desk.ask(amira)

    assert Client().post(links.path(grace, hers.pk)).status_code == 410


def test_what_does_not_hold_is_answered_calmly_and_alike(
    desk: Desk, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.ask(grace)
    with monkeypatch.context() as patch:
        patch.setattr(signing, "time", SimpleNamespace(time=lambda: 1_773_138_240.0))
        old = returns_to(ticket)
    revoked = returns_to(ticket)
    grace.revoke()
    altered = returns_to(ticket)[:-2] + "??"
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    bodies = set()
    for address in (old, revoked, altered, "/support-tickets/guest/return/x"):
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 410
            bodies.add(re.sub(r'content="[^"]+"', "", tokens.sub("", answer.content.decode())))

    assert len(bodies) == 1
    assert "This link doesn’t work any more" in bodies.pop()


def test_revoking_ends_the_sessions_too(desk: Desk, grace: User, hers: Client) -> None:
    ticket = desk.ask(grace)
    assert hers.get(f"/support-tickets/{ticket.pk}").status_code == 200
    grace.revoke()

    assert hers.get(f"/support-tickets/{ticket.pk}").status_code == 302


def test_somebody_signed_in_is_warned_and_then_is_the_guest(desk: Desk, grace: User, amira: User) -> None:
    ticket = desk.ask(grace)
    client = Client()
    client.force_login(amira)

    assert "You’re signed in as Amira. Opening this conversation signs you out" in words(
        client.get(returns_to(ticket))
    )
    client.post(returns_to(ticket))
    assert client.session["_auth_user_id"] == str(grace.pk)


def test_forgetting_ends_the_session_and_leaves_the_link(desk: Desk, grace: User, hers: Client) -> None:
    ticket = desk.ask(grace)
    answer = hers.post(FORGET, follow=True)

    assert "This device has forgotten you. The link in your email brings you back." in words(answer)
    assert Session.objects.count() <= 1  # the notice's own
    assert hers.get(f"/support-tickets/{ticket.pk}").status_code == 302
    assert hers.post(returns_to(ticket)).status_code == 302
    assert hers.get(FORGET).status_code == 405


# --- Asking for the link ---


def test_asking_is_answered_alike_for_a_guest_an_account_and_nobody(
    desk: Desk, grace: User, amira: User
) -> None:
    desk.ask(grace)
    said = set()
    for address in ("grace@example.com", amira.email, "nobody@example.com"):
        answer = Client().post(LINK, {"email": address})
        said.add((answer.status_code, answer["Location"]))
        assert isinstance(decode(command_log.read(0, count=10)[-1].payload), SendGuestLink)

    assert said == {(302, f"{LINK}?sent=1")}
    assert command_log.length(0) == 3
    assert "If somebody wrote to us under this address, a link is on its way." in words(
        Client().get(f"{LINK}?sent=1")
    )


def test_an_address_that_is_none_is_said_so() -> None:
    answer = Client().post(LINK, {"email": "grace"})

    assert answer.status_code == 422
    assert "Enter your email address, such as name@example.com." in words(answer)
    assert command_log.length(0) == 0


# --- Limits ---


@pytest.mark.usefixtures("draining")
def test_an_address_begins_three_conversations_an_hour_from_wherever(desk: Desk) -> None:
    forms = [GOOD | {"email": address} for address in ("grace@example.com", "GRACE@example.com")]
    answers = [
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(GUEST, forms[number % 2]) for number in range(4)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert 1190 <= int(re.search(r"\d+", answers[-1].headers.get("Retry-After", "1200"))[0]) <= 1200  # type: ignore[index]
    assert "That’s several times in a short while. Try again in an hour, or write to us by email." in words(
        answers[-1]
    )
    assert "It says 0 hours." in answers[-1].content.decode()
    assert SupportTicket.objects.count() == 3


def test_an_internet_address_begins_thirty(settings: Any) -> None:
    settings.GUEST_TICKETS_PER_HOUR = 1
    answers = [
        Client().post(GUEST, GOOD | {"email": f"{number}@example.com"}, headers={"HX-Request": ""})
        for number in range(11)
    ]

    assert [answer.status_code for answer in answers].count(429) == 1
    assert answers[-1].status_code == 429


def test_a_link_is_mailed_three_times_an_hour_known_or_not(grace: User) -> None:
    for address in ("grace@example.com", "nobody@example.com"):
        answers = [Client().post(LINK, {"email": address}).status_code for _ in range(4)]
        assert answers == [302, 302, 302, 429]
    assert command_log.length(0) == 6


@pytest.mark.usefixtures("draining")
def test_a_guest_writes_twenty_messages_a_minute(
    settings: Any, desk: Desk, grace: User, hers: Client, calling: Callable[..., Any]
) -> None:
    settings.GUEST_MESSAGES_PER_MINUTE = 2
    ticket = desk.ask(grace)
    path = f"/support-tickets/{ticket.pk}/reply"
    answers = [hers.post(path, {"message": f"{number}"}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "You’re sending messages quickly." in words(answers[-1])
    assert ChatMessage.objects.count() == 2
