"""A visitor without an account: in the floating chat, without script, and back by the link in another browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.watch import Watch
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 15_000
LINK = re.compile(r"https?://[^/\s]+(/support-tickets/guest/return/\S+)")


@pytest.fixture
def stranger(profile: Callable[..., BrowserContext], watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a window of somebody who is not signed in."""

    def open_window(name: str = "visitor", *, script: bool = True) -> Page:
        return profile(name, java_script_enabled=script).new_page()

    yield open_window
    assert [line for line in watch.noise if "status of 422" not in line] == []


@pytest.fixture
def ben(system: System) -> Iterator[Person]:
    with Person(system, "ben") as person:
        yield person


def declare(ben: Person, availability: str) -> None:
    assert ben.post("status/toggle/", {"availability": availability}, Prefer="wait=10").status_code == 200
    until(
        lambda: ben.get("chat/online-status/").json()["availability"] == availability,
        what=f"support is {availability}",
    )


def link_to(system: System, address: str) -> str:
    """The path of the first link that was mailed there."""

    def texts() -> list[str]:
        mails = [mail for mail in system.sink.messages if mail["X-Rcpt-To"] == address]
        return [body.get_content() for mail in mails if (body := mail.get_body(("plain",)))]

    until(lambda: texts() != [], what="the link is mailed")
    return str(LINK.findall(texts()[0])[0])


def test_a_visitor_chats_and_goes_on_in_another_browser(
    stranger: Callable[..., Page], system: System, ben: Person
) -> None:
    address, page = "grace-browser@example.com", stranger()
    declare(ben, "online")
    page.goto("/")
    page.get_by_role("button", name="Open support chat").click()
    expect(page.get_by_label("First name")).to_be_focused()
    panel = page.get_by_role("dialog", name="Support chat")
    panel.get_by_label("Email for our reply").fill("grace")
    panel.get_by_label("Your message").focus()
    expect(panel.get_by_text("Enter your email address, such as name@example.com.")).to_be_visible()
    panel.get_by_role("button", name="Start chat").click()
    expect(panel.get_by_label("Email for our reply")).to_be_focused()
    expect(page).to_have_url(f"{system.url}/")

    panel.get_by_label("Email for our reply").fill(address)
    panel.get_by_label("Your message").fill("Is week 14 missing?")
    panel.get_by_role("button", name="Start chat").click()
    chat = page.locator("support-chat")
    expect(chat.get_by_text("Is week 14 missing?")).to_be_visible(timeout=SOON)
    expect(chat.get_by_text(f"You’re writing as {address}.")).to_be_visible()
    ticket = ben.get("tickets/all/", search=address).json()["tickets"][0]["id"]
    ben.post(f"tickets/{ticket}/message/", {"message": "I am looking."}, Prefer="wait=10")
    expect(chat.get_by_text("I am looking.")).to_be_visible(timeout=SOON)

    phone = stranger("phone")
    phone.goto(link_to(system, address))
    phone.get_by_role("button", name="Open the conversation").click()
    expect(phone.get_by_role("log", name="Conversation").get_by_text("I am looking.")).to_be_visible()
    phone.get_by_placeholder("Write a reply…").fill("Thank you, from my phone.")
    phone.get_by_role("button", name="Send").click()
    expect(chat.get_by_text("Thank you, from my phone.")).to_be_visible(timeout=SOON)
    declare(ben, "offline")


def test_without_script_it_is_a_form_a_page_and_a_way_to_be_forgotten(
    stranger: Callable[..., Page], system: System, ben: Person
) -> None:
    address, page = "plain@example.com", stranger("plain", script=False)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Write to us without an account").click()
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_text("Two things need a look before we can send this")).to_be_visible()
    page.get_by_label("Email for our reply").fill(address)
    page.get_by_label("Your message").fill("Is anybody there?")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="Is anybody there?")).to_be_visible()
    expect(page.get_by_text(f"You’re writing as {address}.")).to_be_visible()
    page.get_by_label("Your reply").fill("One more thing.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text("One more thing.")).to_be_visible()
    ticket = page.url

    page.get_by_role("button", name="Forget me on this device").click()
    expect(page.get_by_text("This device has forgotten you.")).to_be_visible()
    page.goto(ticket)
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.goto(link_to(system, address))
    page.get_by_role("button", name="Open the conversation").click()
    expect(page.get_by_role("log").get_by_text("One more thing.")).to_be_visible()


def test_the_desk_says_that_it_is_a_guest_and_whether_the_address_is_theirs(
    stranger: Callable[..., Page], window: Callable[..., Page], system: System
) -> None:
    address, page = "noah-desk@example.com", stranger()
    page.goto("/support-tickets/guest")
    page.get_by_label("Email for our reply").fill(address)
    page.get_by_label("Your message").fill("Can’t sign in")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    ticket = re.findall(r"[0-9a-f-]{36}", page.url)[0]
    desk = window("chen")
    desk.goto(f"/support/?ticket={ticket}")
    context = desk.get_by_role("complementary", name="Ticket details")
    expect(context.get_by_text("noah-desk", exact=True).first).to_be_visible()
    expect(context.get_by_text("Address not verified")).to_be_visible()
    page.goto(link_to(system, address))
    page.get_by_role("button", name="Open the conversation").click()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    desk.reload()
    expect(context.get_by_text("Address verified: they used the link mailed there")).to_be_visible()


def test_on_a_phone_back_closes_the_sheet_and_what_was_written_stays_in_its_tab_until_it_is_sent(
    stranger: Callable[..., Page], system: System
) -> None:
    page = stranger("phone")
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto("/")
    launcher = page.get_by_role("button", name="Open support chat")
    sheet = page.locator("guest-chat dialog:modal .widget")
    launcher.click()
    expect(sheet).to_have_css("inline-size", "390px")
    sheet.get_by_label("Your message").fill("Week 14 is gone")
    page.go_back()
    expect(sheet).to_be_hidden()
    expect(launcher).to_be_focused()
    launcher.press("Enter")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(f"{system.url}/")
    until(lambda: page.evaluate("history.state") is None, what="nothing is left to go back from")

    page.goto("/support-tickets/guest")
    words = page.get_by_label("Your message")
    expect(words).to_have_value("Week 14 is gone", timeout=SOON)
    page.get_by_label("Email for our reply").fill("sheet@example.com")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("log").get_by_text("Week 14 is gone")).to_be_visible()
    kept = "sessionStorage.getItem('psychpath:guest-message')"
    until(lambda: page.evaluate(kept) is None, what="it is forgotten")
