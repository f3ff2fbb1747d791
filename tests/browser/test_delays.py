"""Degrading in public: the drain is gone and nobody starts it again; both sides read it, and read when it is over."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.system import machine
from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LATE = "Messages and tickets are taking longer than usual, since "
# Fifteen seconds until it is known, twenty-four until a page asks.
SHOWN, GONE = 40_000, 30_000


def test_both_sides_read_that_something_is_late_and_that_it_is_over(
    window: Callable[..., Page], system: System, amira: Person
) -> None:
    slowed = machine.slowness()
    requester, agent = window("amira"), window("ben")
    requester.goto("/support-tickets")
    agent.goto("/support/")
    pages = [page.locator("body > [data-delays]") for page in (requester, agent)]
    for banner in pages:
        expect(banner).to_be_hidden()

    system.kill("drain")
    try:
        for banner in pages:
            expect(banner).to_contain_text(LATE, timeout=SHOWN * slowed)
            expect(banner).to_contain_text("Nothing is lost.")
            expect(banner).to_have_attribute("role", "status")
        requester.reload()
        expect(pages[0]).to_contain_text(LATE)  # without waiting for script
        requester.get_by_role("button", name="Open support chat").click()
        expect(requester.locator("support-chat [data-delays]")).to_contain_text(LATE)
        fits = "document.documentElement.scrollWidth <= innerWidth"
        for page in (requester, agent):
            page.set_viewport_size({"width": 320, "height": 700})
            assert page.evaluate(fits)
        kept = amira.post("tickets/create/", {"subject": "Asked meanwhile", "description": "Week 14."})
        assert kept.status_code == 202
    finally:
        system.run("drain")

    for banner in pages:
        expect(banner).to_be_hidden(timeout=GONE * slowed)
    assert system.rows("SELECT count(*) FROM support_supportticket WHERE subject = 'Asked meanwhile'") == [
        (1,)
    ]
