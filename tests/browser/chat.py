"""What the tests of the live thread share: a line that breaks, writing, what is shown, stored and connected.

Called by the test_chat_*.py files.
"""

from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, WebSocket, expect

from tests.system.processes import System
from tests.system.waiting import until

SOON = 15_000
TEN = [f"message {number}" for number in range(1, 11)]
# A tunnel: no socket opens while the flag stands, whatever page is loaded.
TUNNEL = """
if (location.origin !== "null" && localStorage.getItem("tunnel")) {
  window.WebSocket = class {
    constructor() { this.readyState = 0; setTimeout(() => this.onclose?.({code: 1006, reason: ""}), 20); }
    send() {}
    close() {}
  };
}
"""
_THREAD = """
SELECT public_sequence, body FROM support_chatmessage WHERE ticket_id = %s ORDER BY public_sequence
"""


_OUTBOX = """
() => new Promise((resolve) => {
  indexedDB.open("psychpath-support", 1).onsuccess = ({ target: { result: database } }) => {
    database.transaction("outbox").objectStore("outbox").getAll().onsuccess = ({ target }) => {
      resolve(target.result.map((row) => row.message));
      database.close();
    };
  };
})
"""


def into_tunnel(page: Page) -> None:
    page.evaluate("localStorage.setItem('tunnel', 'yes')")
    page.context.route("**/support/api/**", lambda route: route.abort())
    page.reload()


def out_of_tunnel(page: Page) -> None:
    page.evaluate("localStorage.removeItem('tunnel')")
    page.context.unroute("**/support/api/**")


def write(page: Page, *texts: str) -> None:
    expect(page.locator("message-composer:defined")).to_have_count(1, timeout=SOON)
    field = page.locator("message-composer textarea[name=message]").last
    for text in texts:
        field.fill(text)
        field.press("Control+Enter")


def bubbles(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation").locator("li.msg[data-id]")


def settled(page: Page, count: int) -> list[str]:
    """The texts once `count` messages are stored, in the order shown."""
    stored = page.locator("li.msg[data-sequence]")
    expect(stored).to_have_count(count, timeout=30_000)
    return [text.strip() for text in stored.locator(".bubble").all_inner_texts()]


def shown(page: Page) -> list[tuple[int, str]]:
    """What stands in the thread, as the database would list it."""
    rows: list[list[Any]] = page.locator("li.msg[data-sequence]").evaluate_all(
        "items => items.map((item) => [Number(item.dataset.sequence),"
        " item.querySelector('.bubble').innerText.trim()])"
    )
    return [(sequence, text) for sequence, text in rows]


def rows(system: System, ticket: str) -> list[tuple[Any, ...]]:
    """The thread in PostgreSQL."""
    return system.rows(_THREAD, ticket)


def shows_the_thread(page: Page, system: System, ticket: str, count: int) -> list[str]:
    """Exactly the `count` rows of PostgreSQL, numbered without a hole; their texts."""
    until(lambda: len(rows(system, ticket)) == count, 30, what=f"{count} messages are stored")
    stored = rows(system, ticket)
    assert [sequence for sequence, _ in stored] == list(range(1, count + 1))
    until(lambda: shown(page) == stored, 30, what=f"{page.url} shows {stored}")
    assert bubbles(page).count() == count
    return [text for _, text in stored]


def connection(page: Page) -> str:
    """The phase that the page's script is in."""
    return str(page.evaluate("document.querySelector('message-log').store?.getSnapshot().connection"))


def is_live(page: Page) -> None:
    until(lambda: connection(page) == "open", what="the thread is live")


def outbox_of(page: Page) -> list[str]:
    """What the device holds for anybody."""
    texts: list[str] = page.evaluate(_OUTBOX)
    return texts


class Sockets:
    """The open sockets of a window's tabs, as the browser counts them."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._opened: list[tuple[Page, WebSocket]] = []
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._opened.append((page, socket)))

    def to(self, path: str) -> list[Page]:
        """Whose sockets to this path are open."""
        self._context.cookies()  # any word with the browser: what it has to tell comes first
        return [
            page
            for page, socket in self._opened
            if path in socket.url and not socket.is_closed() and not page.is_closed()
        ]
