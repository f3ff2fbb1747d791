"""Chromium, driven by Playwright, with one signed-in window per person, in which nothing may complain."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chat import TUNNEL
from tests.browser.stage import QUIET, chromium_path
from tests.browser.watch import Watch
from tests.system.people import PASSWORD, Person
from tests.system.processes import System


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file. Not for all: Playwright's event loop runs in this thread, where others want theirs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def watch(system: System) -> Iterator[Watch]:
    """Fails at the end when, in any window it was set over, a script failed or the policy stopped something.

    The log of what browsers reported stays empty too, windows without script included.
    """
    watching, before = Watch(), len(system.policy_reports())
    yield watching
    assert watching.failures == []
    assert system.policy_reports()[before:] == []


@pytest.fixture
def window(chromium: Browser, system: System, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own for a person; fails at the end when a page complained on its console."""
    contexts = []

    def open_window(username: str, *, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=system.url, viewport={"width": 1440, "height": 900}, java_script_enabled=script
        )
        contexts.append(context)
        return sign_in(watch.over(context, username).new_page(), username)

    yield open_window
    for context in contexts:
        context.close()
    assert watch.noise == []


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


def sign_in(page: Page, username: str) -> Page:
    """Through the form, as a person does."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page
