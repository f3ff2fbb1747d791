"""The main job in two browsers: asked, seen without a reload, answered both ways, resolved, mailed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
# "Within 2 seconds" is what a person must see on a machine that does nothing else; here both browsers, all processes
# and another test run on two cores.
SOON = 10_000


def ask(page: Page, subject: str) -> str:
    """Fill in the dialog as a person would; the new ticket's reference."""
    page.goto("/support-tickets")
    page.get_by_role("link", name="New ticket").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Subject").fill(subject)
    dialog.get_by_label("What’s happening?").fill("Week 14 shows no hours.\n\nI need it by **Friday**.")
    dialog.get_by_role("button", name="Create ticket").click()
    page.wait_for_url(re.compile(r"/support-tickets/[0-9a-f-]{36}(#.*)?$"))
    reference = page.locator("main").get_by_text(re.compile(r"^PP-\d+$")).last.text_content()
    assert reference
    return reference.strip()


# Who hears of it by mail, and the tasks that all of it is made of.
MAILS = [
    ("admin@psychpath.com.au", "new_ticket"),
    ("amira@example.com", "ticket_reply"),
    ("amira@example.com", "ticket_update"),
    ("ben@example.com", "new_ticket"),
    ("ben@example.com", "ticket_reply"),
    ("chen@example.com", "new_ticket"),
]
TASKS = {
    "persistence.open_ticket",
    "persistence.assign_ticket",
    "persistence.change_status",
    "persistence.drain",
    "broadcast.tickets",
    "broadcast.typing",
    "unread.refresh",
    "notify.release",
    "email.deliver",
}


def test_a_requester_asks_and_an_agent_helps(system: System, window: Callable[..., Page]) -> None:
    agent = window("ben")
    agent.goto("/support/?view=unassigned")
    agent.evaluate("window.notReloaded = true")
    requester = window("amira")

    reference = ask(requester, "My logbook export lost a week")
    take(agent, "My logbook export lost a week")
    talk(agent, requester)
    agent.locator("[data-main-move=RESOLVED] button").click()
    expect(requester.locator("main [data-ticket-status]").first).to_contain_text("Resolved", timeout=SOON)
    assert agent.evaluate("window.notReloaded") is True

    until(lambda: system.mails_about(reference) == MAILS, what="the mails about it")
    until(
        lambda: {task["name"] for task in system.flower_tasks().values()} >= TASKS,
        what="Flower lists the tasks",
    )


def take(agent: Page, subject: str) -> None:
    row = agent.locator("#rows").get_by_role("link", name=re.compile(subject))
    expect(row).to_be_visible(timeout=SOON)
    row.click()
    expect(agent.get_by_role("log", name="Conversation")).to_contain_text("Week 14 shows no hours.")
    agent.locator("[data-assign-me]").click()
    expect(agent.locator("#context")).to_contain_text("Ben")


def talk(agent: Page, requester: Page) -> None:
    """Each sees that the other types, and what they say, once."""
    agent.locator("#composer-text").press_sequentially("I am looking", delay=20)
    expect(requester.locator("[data-typing]")).to_contain_text("Ben is typing", timeout=SOON)
    agent.locator("#composer-text").fill("I am looking into it, Amira.")
    agent.locator("#composer-text").press("Control+Enter")
    mine = requester.get_by_role("log", name="Conversation")
    expect(mine.get_by_text("I am looking into it, Amira.")).to_have_count(1, timeout=SOON)

    answer = requester.locator("message-composer textarea[name=message]").last
    answer.press_sequentially("Thank", delay=20)
    expect(agent.locator("[data-typing]")).to_contain_text("Amira is typing", timeout=SOON)
    answer.fill("Thank you, Ben.")
    answer.press("Control+Enter")
    theirs = agent.get_by_role("log", name="Conversation")
    expect(theirs.get_by_text("Thank you, Ben.")).to_have_count(1, timeout=SOON)


