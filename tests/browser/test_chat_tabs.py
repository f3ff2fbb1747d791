"""Several tabs of one person in Chromium: one socket, one sender, and whichever goes, nothing is lost or doubled."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.chat import (
    SOON,
    TEN,
    Sockets,
    connection,
    is_live,
    outbox_of,
    rows,
    shows_the_thread,
    write,
)
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser


# How many toasts a page has ever shown, and whether it hears of notices.
_COUNTING = """
addEventListener("DOMContentLoaded", () => {
  window.toasts = 0;
  const count = (records) => records.forEach((record) => { window.toasts += record.addedNodes.length; });
  const region = document.querySelector("[data-toasts]");
  if (region) new MutationObserver(count).observe(region, { childList: true });
});
"""
_HEARS = """
async () => (await import("/static/support/js/notifications.js")).useNotifications().getSnapshot().isConnected
"""


def two_tabs(
    patient: Callable[[str], Page], amira: Person, subject: str
) -> tuple[str, tuple[Page, Page], Sockets]:
    """A ticket in two live tabs, the first of which came first, and their sockets."""
    ticket = str(amira.open_ticket(subject)["id"])
    home = patient("amira")
    sockets = Sockets(home.context)
    pages = []
    for _ in range(2):
        page = home.context.new_page()
        page.goto(f"/support-tickets/{ticket}")
        is_live(page)
        pages.append(page)
    home.close()
    return ticket, (pages[0], pages[1]), sockets


def crash(page: Page) -> None:
    """The tab's renderer dies, as when the machine is out of memory; no script hears of it."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")


def renderer_of(page: Page) -> int:
    """The process that works for this tab: of the browser's, the one that this keeps busy."""
    session = page.context.browser.new_browser_cdp_session()  # type: ignore[union-attr]

    def spent() -> dict[int, float]:
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return {each["id"]: each["cpuTime"] for each in found if each["type"] == "renderer"}

    before = spent()
    page.evaluate("() => { const end = performance.now() + 500; while (performance.now() < end); }")
    after = spent()
    return max(after, key=lambda process: after[process] - before.get(process, 0.0))


@contextmanager
def stopped(page: Page) -> Iterator[None]:
    """The tab does not run, and holds what it holds."""
    process = renderer_of(page)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def badge(page: Page) -> Locator:
    return page.locator("[data-unread-total]").first


def chat_of(ticket: str) -> str:
    return f"/ws/chat/{ticket}/"


