"""The floating chat in the running product: each of its states reached, by keyboard too, the focus never stolen."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import is_live
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 20_000
# After `compositionend`, as Safari fires it. True: the page left the key to the browser.
COMPOSED = """field => field.dispatchEvent(new KeyboardEvent("keydown", {
  key: "Enter", keyCode: 229, bubbles: true, cancelable: true,
}))"""
Caller = Callable[[str], Person]


@pytest.fixture(scope="module")
def caller(system: System) -> Iterator[Caller]:
    """People over HTTP, one session each."""
    known: dict[str, Person] = {}

    def person(username: str) -> Person:
        if username not in known:
            known[username] = Person(system, username)
        return known[username]

    yield person
    for each in known.values():
        each.http.close()


def dock(page: Page) -> Locator:
    return page.locator("support-chat")


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Support chat")


def handle(page: Page) -> Locator:
    """The launcher, or the pill's button."""
    return dock(page).get_by_role("button", name=re.compile("^Open support chat"))


def be(caller: Caller, username: str, availability: str) -> None:
    """An agent declares themselves, over the API."""
    answer = caller(username).post("status/toggle/", {"availability": availability})
    assert answer.status_code == 200


def end_any_chat(system: System, caller: Caller, username: str) -> None:
    """Every test begins with a person who has no live chat."""
    rows = system.rows(
        "SELECT s.ticket_id FROM support_chatsession s JOIN core_user u ON u.id = s.requester_id"
        " WHERE u.username = %s AND s.state <> 'ended'",
        username,
    )
    for (ticket_id,) in rows:
        caller(username).post(f"tickets/{ticket_id}/chat/end/", {})


def ticket_of(system: System, words: str) -> str:
    ((ticket_id,),) = system.rows("SELECT ticket_id FROM support_chatmessage WHERE body = %s", words)
    return str(ticket_id)


def begin(system: System, caller: Caller, page: Page, words: str) -> str:
    """Ben is online, Dora begins a chat; its ticket."""
    be(caller, "ben", "online")
    end_any_chat(system, caller, "dora")
    page.goto("/")
    page.evaluate("localStorage.clear()")
    page.goto("/")
    expect(dock(page).get_by_role("button", name="Open support chat, support is online")).to_be_visible(
        timeout=SOON
    )
    handle(page).click()
    again = panel(page).get_by_role("button", name="Start a new chat")
    expect(page.locator("#chat-first:visible, [data-chat-new]:visible")).to_have_count(1, timeout=SOON)
    if again.is_visible():
        again.click()
    panel(page).get_by_label("Your message").fill(words)
    panel(page).get_by_role("button", name="Start chat").click()
    expect(panel(page).get_by_text(words)).to_have_count(1, timeout=SOON)
    expect(panel(page).get_by_text("Sent").or_(panel(page).get_by_text("Delivered")).first).to_be_visible(
        timeout=SOON
    )
    return ticket_of(system, words)


