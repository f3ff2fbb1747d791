"""axe-core: the rules of WCAG 2.2 A and AA and its best practices, on the page as it stands.

It comes with the wheel `axe-playwright-python`.
"""

from pathlib import Path
from typing import Any, Literal

import axe_playwright_python

from tests.browser.checks.page import ask
from tests.browser.states.state import Visit

SOURCE = (Path(axe_playwright_python.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")
TAGS = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
}


def axe(visit: Visit, theme: Literal["light", "dark"]) -> list[str]:
    """The violations in one theme, a line an element."""
    visit.page.emulate_media(color_scheme=theme)
    visit.settle()
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(SOURCE)
    result: dict[str, Any] = ask(visit, "axe", TAGS)
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {_why(node)}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return " ".join((node.get("failureSummary") or "").split())[:240]
