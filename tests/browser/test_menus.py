"""Menus of the requester's pages by keyboard, and what an opened chat leaves to the page to announce."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_widget import handle, panel

pytestmark = pytest.mark.browser
SOON = 15_000
# Roles of the page's own line about delays, the chat's, and its line about support.
ANNOUNCED = """[...document.querySelectorAll("[data-delays], #chat-start .presence")]
    .map((line) => line.getAttribute("role"))"""


def opens(page: Page, button: str, first: str) -> None:
    """Enter leads into the menu, Escape back to its button."""
    opener = page.get_by_role("button", name=button, exact=True)
    opener.press("Enter")
    expect(page.locator(":popover-open").locator("a, button").filter(has_text=first).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(":popover-open")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_menu_takes_the_focus_when_it_opens_and_not_before(window: Callable[..., Page]) -> None:
    page = window("amira")
    page.goto("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.locator("[aria-haspopup]").count() == 0
    opens(page, "Account menu for Amira", first="Profile")
    handle(page).click()
    expect(page.locator("#chat-first:visible, #chat-leave-text:visible")).to_be_focused(timeout=SOON)
    opens(page, "More options", first="Minimise")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 700})
    opens(page, "Menu", first="Overview")


def test_what_is_late_is_announced_by_the_page_and_by_a_chat_that_covers_it(
    window: Callable[..., Page],
) -> None:
    page = window("amira")
    page.goto("/")
    handle(page).click()
    expect(panel(page)).to_be_visible(timeout=SOON)
    assert page.evaluate(ANNOUNCED) == ["status", None, None]
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()

    page.set_viewport_size({"width": 390, "height": 700})
    handle(page).click()
    expect(page.locator("support-chat dialog:modal")).to_be_visible()
    assert page.evaluate(ANNOUNCED) == ["status", "status", None]
