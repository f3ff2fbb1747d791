"""The chat's script in Chromium against the whole system: nothing typed is lost, nothing shown twice, order kept.

Faults of the line are made in the page (a WebSocket that cannot connect, an API that does not answer) and in the
system (kill -9 of the web process); what counts is what a person sees afterwards.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.watch import Watch
from tests.system.people import PASSWORD, Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 15_000
# A tunnel: no socket opens while the flag stands, whatever page is loaded.
TUNNEL = """
if (localStorage.getItem("tunnel")) {
  window.WebSocket = class {
    constructor() { this.readyState = 0; setTimeout(() => this.onclose?.({code: 1006, reason: ""}), 20); }
    send() {}
    close() {}
  };
}
"""


@pytest.fixture
def patient(chromium: Browser, system: System, watch: Watch) -> Iterator[Callable[[str], Page]]:
    """Windows of people whose line breaks: the console may complain of it, scripts may not fail."""
    contexts = []

    def open_window(username: str) -> Page:
        context = chromium.new_context(base_url=system.url, viewport={"width": 1280, "height": 860})
        contexts.append(context)
        context.add_init_script(TUNNEL)
        return sign_in(watch.over(context, username).new_page(), username)

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def amira(system: System) -> Iterator[Person]:
    """The requester, by HTTP."""
    with Person(system, "amira") as person:
        yield person


@pytest.fixture(scope="module")
def ben(system: System) -> Iterator[Person]:
    """An agent, by HTTP."""
    with Person(system, "ben") as person:
        yield person


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


TEN = [f"message {number}" for number in range(1, 11)]


def test_ten_messages_written_in_a_tunnel_survive_a_reload(
    patient: Callable[[str], Page], amira: Person
) -> None:
    ticket = amira.open_ticket("From the tunnel")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    into_tunnel(page)
    write(page, *TEN)
    page.locator("message-composer textarea[name=message]").last.fill("a draft")
    expect(bubbles(page)).to_have_count(10)

    page.reload()
    expect(bubbles(page)).to_have_count(10)
    expect(page.locator("li.msg[data-state=sending]")).to_have_count(10)
    expect(page.locator("[data-connection]")).to_contain_text("10 messages are waiting to send.")
    assert amira.messages(ticket) == []

    out_of_tunnel(page)
    page.reload()
    assert settled(page, 10) == TEN
    assert [message["message"] for message in amira.messages(ticket)] == TEN
    expect(page.locator("message-composer textarea[name=message]").last).to_have_value("a draft")


def test_words_left_on_one_page_go_out_from_another(patient: Callable[[str], Page], amira: Person) -> None:
    ticket = amira.open_ticket("Left behind")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    into_tunnel(page)
    write(page, "Please do not forget this")
    expect(bubbles(page)).to_have_count(1)
    out_of_tunnel(page)
    page.goto("/")
    until(lambda: amira.messages(ticket), what="the words arrive")
    assert [message["message"] for message in amira.messages(ticket)] == ["Please do not forget this"]


def test_without_a_socket_the_page_polls_and_posts(
    patient: Callable[[str], Page], amira: Person, ben: Person
) -> None:
    ticket = amira.open_ticket("No sockets here")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    page.evaluate("localStorage.setItem('tunnel', 'yes')")
    page.reload()
    write(page, "By post")
    assert settled(page, 1) == ["By post"]
    expect(page.locator("[data-connection]")).to_contain_text("Live updates are paused.")
    ben.post(f"tickets/{ticket}/message/", {"message": "By poll"})
    assert settled(page, 2) == ["By post", "By poll"]


def test_a_killed_web_process_is_waited_for(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket = amira.open_ticket("While the server restarts")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    write(page, "before")
    assert settled(page, 1) == ["before"]
    system.kill("web")
    write(page, "during one", "during two")
    expect(page.locator("[data-connection]")).to_contain_text(
        "Reconnecting… 2 messages are waiting to send.", timeout=SOON
    )
    system.run("web")
    system.wait_until_ready()
    assert settled(page, 3) == ["before", "during one", "during two"]
    expect(page.locator("[data-connection]")).to_contain_text("Back online. 2 messages sent.", timeout=SOON)
    assert [message["message"] for message in amira.messages(ticket)] == [
        "before",
        "during one",
        "during two",
    ]


def test_two_tabs_show_the_same(patient: Callable[[str], Page], amira: Person) -> None:
    ticket = amira.open_ticket("Two tabs")["id"]
    first = patient("amira")
    first.goto(f"/support-tickets/{ticket}")
    second = first.context.new_page()
    second.goto(f"/support-tickets/{ticket}")
    write(first, "from the first")
    assert settled(second, 1) == ["from the first"]
    write(second, "from the second")
    assert settled(first, 2) == settled(second, 2) == ["from the first", "from the second"]


def test_signing_out_elsewhere_says_so_and_keeps_the_words(
    patient: Callable[[str], Page], amira: Person
) -> None:
    ticket = amira.open_ticket("Signed out")["id"]
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    write(page, "hello")
    assert settled(page, 1) == ["hello"]
    page.context.request.post("/accounts/logout/", headers=with_token(page))
    expect(page.locator("[data-connection]")).to_contain_text("You’ve been signed out.", timeout=SOON)
    write(page, "kept for later")
    page.locator("[data-connection]").get_by_role("link", name="Sign in").click()
    page.fill("input[name=login]", "amira")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(ticket))
    assert settled(page, 2) == ["hello", "kept for later"]


def with_token(page: Page) -> dict[str, str]:
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    assert token
    return {"X-CSRFToken": token, "Referer": page.url}
