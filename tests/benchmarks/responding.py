"""How soon a page answers somebody on a slow device: from a key or a click to the next paint, as Chromium times it.

Called by `tests.benchmarks.scrolling` with a running system that has a thousand tickets, and beside it a web process
as production runs it (no DEBUG, collected files). People type, send and switch tickets in windows whose processor is
slowed six times. `Moment` is one kind of interaction in one place; each round counts by its longest, as people notice
it. Before that they do it once at full speed, for the processor time of the page's thread: that is the page's own,
whatever else the machine does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.benchmarks.painting import signed_in
from tests.benchmarks.riding import ride
from tests.browser.chat import is_live
from tests.system.waiting import until

SLOWED, GOAL = 6, 100.0
LEAST = 16.0  # ms: Chromium tells of no interaction that is shorter
LETTERS, MESSAGES, SWITCHES = "Week 14 shows no hours.", 4, 5
BETWEEN = 120  # ms from one letter to the next
STEP, SLOW_FRAME = 480, 50.0
WITHIN, PATIENCE = 120.0, 600.0
TASK = "TaskDuration"
# What was told of, by interaction; how many there were of any length, so that silence is not taken for speed.
WATCH = """
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
TAKE = """
() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no frame was drawn for two minutes")), 120000);
  const told = () => {
    const [found, count] = [[...interactions.values()], performance.interactionCount - (window.counted ?? 0)];
    interactions.clear();
    window.counted = performance.interactionCount;
    resolve([found, count]);
  };
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(told, 300)));
})
"""
# What is open already is no other ticket; nobody clicks what they do not see.
ADDRESSES = """
(rows) => {
  const isOpen = (row) => row.closest(".ticket-row").matches("[aria-current], :has([aria-current])");
  const isSeen = (row) => {
    const { left, top, width, height } = row.getBoundingClientRect();
    return row.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  };
  return rows.filter((row) => !isOpen(row) && isSeen(row)).map((row) => row.getAttribute("href"));
}
"""
FIELD = "message-composer textarea[name=message]"
STORED = "message-log li.msg[data-sequence]"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
HEAD = (
    "| on | what | goal | the longest, ms | interactions | | work for each, ms |",
    "|---|---|---|---|---|---|---|",
)


@dataclass
class Moment:
    """The longest interaction of each round, in ms, and how many there were in all; `work` as processor time."""

    where: str
    what: str
    work: float
    longest: list[float] = field(default_factory=list)
    count: int = 0

    def row(self) -> str:
        middle = median(self.longest)
        shown = f"{middle:.0f}" if middle > LEAST else f"under {LEAST:.0f}"
        verdict = "reached" if middle < GOAL else "**not reached**"
        return f"| {self.where} | {self.what} | < {GOAL:.0f} | {shown} | {self.count} | {verdict} | {self.work:.1f} |"


@dataclass(frozen=True)
class Place:
    """A list of tickets with one of them open: how its rows are found, and the one that is open."""

    name: str
    who: str
    path: str
    row: str
    opened: str
    is_long: bool = False  # all of the list is loaded first

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(self.path)
        is_live(page)
        while self.is_long and _load_more(page):
            pass
        return page


def places(own: str, team: str) -> Iterator[Place]:
    """`own` and `team` are tickets with long threads."""
    detail, conversation = (
        f"#{part} message-log[data-ticket-id='{{}}']" for part in ("ticket-detail", "conv")
    )
    yield Place("the requester’s page", "amira", f"/support-tickets/{own}", "#ticket-rows .row-title", detail)
    row = "#rows .row-title"
    yield Place("the desk", "ben", f"/support/?view=open&ticket={team}", row, conversation)
    desk = f"/support/?view=resolved&ticket={team}"
    yield Place("the desk, all resolved tickets loaded", "ben", desk, row, conversation, is_long=True)


def respond(
    browser: Browser, url: str, keys: Mapping[str, str], found: Sequence[Place], rounds: int
) -> list[str]:
    """The rows, and what dragging through a long list gave. `url`, `keys`: from `production.beside`."""
    moments: dict[tuple[str, str], Moment] = {}
    rides = []
    for turn in range(rounds):
        for place in found:
            with signed_in(browser, url, keys[place.who]) as context:
                page = place.open(context)
                line = context.new_cdp_session(page)
                if not turn:
                    moments |= {(place.name, moment.what): moment for moment in _works(page, line, place)}
                line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
                for what, longest, count in _answers(page, place):
                    moments[place.name, what].longest.append(longest)
                    moments[place.name, what].count += count
                if place.is_long:
                    rides.append(ride(page, "list_ride", {"step": STEP, "patience": 1000 * PATIENCE}))
    return [*HEAD, *(moment.row() for moment in moments.values()), "", *map(_ridden, rides[-1:])]


def _works(page: Page, line: CDPSession, place: Place) -> Iterator[Moment]:
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    for what, act, count in ACTS:
        before = worked(line)
        act(page, place)
        yield Moment(place.name, what, (worked(line) - before) / count)


def worked(line: CDPSession) -> float:
    """How long the page's thread has been at work, in ms."""
    found = line.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(each["value"] for each in found if each["name"] == TASK))


def _answers(page: Page, place: Place) -> Iterator[tuple[str, float, int]]:
    page.evaluate(TAKE)
    for what, act, least in ACTS:
        act(page, place)
        longest, count = page.evaluate(TAKE)
        assert count >= least, f"{place.name}, {what}: {count} interactions of {least} were seen"
        yield what, max(longest, default=LEAST), count


def _type(page: Page, _place: Place) -> None:
    page.locator(FIELD).last.click()
    page.keyboard.type(LETTERS, delay=BETWEEN)


def _send(page: Page, _place: Place) -> None:
    stored = page.locator(STORED)
    for number in range(MESSAGES):
        before = stored.count()
        page.keyboard.insert_text(f" {number}")
        page.keyboard.press("Control+Enter")
        until(lambda before=before: stored.count() > before, WITHIN, what="it is stored")  # type: ignore[misc]


def _switch(page: Page, place: Place) -> None:
    """Rows are clicked by what they lead to: they change places meanwhile."""
    for address in page.locator(place.row).evaluate_all(ADDRESSES)[:SWITCHES]:
        ticket = _ID.findall(address)[-1]
        page.locator(f"{place.row}[href*='{ticket}']").click()
        shown = page.locator(place.opened.format(ticket))
        until(lambda shown=shown: shown.count() == 1, WITHIN, what=f"{address} is open")  # type: ignore[misc]


ACTS = (
    ("typing", _type, len(LETTERS)),
    ("sending", _send, MESSAGES),
    ("switching tickets", _switch, SWITCHES),
)


def _load_more(page: Page) -> bool:
    """Whether there were more. What came may be out of the document already, but then the button leads further."""
    button = page.locator("#more-rows a")
    if not button.count():
        return False
    before = button.get_attribute("href")
    button.click()
    until(lambda: _leads(page) != before, WITHIN, what="more rows are there")
    return True


def _leads(page: Page) -> str | None:
    found: str | None = page.evaluate("document.querySelector('#more-rows a')?.getAttribute('href') ?? null")
    return found


def _ridden(ridden: dict[str, Any]) -> str:
    frames = ridden["frames"]
    slow = sum(each > SLOW_FRAME for each in frames)
    return (
        f"Dragging through all {ridden['rows']} tickets at {STEP} pixels a frame, at most {ridden['most']} of them in"
        f" the document: {slow} of {len(frames)} frames over {SLOW_FRAME:.0f} ms, the longest {max(frames):.0f} ms."
    )