def test_two_tabs_have_one_socket_and_show_the_same(
    patient: Callable[[str], Page], system: System, amira: Person, ben: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Two tabs")
    assert sockets.to(chat_of(ticket)) == [first]
    until(lambda: len(sockets.to("/ws/notifications/")) == 1, what="one socket for notices")

    for number, text in enumerate(TEN):
        write((first, second)[number % 2], text)
    assert shows_the_thread(second, system, ticket, 10) == TEN
    ben.post(f"tickets/{ticket}/message/", {"message": "I have all ten."}, Prefer="wait=10")

    everything = [*TEN, "I have all ten."]
    assert shows_the_thread(first, system, ticket, 11) == everything
    assert shows_the_thread(second, system, ticket, 11) == everything
    assert sockets.to(chat_of(ticket)) == [first]


def test_the_sending_tab_is_closed_while_it_sends(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Closed while sending")
    for number, text in enumerate(TEN):
        write((first, second)[number % 2], text)
    first.close()
    until(lambda: sockets.to(chat_of(ticket)) == [second], 5, what="the other tab has the socket")
    assert shows_the_thread(second, system, ticket, 10) == TEN


def test_the_sending_tab_crashes_with_words_that_are_not_sent(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Crashed")
    first.context.set_offline(True)
    write(first, "from the one that crashes")
    write(second, "from the one that lives")
    expect(second.locator("li.msg[data-state=sending]")).to_have_count(2, timeout=SOON)
    crash(first)
    first.close()  # for Playwright: a window cannot be set online while one of its tabs is a ruin
    second.context.set_offline(False)
    expected = ["from the one that crashes", "from the one that lives"]
    assert shows_the_thread(second, system, ticket, 2) == expected
    assert sockets.to(chat_of(ticket)) == [second]


def test_the_only_tab_crashes_and_the_next_page_sends_its_words_once(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, (first, second), _ = two_tabs(patient, amira, "Crashed alone")
    second.close()
    first.context.set_offline(True)
    write(first, "Please do not forget this")
    expect(first.locator("li.msg[data-state=sending]")).to_have_count(1, timeout=SOON)
    until(lambda: outbox_of(first), what="the words are on the device")
    context = first.context
    crash(first)
    first.close()
    assert rows(system, ticket) == []
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"/support-tickets/{ticket}")
    assert shows_the_thread(page, system, ticket, 1) == ["Please do not forget this"]
    until(lambda: outbox_of(page) == [], what="the device has forgotten them")


def test_a_tab_that_hangs_with_the_lead_loses_it_to_the_one_where_somebody_writes(
    patient: Callable[[str], Page], system: System, amira: Person, ben: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Hanging")
    write(first, "before")
    assert shows_the_thread(second, system, ticket, 1) == ["before"]
    with stopped(first):
        write(second, *TEN)
        ben.post(f"tickets/{ticket}/message/", {"message": "And one from me."}, Prefer="wait=10")
        everything = {"before", *TEN, "And one from me."}
        assert set(shows_the_thread(second, system, ticket, 12)) == everything
    shows_the_thread(first, system, ticket, 12)
    is_live(first)
    until(lambda: sockets.to(chat_of(ticket)) == [second], what="the one that hung has let go")


def test_a_frozen_tab_lets_go_at_once_and_has_caught_up_when_it_thaws(
    patient: Callable[[str], Page], system: System, amira: Person, ben: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Frozen")
    write(first, "Good night")
    assert shows_the_thread(second, system, ticket, 1) == ["Good night"]
    first.evaluate("document.dispatchEvent(new Event('freeze'))")
    with stopped(first):
        until(lambda: sockets.to(chat_of(ticket)) == [second], 5, what="the other tab has the socket")
        for number in range(60):
            ben.post(f"tickets/{ticket}/message/", {"message": f"while it slept {number}"})
        write(second, "I read on")
        texts = shows_the_thread(second, system, ticket, 62)
    first.evaluate("document.dispatchEvent(new Event('resume'))")
    assert shows_the_thread(first, system, ticket, 62) == texts
    is_live(first)
    assert sockets.to(chat_of(ticket)) == [second]


def test_the_server_restarts_under_two_tabs(
    patient: Callable[[str], Page], system: System, amira: Person
) -> None:
    ticket, (first, second), sockets = two_tabs(patient, amira, "Restarted")
    system.kill("web")
    write(first, "one")
    write(second, "two")
    until(lambda: {connection(first), connection(second)} == {"reconnecting"}, what="both say so")
    system.run("web")
    system.wait_until_ready()
    assert shows_the_thread(first, system, ticket, 2) == ["one", "two"]
    assert shows_the_thread(second, system, ticket, 2) == ["one", "two"]
    assert sockets.to(chat_of(ticket)) == [first]


def test_the_server_restarts_twice_under_two_tabs_and_a_reply_is_announced_once(
    patient: Callable[[str], Page], system: System, amira: Person, ben: Person
) -> None:
    ticket = str(amira.open_ticket("Announced once")["id"])
    home = patient("amira")
    home.context.add_init_script(_COUNTING)
    pages = [home.context.new_page() for _ in range(2)]
    home.close()
    for page in pages:
        page.goto("/")

    def restart() -> None:
        system.kill("web")
        until(lambda: not any(page.evaluate(_HEARS) for page in pages), what="both have noticed")
        system.run("web")
        system.wait_until_ready()
        until(lambda: all(page.evaluate(_HEARS) for page in pages), what="both are back")

    def toasts() -> int:
        return sum(int(page.evaluate("window.toasts")) for page in pages)

    until(lambda: all(page.evaluate(_HEARS) for page in pages), what="both hear of notices")
    before, unread = toasts(), int(badge(pages[0]).get_attribute("data-unread-total") or 0)
    restart()
    ben.post(f"tickets/{ticket}/message/", {"message": "It works again."}, Prefer="wait=10")
    until(lambda: toasts() == before + 1, what="one of them says so")
    restart()
    for page in pages:
        expect(badge(page)).to_have_attribute("data-unread-total", str(unread + 1), timeout=SOON)
    assert toasts() == before + 1
