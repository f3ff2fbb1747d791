"""Space: 320 px wide, and with text twice as large, nothing has to be scrolled sideways."""

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit


def reflow(visit: Visit) -> list[str]:
    """What sticks out at 320 px, the width of 1280 at 400 %."""
    visit.size(320)
    visit.settle()
    found: list[str] = ask(visit, "space")
    return found


def large_text(visit: Visit) -> list[str]:
    """What sticks out when the reader's text is twice as large."""
    ask(visit, "text", "200%")
    visit.settle()
    found: list[str] = ask(visit, "space")
    ask(visit, "text", "100%")
    return found
