"""Two agents at one ticket, in two browsers: each sees the other, and no reply passes the other's unseen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 10_000
CONNECTED = "document.querySelector('#conv message-log').store?.getSnapshot().isConnected"
BANNER = "[data-collision]"
# Sent as if this page had not heard of a reply: what it was written for is older than what the page shows.
_UNHEARD = """
(field, words) => {
  document.querySelector("#conv message-log").store.sendMessage(words, { seen: 0 });
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
"""
OVERTAKEN = "Chen replied while you were writing. Read the reply, then send or edit yours."


@pytest.fixture
def ticket(system: System) -> Iterator[str]:
    """Amira's ticket; its id."""
    with Person(system, "amira") as requester:
        yield str(requester.open_ticket("Two agents, one ticket")["id"])


def at(page: Page, ticket: str) -> Page:
    """The page with the ticket open and its socket connected."""
    page.goto(f"/support/?view=open&ticket={ticket}")
    expect(page.locator("#composer-text")).to_be_visible(timeout=SOON)
    until(lambda: page.evaluate(CONNECTED), what=f"{ticket} is live")
    return page


def reply(page: Page, words: str) -> None:
    page.locator("#composer-text").press_sequentially(words)
    page.keyboard.press("Control+Enter")


def test_agents_see_who_else_looks_and_writes_and_the_requester_sees_nothing_of_it(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    ben = at(window("ben"), ticket)
    expect(ben.locator(BANNER)).to_be_hidden()
    with Person(system, "amira") as amira, amira.chat(ticket) as requester:
        chen = at(window("chen"), ticket)
        expect(ben.locator(BANNER)).to_have_text("CWChen is viewing this ticket", timeout=SOON)
        expect(chen.locator(BANNER)).to_contain_text("Ben is viewing this ticket", timeout=SOON)

        chen.locator("#composer-text").press_sequentially("Let me")
        expect(ben.locator(BANNER)).to_contain_text("Chen is writing a reply to this ticket.", timeout=SOON)
        expect(ben.locator("#conv [data-typing]")).to_be_hidden()
        assert requester.next("typing")["user"]["name"] == "Chen"
        expect(ben.locator(BANNER)).to_contain_text("Chen is viewing this ticket", timeout=SOON)

        chen.keyboard.press("Escape")
        chen.keyboard.press("n")
        chen.keyboard.type("Looks like the export")
        expect(ben.locator(BANNER)).to_contain_text("Chen is writing an internal note", timeout=SOON)

        chen.goto("/support/?view=open")
        expect(ben.locator(BANNER)).to_be_hidden(timeout=SOON)
        requester.say(type="ping")
        kinds = requester.until("heartbeat")
    assert not {"viewing", "typing"} & set(kinds)


def test_a_reply_that_arrived_while_writing_is_read_first(window: Callable[..., Page], ticket: str) -> None:
    ben, chen = at(window("ben"), ticket), at(window("chen"), ticket)
    ben.locator("#composer-text").press_sequentially("I will look at it")
    reply(chen, "I have this one.")
    theirs = ben.locator("#conv .msg", has_text="I have this one.")
    expect(theirs).to_be_visible(timeout=SOON)
    expect(ben.locator("#composer-text")).to_be_focused()

    ben.keyboard.press("Control+Enter")
    notice = ben.locator("#conv-notice")
    expect(notice).to_contain_text(OVERTAKEN)
    expect(ben.locator("#composer-text")).to_have_value("I will look at it")
    notice.get_by_role("button", name="Show reply").click()
    expect(theirs).to_be_focused()
    notice.get_by_role("button", name="Send anyway").click()
    expect(chen.locator("#conv .msg", has_text="I will look at it")).to_be_visible(timeout=SOON)
    expect(notice).to_be_empty()
    expect(ben.locator("#composer-text")).to_be_focused()


def test_a_reply_the_page_had_not_heard_of_stops_the_message_and_its_status_at_the_server(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    ben = at(window("ben"), ticket)
    ben.locator("#composer-text").press_sequentially("Solved.")
    with Person(system, "chen") as chen:
        chen.post(f"tickets/{ticket}/message/", {"message": "Not yet."})
        expect(ben.locator("#conv .msg", has_text="Not yet.")).to_be_visible(timeout=SOON)
        ben.locator("#composer-text").evaluate(_UNHEARD, "Solved.")
        expect(ben.locator("#conv-notice")).to_contain_text(OVERTAKEN, timeout=SOON)
        expect(ben.locator("#composer-text")).to_have_value("Solved.")
        said = [message["message"] for message in chen.messages(ticket)]
    assert said == ["Not yet."]


def test_an_overtaken_reply_is_given_back_in_the_window_somebody_is_in(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    here = at(window("ben"), ticket)
    beside = here.context.new_page()
    beside.add_init_script("document.hasFocus = () => Boolean(window.isHere)")  # all of Playwright's have it
    at(beside, ticket)
    with Person(system, "chen") as chen:
        chen.post(f"tickets/{ticket}/message/", {"message": "Not yet."})
        for page in (here, beside):
            expect(page.locator("#conv .msg", has_text="Not yet.")).to_be_visible(timeout=SOON)
    field, other = here.locator("#composer-text"), beside.locator("#composer-text")
    own = beside.locator("#conv .msg", has_text="Solved.")
    other.evaluate(_UNHEARD, "Solved.")
    expect(field).to_have_value("Solved.", timeout=SOON)
    expect(own).to_have_count(0, timeout=SOON)
    expect(other).to_have_value("")

    here.close()
    other.evaluate(_UNHEARD, "Solved again.")
    expect(beside.locator("#conv .msg", has_text="Solved again.")).to_have_attribute(
        "data-state", "failed", timeout=SOON
    )
    expect(other).to_have_value("")
    beside.evaluate("window.isHere = true; dispatchEvent(new Event('focus'))")
    expect(other).to_have_value("Solved again.")


def test_send_and_resolve_resolves_when_the_reply_is_stored(window: Callable[..., Page], ticket: str) -> None:
    ben, chen = at(window("ben"), ticket), at(window("chen"), ticket)
    ben.locator("#composer-text").fill("Solved.")
    ben.get_by_role("button", name="More ways to send").click()
    ben.get_by_role("button", name="Send and resolve").click()

    expect(chen.locator("#conv .msg", has_text="Solved.")).to_be_visible(timeout=SOON)
    expect(chen.locator("#conv-head")).to_contain_text("Resolved", timeout=SOON)
    expect(ben.locator("#conv-head")).to_contain_text("Reopen", timeout=SOON)


def test_what_a_colleague_changes_waits_for_whoever_writes(window: Callable[..., Page], ticket: str) -> None:
    ben, chen = at(window("ben"), ticket), at(window("chen"), ticket)
    ben.locator("#composer-text").press_sequentially("One moment, I am ju")
    ben.keyboard.press("ArrowLeft")
    chen.locator("#conv-head").get_by_role("button", name="Resolve").click()
    expect(ben.locator("#conv-head")).to_contain_text("Reopen", timeout=SOON)

    ben.keyboard.type("?")
    expect(ben.locator("#composer-text")).to_have_value("One moment, I am j?u")
    ben.keyboard.press("Escape")
    expect(ben.locator("#composer[data-phase=RESOLVED] #composer-text")).to_have_value(
        "One moment, I am j?u", timeout=SOON
    )


def test_a_reply_and_a_note_are_two_drafts(window: Callable[..., Page], ticket: str) -> None:
    ben = at(window("ben"), ticket)
    field = ben.locator("#composer-text")
    field.fill("For Amira")
    ben.locator("#composer").get_by_text("Internal note").click()
    expect(field).to_have_value("")
    field.fill("For us")
    ben.reload()
    expect(field).to_have_value("For Amira")
    ben.keyboard.press("n")
    expect(field).to_have_value("For us")
    expect(ben.locator("#composer")).to_have_attribute("data-mode", "note")
    ben.keyboard.press("Control+Enter")
    expect(ben.locator('#conv .msg[data-from="note"]')).to_contain_text("For us", timeout=SOON)
    ben.locator("#composer").get_by_text("Reply", exact=True).click()
    expect(field).to_have_value("For Amira")
