"""The floating chat in each of its states, on the home page of whoever uses it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.states.requester import CUT
from tests.browser.states.state import NARROW, NEWCOMER, SOON, State, Visit
from tests.system.people import Person
from tests.system.waiting import until

QUESTION = "Hi, can I still log hours for the week before my leave?"


def panel(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog", name="Support chat")


def launcher(visit: Visit) -> None:
    visit.go("/")
    visit.shows(visit.page.get_by_role("button", name=re.compile("Open support chat")))


def opened(visit: Visit) -> None:
    launcher(visit)
    visit.page.get_by_role("button", name=re.compile("Open support chat")).click()
    visit.shows(panel(visit))


def start(visit: Visit) -> None:
    opened(visit)
    visit.shows(panel(visit).get_by_role("button", name="Start chat"))


def away(visit: Visit) -> None:
    opened(visit)
    visit.shows(panel(visit).get_by_role("heading", name="Leave us a message"))


def sent(visit: Visit) -> None:
    away(visit)
    panel(visit).locator("textarea:visible").fill("My export is missing a week. There is no hurry.")
    panel(visit).get_by_role("button", name="Send message").click()
    visit.shows(panel(visit).get_by_role("heading", name="Thank you"))


def chatting(visit: Visit) -> str:
    """A newcomer's chat that Ben answers; its ticket."""
    start(visit)
    panel(visit).get_by_label("Your message").fill("Hi, where do I log the hours before my leave?")
    panel(visit).get_by_role("button", name="Start chat").click()
    visit.shows(panel(visit).get_by_text("Sent"))
    ticket_id = str(visit.person().get("tickets/").json()["tickets"][0]["id"])
    visit.says(
        "ben", ticket_id, "Hi Fern, under **Logbook**, then *Add week*. Earlier weeks stay open for 90 days."
    )
    visit.shows(panel(visit).get_by_text("Earlier weeks stay open"))
    expect(panel(visit).locator("[data-chat-queue]")).to_be_hidden(timeout=SOON)
    visit.later.callback(end, visit.person())
    return ticket_id


def end(person: Person) -> None:
    """Whatever came of a person's chat, it is over: no agent has it, or is offered it, in a later state."""
    tickets = until(lambda: person.get("tickets/").json()["tickets"], what="the chat has a ticket")
    answer = person.post(f"tickets/{tickets[0]['id']}/chat/end/", {}, Prefer="wait=10")
    assert answer.status_code in (200, 202), answer.text
    if answer.status_code == 202:  # the machine is slow
        receipt = f"receipts/{answer.json()['id']}/"
        until(lambda: person.get(receipt).status_code != 202, 60, what="the chat is over")


def conversation(visit: Visit) -> None:
    chatting(visit)
    field = panel(visit).locator("textarea:visible")
    field.fill("Found it, thank you.")
    field.press("Enter")
    mine = panel(visit).locator(".msg", has_text="Found it, thank you.")
    visit.shows(mine.get_by_text(re.compile("^(Sent|Delivered|Seen)$")))


def reconnecting(visit: Visit) -> None:
    chatting(visit)
    visit.page.context.set_offline(True)
    field = panel(visit).locator("textarea:visible")
    field.fill("This waits until I’m back.")
    field.press("Enter")
    visit.shows(panel(visit).get_by_text("Sending…"), panel(visit).locator("[data-connection]"))


def loading(visit: Visit) -> None:
    """The chat's own script is on its way for as long as somebody looks."""
    visit.hold("**/chat-panel*.js")
    opened(visit)
    visit.shows(panel(visit).locator("[aria-busy=true]"))


def ended(visit: Visit) -> None:
    ticket_id = chatting(visit)
    visit.person("ben").post(f"tickets/{ticket_id}/status/", {"status": "RESOLVED"}, Prefer="wait=10")
    visit.shows(panel(visit).get_by_role("button", name="Start a new chat"))


def rating(visit: Visit) -> None:
    """Ben ended it, and the newcomer says how it went."""
    ticket_id = chatting(visit)
    visit.person("ben").post(f"tickets/{ticket_id}/chat/end/", {})
    panel(visit).get_by_role("radio", name="4 of 5, Good").check(force=True)
    visit.shows(panel(visit).get_by_label("Anything we could do better?"))


def menu(visit: Visit) -> None:
    chatting(visit)
    panel(visit).get_by_role("button", name="More options").click()
    visit.shows(panel(visit).get_by_role("button", name="End chat"))


def badge(visit: Visit) -> None:
    """Minimised, and somebody answered."""
    ticket_id = chatting(visit)
    panel(visit).get_by_role("button", name="Minimise chat").click()
    visit.says("ben", ticket_id, "One more thing: leave weeks need a short comment.")
    visit.shows(visit.page.get_by_role("button", name=re.compile("1 unread message")))


STATES = (
    State(name="widget-launcher", reach=launcher, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-start", reach=start, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-loading", reach=loading, who=NEWCOMER, support="online", afresh=True, noise=CUT),
    State(name="widget-offline", reach=away, who=NEWCOMER, afresh=True),
    State(name="widget-sent", reach=sent, who=NEWCOMER, afresh=True),
    State(name="widget-conversation", reach=conversation, who=NEWCOMER, support="online", afresh=True),
    State(
        name="widget-reconnecting", reach=reconnecting, who=NEWCOMER, support="online", afresh=True, noise=CUT
    ),
    State(name="widget-ended", reach=ended, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-rating", reach=rating, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-menu", reach=menu, who=NEWCOMER, support="online", afresh=True),
    State(name="widget-unread", reach=badge, who=NEWCOMER, support="online", afresh=True),
    State(
        name="widget-sheet", reach=conversation, who=NEWCOMER, support="online", afresh=True, widths=(NARROW,)
    ),
)
