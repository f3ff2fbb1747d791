"""Somebody who is faster than the page's script: a form is filled and sent before the module that sees to it is there.

Called by the tests of drafts. The answer to the form gets lost, so that the page stands as it stood while the server
has the words: what it shows then is what a person sees whose answer takes its time.
"""

import re
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Page, Route

from tests.system.waiting import until

SLOW = 60_000
FORMS = "**/support-tickets/**"


class Early:
    """Within it `module` does not come, all other script does; `send` posts the form by the button of that name."""

    def __init__(self, page: Page, module: str) -> None:
        self._page = page
        self._module = re.compile(rf"/{module}[^/]*\.js$")
        self._held: list[Route] = []
        self._answered: list[int] = []

    def __enter__(self) -> Self:
        self._page.route(self._module, self._hold)
        return self

    def send(self, path: str, fields: dict[str, str], button: str) -> int:
        """The status that the server answered with: 302 to the browser itself, 200 to htmx."""
        self._page.goto(
            path, wait_until="domcontentloaded"
        )  # by then htmx has taken the forms that are its own
        main = self._page.get_by_role("main")
        for label, words in fields.items():
            main.get_by_label(label, exact=True).first.fill(words)
        self._until(self._held, "the module is asked for")
        self._page.route(FORMS, self._lose_answer)
        main.get_by_role("button", name=button, exact=True).first.click()
        self._until(self._answered, "the form arrived")
        self._page.unroute(FORMS)
        (status,) = self._answered
        return status

    def _until(self, happened: list[Any], what: str) -> None:
        """Any word with the browser: what it has to tell comes first."""
        until(lambda: self._page.context.cookies() and happened, SLOW / 1000, what=what)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def _lose_answer(self, route: Route) -> None:
        if route.request.method == "POST":
            self._answered.append(route.fetch(max_redirects=0).status)
            route.fulfill(status=204)
        else:
            route.fallback()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for route in self._held:
            route.continue_()
        self._page.unroute(self._module)
