"""Words that want to run: written in every place that takes words, shown in every place that shows them, run in none.

Proven in the browser: the global that each of them would set is not there, the elements that they would leave are not,
and nothing had to be stopped by the policy. The mails they went into are read as well, and a mail with them comes in.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.hostile import (
    FILE,
    NAME,
    SUBJECT,
    TAG,
    answered_by_mail,
    begin_chat,
    called_so,
    held,
    mailed_in,
    number_of,
    written_everywhere,
)
from tests.browser.test_notices import connected
from tests.security.corpus import HOSTILE, LINE
from tests.system.fixtures import running_system
from tests.system.mailed import WEBHOOKS
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 20_000
SEEN = """[
  window.ran === undefined, document.querySelectorAll("[data-canary]").length, document.body.innerText,
  [...document.querySelectorAll("input")].map((field) => field.value),
]"""
ACTIVE = """(markup) => new DOMParser().parseFromString(markup, "text/html").querySelectorAll(
  "[data-canary], script, iframe, form, [onerror], [onload], [onclick], [onfocus], [href^='javascript']").length"""


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Mail comes in to it."""
    with running_system(**WEBHOOKS) as running:
        yield running


def is_harmless(page: Page, words: str = "onerror", *, typed: str = "") -> None:
    """It shows the words, as words: `typed` stand in a field."""
    silent, elements, text, values = page.evaluate(SEEN)
    assert (page.url, silent, elements) == (page.url, True, 0)
    assert typed in ["", *values], f"{page.url} does not hold what was typed: {values}"
    assert typed or words in text, f"{page.url} does not show what was written: {text[:300]}"


def harmless(page: Page, address: str, words: str = "onerror", *, typed: str = "") -> None:
    page.goto(address)
    is_harmless(page, words, typed=typed)


def test_words_that_want_to_run_are_shown_as_words_wherever_they_are_shown(
    system: System, profile: Callable[..., BrowserContext], amira: Person, ben: Person
) -> None:
    ticket = written_everywhere(system, amira, ben)
    hers, at_desk = (sign_in(profile(who).new_page(), who) for who in ("amira", "ben"))
    for address in (
        f"/support-tickets/{ticket}",
        "/support-tickets",
        f"/support-tickets?tag={TAG}",
        "/notifications",
    ):
        harmless(hers, address)
    harmless(hers, f"/support-tickets?search={HOSTILE[2]}", typed=HOSTILE[2])
    harmless(hers, "/accounts/profile/", typed=NAME)
    for address in (
        f"/support/?ticket={ticket}",
        f"/support/?ticket={ticket}&details=1",
        "/support/?view=all",
    ):
        harmless(at_desk, address)
    harmless(at_desk, f"/support/?q={NAME}", typed=NAME)
    what_arrives_is_harmless(hers, at_desk, ben, ticket, number_of(system, ticket))
    mails_are_harmless(system, hers.context.new_page())


def what_arrives_is_harmless(hers: Page, at_desk: Page, ben: Person, ticket: str, number: int) -> None:
    """By script while a page is open: a toast, then the thread on both sides, and what the titles say of it."""
    hers.goto("/accounts/profile/")
    connected(hers)
    ben.post(f"tickets/{ticket}/message/", {"message": LINE}, Prefer="wait=10")
    expect(hers.locator(".toast", has_text=f"{NAME} replied to")).to_be_visible(timeout=SOON)
    is_harmless(hers, f"{NAME} replied to")

    hers.goto(f"/support-tickets/{ticket}")
    at_desk.goto(f"/support/?ticket={ticket}")
    ben.post(f"tickets/{ticket}/message/", {"message": f"{LINE} the last"}, Prefer="wait=10")
    for page, title in ((hers, f"PP-{number}"), (at_desk, f"PP-{number} · Your inbox")):
        page.get_by_text("the last").first.wait_for()
        is_harmless(page)
        assert re.sub(r"^\(\d+\) ", "", page.title()) == f"{title} · PsychPATH"


def test_words_that_came_by_mail_and_what_operators_read_are_words(
    system: System, profile: Callable[..., BrowserContext], amira: Person, ben: Person
) -> None:
    ticket = written_everywhere(system, amira, ben)
    (mail, mailed), letter = mailed_in(system), held(system)
    message = answered_by_mail(system, ticket)
    admin = sign_in(profile("admin").new_page(), "admin")
    for address, words in (
        ("/support/mail/?outcome=all", NAME),
        ("/support/mail/?outcome=all", SUBJECT),
        (f"/support/mail/{mail}", NAME),
        (f"/support/mail/{mail}", FILE),
        (f"/support-tickets/{ticket}/mail/{message}", SUBJECT),
        (f"/support-tickets/{ticket}/mail/{message}", HOSTILE[4]),
        (f"/support/?ticket={mailed}", FILE),
        ("/support/deliveries/", NAME),
        ("/support/operations/", TAG),
        ("/support/operations/", HOSTILE[0]),
        (f"/support/operations/commands/{letter}/", HOSTILE[0]),
        (f"/support/operations/commands/{message}/", "PostMessage"),
        (f"/support/operations/find?q={NAME}", NAME),
        ("/admin/support/deadletter/", TAG),
        (f"/admin/support/deadletter/{letter}/change/", HOSTILE[0]),
        ("/admin/support/supportticket/", SUBJECT),
        (f"/admin/support/supportticket/{ticket}/change/", SUBJECT),
        ("/admin/core/user/", NAME),
    ):
        harmless(admin, address, words)


def test_a_guests_words_and_name_are_words_in_a_live_chat(
    system: System, profile: Callable[..., BrowserContext], ben: Person
) -> None:
    called_so(ben)
    guest, at_desk = profile("guest").new_page(), sign_in(profile("ben").new_page(), "ben")
    ben.declare("online")
    available = "chat/online-status/"
    until(lambda: ben.get(available).json()["availability"] == "online", what="support is online")
    begin_chat(guest)
    chat = guest.locator("support-chat")
    expect(chat).to_contain_text(HOSTILE[0], timeout=SOON)
    is_harmless(guest)
    offered = "SELECT ticket_id::text FROM support_chatsession WHERE state = 'offered'"
    [(ticket,)] = until(lambda: system.rows(offered), what="Ben is offered the chat")
    harmless(at_desk, "/support/", f"{NAME} is waiting for you in a chat")

    assert ben.post(f"tickets/{ticket}/chat/accept/", {}, Prefer="wait=10").status_code == 200
    ben.post(f"tickets/{ticket}/message/", {"message": LINE}, Prefer="wait=10")
    harmless(at_desk, f"/support/?ticket={ticket}", NAME)
    harmless(at_desk, "/support/?view=chats", NAME)
    expect(chat.locator("[data-chat-title]")).to_have_text(NAME, timeout=SOON)
    is_harmless(guest, NAME)
    guest.keyboard.press("Escape")
    expect(chat.locator("[data-mini-text]")).to_contain_text(HOSTILE[0], timeout=SOON)
    is_harmless(guest, NAME)


def mails_are_harmless(system: System, page: Page) -> None:
    """Every HTML part that was sent, read as a browser reads it, in an empty page that no policy protects."""
    until(lambda: len(system.sink.messages) >= 3, what="mails about it were sent")
    parts = [part for mail in system.sink.messages if (part := mail.get_body(("html",))) is not None]
    assert any("onerror" in part.get_content() for part in parts)
    for part in parts:
        assert page.evaluate(ACTIVE, part.get_content()) == 0