def test_reading_asking_replying_and_closing_work_without_script(
    system: System, window: Callable[..., Page]
) -> None:
    page = window("dora", script=False)
    page.goto("/support-tickets/new")
    page.get_by_label("Subject").fill("Without script")
    page.get_by_label("What’s happening?").fill("Plain forms.")
    page.get_by_label("High").check()
    page.get_by_label("Tags").fill("logbook, AHPRA")
    page.get_by_role("button", name="Create ticket").click()
    page.wait_for_url(re.compile(r"/support-tickets/[0-9a-f-]{36}(#.*)?$"))
    ticket_id = page.url.partition("#")[0].rpartition("/")[2]
    expect(page.locator(".toast")).to_have_text(
        re.compile(r"Ticket PP-\d+ created\. We’ll reply here and by email\.")
    )
    page.locator("message-composer textarea[name=message]").last.fill("One more thing.")
    page.get_by_role("button", name="Send").click()
    log = page.get_by_role("log", name="Conversation")
    expect(log.locator(".bubble")).to_have_text(["Plain forms.", "One more thing."])
    page.get_by_role("button", name="Mark as resolved").click()
    expect(page.locator("main [data-ticket-status]").first).to_contain_text("Resolved")
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("main [data-ticket-status]").first).to_contain_text("Open")

    page.goto("/support-tickets")
    page.get_by_label("Search your tickets").fill("without SCRIPT")
    page.get_by_label("Search your tickets").press("Enter")
    page.locator("#ticket-filters summary").click()
    page.get_by_label("Tag", exact=True).select_option("AHPRA")
    page.get_by_role("button", name="Show", exact=True).click()
    row = page.locator("#ticket-rows .row-title")
    expect(row).to_have_text(["Without script"])
    page.get_by_role("link", name="Tag AHPRA, remove this filter").click()
    row.click()
    expect(log.locator(".bubble")).to_have_text(["Plain forms.", "One more thing."])
    with Person(system, "dora") as dora:
        stored = dora.get(f"tickets/{ticket_id}/").json()["ticket"]
    assert (stored["status"], stored["priority"], stored["tags"]) == ("OPEN", "HIGH", ["logbook", "AHPRA"])
    assert [message["message"] for message in stored["messages"]] == ["One more thing."]


def test_the_widget_starts_a_live_chat_that_survives_navigation(
    system: System, window: Callable[..., Page]
) -> None:
    requester, agent = window("dora"), window("chen")
    agent.goto("/support/?view=chats")
    agent.get_by_text("Online", exact=True).first.click()
    requester.goto("/")
    expect(requester.locator("main").get_by_text("Support is online.").first).to_be_visible(timeout=SOON)
    requester.locator("support-chat").get_by_role("button", name=re.compile("Open support chat")).click()
    panel = requester.get_by_role("dialog", name="Support chat")
    again = panel.get_by_role("button", name="Start a new chat")  # after a chat of another test
    expect(panel.locator("#chat-first:visible, [data-chat-new]:visible")).to_have_count(1, timeout=SOON)
    if again.is_visible():
        again.click()
    panel.get_by_label("Your message").fill("Is somebody there?")
    panel.get_by_role("button", name="Start chat").click()
    expect(panel.get_by_text("Is somebody there?")).to_have_count(1, timeout=SOON)
    row = agent.locator("#rows").get_by_role("link", name=re.compile("Is somebody there"))
    expect(row).to_be_visible(timeout=SOON)
    row.click()
    agent.locator("#composer-text").fill("Yes, hello Dora.")
    agent.locator("#composer-text").press("Control+Enter")
    expect(panel.get_by_text("Yes, hello Dora.")).to_have_count(1, timeout=SOON)

    requester.goto("/support-tickets")
    expect(
        requester.get_by_role("dialog", name="Support chat").get_by_text("Yes, hello Dora.")
    ).to_have_count(1, timeout=SOON)
