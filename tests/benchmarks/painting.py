"""How soon a ticket page shows itself on a slow line: first contentful paint, as Chromium times it.

Called by `tests.benchmarks.scrolling`: the web process is one as production runs it (no DEBUG, collected files). The
line is Lighthouse's *slow 4G*: 1.6 Mbit/s down, 750 kbit/s up, 150 ms for each request.
"""

from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import production
from tests.system.waiting import until

GOAL = 1000.0
WITHIN = 120_000
KILOBIT = 1000 / 8
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1600 * KILOBIT,
    "uploadThroughput": 750 * KILOBIT,
}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
HEAD = ("| page | goal | first visit, ms | again, ms | | waits for |", "|---|---|---|---|---|---|")


class Visits(NamedTuple):
    """First contentful paint in ms, with nothing in the cache and again; what it waits for the first time."""

    first: float
    again: float
    requests: int
    size: int


def paint(browser: Browser, url: str, keys: Mapping[str, str], own: str, team: str, rounds: int) -> list[str]:
    """The rows; both the first visit and the next have to keep the goal. `url`, `keys`: from `production.beside`."""
    pages = {
        "a requester’s ticket": ("amira", f"/support-tickets/{own}"),
        "a ticket on the desk": ("ben", f"/support/?view=open&ticket={team}"),
    }
    found: dict[str, list[Visits]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, (username, path) in pages.items():
            found[name].append(_visits(browser, url, keys[username], path))
    return [*HEAD, *(_row(name, visits) for name, visits in found.items())]


def signed_in(browser: Browser, url: str, session: str) -> BrowserContext:
    """A window of whose session that is, with nothing in its cache."""
    context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WITHIN)
    production.let_in(context, url, session)
    return context


def _visits(browser: Browser, url: str, session: str, path: str) -> Visits:
    with signed_in(browser, url, session) as context:
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        first = _painted(page, path)
        own, others = page.evaluate(production.WAITS)
        again = _painted(page, path)
    return Visits(first, again, 1 + len(others), own + sum(size for _, size in others))


def _painted(page: Page, path: str) -> float:
    page.goto(path, wait_until="load")
    # Playwright's own waiting evaluates a text in the page, which the policy refuses.
    until(lambda: page.evaluate(PAINTED), WITHIN / 1000, what=f"{path} is painted")
    return float(page.evaluate(PAINTED))


def _row(name: str, visits: list[Visits]) -> str:
    first, again = (median(each[number] for each in visits) for number in (0, 1))
    verdict = "reached" if max(first, again) < GOAL else "**not reached**"
    waits = f"{visits[0].requests} answers, {visits[0].size / 1024:.1f} KB"
    return f"| {name} | < {GOAL:.0f} | {first:.0f} | {again:.0f} | {verdict} | {waits} |"
