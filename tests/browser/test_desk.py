"""The desk in a browser: by keyboard, beside a colleague, on a phone, and without script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import Person
from tests.system.processes import System

pytestmark = pytest.mark.browser
SOON = 10_000


def ask(system: System, username: str, subject: str) -> str:
    """A requester's new ticket; its id."""
    with Person(system, username) as requester:
        return str(requester.open_ticket(subject)["id"])


def test_an_agent_works_through_a_ticket_by_keyboard(system: System, window: Callable[..., Page]) -> None:
    agent, requester = window("ben"), window("amira", script=False)
    agent.goto("/support/?view=unassigned")
    ticket_id = ask(system, "amira", "By keyboard")
    expect(agent.locator(f"#row-{ticket_id}")).to_be_visible(timeout=SOON)

    agent.keyboard.press("j")
    expect(agent.locator(f'#conv[data-ticket="{ticket_id}"]')).to_be_visible(timeout=SOON)
    expect(agent.locator(f"#row-{ticket_id}[data-unread]")).to_have_count(0, timeout=SOON)
    agent.keyboard.press("a")
    expect(agent.get_by_role("button", name="Me", exact=True)).to_be_focused()
    agent.keyboard.press("Enter")
    expect(agent.locator("#context")).to_contain_text("Ben took this ticket", timeout=SOON)
    expect(agent.locator(f"#row-{ticket_id}")).to_have_count(0, timeout=SOON)

    agent.keyboard.press("n")
    agent.keyboard.type("jkaes: the shortcuts are off while typing")
    agent.keyboard.press("Control+Enter")
    note = agent.locator('#conv .msg[data-from="note"]')
    expect(note).to_contain_text("jkaes: the shortcuts are off while typing", timeout=SOON)
    agent.keyboard.press("Escape")
    agent.keyboard.press("e")
    expect(agent.locator("#conv-head")).to_contain_text("Reopen", timeout=SOON)

    requester.goto(f"/support-tickets/{ticket_id}")
    expect(requester.locator("main [data-ticket-status]").first).to_contain_text("Resolved")
    expect(requester.locator("body")).not_to_contain_text("jkaes")


def focused(page: Page) -> str:
    """What holds the focus, as soon as something does: htmx settles what it swapped a moment later."""
    holder = page.locator(":focus")
    expect(holder).to_be_attached(timeout=SOON)
    return str(holder.evaluate("node => node.outerHTML"))


def test_the_main_job_needs_no_mouse_and_never_loses_the_focus(
    system: System, window: Callable[..., Page]
) -> None:
    """Find, open, take, note, reply, resolve: by keys that only start a search or a menu, and Tab."""
    with Person(system, "dora") as requester:
        ticket = requester.open_ticket("Keys alone will do")
        agent = window("chen")
        found_and_opened(agent, ticket["id"])
        taken_and_noted(agent, ticket["id"])
        replied(agent)
        requester.post(f"tickets/{ticket['id']}/message/", {"message": "It works."})
        expect(agent.locator("#conv .msg", has_text="It works.")).to_be_visible(timeout=SOON)
        expect(agent.locator("#conv-head .pill", has_text="In progress")).to_be_visible(timeout=SOON)
        expect(agent.locator("#composer-text")).to_be_focused()

        walk_on(agent)
        said = [(message["audience"], message["message"]) for message in requester.messages(ticket["id"])]
    assert said == [("public", "Try it again, please."), ("public", "It works.")]


def found_and_opened(agent: Page, ticket_id: str) -> None:
    agent.goto("/support/?view=unassigned")
    agent.keyboard.press("/")
    agent.keyboard.type("keys alone")
    row = agent.locator(f"#row-{ticket_id} .row-title")
    expect(row).to_be_visible(timeout=SOON)
    expect(agent.locator("#view-h")).to_have_text("Search results", timeout=SOON)
    expect(agent.get_by_role("searchbox")).to_be_focused()
    agent.keyboard.press("Escape")
    assert 'id="rows"' in focused(agent)
    agent.keyboard.press("j")
    expect(agent.locator(f'#conv[data-ticket="{ticket_id}"]')).to_be_visible(timeout=SOON)
    expect(row).to_be_focused()


def taken_and_noted(agent: Page, ticket_id: str) -> None:
    agent.keyboard.press("a")
    agent.keyboard.press("Enter")
    expect(agent.locator("#context")).to_contain_text("Chen took this ticket", timeout=SOON)
    expect(agent.locator(f"#row-{ticket_id} .row-title")).to_be_focused()  # where the menu was opened from
    agent.keyboard.press("n")
    agent.keyboard.type("Seen this before.")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator('#conv .msg[data-from="note"]')).to_contain_text("Seen this", timeout=SOON)
    agent.keyboard.press("Escape")
    assert 'role="log"' in focused(agent)


