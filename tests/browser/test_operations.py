"""The page of operations under somebody's hands: it asks for its parts every few seconds, and takes nothing away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.waiting import until

pytestmark = pytest.mark.browser
# How long the installation asks itself something, on a slow machine too.
PROBED = 90_000


def drawn_anew(page: Page, part: str) -> None:
    """Wait until a part is another one than now."""
    page.evaluate(f"document.getElementById('{part}').isKnown = true")
    until(lambda: page.evaluate(f"!document.getElementById('{part}').isKnown"), what=f"{part} is drawn anew")


def moved(table: Locator) -> int:
    return int(table.evaluate("(table) => table.scrollLeft"))


def test_the_focus_and_a_table_stay_where_somebody_put_them(window: Callable[..., Page]) -> None:
    page = window("admin")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/support/operations/")
    tables = [page.locator(f"{part} .table-scroll").first for part in ("#hops", "#times")]
    link = page.locator("#hops").get_by_role("link", name="All deliveries")
    for table in tables:
        table.evaluate("(table) => { table.scrollLeft = 60; }")
    link.focus()

    drawn_anew(page, "times")
    drawn_anew(page, "hops")
    expect(link).to_be_focused()
    assert [moved(table) for table in tables] == [60, 60]
    tables[1].focus()
    drawn_anew(page, "times")
    expect(tables[1]).to_be_focused()


def test_the_last_runs_stay_open_while_a_probe_is_under_way(window: Callable[..., Page]) -> None:
    page = window("admin")
    page.goto("/support/operations/")
    button, runs = page.locator("#probe-button"), page.get_by_text("The last runs", exact=True).first
    button.click()
    expect(runs).to_be_visible(timeout=PROBED)
    runs.press("Enter")
    expect(page.locator("#probe details")).to_have_attribute("open", "")
    button.click()
    expect(button).to_have_text("Cancel the probe")
    runs.focus()
    drawn_anew(page, "probe")
    expect(runs).to_be_focused()
    expect(page.locator("#probe details")).to_have_attribute("open", "")
