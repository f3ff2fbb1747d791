"""Chromium, driven by Playwright, with one signed-in window per person, in which nothing may complain."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chat import TUNNEL
from tests.browser.stage import QUIET, Stage, chromium_path
from tests.browser.watch import Watch
from tests.system.fixtures import running_system
from tests.system.people import PASSWORD, Person
from tests.system.processes import System


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file. Not for all: Playwright's event loop runs in this thread, where others want theirs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A system for a file: a chat that another file left waiting would be offered, or counted, before its own."""
    with running_system() as running:
        yield running


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A system with the demo, and a browser, for a file of states."""
    with Stage() as running:
        yield running


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
def profile(chromium: Browser, system: System, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser profile of its own for somebody. Tests get theirs here, so that each is watched."""
    opened = []

    def make(username: str, **more: Any) -> BrowserContext:
        usual = {"base_url": system.url, "viewport": {"width": 1440, "height": 900}}
        context = chromium.new_context(**(usual | more))
        opened.append(context)
        return watch.over(context, username)

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def patient(profile: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Windows of people whose line breaks: the console may complain of it, scripts may not fail."""

    def open_window(username: str) -> Page:
        context = profile(username)
        context.add_init_script(TUNNEL)
        return sign_in(context.new_page(), username)

    return open_window


@pytest.fixture
def window(profile: Callable[..., BrowserContext], watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own for a person; fails at the end when a page complained on its console."""

    def open_window(username: str, *, script: bool = True) -> Page:
        return sign_in(profile(username, java_script_enabled=script).new_page(), username)

    yield open_window
    assert watch.noise == []


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
