"""prefers-reduced-motion: nothing on the page moves for longer than a millisecond, or again and again."""

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit


def stillness(visit: Visit) -> list[str]:
    """What would still move for somebody who asked for less of it."""
    found: list[str] = ask(visit, "motion")
    return found
