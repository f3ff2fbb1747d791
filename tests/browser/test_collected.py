"""The product on the files that `collectstatic` makes: what a page waits for, what a chat loads, that all of it works.

Every other browser test is served the sources, module by module.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser import production
from tests.browser.test_widget import SOON, handle, panel
from tests.browser.watch import Watch
from tests.system.people import Person
from tests.system.processes import System
from tests.system.threads import fill

pytestmark = pytest.mark.browser
KILOBYTE = 1024
ONLINE = """
async () => (await fetch("/support/api/status/toggle/", {
  method: "POST", body: JSON.stringify({ availability: "online" }),
  headers: {
    "Content-Type": "application/json", "Prefer": "wait=10", "Idempotency-Key": crypto.randomUUID(),
    "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
  },
})).status
"""


class Fetched:
    """The scripts that a window asked for since it was last looked at: our own, by the names of their sources."""

    def __init__(self, page: Page, files: Path) -> None:
        self._files, self._found = files, list[str]()
        page.on("response", self._hear)

    def _hear(self, response: Response) -> None:
        path = urlsplit(response.url).path.removeprefix("/static/")
        if path.startswith("support/js/"):
            self._found.append(path)

    def take(self) -> dict[str, int]:
        """Each with its bytes as gzip."""
        found, self._found = self._found, []
        return {
            re.sub(r"^support/js/|\.[0-9a-f]{12}(?=\.js$)", "", path): self._files.joinpath(f"{path}.gz")
            .stat()
            .st_size
            for path in found
            if "/leftovers." not in path  # when the page is idle, whenever that is
        }


@pytest.fixture(scope="module")
def ticket(system: System, amira: Person) -> str:
    """With a whole page of messages."""
    opened = str(amira.open_ticket("Supervision hours")["id"])
    fill(system, opened, 50)
    return opened


@pytest.fixture(scope="module")
def site(system: System, ticket: str) -> tuple[str, dict[str, str]]:
    return production.beside(system)


@pytest.fixture
def collected(
    site: tuple[str, dict[str, str]], profile: Callable[..., BrowserContext], watch: Watch
) -> Iterator[Callable[[str], Page]]:
    """Opens a window of somebody who is signed in, on a web process that serves collected files."""
    url, keys = site

    def window(username: str) -> Page:
        context = profile(username, base_url=url)
        production.let_in(context, url, keys[username])
        return context.new_page()

    yield window
    assert watch.noise == []


def ask(page: Page, words: str) -> None:
    handle(page).click()
    page.get_by_label("Your message").fill(words)
    panel(page).get_by_role("button", name="Start chat").click()
    expect(panel(page).get_by_text(words)).to_be_visible(timeout=SOON)
    expect(panel(page).get_by_text(re.compile("^(Sent|Delivered)$"))).to_be_visible(timeout=SOON)


def end_and_rate(page: Page) -> None:
    panel(page).get_by_role("button", name="More options").click()
    panel(page).get_by_role("button", name="End chat").click()
    panel(page).get_by_role("radio", name="4 of 5, Good").press("Space", timeout=SOON)
    panel(page).get_by_role("button", name="Send feedback").click()
    expect(panel(page).get_by_text("Thank you. This helps us do better.")).to_be_visible(timeout=SOON)


def test_a_chat_from_a_closed_page_to_its_rating(system: System, collected: Callable[[str], Page]) -> None:
    ben = collected("ben")
    ben.goto("/support/")
    assert ben.evaluate(ONLINE) == 200

    # Closed: what every page has, and the dock.
    dora = collected("dora")
    fetched = Fetched(dora, system.home / "static")
    dora.goto("/")
    expect(dora.get_by_role("button", name="Open support chat, support is online")).to_be_visible(
        timeout=SOON
    )
    page = fetched.take()
    dock = page.pop("elements/support-chat.js")
    assert page.keys() == {"page/main.js", "page/notices.js", "notifications.js"}

    # Opened and written in: two files more, and 20 KB at most with the dock.
    ask(dora, "Where is the supervision summary?")
    chat = fetched.take()
    assert chat.keys() == {"elements/chat-panel.js", "elements/message-log.js"}
    assert dock + sum(chat.values()) <= 20 * KILOBYTE

    # What happens then brings its own words along.
    ben.get_by_role("button", name="Accept").first.click(timeout=SOON)
    expect(panel(dora).get_by_text("Ben joined the chat")).to_be_visible(timeout=SOON)
    assert fetched.take().keys() == {"elements/ticket-lines.js"}
    end_and_rate(dora)
    assert fetched.take().keys() == {"elements/chat-rating.js"}


@pytest.mark.parametrize(
    ("username", "path", "sheets"),
    [
        ("amira", "/support-tickets/{}", {"support", "tickets"}),
        ("ben", "/support/?view=open&ticket={}", {"support", "desk", "desk-tools"}),
    ],
)
def test_a_ticket_waits_for_its_styles_alone_before_it_is_painted(
    collected: Callable[[str], Page], ticket: str, username: str, path: str, sheets: set[str]
) -> None:
    """One round trip after the page's own; no script, however many there are, stands before it."""
    page = collected(username)
    page.goto(path.format(ticket))
    own, waits = page.evaluate(production.WAITS)
    names = {re.sub(r"^/static/support/css/|\.[0-9a-f]{12}\.css$", "", name) for name, _ in waits}
    assert (len(waits), names) == (len(sheets), sheets)
    assert own <= 16 * KILOBYTE
    assert sum(size for _, size in waits) <= 16 * KILOBYTE
