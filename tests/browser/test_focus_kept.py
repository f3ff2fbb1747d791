"""What had the focus goes away: the focus stays where the reader is, never on the body."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import SOON, bubbles, is_live, write
from tests.browser.focus import rests
from tests.system.people import Person
from tests.system.processes import System
from tests.system.threads import fill
from tests.system.waiting import until

pytestmark = pytest.mark.browser
_TOAST = """
async () => (await import("/static/support/js/page/toasts.js")).showToast({ title: "Ben replied", url: "/" })
"""

# The page's frames wait until `paint` lets them through.
_UNPAINTED = """
() => {
  const held = [];
  const real = window.requestAnimationFrame;
  window.requestAnimationFrame = (work) => held.push(work);
  window.paint = () => {
    window.requestAnimationFrame = real;
    for (const work of held) real(work);
  };
}
"""


def test_a_message_that_was_not_sent_is_tried_again_and_deleted_and_the_focus_is_on_the_thread(
    patient: Callable[[str], Page], amira: Person, ben: Person
) -> None:
    ticket = str(amira.open_ticket("Closed meanwhile")["id"])
    page = patient("amira")
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    page.context.set_offline(True)
    write(page, "One more thing before you close this.")
    expect(page.locator("li.msg[data-state=sending]")).to_have_count(1)
    closed = ben.post(f"tickets/{ticket}/status/", {"status": "CLOSED"}, Prefer="wait=10")
    assert closed.status_code == 200, closed.text
    page.context.set_offline(False)

    log = page.get_by_role("log", name="Conversation")
    for name in ("Try again", "delete"):
        button = log.get_by_role("button", name=name)
        expect(button).to_be_visible(
            timeout=3 * SOON
        )  # a line that was cut comes back, and the message is refused anew
        button.press("Enter")
        expect(log).to_be_focused()
        assert 'role="log"' in rests(page)
    expect(bubbles(page)).to_have_count(0)


def with_sixty_messages(window: Callable[..., Page], system: System, amira: Person) -> Page:
    """A live conversation, of which the last fifty are shown."""
    ticket = str(amira.open_ticket("Sixty messages")["id"])
    fill(system, ticket, 60)
    page = window("amira")
    page.goto(f"/support-tickets/{ticket}")
    is_live(page)
    return page


def test_the_last_earlier_messages_take_their_button_along_and_leave_the_focus_in_the_thread(
    window: Callable[..., Page], system: System, amira: Person
) -> None:
    page = with_sixty_messages(window, system, amira)
    page.get_by_role("link", name="Show earlier messages").press("Enter")
    expect(bubbles(page)).to_have_count(60, timeout=SOON)
    expect(page.get_by_text("Show earlier messages")).to_be_hidden()
    expect(page.get_by_role("log", name="Conversation")).to_be_focused()


def test_a_press_on_what_came_and_is_not_painted_yet_does_not_leave_the_page(
    window: Callable[..., Page], system: System, amira: Person
) -> None:
    page = with_sixty_messages(window, system, amira)
    address = page.url
    page.evaluate(_UNPAINTED)  # the focus scrolls up to the link, which asks for what is earlier
    page.get_by_role("link", name="Show earlier messages").focus()
    there = "!document.querySelector('message-log').store.getSnapshot().hasEarlier"
    until(lambda: page.evaluate(there), what="they are here")
    page.keyboard.press("Enter")
    page.evaluate("window.paint()")
    expect(bubbles(page)).to_have_count(60, timeout=SOON)
    expect(page).to_have_url(address)
    expect(page.get_by_role("log", name="Conversation")).to_be_focused()


def test_a_toast_with_the_focus_in_it_stays_though_the_pointer_leaves_it(window: Callable[..., Page]) -> None:
    page = window("dora")
    page.clock.install()
    page.goto("/")
    page.evaluate(_TOAST)
    toast = page.locator(".toast", has_text="Ben replied")
    toast.get_by_role("link", name="View").focus()
    toast.hover()
    page.mouse.move(1, 1)
    page.clock.fast_forward(7_000)
    expect(toast.get_by_role("link", name="View")).to_be_focused()
    page.get_by_role("main").get_by_role("link").first.focus()
    page.clock.fast_forward(7_000)
    expect(toast).to_have_count(0)
