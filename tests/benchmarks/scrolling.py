"""`make bench-scrolling`: long threads and long lists in Chromium, on a slow processor and on a slow line.

Starts the real processes and a browser that slows its own processor four times; reads a thread of 1,000 messages and
one of 50 from end to end (`ride.js`) and lets a message arrive in each, in turn, ROUNDS times over; then how soon pages
answer (`responding`) and show themselves (`painting`), beside a thousand made-up tickets; and puts the tables into
docs/performance.md. Other numbers (MESSAGES, TICKETS) are for trying whether it runs. No test asserts how fast it is:
ratios are of neighbours, on one machine.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.benchmarks.document import FRONT, newest_first, with_scrolling, write
from tests.benchmarks.painting import paint, signed_in
from tests.benchmarks.responding import places, respond, worked
from tests.benchmarks.riding import ride
from tests.browser import production
from tests.browser.stage import QUIET, chromium_path
from tests.system.machine import slowness, words
from tests.system.people import PASSWORD, Person
from tests.system.processes import System
from tests.system.threads import fill
from tests.system.waiting import until

SHORT, LONG = 50, int(os.environ.get("MESSAGES", "1000"))
OTHERS = 8
COUNT = int(os.environ.get("TICKETS", "1000"))
TICKETS = ("--tickets", str(COUNT), "--messages", str(5 * COUNT), "--password", PASSWORD)
SLOWED = 4
ROUNDS = int(os.environ.get("ROUNDS", "3"))
STEP = 120  # pixels a frame: a thousand messages in half a minute
SLOW_FRAME = 50.0


@dataclass(frozen=True)
class Reading:
    """One thread, read once: frames between two of which more than 50 ms passed, and what took how many ms."""

    shown: int
    nodes: int
    frames: int
    slow: int
    longest: float
    load: float  # a page of earlier messages, from asking to the frame that shows it
    arrival: float  # work of the page's thread on a message that arrives

    @property
    def share(self) -> float:
        """Slow frames of all, in percent."""
        return 100 * self.slow / self.frames


def read(context: BrowserContext, ticket: str, say: Callable[[str], object]) -> Reading:
    """Open, ride, and one message more."""
    page = context.new_page()
    page.goto(f"/support-tickets/{ticket}")
    until(lambda: page.evaluate("document.querySelector('message-log').store?.getSnapshot().isConnected"), 60)
    line = context.new_cdp_session(page)
    line.send("Performance.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    ridden = ride(page, "ride", {"step": STEP, "patience": 30_000})
    arrival = _arrival(page, line, lambda: say(ticket))
    page.close()
    frames = ridden["frames"]
    return Reading(
        shown=ridden["shown"],
        nodes=ridden["nodes"],
        frames=len(frames),
        slow=sum(each > SLOW_FRAME for each in frames),
        longest=max(frames),
        load=median(ridden["loads"] or [0.0]),
        arrival=arrival,
    )


def _arrival(page: Page, line: CDPSession, say: Callable[[], object]) -> float:
    stored = page.locator("message-log li.msg[data-id][data-sequence]")
    count, before = stored.count(), worked(line)
    say()
    until(lambda: stored.count() == count + 1, 60, what="the message is shown")
    time.sleep(1.0)  # what follows a message belongs to it: the mark, the list, the badge
    return worked(line) - before


def row(readings: list[Reading]) -> str:
    """Medians of what was read ROUNDS times over."""

    def middle(name: str) -> float:
        return median(float(getattr(each, name)) for each in readings)

    cells = [
        f"{middle('shown'):.0f}",
        f"{middle('nodes'):.0f}",
        f"{middle('slow'):.0f} of {middle('frames'):.0f} ({middle('share'):.1f} %)",
        f"{middle('longest'):.0f}",
        f"{middle('load'):.0f}" if middle("load") else "",
        f"{middle('arrival'):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def measure(browser: Browser, amira: Person, ben: Person, threads: dict[int, str]) -> list[str]:
    """The section's lines about threads, by length."""

    def say(ticket: str) -> object:
        return ben.post(f"tickets/{ticket}/message/", {"message": "One more."}, Prefer="wait=10")

    found: dict[int, list[Reading]] = {SHORT: [], LONG: []}
    with signed_in(browser, amira.system.url, amira.session) as context:
        slowed = slowness()
        for turn in range(ROUNDS):
            for count in (SHORT, LONG) if turn % 2 else (LONG, SHORT):
                found[count].append(read(context, threads[count], say))
    pairs = zip(found[LONG], found[SHORT], strict=True)
    ratio = median(long.arrival / short.arrival for long, short in pairs)
    head = f"{_now(slowed)}; work when a message arrives, {LONG} messages / {SHORT}: {ratio:.2f}"
    return [head, *(row(found[count]) for count in (SHORT, LONG))]


def _now(slowed: float) -> str:
    often = "once" if ROUNDS == 1 else f"medians of {ROUNDS}"
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {often}: {words(slowed)}"


def felt(system: System, browser: Browser, own: str) -> None:
    """How soon pages answer and show themselves, each written down as it is known. Nobody can sign in after this."""
    url, keys = production.beside(system)
    lines = [f"### {_now(slowness())}", "", *respond(browser, url, keys, list(places(own, own)), ROUNDS)]
    write(lambda text: newest_first(text, FRONT, lines, 1))
    lines += ["", *paint(browser, url, keys, own, own, ROUNDS)]
    write(lambda text: newest_first(text, FRONT, lines, 1))


def _threads(system: System, amira: Person) -> dict[int, str]:
    """By length; a few more tickets make it a list that can be switched in."""
    threads = {count: str(amira.open_ticket(f"{count} messages")["id"]) for count in (SHORT, LONG)}
    for count, ticket in threads.items():
        fill(system, ticket, count)
    for number in range(OTHERS):
        fill(system, str(amira.open_ticket(f"Another {number}")["id"]), SHORT)
    return threads


def main() -> None:
    """Start, measure, write down, stop."""
    system = System()
    try:
        system.start()
        system.mail_nobody()
        system.manage("load_volume", *TICKETS)
        with Person(system, "amira") as amira, Person(system, "ben") as ben, sync_playwright() as playwright:
            threads = _threads(system, amira)
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
            scrolled = measure(browser, amira, ben, threads)
            write(lambda text: with_scrolling(text, scrolled))
            felt(system, browser, threads[LONG])
            browser.close()
    finally:
        system.stop()


if __name__ == "__main__":
    main()
