"""`make bench-scrolling`: a thread of 1,000 messages beside one of 50, read in Chromium with a slow processor.

Starts the real processes and a browser that slows its own processor four times; reads both threads from end to end
(`ride.js`) and lets a message arrive in each, in turn, three times over; then puts the table into docs/performance.md.
No test asserts how fast it is: what a long thread costs is told by the ratio of neighbours, on one machine.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.benchmarks.document import with_scrolling, write
from tests.browser.stage import QUIET, chromium_path
from tests.system.machine import slowness, words
from tests.system.people import Person
from tests.system.processes import System
from tests.system.threads import fill
from tests.system.waiting import until

SHORT, LONG = 50, 1000
SLOWED, REPEATS = 4, 3
RIDE = (Path(__file__).parent / "ride.js").read_text(encoding="utf-8")
STEP = 120  # pixels a frame: a thousand messages in half a minute
SLOW_FRAME = 50.0
TASK = "TaskDuration"


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
    ride: dict[str, Any] = page.evaluate(RIDE, {"step": STEP, "patience": 30_000})
    arrival = _arrival(page, line, lambda: say(ticket))
    page.close()
    frames = ride["frames"]
    return Reading(
        shown=ride["shown"],
        nodes=ride["nodes"],
        frames=len(frames),
        slow=sum(each > SLOW_FRAME for each in frames),
        longest=max(frames),
        load=median(ride["loads"] or [0.0]),
        arrival=arrival,
    )


def _arrival(page: Page, line: CDPSession, say: Callable[[], object]) -> float:
    stored = page.locator("message-log li.msg[data-id][data-sequence]")
    count, before = stored.count(), _worked(line)
    say()
    until(lambda: stored.count() == count + 1, 60, what="the message is shown")
    time.sleep(1.0)  # what follows a message belongs to it: the mark, the list, the badge
    return _worked(line) - before


def _worked(line: CDPSession) -> float:
    found = line.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(each["value"] for each in found if each["name"] == TASK))


def row(readings: list[Reading]) -> str:
    """Medians of what was read REPEATS times over."""

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


def measure(system: System, amira: Person, ben: Person) -> list[str]:
    """The section's lines."""
    threads = {}
    for count in (SHORT, LONG):
        threads[count] = str(amira.open_ticket(f"{count} messages")["id"])
        fill(system, threads[count], count)

    def say(ticket: str) -> object:
        return ben.post(f"tickets/{ticket}/message/", {"message": "One more."}, Prefer="wait=10")

    found: dict[int, list[Reading]] = {SHORT: [], LONG: []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        context = browser.new_context(base_url=system.url, viewport={"width": 1440, "height": 900})
        cookies = amira.http.cookies.items()
        context.add_cookies([{"name": name, "value": value, "url": system.url} for name, value in cookies])
        slowed = slowness()
        for turn in range(REPEATS):
            for count in (SHORT, LONG) if turn % 2 else (LONG, SHORT):
                found[count].append(read(context, threads[count], say))
        browser.close()
    pairs = zip(found[LONG], found[SHORT], strict=True)
    ratio = median(long.arrival / short.arrival for long, short in pairs)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {words(slowed)}"
    head = f"{when}; work when a message arrives, {LONG} messages / {SHORT}: {ratio:.2f}"
    return [head, *(row(found[count]) for count in (SHORT, LONG))]


def main() -> None:
    """Start, measure, write down, stop."""
    system = System()
    try:
        system.start()
        system.mail_nobody()
        with Person(system, "amira") as amira, Person(system, "ben") as ben:
            lines = measure(system, amira, ben)
    finally:
        system.stop()
    write(lambda text: with_scrolling(text, lines))


if __name__ == "__main__":
    main()
