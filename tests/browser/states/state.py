"""What a state is, and the visit that reaches it: one window, and whoever else has to do something first.

Called by the modules of this directory, which describe states, and by `tests.browser.stage`, which opens the windows.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, Locator, Page, Route, expect

from tests.browser.chat import is_live
from tests.browser.watch import Watch
from tests.system.people import Person

if TYPE_CHECKING:
    from tests.browser.stage import Stage

SOON = 15_000
WIDE, MEDIUM, NARROW = 1440, 900, 390
HEIGHTS = {WIDE: 900, MEDIUM: 1100, NARROW: 844, 320: 640}
NEWCOMER = "newcomer"
# A colour that is inherited arrives a frame later at each level when every level has a transition of a millisecond.
_SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const moving = () => document.getAnimations().some((one) => one.effect.getTiming().iterations !== Infinity);
  for (let still = 0, frames = 0; still < 3 && frames < 120; frames++) {
    await frame();
    still = moving() ? 0 : still + 1;
  }
}"""

# How much of the desk's page cannot be seen at once.
_HIDDEN = """() => {
  const inside = document.querySelector(".desk-page");
  return inside ? inside.scrollHeight - inside.clientHeight : 0;
}"""


@dataclass
class Visit:
    """A window in which a state is reached. `later` undoes what reaching it did to the system."""

    stage: "Stage"
    page: Page
    watch: Watch
    username: str
    later: ExitStack = field(default_factory=ExitStack)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def shows(self, *wanted: Locator) -> None:
        """Wait until all of them can be seen."""
        for one in wanted:
            expect(one.first).to_be_visible(timeout=SOON)

    def person(self, username: str = "") -> Person:
        """Somebody at another machine, or the visitor's own other device."""
        return self.stage.person(username or self.username)

    def newcomer(self) -> Person:
        """Somebody at another machine who has asked nothing yet."""
        return self.person(self.stage.newcomer())

    def declares(self, availability: str, *usernames: str) -> None:
        """Agents at other machines come or go, for as long as somebody looks; stored when this returns."""
        self.later.callback(self.stage.forget)
        for username in usernames:
            self.person(username).declare(availability)

    def ticket(self, subject: str) -> str:
        """The id of a demo ticket."""
        return self.stage.ticket(subject)

    def says(self, username: str, ticket_id: str, text: str) -> None:
        """Somebody at another machine writes; stored when this returns."""
        answer = self.person(username).post(
            f"tickets/{ticket_id}/message/", {"message": text}, Prefer="wait=10"
        )
        assert answer.status_code == 201, answer.text

    def moves(self, username: str, ticket_id: str, status: str) -> None:
        """An agent at another machine changes the status; stored when this returns."""
        answer = self.person(username).post(
            f"tickets/{ticket_id}/status/", {"status": status}, Prefer="wait=10"
        )
        assert answer.status_code == 200, answer.text

    def beside(self, username: str) -> Page:
        """A colleague's own window, for as long as somebody looks."""
        context = self.later.enter_context(self.stage.window(username, self.watch))
        return context.new_page()

    def hold(self, address: str | re.Pattern[str]) -> None:
        """The answers to a page loaded afterwards stay away while somebody looks; then nobody waits for them."""
        held: list[Route] = []
        self.page.route(address, lambda route: held.append(route))  # noqa: PLW0108  (Playwright takes no built-in)
        self.later.callback(self._let_go, held)

    def _let_go(self, held: list[Route]) -> None:
        self.go("about:blank")
        for route in held:
            with suppress(Error):  # the page that asked is gone
                route.abort()

    def size(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def show_whole(self, width: int) -> None:
        """A page of the desk scrolls inside it: make the window as high as what is in there."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width] + self.page.evaluate(_HIDDEN)})

    def is_wide(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] == WIDE

    def settle(self) -> None:
        """What a change of theme or width causes has been drawn, and whatever it set in motion has arrived."""
        self.page.evaluate(_SETTLED)


def alive(visit: Visit) -> None:
    """The open thread can be written in and has its line: from here on the browser notices that it is cut."""
    visit.page.locator("message-composer:defined").first.wait_for()
    is_live(visit.page)


@dataclass(frozen=True, kw_only=True)
class State:
    """`name` is its test and its file. `who` is signed in: a named person, NEWCOMER (who has asked nothing), or nobody.

    `support` is what the agents have declared. `noise` matches what the browser's console may say: an error page has
    its status, a cut line its failed requests. `widths`: the widths it exists at. `afresh`: it does not follow when the
    window changes its width (a sheet is chosen when it opens). `whole`: its picture is the page, not the window.
    """

    name: str
    reach: Callable[[Visit], Any]
    who: str = ""
    support: str = "offline"
    noise: str = r"\A\b\B"
    widths: tuple[int, ...] = (WIDE, MEDIUM, NARROW)
    afresh: bool = False
    whole: bool = False

    def __str__(self) -> str:
        return self.name
