"""Dragging through something long in Chromium while its frames are counted: `ride.js` a thread, `list_ride.js` a list.

Called by `scrolling` and `responding`. A ride is a function of the clock of frames (`frames.js`) and of its argument;
the browser's debugger evaluates it, so the page's content security policy stays as it is.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page


def ride(page: Page, name: str, argument: Any) -> dict[str, Any]:
    """What the ride of that name returns."""
    ridden: dict[str, Any] = page.evaluate(
        f"(argument) => ({_script(name)})(({_script('frames')})(), argument)", argument
    )
    return ridden


def _script(name: str) -> str:
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8").rstrip()
