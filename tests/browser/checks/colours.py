"""Forced colours: backgrounds are gone, so what only a background showed must have an edge."""

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit

# Not those of a mail, which carry their style with them: its reader's program decides about colours.
EDGED = ":is(.bubble, .pill, .launcher, .btn, .badge, .tag):not([style], [bgcolor])"


def forced_colours(visit: Visit) -> list[str]:
    """Elements that would be text without a shape; the colours are forced while this looks."""
    visit.page.emulate_media(forced_colors="active")
    visit.settle()
    found: list[str] = ask(visit, "colours", EDGED)
    visit.page.emulate_media(forced_colors="none")
    return found
