"""The desk in a browser: by keyboard, beside a colleague, on a phone, and without script."""

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
    ask(system, "dora", "Desk without script")
    agent = window("chen", script=False)
    agent.goto("/support/?view=unassigned")
    agent.get_by_role("link", name="Desk without script").click()
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
