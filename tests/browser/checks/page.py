"""The checks' own scripts, one file each beside this one: functions that the browser's debugger evaluates in the page.

Evaluating is no loading, so the page's content security policy stays as it is.
"""

from functools import cache
from pathlib import Path
from typing import Any

from tests.browser.states.state import Visit


@cache
def _source(name: str) -> str:
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")


def ask(visit: Visit, name: str, argument: Any = None) -> Any:
    """What the function in `name`.js answers in the page."""
    return visit.page.evaluate(_source(name), argument)
