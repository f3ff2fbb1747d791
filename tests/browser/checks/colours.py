"""Forced colours: backgrounds are gone, so what only a background showed must have an edge.

The current item of a list must be told from the others, too.
"""

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit

# Not those of a mail, which carry their style with them: its reader's program decides about colours.
EDGED = ":is(.bubble, .pill, .launcher, .btn, .badge, .tag):not([style], [bgcolor])"
# Shapes that are nothing but a background keep theirs.
FILLED = ".dot, .unread-dot, .bell-dot, .spinner"


def forced_colours(visit: Visit) -> list[str]:
    """Elements that would lose their shape, or what tells them apart; the colours are forced while this looks."""
    visit.page.emulate_media(forced_colors="active")
    visit.settle()
    found: list[str] = ask(visit, "colours", {"edged": EDGED, "filled": FILLED})
    visit.page.emulate_media(forced_colors="none")
    return found
