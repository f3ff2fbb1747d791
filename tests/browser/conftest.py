"""Chromium, driven by Playwright, with one signed-in window per person."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.people import PASSWORD
from tests.system.processes import System

# The background services of Chromium look for hosts that a test machine cannot reach.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file. Not for all: Playwright's event loop runs in this thread, where others want theirs."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: apt-get install chromium, or set CHROMIUM to the path of Chrome"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, system: System) -> Iterator[Callable[..., Page]]:
    """Opens a window of its own for a person; fails at the end when a page complained on its console."""
    complaints: list[str] = []
    contexts = []

    def open_window(username: str, *, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=system.url, viewport={"width": 1440, "height": 900}, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{username}: {error}"))
        page.on(
            "console",
            lambda line: complaints.append(f"{username}: {line.text}") if line.type == "error" else None,
        )
        page.goto("/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