def replied(agent: Page) -> None:
    """And set to wait, by the menu beside the button."""
    agent.keyboard.press("r")
    agent.keyboard.type("Try it again, please.")
    agent.keyboard.press("Tab")
    agent.keyboard.press("Tab")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("button", name="Send and wait")).to_be_focused()
    agent.keyboard.press("Enter")
    expect(agent.locator("#conv-head .pill", has_text="Waiting on requester")).to_be_visible(timeout=SOON)
    expect(agent.locator("#composer-text")).to_be_focused()


def walk_on(agent: Page) -> None:
    """The other keys, each of which leaves the focus somewhere."""
    agent.keyboard.press("Escape")
    agent.keyboard.press("s")
    expect(agent.locator("#status-menu").get_by_role("button").first).to_be_focused()
    agent.keyboard.press("Escape")
    agent.keyboard.press("e")
    expect(agent.locator("#conv-head")).to_contain_text("Reopen", timeout=SOON)
    said = agent.locator(".toast", has_text="Status set to Resolved.")
    expect(said.locator("use").first).to_have_attribute("href", "#i-check")
    focused(agent)
    agent.keyboard.press("g")
    agent.keyboard.press("i")
    expect(agent.locator("#view-h")).to_have_text("Your inbox", timeout=SOON)
    focused(agent)
    agent.keyboard.press("?")
    expect(agent.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    agent.keyboard.press("Escape")
    expect(agent.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    agent.keyboard.press("g")
    agent.keyboard.press("r")
    expect(agent.get_by_role("heading", name="Reports", level=1)).to_be_visible(timeout=SOON)
    expect(agent.locator(".rail [aria-current=page]")).to_have_accessible_name("Reports")
    agent.wait_for_load_state()  # its script listens
    agent.keyboard.press("?")
    expect(agent.get_by_role("dialog", name="Keyboard shortcuts")).not_to_contain_text("Resolve, or reopen")
    agent.keyboard.press("Escape")
    agent.keyboard.press("g")
    agent.keyboard.press("i")
    expect(agent.locator("#view-h")).to_have_text("Your inbox", timeout=SOON)


@pytest.mark.parametrize(
    "address", ["?view=open", "?view=open&sort=priority&ticket={ticket}", "?q=nothing-like-it"]
)
def test_at_320_pixels_nothing_is_wider_than_the_page(
    address: str, system: System, window: Callable[..., Page]
) -> None:
    ticket_id = ask(system, "amira", "Averylongwordthatnobodywouldeverwriteinasubjectbutsomebodydoes " * 2)
    agent = window("ben")
    agent.set_viewport_size({"width": 320, "height": 640})
    agent.goto("/support/" + address.format(ticket=ticket_id))

    wide = "[...document.querySelectorAll('#desk *')].filter((e) => e.checkVisibility() && !e.closest('.sr-only')"
    wide += " && e.getBoundingClientRect().right > 320.5).map((e) => e.outerHTML.slice(0, 90))"
    assert agent.evaluate("document.documentElement.scrollWidth") == 320
    assert agent.evaluate(wide) == []


def test_another_order_is_chosen_in_place_and_the_list_stays_true(
    system: System, window: Callable[..., Page]
) -> None:
    """In an inbox that fits on one page: what is new is there in any order."""
    agent = window("chen")
    agent.goto("/support/?view=inbox")
    agent.get_by_role("button", name="Sort, now Newest first").click()
    agent.get_by_role("link", name="Oldest first").click()
    expect(agent.get_by_role("button", name="Sort, now Oldest first")).to_be_focused(timeout=SOON)
    expect(agent).to_have_url(re.compile(r"sort=oldest"))

    [(chen,)] = system.rows("SELECT id::text FROM core_user WHERE username = 'chen'")
    rows = agent.locator("#rows > .ticket-row")
    count = agent.locator('#views-side [data-count="inbox"]')
    had = int(count.inner_text() or 0)
    with Person(system, "chen") as colleague:
        for number, subject in enumerate(["The elder of two", "The younger of two"], start=1):
            ticket_id = ask(system, "amira", subject)
            move = {"status": "IN_PROGRESS", "assigned_to": chen}
            colleague.post(f"tickets/{ticket_id}/status/", move, Prefer="wait=10")
            expect(rows.last).to_contain_text(subject, timeout=SOON)
            expect(count).to_have_text(str(had + number), timeout=SOON)
        expect(rows).to_have_count(had + 2)
        colleague.post(f"tickets/{ticket_id}/status/", {"status": "RESOLVED"}, Prefer="wait=10")
        expect(rows).to_have_count(had + 1, timeout=SOON)
        expect(count).to_have_text(str(had + 1), timeout=SOON)


def test_a_conversation_that_cannot_be_loaded_says_so_and_can_be_asked_for_again(
    system: System, patient: Callable[..., Page]
) -> None:
    ticket_id = ask(system, "amira", "Not at first")
    agent = patient("ben")
    agent.goto("/support/?view=open")
    expect(agent.locator(f"#row-{ticket_id}")).to_be_visible()
    agent.context.set_offline(True)
    agent.locator(f"#row-{ticket_id} .row-title").click()
    expect(agent.locator("#conv")).to_contain_text("We couldn’t load this conversation.", timeout=SOON)
    expect(agent.get_by_role("link", name="Try again")).to_be_focused()
    agent.context.set_offline(False)
    agent.keyboard.press("Enter")
    expect(agent.locator(f'#conv[data-ticket="{ticket_id}"]')).to_be_visible(timeout=SOON)


def test_what_a_colleague_changes_is_seen_without_a_reload(
    system: System, window: Callable[..., Page]
) -> None:
    ticket_id = ask(system, "dora", "Two agents")
    ben, chen = window("ben"), window("chen")
    for agent in (ben, chen):
        agent.goto(f"/support/?view=open&ticket={ticket_id}")
    expect(chen.locator("#conv-head")).to_contain_text("Two agents")

    ben.get_by_role("button", name="Priority, now High").click()
    ben.locator("#priority-menu").get_by_role("button", name="Urgent").click()
    expect(chen.locator("#conv-head .pill", has_text="Urgent")).to_be_visible(timeout=SOON)
    expect(chen.locator(f"#row-{ticket_id}")).to_contain_text("Urgent", timeout=SOON)

    ben.locator("#presence-side label", has_text="Online").click()
    expect(chen.locator("#people")).to_contain_text("Ben, online", timeout=SOON)
    ben.locator("#presence-side label", has_text="Offline").click()
    expect(chen.locator("#people")).not_to_contain_text("Ben", timeout=SOON)


def test_on_a_phone_list_and_thread_are_separate_screens(system: System, window: Callable[..., Page]) -> None:
    ticket_id = ask(system, "amira", "On a phone")
    agent = window("ben")
    agent.set_viewport_size({"width": 390, "height": 800})
    agent.goto("/support/?view=open")

    agent.locator(f"#row-{ticket_id} a").click()
    expect(agent.locator("#composer-text")).to_be_visible(timeout=SOON)
    expect(agent.locator("#rows")).to_be_hidden()
    agent.get_by_role("link", name="Details", exact=True).click()
    expect(agent.locator("#context")).to_contain_text("amira@example.com")
    agent.keyboard.press("Escape")
    expect(agent.locator("#context")).to_be_hidden()
    agent.get_by_role("link", name="Back to All open").click()
    expect(agent.locator(f"#row-{ticket_id} a")).to_be_focused()
    assert agent.evaluate("document.documentElement.scrollWidth") == 390


def test_the_desk_works_without_script(system: System, window: Callable[..., Page]) -> None:
    ask(system, "dora", "The desk in plain pages")
    agent = window("chen", script=False)
    agent.goto("/support/?view=unassigned")
    agent.get_by_role("link", name="The desk in plain pages").click()
    agent.get_by_role("button", name="Assign to me").click()
    expect(agent.locator("#context")).to_contain_text("Chen took this ticket")
    agent.locator("#composer").get_by_text("Internal note").click()
    agent.locator("#composer-text").fill("Looked at it.")
    agent.get_by_role("button", name="Add note").click()
    expect(agent.locator('#conv .msg[data-from="note"]')).to_contain_text("Looked at it.")
    agent.get_by_role("button", name="Set status").last.click()
    agent.locator("#status-menu").get_by_role("button", name="Waiting on requester").click()
    expect(agent.locator("#conv-head .pill", has_text="Waiting on requester")).to_be_visible()
    agent.locator("#presence-side label", has_text="Away").click()
    agent.locator("#presence-side").get_by_role("button", name="Set status").click()
    expect(agent.locator("#presence-side")).to_contain_text("You’re away.")
