"""An answer that comes late, for something that is gone, or not at all: the page lives on, and says what failed.

The answers are the server's own, held back or refused by the browser on their way.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chat import SOON, is_live
from tests.browser.interception import intercept
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
FRAMES = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
LOST = "We couldn’t do that just now. Nothing is lost. Try again in a few seconds."


class Held:
    """The requests to an address, each of which waits until it is let go."""

    def __init__(self, page: Page, address: str, *, verb: str = "GET") -> None:
        self._page, self._verb = page, verb
        self._routes: list[Route] = []
        intercept(page, re.compile(address), self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == self._verb:
            self._routes.append(route)
        else:
            route.fallback()

    def has(self, count: int) -> None:
        """A word with the browser lets it tell what it asked for."""
        until(lambda: self._page.evaluate("1") and len(self._routes) == count, what=f"{count} are held")

    def let_go(self, which: int = 0) -> None:
        """Its answer has arrived, and what the page makes of it is drawn."""
        route = self._routes[which]
        with self._page.expect_event("requestfinished", lambda request: request == route.request):
            route.continue_()
        self._page.evaluate(FRAMES)


def ask(amira: Person, *subjects: str) -> list[str]:
    """Their tickets, the newest first, as the lists have them."""
    return [str(amira.open_ticket(subject)["id"]) for subject in subjects][::-1]


def at(page: Page, ticket: str) -> None:
    page.goto(f"/support/?view=open&ticket={ticket}")
    expect(page.locator("#composer-text")).to_be_visible(timeout=SOON)
    is_live(page)


def shown(page: Page, ticket: str) -> Locator:
    return page.locator(f'#conv[data-ticket="{ticket}"]')


# --- On the desk ---


def test_the_desk_follows_on_when_the_button_that_asked_is_gone_before_its_answer(
    patient: Callable[..., Page], amira: Person
) -> None:
    """Resolved and stepped on at once: the next conversation takes the place of the form that was sent."""
    resolved, following = ask(amira, "The one below", "Resolved")
    page = patient("ben")
    at(page, resolved)
    held = Held(page, rf"{resolved}/status", verb="POST")
    page.keyboard.press("e")
    held.has(1)
    page.keyboard.press("j")
    expect(shown(page, following)).to_be_visible(timeout=SOON)
    held.let_go()
    [new] = ask(amira, "Asked afterwards")
    expect(page.locator(f"#row-{new}")).to_be_visible(timeout=SOON)
    expect(page.locator(f"#row-{resolved}")).to_have_count(0, timeout=SOON)
    expect(shown(page, following)).to_be_visible()


def test_of_two_conversations_chosen_in_a_row_the_last_is_shown(
    window: Callable[..., Page], amira: Person
) -> None:
    first, last = ask(amira, "Chosen last", "Chosen first")
    page = window("ben")
    page.goto("/support/?view=open")
    expect(page.locator(f"#row-{first}")).to_be_visible()
    held = Held(page, rf"ticket=({first}|{last})")
    page.locator(f"#row-{first} .row-title").click()
    held.has(1)
    page.locator(f"#row-{last} .row-title").click()
    held.has(2)
    held.let_go(0)
    held.let_go(1)
    expect(shown(page, last)).to_be_visible(timeout=SOON)
    expect(page).to_have_url(re.compile(f"ticket={last}"))


def test_a_chat_that_cannot_be_accepted_leaves_the_open_conversation_and_says_so(
    system: System, patient: Callable[..., Page], amira: Person, ben: Person
) -> None:
    [ticket] = ask(amira, "Stays open")
    page = patient("ben")
    at(page, ticket)
    page.locator("#composer-text").fill("Half a sentence")
    intercept(page, "**/chat/accept*", lambda route: route.abort())
    ben.declare("online")
    with Person(system, "dora") as dora, dora.chat("general") as chat:
        chat.send("Which form does my board want?")
        page.locator("#offers").get_by_role("button", name="Accept").click(timeout=SOON)
        expect(page.locator("#conv-notice")).to_have_text(LOST, timeout=SOON)
    expect(shown(page, ticket)).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")
    expect(page.locator("#list-notice")).to_be_empty()
    ben.declare("offline")


def test_the_list_alone_says_what_failed_until_something_else_is_tried(
    patient: Callable[..., Page], amira: Person
) -> None:
    [ticket] = ask(amira, "Found at last")
    page = patient("chen")
    page.set_viewport_size({"width": 390, "height": 800})
    at(page, ticket)
    page.get_by_role(
        "link", name="Back to All open"
    ).click()  # the conversation is still there, but not shown
    search, notice = page.get_by_role("searchbox"), page.locator("#list-notice")
    intercept(page, re.compile("q=at"), lambda route: route.abort())
    search.fill("at last")
    expect(notice.get_by_role("alert")).to_have_text(LOST, timeout=SOON)
    page.unroute_all()
    search.fill("Found at last")
    expect(notice).to_be_empty(timeout=SOON)
    expect(page.locator("#rows .row-title")).to_have_text(["Found at last"], timeout=SOON)


def test_the_list_alone_says_that_the_line_is_gone_until_a_conversation_does(
    patient: Callable[..., Page], amira: Person
) -> None:
    [ticket] = ask(amira, "Says it of its own")
    page = patient("chen")
    page.goto("/support/?view=open")
    page.evaluate("localStorage.setItem('tunnel', 'yes')")
    page.reload()
    banner = page.locator("#list-notices > [data-connection]")
    expect(banner).to_contain_text("Reconnecting…", timeout=SOON)
    expect(banner.get_by_role("button", name="Retry now")).to_be_visible()
    page.locator("#views-side").get_by_role("link", name="Unassigned").click()
    expect(page.locator("#view-h")).to_have_text("Unassigned", timeout=SOON)
    expect(banner).to_be_visible()  # the list was drawn anew, the banner is the same

    page.locator(f"#row-{ticket} .row-title").click()
    expect(page.locator("#conv [data-connection]")).to_be_visible(timeout=SOON)
    expect(banner).to_be_hidden()


def test_the_list_alone_says_that_the_session_ended(patient: Callable[..., Page]) -> None:
    page = patient("chen")
    page.goto("/support/?view=open")
    banner = page.locator("#list-notices > [data-connection]")
    expect(banner).to_be_hidden()
    intercept(
        page, "**/support/?view=open", lambda route: route.abort()
    )  # the answer would lead to the sign-in page
    token = page.locator("meta[name=csrf-token]").get_attribute("content")
    page.context.request.post("/accounts/logout/", headers={"X-CSRFToken": str(token)})
    expect(banner.get_by_role("paragraph")).to_have_text(
        "You’ve been signed out. Sign in again and your draft will be here.", timeout=SOON
    )
    expect(banner.get_by_role("link", name="Sign in")).to_have_attribute(
        "href", "/accounts/login/?next=%2Fsupport%2F%3Fview%3Dopen"
    )


# --- At the requester's ---


def test_a_search_that_a_longer_one_overtakes_has_not_failed(
    patient: Callable[..., Page], amira: Person
) -> None:
    ask(amira, "Overtaken by more letters")
    page = patient("amira")
    page.goto("/support-tickets")
    expect(page.locator("[data-tickets-page=live]")).to_have_count(1, timeout=SOON)
    held, field = Held(page, "search=Overt"), page.locator("#ticket-search")
    field.fill("Overt")
    held.has(1)
    field.fill("Overtaken")
    held.has(2)
    expect(page.locator("[data-list-fault]")).to_be_empty()
    expect(field).to_be_focused()
    held.let_go(1)  # nobody waits for the first any more
    expect(page.locator("#ticket-rows .row-title")).to_have_text(["Overtaken by more letters"], timeout=SOON)
    expect(field).to_be_focused()
    expect(page.locator("[data-list-fault]")).to_be_empty()


def test_what_a_ticket_says_late_does_not_stand_in_the_one_that_was_opened_meanwhile(
    window: Callable[..., Page], amira: Person, ben: Person
) -> None:
    other, changed = ask(amira, "Changes meanwhile", "Opened meanwhile")
    page = window("amira")
    page.goto(f"/support-tickets/{changed}")
    expect(page.locator("[data-tickets-page=live]")).to_have_count(1, timeout=SOON)
    is_live(page)
    form = page.locator("#ticket-detail [data-status-form]").first
    held = Held(page, rf"/support-tickets/{changed}")
    ben.post(f"tickets/{changed}/status/", {"status": "RESOLVED"}, Prefer="wait=10")
    held.has(1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(f"#ticket-{other}").click()
    expect(page.locator("#thread-title")).to_have_text("Opened meanwhile", timeout=SOON)
    is_live(page)
    held.let_go()
    expect(form).to_have_attribute("action", re.compile(f"^/support-tickets/{other}/status"))
    assert len([url for url in asked if f"/support-tickets/{other}" in url]) == 1
