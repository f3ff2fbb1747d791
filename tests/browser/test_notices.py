"""Notices in the browser: the bell changes by itself, one tab says it, nothing is said of what is on the screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.browser
SOON = 15_000
# Counts what the browser itself shows and sounds; the real Notification and AudioContext leave no trace to look at.
LISTEN = """
window.shown = []; window.tones = 0;
const Real = window.Notification;
window.Notification = class extends Real {
  constructor(title, options) { super(title, options); window.shown.push({ title, body: options.body ?? "" }); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
ELSEWHERE = """
const real = Intl.DateTimeFormat.prototype.resolvedOptions;
Intl.DateTimeFormat.prototype.resolvedOptions = function () {
  return { ...real.call(this), timeZone: "Europe/Berlin" };
};
"""
NEW = """
SELECT count(*) FROM notifications_delivery JOIN core_user ON core_user.id = recipient_id
 WHERE ticket_id = %s AND username = 'amira' AND transport = 'in_app' AND seen_at IS NULL
   AND state IN ('sent', 'uncertain')
"""
HIDE = """
Object.defineProperty(document, "visibilityState", { get: () => window.away ? "hidden" : "visible" });
"""


def beside(page: Page, address: str) -> Page:
    """Another tab of the same person."""
    tab = page.context.new_page()
    tab.goto(address)
    connected(tab)
    return tab


def connected(page: Page) -> None:
    """Its notifications socket is open: a frame of the server's is heard."""
    page.wait_for_function(
        """async () => {
          const { useNotifications } = await import("/static/support/js/notifications.js");
          return useNotifications().getSnapshot().isConnected;
        }"""
    )


@pytest.fixture
def ticket(system: System) -> str:
    with Person(system, "amira") as amira:
        return str(amira.open_ticket("Bell and toasts")["id"])


def answers(system: System, ticket: str, text: str) -> None:
    with Person(system, "ben") as ben:
        assert ben.post(f"tickets/{ticket}/message/", {"message": text}, Prefer="wait=10").status_code == 201


def test_a_reply_elsewhere_is_told_once_in_all_tabs_and_seen_when_it_is_opened(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    first = window("amira")
    first.goto("/notifications")
    first.get_by_role("main").get_by_role("button", name="Mark all as read").click()
    first.goto("/")
    connected(first)
    second = beside(first, "/accounts/notifications/")
    expect(first.locator("[data-bell-words]")).to_have_text("Notifications", timeout=SOON)

    answers(system, ticket, "canary: try it again")

    for tab in (first, second):
        expect(tab.locator("[data-bell-words]")).to_have_text("Notifications, 1 new", timeout=SOON)
        expect(tab).to_have_title(re.compile(r"^\(\d+\) "), timeout=SOON)
    said = [tab.locator(".toast", has_text="Ben replied to") for tab in (first, second)]
    until(lambda: sum(toast.count() for toast in said) == 1, what="one toast in two tabs")
    assert "canary" not in first.title() + "".join(
        tab.locator(".toasts").inner_text() for tab in (first, second)
    )

    first.locator("[data-bell]").click()
    expect(first.get_by_role("dialog", name="Notifications")).to_be_visible()
    row = first.locator("#bell-list .notice-row[data-unseen]")
    expect(row).to_have_count(1, timeout=SOON)
    first.keyboard.press("Escape")
    expect(first.locator("[data-bell]")).to_be_focused()
    first.keyboard.press("Enter")
    row.get_by_role("link").click()
    first.wait_for_url(re.compile(f"/support-tickets/{ticket}"))
    for tab in (first, second):
        expect(tab.locator("[data-bell-words]")).to_have_text("Notifications", timeout=SOON)


def test_a_toast_is_in_the_language_of_its_page(
    system: System, profile: Callable[..., BrowserContext], ticket: str
) -> None:
    """Amira chose no language; her browser asks for German, and no worker knows."""
    page = sign_in(profile("amira", locale="de-DE").new_page(), "amira")
    page.goto("/accounts/notifications/")
    connected(page)
    answers(system, ticket, "Try it again.")
    expect(page.locator(".toast", has_text=re.compile(r"Ben hat auf PP-\d+ geantwortet"))).to_be_visible(
        timeout=SOON
    )


def test_nothing_is_said_of_the_thread_on_the_screen(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    reading = window("amira")
    reading.goto(f"/support-tickets/{ticket}")
    connected(reading)
    other = beside(reading, "/")
    reading.bring_to_front()

    answers(system, ticket, "You are reading this.")

    expect(
        reading.get_by_role("log", name="Conversation").first.get_by_text("You are reading this.")
    ).to_be_visible(timeout=SOON)
    # A notice about something else comes after it: had there been a toast for the first, it would have come before.
    with Person(system, "amira") as amira:
        later = str(amira.open_ticket("Something else")["id"])
    answers(system, later, "Elsewhere.")
    tabs = (reading, other)
    until(
        lambda: any(tab.locator(".toast", has_text="Something else").count() for tab in tabs),
        what="the other one",
    )
    assert sum(tab.locator(".toast", has_text="Bell and toasts").count() for tab in tabs) == 0
    until(lambda: system.rows(NEW, ticket) == [(0,)], what="it is seen")


def test_the_browsers_own_notice_and_a_tone_are_off_until_asked_for(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    page = window("amira")
    context: BrowserContext = page.context
    context.add_init_script(LISTEN + HIDE)
    context.grant_permissions(["notifications"])
    page.goto("/")
    connected(page)
    page.evaluate("window.away = true")
    answers(system, ticket, "First.")
    expect(page.locator("[data-bell-words]")).to_have_text(re.compile("new"), timeout=SOON)

    page.evaluate("window.away = false")
    silent = page.evaluate("[window.shown.length, window.tones]")
    page.goto("/accounts/notifications/")
    page.get_by_label("Show a notification of this browser").check()
    page.get_by_label("Play a short tone").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast", has_text="Saved.")).to_be_visible()
    expect(page.get_by_label("Play a short tone")).to_be_checked()
    connected(page)
    page.evaluate("window.away = true")
    answers(system, ticket, "canary: second")
    page.wait_for_function("() => window.shown.length === 1 && window.tones === 2", timeout=SOON)

    assert silent == [0, 0]
    (own,) = page.evaluate("window.shown")
    assert re.fullmatch(r"Ben replied to PP-\d+", own["title"])
    assert own["body"] == ""
    assert page.locator(".toast", has_text="Ben replied").count() == 0


def test_a_browser_that_says_no_turns_the_switch_back(window: Callable[..., Page]) -> None:
    page = window("dora")
    page.context.clear_permissions()
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.goto("/accounts/notifications/")
    wish = page.get_by_label("Show a notification of this browser")
    wish.click()

    expect(page.locator("[data-browser-state]")).to_contain_text("This browser blocks our notifications.")
    expect(wish).not_to_be_checked()


def test_the_devices_time_zone_is_offered_once(system: System, window: Callable[..., Page]) -> None:
    page = window("dora")
    page.add_init_script(ELSEWHERE)
    page.goto("/accounts/profile/")
    expect(page.get_by_text("Your device is in another time zone:")).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    expect(page.get_by_label("Time zone")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast", has_text="Your profile is saved.")).to_be_visible()
    expect(page.get_by_text("Your device is in another time zone:")).to_be_hidden()


def test_the_bell_and_the_switches_work_without_script(
    system: System, window: Callable[..., Page], ticket: str
) -> None:
    answers(system, ticket, "Read me.")
    page = window("amira", script=False)
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Notifications")).click()
    page.locator("#bell-menu").get_by_role("link", name="See all").click()
    page.get_by_role("main").get_by_role("link", name=re.compile("Ben replied to")).first.click()
    page.wait_for_url(re.compile(f"/support-tickets/{ticket}"))
    page.goto("/accounts/notifications/")
    page.get_by_label("A reply to your ticket, by email").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("A reply to your ticket, by email")).not_to_be_checked()
