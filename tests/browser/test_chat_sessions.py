"""The whole way of a live chat, with a requester and two agents: declined, accepted, ended; or left as a ticket."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 30_000


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Support chat")


def card(page: Page) -> Locator:
    return page.locator("#offers [data-offer]")


def declare(page: Page, availability: str) -> None:
    page.locator(f"#availability-side-{availability}").check(force=True)


def ask(page: Page, words: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Open support chat")).click()
    again = panel(page).get_by_role("button", name="Start a new chat")  # after a chat of another test
    expect(panel(page).locator("#chat-first:visible, [data-chat-new]:visible")).to_have_count(1, timeout=SOON)
    if again.is_visible():
        again.click()
    panel(page).get_by_label("Your message").fill(words)
    panel(page).get_by_role("button", name="Start chat").click()


def at_their_desks(window: Callable[..., Page], system: System) -> dict[str, Page]:
    """Both agents' windows, and both are online, with a ticket open."""
    agents = {name: window(name) for name in ("ben", "chen")}
    with Person(system, "amira") as amira:
        other = amira.open_ticket("Something else")["id"]
    for page in agents.values():
        page.goto(f"/support/?view=chats&ticket={other}")
        declare(page, "online")
    until(
        lambda: system.rows("SELECT count(*) FROM support_supportuserstatus WHERE is_online")[0][0] == 2, 30
    )
    return agents


def offered(system: System) -> str:
    """To whom the chat is offered."""
    rows = system.rows(
        "SELECT username FROM support_chatsession JOIN core_user ON core_user.id = offered_to_id"
    )
    return str(rows[0][0]) if rows else ""


def let_it_pass(desk: Page) -> None:
    """The card is there, above the open thread of a phone too, counts down, and goes."""
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(desk.get_by_role("log", name="Conversation")).to_be_visible()
    expect(card(desk)).to_be_visible(timeout=SOON)
    expect(card(desk)).to_contain_text("Amira is waiting for you in a chat", timeout=SOON)
    expect(card(desk).locator("[data-countdown]")).to_contain_text(re.compile(r"\d+ seconds? to answer"))
    card(desk).get_by_role("button", name="Decline").click()
    expect(card(desk)).to_have_count(0, timeout=SOON)


def test_a_chat_waits_is_declined_by_one_accepted_by_the_other_and_ended(
    window: Callable[..., Page], system: System
) -> None:
    agents, amira = at_their_desks(window, system), window("amira")
    ask(amira, "Where do I log the hours before my leave?")
    waiting = panel(amira).locator("[data-chat-queue]")
    expect(waiting).to_contain_text("You’re next.", timeout=SOON)
    first = until(lambda: offered(system), 30, what="the chat is offered")
    second = "chen" if first == "ben" else "ben"
    expect(card(agents[second])).to_have_count(0)
    let_it_pass(agents[first])

    expect(card(agents[second])).to_be_visible(timeout=SOON)
    # A toast stands for six seconds, so there was none.
    assert agents[second].locator(".toast", has_text="is waiting for you").count() == 0, "said twice"
    card(agents[second]).get_by_role("button", name="Accept").click()
    desk = agents[second]
    expect(desk.locator("#conv-h")).to_contain_text("Where do I log the hours", timeout=SOON)
    expect(card(desk)).to_have_count(0)
    expect(panel(amira).get_by_text(f"{second.title()} joined the chat")).to_be_visible(timeout=SOON)
    expect(waiting).to_be_hidden()

    desk.get_by_role("button", name="Set status").click()
    desk.get_by_role("button", name="End chat").click()
    expect(panel(amira).get_by_text(f"{second.title()} ended the chat")).to_be_visible(timeout=SOON)


def test_somebody_who_waits_while_the_last_agent_leaves_is_told_and_leaves_a_ticket_with_one_click(
    window: Callable[..., Page], system: System
) -> None:
    for name in ("ben", "chen"):
        with Person(system, name) as person:
            person.post("status/toggle/", {"availability": "online" if name == "ben" else "offline"})
    dora = window("dora")
    ask(dora, "My supervisor cannot see my logbook.")
    waiting = panel(dora).locator("[data-chat-queue]")
    expect(waiting).to_contain_text("You’re next.", timeout=SOON)
    with Person(system, "ben") as ben:
        ben.post("status/toggle/", {"availability": "offline"})
    expect(waiting).to_contain_text("Everybody has left for now, and your message is safe.", timeout=SOON)
    waiting.get_by_role("button", name="Leave it as a ticket").click()

    expect(
        panel(dora).get_by_text("You stopped waiting. We’ll reply to your message by email")
    ).to_be_visible(timeout=SOON)
    expect(panel(dora).get_by_text("How did we go?")).to_be_hidden()
    rows = system.rows(
        "SELECT ticket.status, session.end_cause, message.body FROM support_supportticket ticket"
        " JOIN support_chatsession session ON session.ticket_id = ticket.id"
        " JOIN support_chatmessage message ON message.ticket_id = ticket.id"
        " WHERE message.body LIKE 'My supervisor%%'"
    )
    assert rows == [("OPEN", "left", "My supervisor cannot see my logbook.")]