def test_a_chat_from_the_first_word_to_the_rating(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    page = window("dora")
    ticket = begin(system, caller, page, "Where is the supervision summary?")
    ben = caller("ben")
    ben.post(f"tickets/{ticket}/message/", {"message": "Under Logbook, then Reports."})

    # The conversation: who helps stands in the head.
    expect(panel(page).get_by_text("Under Logbook, then Reports.")).to_have_count(1, timeout=SOON)
    expect(panel(page).get_by_role("heading", name="Ben")).to_be_visible(timeout=SOON)
    expect(panel(page).locator("[data-chat-line]")).to_have_text("Online now")
    minimised(page, ben, ticket)
    taken_along(page)
    ended(page, ben, ticket)
    rated(page)
    rows = system.rows("SELECT rating, rating_comment FROM support_chatsession WHERE ticket_id = %s", ticket)
    assert rows == [(4, "Quick and kind.")]

    panel(page).get_by_role("button", name="Email transcript").last.click()
    expect(panel(page).get_by_text("We’ll send the transcript to dora@example.com.")).to_be_visible(
        timeout=SOON
    )
    panel(page).get_by_role("button", name="Start a new chat").click()
    expect(panel(page).get_by_role("heading", name="Hi Dora, how can we help?")).to_be_visible(timeout=SOON)
    expect(panel(page).get_by_label("Your message")).to_be_focused()


def minimised(page: Page, ben: Person, ticket: str) -> None:
    """By Escape: the pill says who and what, the focus is on it, and the next message is a badge in words."""
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(handle(page)).to_be_focused()
    expect(page.locator(".widget-mini")).to_contain_text("Under Logbook, then Reports.")
    ben.post(f"tickets/{ticket}/message/", {"message": "Did you find it?"})
    expect(
        dock(page).get_by_role("button", name="Open support chat, 1 unread message, support is online")
    ).to_be_visible(timeout=SOON)
    expect(page.locator(".widget-mini")).to_contain_text("Did you find it?", timeout=SOON)


def taken_along(page: Page) -> None:
    """To other pages: the pill is there again, then half a sentence is kept, and the focus is left to the page."""
    page.goto("/support-tickets")
    expect(page.locator(".widget-mini")).to_contain_text("Did you find it?", timeout=SOON)
    handle(page).press("Enter")
    composer = page.locator("#chat-reply")
    expect(composer).to_be_focused(timeout=SOON)
    composer.press_sequentially("Yes, and")
    page.goto("/")
    expect(panel(page)).to_be_visible(timeout=SOON)
    expect(composer).to_have_value("Yes, and", timeout=SOON)
    assert page.evaluate("document.querySelector('support-chat').contains(document.activeElement)") is False


def ended(page: Page, ben: Person, ticket: str) -> None:
    """By Ben: the line in the thread, and the head; what had the focus is not taken by it."""
    composer = page.locator("#chat-reply")
    expect(composer).to_be_visible(timeout=SOON)
    composer.focus()
    ben.post(f"tickets/{ticket}/chat/end/", {})
    expect(panel(page).get_by_text("Ben ended the chat")).to_be_visible(timeout=SOON)
    expect(panel(page).locator("[data-chat-line]")).to_have_text(
        re.compile(r"^Chat ended at \d+:\d\d [ap]m$")
    )
    assert page.evaluate("document.querySelector('support-chat').contains(document.activeElement)") is True


def rated(page: Page) -> None:
    """After a reload: the words and the rating are still at hand."""
    page.reload()
    expect(panel(page).get_by_text("Did you find it?")).to_have_count(1, timeout=SOON)
    expect(panel(page).get_by_text("Ben ended the chat")).to_have_count(1, timeout=SOON)
    panel(page).get_by_role("radio", name="4 of 5, Good").press("Space")
    panel(page).get_by_label("Anything we could do better?").fill("Quick and kind.")
    panel(page).get_by_role("button", name="Send feedback").click()
    expect(panel(page).get_by_text("Thank you. This helps us do better.")).to_be_visible(timeout=SOON)


def test_what_is_said_in_the_chat_never_moves_the_page_behind_it(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    page = window("dora")
    ticket = begin(system, caller, page, "Does the page stay where it is?")
    page.evaluate("() => { document.body.style.paddingBlockEnd = '300vh'; scrollTo(0, 600); }")
    caller("ben").post(f"tickets/{ticket}/message/", {"message": "It does while the chat is open."})
    expect(panel(page).get_by_text("It does while the chat is open.")).to_be_in_viewport(timeout=SOON)
    assert page.evaluate("scrollY") == 600
    page.keyboard.press("Escape")
    for number in range(12):
        caller("ben").post(f"tickets/{ticket}/message/", {"message": f"And minimised, {number}."})
    expect(page.locator(".widget-mini")).to_contain_text("And minimised, 11.", timeout=SOON)
    assert page.evaluate("scrollY") == 600
    handle(page).click()
    expect(panel(page).get_by_text("And minimised, 11.")).to_be_in_viewport(timeout=SOON)
    assert page.evaluate("scrollY") == 600


def test_the_menu_ends_a_chat_and_offers_only_what_is_possible(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    page = window("dora")
    begin(system, caller, page, "I will end this one myself.")
    panel(page).get_by_role("button", name="More options").click()
    menu = page.locator("#chat-menu")
    expect(menu.get_by_role("link", name="Open full ticket")).to_be_visible(timeout=SOON)
    menu.get_by_role("button", name="Stop waiting").click()

    expect(panel(page).get_by_text("You stopped waiting.")).to_be_visible(timeout=SOON)
    panel(page).get_by_role("button", name="More options").click()
    expect(menu.get_by_role("button", name="Email transcript")).to_be_visible()
    expect(menu.get_by_role("button", name="End chat")).to_be_hidden()


def test_words_wait_while_the_connection_is_gone_and_arrive_once(
    system: System, caller: Caller, patient: Callable[..., Page]
) -> None:
    page = patient("dora")
    begin(system, caller, page, "Before the tunnel.")
    composer = page.locator("#chat-reply")

    page.context.set_offline(True)
    words = ("Can I edit week 14?", "I typed 2.5, it should be 3.")
    for text in words:
        composer.fill(text)
        composer.press("Enter")
    banner = panel(page).locator("[data-connection]")
    expect(banner).to_contain_text("Reconnecting… 2 messages are waiting to send.", timeout=SOON)
    expect(banner.get_by_role("button", name="Retry now")).to_be_visible()
    expect(panel(page).locator("[data-chat-line]")).to_have_text("Reconnecting…")

    page.context.set_offline(False)  # the browser says so, and nobody needs to press the button
    expect(banner).to_be_hidden(timeout=SOON)
    stored = "SELECT count(*) FROM support_chatmessage WHERE body IN (%s, %s)"
    until(lambda: system.rows(stored, *words) == [(2,)], what="both are stored")
    for text in words:
        expect(panel(page).get_by_text(text)).to_have_count(1)


def test_nobody_is_there_and_a_message_becomes_a_ticket(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    for agent in ("ben", "chen"):
        be(caller, agent, "offline")
    end_any_chat(system, caller, "amira")
    page = window("amira")
    page.goto("/")
    expect(dock(page).get_by_role("button", name="Open support chat, support is offline")).to_be_visible(
        timeout=2 * SOON
    )
    handle(page).click()
    again = panel(page).get_by_role("button", name="Start a new chat")
    heading = panel(page).get_by_role("heading", name="Leave us a message")
    expect(page.locator("#chat-leave-text:visible, [data-chat-new]:visible")).to_have_count(1, timeout=SOON)
    if again.is_visible():
        again.click()
    expect(heading).to_be_visible(timeout=SOON)
    expect(panel(page).get_by_text("call Lifeline on 13 11 14")).to_be_visible()
    panel(page).get_by_role("textbox", name="Message").fill("My supervisor has no invite.")
    panel(page).get_by_role("button", name="Send message").click()
    expect(panel(page).get_by_text(re.compile(r"Ticket PP-\d+ created\."))).to_be_visible(timeout=SOON)
    expect(panel(page).get_by_role("link", name="View your ticket")).to_be_focused()


def test_on_a_phone_it_is_a_sheet_that_back_closes_and_makes_room_while_reading(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    be(caller, "ben", "online")
    end_any_chat(system, caller, "dora")
    page = window("dora")
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto("/")
    expect(handle(page)).to_be_visible(timeout=SOON)
    page.evaluate("scrollTo(0, 300)")
    expect(dock(page)).to_have_attribute("data-tucked", "")
    page.evaluate("scrollTo(0, 100)")
    expect(dock(page)).not_to_have_attribute("data-tucked", "")
    page.evaluate("scrollTo(0, 300)")
    expect(dock(page)).to_have_attribute("data-tucked", "")
    handle(page).focus()
    expect(dock(page)).not_to_have_attribute("data-tucked", "")

    handle(page).press("Enter")
    sheet = page.locator("support-chat dialog:modal .widget")
    expect(sheet).to_be_visible()
    expect(sheet).to_have_css("inline-size", "390px")
    expect(sheet).to_have_css("block-size", "700px")
    page.go_back()
    expect(panel(page)).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(handle(page)).to_be_focused()


def leave_what_ended(page: Page) -> None:
    """The open panel asks for a first message, after a chat of another test too."""
    again = panel(page).get_by_role("button", name="Start a new chat")
    expect(page.locator("#chat-first:visible, [data-chat-new]:visible")).to_have_count(1, timeout=SOON)
    if again.is_visible():
        again.click()


def test_it_says_how_soon_somebody_replies_who_types_and_the_same_in_every_tab(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    page = window("dora")
    be(caller, "ben", "online")
    end_any_chat(system, caller, "dora")
    page.goto("/support-tickets/new")
    page.evaluate("localStorage.clear()")
    page.goto("/support-tickets/new")
    expect(handle(page)).to_have_accessible_name("Open support chat, support is online", timeout=SOON)
    handle(page).click()
    leave_what_ended(page)
    expect(panel(page).locator("[data-chat-line]")).to_have_text("Replies in about 5 min", timeout=SOON)
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()

    ticket = begin(system, caller, page, "Does the other tab know?")
    agent = window("ben")
    agent.goto(f"/support/?ticket={ticket}")
    is_live(agent)
    agent.locator("#composer-text").press_sequentially("It")
    expect(panel(page).locator("[data-typing]")).to_contain_text("Ben is typing…", timeout=SOON)
    agent.keyboard.type(" does.")
    agent.keyboard.press("Control+Enter")
    expect(panel(page).get_by_text("It does.")).to_have_count(1, timeout=SOON)
    expect(panel(page).locator("[data-typing]")).to_be_hidden(timeout=SOON)

    page.keyboard.press("Escape")
    other = page.context.new_page()
    other.goto("/support-tickets")
    expect(other.locator(".widget-mini")).to_contain_text("It does.", timeout=SOON)
    caller("ben").post(f"tickets/{ticket}/message/", {"message": "Both do."})
    for tab in (page, other):
        expect(handle(tab)).to_have_accessible_name(
            "Open support chat, 1 unread message, support is online", timeout=SOON
        )
    handle(other).click()
    expect(handle(page)).to_have_accessible_name("Open support chat, support is online", timeout=SOON)


def test_what_was_said_before_is_no_news_to_a_window_without_focus_and_what_comes_then_is(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    page = window("dora")
    ticket = begin(system, caller, page, "Is this news?")
    caller("ben").post(f"tickets/{ticket}/message/", {"message": "Only once."})
    expect(panel(page).get_by_text("Only once.")).to_have_count(1, timeout=SOON)
    page.add_init_script("document.hasFocus = () => false")
    page.reload()
    expect(panel(page).get_by_text("Only once.")).to_have_count(1, timeout=SOON)
    expect(panel(page).locator(".day-new")).to_have_count(0)
    caller("ben").post(f"tickets/{ticket}/message/", {"message": "And this is."})
    expect(panel(page).locator(".day-new + li")).to_contain_text("And this is.", timeout=SOON)


def test_what_the_last_chat_has_stored_begins_no_other_and_leaves_nothing_behind(
    system: System, caller: Caller, window: Callable[..., Page]
) -> None:
    """As a page sends it again that had not heard so: with words of its own behind it, which do begin one."""
    page = window("dora")
    ticket = begin(system, caller, page, "Is this kept?")
    own = panel(page).locator("li.msg[data-sequence]", has_text="Is this kept?")
    message_id = own.get_attribute("data-id", timeout=SOON)
    caller("ben").post(f"tickets/{ticket}/status/", {"status": "RESOLVED"})
    leave_what_ended(page)

    again = "(log, id) => log.store.sendMessage('Is this kept?', { id })"
    page.locator("support-chat message-log").evaluate(again, message_id)
    expect(own).to_have_count(0)
    expect(panel(page).locator("#chat-start")).to_be_visible(timeout=SOON)
    panel(page).locator("#chat-start textarea").fill("And this?")
    page.keyboard.press("Enter")
    expect(panel(page).locator("li.msg[data-sequence]")).to_have_text([re.compile("And this?")], timeout=SOON)
    expect(panel(page).locator(".day")).to_have_count(1)
    began = "SELECT count(*) FROM support_chatsession WHERE state <> 'ended' AND ticket_id = %s"
    assert system.rows(began, ticket_of(system, "And this?")) == [(1,)]
    assert ticket_of(system, "Is this kept?") == ticket


def test_the_enter_that_ends_a_composition_in_safari_sends_nothing_and_adds_no_tag(
    caller: Caller, system: System, window: Callable[..., Page]
) -> None:
    be(caller, "ben", "online")
    end_any_chat(system, caller, "dora")
    page = window("dora")
    page.goto("/support-tickets/new")
    expect(page.locator("tag-input .tag-input")).to_have_count(1, timeout=SOON)
    tags = page.get_by_label("Tags")
    tags.fill("記録")
    assert tags.evaluate(COMPOSED) is True
    expect(tags).to_have_value("記録")
    handle(page).click()
    leave_what_ended(page)
    first = panel(page).get_by_label("Your message")
    first.fill("記録")
    assert first.evaluate(COMPOSED) is True
    expect(first).to_have_value("記録")


def test_a_launcher_says_that_support_is_away(caller: Caller, window: Callable[..., Page]) -> None:
    for agent in ("ben", "chen"):
        be(caller, agent, "away")
    page = window("amira")
    page.goto("/")
    expect(dock(page).locator(".launcher")).to_have_attribute(
        "aria-label", re.compile("support is away$"), timeout=2 * SOON
    )
    expect(dock(page).locator(".launcher .dot")).to_have_attribute("data-presence", "away")
    be(caller, "ben", "online")
