"""Requests that the browser holds back, answers itself or refuses, of a page that is there already.

A loaded page learns that its requests are taken on another path than its keys: a key pressed at once can come first,
and what it asks for then goes to the server. A page that is loaded afterwards knows from its beginning. Called by the
tests of answers that come late or not at all.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route

from tests.system.waiting import until

_PROBE = "**/health/live"
_ASK = "fetch('/health/live', {cache: 'no-store'}).then((answer) => answer.status)"


def intercept(page: Page, address: str | re.Pattern[str], take: Callable[[Route], None]) -> None:
    """`page.route`, in force when this returns; with any function."""
    page.route(address, lambda route: take(route))  # noqa: PLW0108  (Playwright takes no built-in)
    page.route(_PROBE, lambda route: route.fulfill(status=204))
    until(lambda: page.evaluate(_ASK) == 204, what="the page's requests are taken")
    page.unroute(_PROBE)
