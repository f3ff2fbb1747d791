"""Visitors without an account: the floating chat, the plain form, their conversation, the way back by a mailed link."""

import re

from playwright.sync_api import Locator

from tests.browser.states.state import NEWCOMER, State, Visit
from tests.system.waiting import until

LINK = re.compile(r"https?://[^/\s\"]+(/support-tickets/guest/return/[^\s\"<]+)")


def widget(visit: Visit) -> None:
    visit.go("/")
    visit.page.get_by_role("button", name="Open support chat").click()
    visit.shows(_panel(visit).get_by_label("Email for our reply"))


def widget_refused(visit: Visit) -> None:
    """Sent without saying where a reply should go."""
    widget(visit)
    _panel(visit).get_by_label("Your message").fill("Is week 14 missing?")
    _panel(visit).get_by_role("button", name="Start chat").click()
    visit.shows(_panel(visit).get_by_text("Enter your email address"))


def chat(visit: Visit) -> None:
    """The page that comes back has the chat itself; on a phone it is the conversation's own page."""
    widget(visit)
    address = _address(visit)
    _panel(visit).get_by_label("First name").fill("Grace")
    _panel(visit).get_by_label("Email for our reply").fill(address)
    _panel(visit).get_by_label("Your message").fill("Is week 14 missing?")
    _panel(visit).get_by_role("button", name="Start chat").click()
    visit.page.wait_for_load_state()
    visit.later.callback(_end, visit, address)
    visit.shows(visit.page.get_by_role("log", name="Conversation").get_by_text("Is week 14 missing?"))


def write_refused(visit: Visit) -> None:
    visit.go("/support-tickets/guest")
    visit.page.get_by_role("button", name="Send message").click()
    visit.shows(visit.page.locator("[aria-invalid=true]"), visit.page.get_by_text("Enter your email address"))


def ticket(visit: Visit, address: str = "") -> str:
    """What a guest wrote on the plain form, and where it was answered; the address it was written under."""
    address = address or _address(visit)
    visit.go("/support-tickets/guest")
    visit.page.get_by_label("First name").fill("Grace")
    visit.page.get_by_label("Email for our reply").fill(address)
    visit.page.get_by_label("Your message").fill("Is anybody there? My export is missing a week.")
    visit.page.get_by_role("button", name="Send message").click()
    visit.shows(visit.page.get_by_role("log", name="Conversation"))
    visit.says(
        "ben", _ticket(visit, address), "Good morning, Grace. It’s back: could you export it once more?"
    )
    visit.shows(visit.page.get_by_text("could you export it once more?"))
    return address


def landing(visit: Visit) -> None:
    """The link from the mail, on another device."""
    path = _mailed(visit, ticket(visit))
    visit.page.context.clear_cookies()
    visit.go(path)
    visit.shows(visit.page.get_by_role("heading", name="Welcome back"))


def joining(visit: Visit) -> None:
    """The same, opened by somebody who has signed in with an account of that address."""
    browser = visit.page.context
    account = browser.cookies()
    browser.clear_cookies()
    path = _mailed(visit, ticket(visit, f"{visit.username}@example.com"))
    browser.clear_cookies()
    browser.add_cookies(account)  # type: ignore[arg-type]
    visit.go(path)
    visit.shows(visit.page.get_by_role("button", name="Add to my account"))


def _panel(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog", name="Support chat")


def _address(visit: Visit) -> str:
    """Nobody else's."""
    return f"grace-{visit.stage.newcomer()}@example.com"


def _ticket(visit: Visit, address: str) -> str:
    return str(visit.person("ben").get("tickets/all/", search=address).json()["tickets"][0]["id"])


def _end(visit: Visit, address: str) -> None:
    visit.person("ben").post(f"tickets/{_ticket(visit, address)}/chat/end/", {}, Prefer="wait=10")


def _mailed(visit: Visit, address: str) -> str:
    """The path of the link that was mailed there; mails lie in the development mailbox."""
    reader = visit.person("ben").http

    def found() -> list[str]:
        mails = re.findall(r'href="(/dev/mailbox/[\w.-]+/)"', reader.get("/dev/mailbox/").text)
        pages = (reader.get(path).text for path in mails)
        return [path for page in pages if address in page for path in LINK.findall(page)]

    return str(until(found, what="the link is mailed")[0])


STATES = (
    State(
        name="guest-write",
        reach=lambda visit: visit.go("/support-tickets/guest"),
        support="online",
        whole=True,
    ),
    State(name="guest-write-refused", reach=write_refused, whole=True),
    State(name="guest-widget", reach=widget, support="online", afresh=True),
    State(name="guest-widget-refused", reach=widget_refused, support="online", afresh=True),
    State(name="guest-widget-offline", reach=widget, afresh=True),
    State(name="guest-widget-chat", reach=chat, support="online", afresh=True),
    State(name="guest-ticket", reach=ticket),
    State(name="guest-landing", reach=landing),
    State(name="guest-landing-joins", reach=joining, who=NEWCOMER),
    State(name="guest-link", reach=lambda visit: visit.go("/support-tickets/guest/link?sent=1")),
    State(
        name="guest-link-gone",
        reach=lambda visit: visit.go("/support-tickets/guest/return/x"),
        noise="status of 410",
    ),
)
