"""The keyboard alone: Tab reaches every control there is, each shows that it has the focus, and each has a name.

The page keeps a record of what got the focus while Tab is pressed, and how it looked with and without.
"""

from typing import Any

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit

NOT_CONTROLS = ("RootWebArea", "generic", "none", "main", "alert")  # script may lead to the last two

LINKS_OF_A_FRAME = 12  # at most; Tab goes through the mails that a page shows in frames


def keyboard(visit: Visit) -> list[str]:
    """Controls that Tab misses, that do not show the focus, or that have no name."""
    stops = int(ask(visit, "keyboard")) + 3 + LINKS_OF_A_FRAME * (len(visit.page.frames) - 1)
    for _ in range(stops):
        visit.page.keyboard.press("Tab")
    found: list[str] = visit.page.evaluate("window.tabbed()")
    return found + _nameless(visit)


def _nameless(visit: Visit) -> list[str]:
    """As the browser tells assistive technology."""
    session = visit.page.context.new_cdp_session(visit.page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"no name: {node['role']['value']} (node {node.get('backendDOMNodeId')})"
        for node in nodes
        if _is_control(node) and not (node.get("name") or {}).get("value")
    ]


def _is_control(node: dict[str, Any]) -> bool:
    if node.get("ignored") or node["role"]["value"] in NOT_CONTROLS:
        return False
    return any(one["name"] == "focusable" and one["value"].get("value") for one in node.get("properties", []))
